"""Put the pieces of a stream together again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from .base import AnswerDelta, Finish, Notice, Piece, Retag, ThinkingDelta, ToolCall, Usage

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

__all__ = ["Whole", "collect", "join", "whole"]


@dataclass(slots=True)
class Whole:
    """A finished answer."""

    answer: str = ""
    thinking: str = ""
    tool_calls: list[ToolCall] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    usage: Usage | None = None
    finish: str = ""


def join(pieces: Iterable[Piece]) -> list[Piece]:
    """Return the pieces with neighbouring deltas of one kind joined."""
    joined: list[Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if isinstance(piece, AnswerDelta) and isinstance(last, AnswerDelta):
            joined[-1] = AnswerDelta(last.text + piece.text)
        elif isinstance(piece, ThinkingDelta) and isinstance(last, ThinkingDelta):
            joined[-1] = ThinkingDelta(last.text + piece.text)
        else:
            joined.append(piece)
    return joined


async def collect(stream: AsyncIterator[Piece]) -> list[Piece]:
    """Read a stream to its end and return its pieces, neighbouring deltas joined."""
    # Streams are async generators; the wider type in the contract is for the reader's sake.
    async with aclosing(cast("AsyncGenerator[Piece]", stream)) as pieces:
        return join([piece async for piece in pieces])


def whole(pieces: Iterable[Piece]) -> Whole:
    """Return answer, thinking and the rest of a complete stream, with every `Retag` applied."""
    result = Whole()
    for piece in pieces:
        match piece:
            case AnswerDelta(text):
                result.answer += text
            case ThinkingDelta(text):
                result.thinking += text
            case Retag():
                result.thinking, result.answer = result.thinking + result.answer, ""
            case ToolCall():
                result.tool_calls.append(piece)
            case Notice():
                result.notices.append(piece)
            case Usage():
                result.usage = piece
            case Finish(reason):
                result.finish = reason
    return result
