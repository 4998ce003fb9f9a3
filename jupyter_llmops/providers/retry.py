"""Make a protocol dependable: try again before the first token, leave out what is refused, count.

A protocol does one call as it is told. This wrapper knows what to do when the call fails before the
user has seen anything; after the first piece of text nothing is ever repeated.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import cast

from ..core.errors import LLMOpsError
from ..core.i18n import msg
from .base import (
    AnswerDelta,
    ChatRequest,
    Finish,
    ModelInfo,
    Notice,
    Piece,
    Protocol,
    Target,
    ThinkingDelta,
    Usage,
)
from .estimate import estimate_usage
from .problems import ConnectTimeout, Overloaded, RateLimited, RequestRefused, Unreachable
from .quirks import culprit, without

__all__ = ["Patience", "ReliableProtocol", "pause_before"]

_WORTH_A_RETRY = (RateLimited, Overloaded, Unreachable, ConnectTimeout)
# One parameter falls at a time; a model that dislikes more than this has another problem.
_MAX_DROPPED = 3


@dataclass(frozen=True, slots=True)
class Patience:
    """How often and how long to try: attempts in all, first pause and longest pause in seconds."""

    attempts: int = 3
    first_pause: float = 1.0
    longest_pause: float = 20.0


def pause_before(attempt: int, problem: LLMOpsError, patience: Patience) -> float | None:
    """Return the seconds to wait before this attempt (2, 3, …), or None when it is not worth it.

    The provider's own Retry-After wins; one longer than we are willing to wait goes to the user.
    """
    if attempt > patience.attempts:
        return None
    if problem.retry_after is not None:
        return problem.retry_after if problem.retry_after <= patience.longest_pause else None
    pause = patience.first_pause * 2 ** (attempt - 2)
    spread = random.uniform(0.75, 1.25)  # noqa: S311 - so that many streams do not come back at once
    return float(min(pause, patience.longest_pause) * spread)


class ReliableProtocol(Protocol):
    """A protocol with retries, dropped parameters and usage in every stream."""

    id = "reliable"

    def __init__(
        self,
        inner: Protocol,
        patience: Patience | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._inner = inner
        self._patience = patience or Patience()
        self._sleep = sleep

    async def models(self, target: Target) -> list[ModelInfo]:
        """Return what the wrapped protocol lists."""
        return await self._inner.models(target)

    async def stream(self, target: Target, request: ChatRequest) -> AsyncGenerator[Piece]:
        """Yield the answer piece by piece; usage is always there, `Finish` always last."""
        attempts, dropped = 1, 0
        told: list[Notice] = []
        while True:
            count = _Count(request)
            try:
                async with aclosing(_generator(self._inner.stream(target, request))) as pieces:
                    async for piece in pieces:
                        if type(piece) is Notice:
                            if piece in told:
                                continue
                            told.append(piece)
                        else:
                            count.see(piece)
                            if type(piece) is Finish and not count.counted:
                                yield count.estimate()
                        yield piece
                return
            except RequestRefused as problem:
                name = culprit(problem, target.provider_id, request.model, request.parameters)
                if count.began or name is None or dropped == _MAX_DROPPED:
                    raise
                dropped += 1
                request = replace(request, parameters=without(request.parameters, name))
                yield _dropped(name, request.model)
            except _WORTH_A_RETRY as problem:
                attempts += 1
                pause = None if count.began else pause_before(attempts, problem, self._patience)
                if pause is None:
                    raise
                yield _trying_again(problem, pause, target)
                await self._sleep(pause)


class _Count:
    """What of an answer has come, for the estimate and to know that it can no longer be repeated."""

    def __init__(self, request: ChatRequest) -> None:
        self.began = False
        self.counted = False
        self._request = request
        self._text: list[str] = []

    def see(self, piece: Piece) -> None:
        self.began = True
        if isinstance(piece, (AnswerDelta, ThinkingDelta)):
            self._text.append(piece.text)
        elif isinstance(piece, Usage):
            self.counted = True

    def estimate(self) -> Usage:
        return estimate_usage(self._request.messages, "".join(self._text))


def _generator(stream: AsyncIterator[Piece]) -> AsyncGenerator[Piece]:
    # Every stream is an async generator; the contract names the smaller type that callers need.
    return cast("AsyncGenerator[Piece]", stream)


def _dropped(name: str, model: str) -> Notice:
    return Notice(
        msg("“{model}” refused {parameter}; it was left out."),
        {"parameter": name.removeprefix("extra."), "model": model},
    )


def _trying_again(problem: LLMOpsError, pause: float, target: Target) -> Notice:
    template = (
        msg("{provider} limits how often it may be asked; trying again in {seconds} s.")
        if isinstance(problem, RateLimited)
        else msg("{provider} cannot be reached or is busy; trying again in {seconds} s.")
    )
    return Notice(template, {"provider": target.name, "seconds": f"{pause:.3g}"})
