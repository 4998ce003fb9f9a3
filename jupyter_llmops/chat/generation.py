"""One answer in the making: pieces of the provider become text and numbered events.

Knows no provider, database or task; `engine` feeds it and keeps it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..core.errors import LLMOpsError, ProviderError
from ..core.events import EventLog
from ..core.i18n import msg, render, translator
from ..providers.base import (
    AnswerDelta,
    Finish,
    Notice,
    Piece,
    Retag,
    ThinkingDelta,
    ToolCall,
    Usage,
)
from .schemas import ALLOWED, Message, MessageStatus

__all__ = ["Answer", "Generation", "Joiner", "finished_log"]

JOIN_SECONDS = 0.02
MAX_CHARACTERS = 4_000_000  # a model that runs away ends here and not with our memory

Clock = Callable[[], float]


class AnswerTooLong(ProviderError):
    """The model does not stop by itself."""

    code, title = "answer_too_long", msg("The answer was cut off at {limit} characters")
    remedy = msg("Set max_tokens in the model configuration, or ask for less at once.")


class Joiner(Protocol):
    """Calls `emit_pending` of what was added, a moment (`JOIN_SECONDS`) later."""

    def add(self, generation: Generation) -> None:
        """Remember the generation until the next tick."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Which answer this is: row, owner, model, and the language its starter reads."""

    message_id: int
    user_message_id: int
    session_id: int
    owner: str
    model: str
    language: str = "en"


@dataclass(slots=True)
class Metrics:
    """What was measured, in whole milliseconds, and counted."""

    ttft_ms: int | None = None
    total_ms: int | None = None
    thinking_ms: int | None = None
    usage: dict[str, Any] = field(default_factory=dict)


class Generation:
    """The text, state and event log of one answer."""

    def __init__(self, answer: Answer, joiner: Joiner, clock: Clock = time.perf_counter) -> None:
        self.answer = answer
        self.status = MessageStatus.STREAMING
        self.finish_reason: str | None = None
        self.error: dict[str, str] | None = None
        self.notices: list[str] = []
        self.usage: Usage | None = None
        self.metrics = Metrics()
        self.unsaved = False  # text changed since the row was last written
        self.log = EventLog(self._replay)
        self._joiner = joiner
        self._clock = clock
        self._began = clock()
        self._thinking_since: float | None = None
        self._texts: dict[str, list[str]] = {"thinking": [], "answer": []}
        self._length = 0
        self._pending: list[str] = []
        self._pending_name = ""
        self._joined_until = 0.0  # deltas before this moment wait for the joiner
        self._asides: list[tuple[str, Mapping[str, Any]]] = []
        self.log.append("start", self._start())

    # -- what it is ------------------------------------------------------------------------------

    @property
    def id(self) -> int:
        """The message this answer is."""
        return self.answer.message_id

    @property
    def content(self) -> str:
        """The answer so far."""
        return self._whole("answer")

    @property
    def thinking(self) -> str:
        """The reasoning so far."""
        return self._whole("thinking")

    @property
    def streaming(self) -> bool:
        """Tell whether the provider is still expected to say more."""
        return self.status is MessageStatus.STREAMING

    def _whole(self, name: str) -> str:
        parts = self._texts[name]
        if len(parts) > 1:
            parts[:] = ["".join(parts)]
        return parts[0] if parts else ""

    def text_row(self) -> dict[str, Any]:
        """Return what is written to the row while the answer grows."""
        answer = self.answer
        return {
            "key": answer.message_id,
            "of": answer.owner,
            "content": self.content,
            "thinking": self.thinking,
        }

    def result_row(self) -> dict[str, Any]:
        """Return what is written to the row when the answer has ended."""
        return (
            self.text_row()
            | self._times()
            | {
                "status": self.status.value,
                "finish_reason": self.finish_reason,
                "error": self.error,
                "notices": self.notices,
                "usage": self.metrics.usage or None,
                "cost": self.metrics.usage.get("cost"),
            }
        )

    # -- what the provider says ------------------------------------------------------------------

    def take(self, piece: Piece) -> None:
        """Take the next piece of the provider's answer."""
        _TAKE[type(piece)](self, piece)

    def _take_answer(self, piece: AnswerDelta) -> None:
        if self._thinking_since is not None:
            self._end_thinking()
        self._delta("answer", piece.text)

    def _take_thinking(self, piece: ThinkingDelta) -> None:
        if self._thinking_since is None:
            self._thinking_since = self._clock()
        self._delta("thinking", piece.text)

    def _take_retag(self, _: Retag) -> None:
        self._aside("retag", {}, keep=False)
        self._texts["thinking"] += self._texts["answer"]
        self._texts["answer"] = []
        self.metrics.thinking_ms = self._elapsed_ms() - (self.metrics.ttft_ms or 0)
        self.unsaved = True

    def _take_notice(self, piece: Notice) -> None:
        self.notice(piece.text, **piece.params)

    def _take_tool_call(self, piece: ToolCall) -> None:
        if piece.name:
            self.notice(
                msg("The model asked for the tool “{tool}”, which a chat does not offer."), tool=piece.name
            )

    def _take_usage(self, piece: Usage) -> None:
        self.usage = piece

    def _take_finish(self, piece: Finish) -> None:
        self.finish_reason = piece.reason

    def _delta(self, name: str, text: str) -> None:
        if not text:
            return
        self._texts[name].append(text)
        self._length += len(text)
        self.unsaved = True
        if self._length > MAX_CHARACTERS:
            raise AnswerTooLong(limit=f"{MAX_CHARACTERS:,}")
        if self._pending and name != self._pending_name:
            self.emit_pending()
        if self._pending:
            self._pending.append(text)
            return
        moment = self._clock()
        if moment >= self._joined_until:
            self._emit_delta(name, text, moment)
        else:
            self._pending_name = name
            self._pending.append(text)
            self._joiner.add(self)

    def _emit_delta(self, name: str, text: str, moment: float) -> None:
        if self.metrics.ttft_ms is None:
            self.metrics.ttft_ms = self._elapsed_ms()
        self._joined_until = moment + JOIN_SECONDS
        self.log.append(name, {"text": text})

    def emit_pending(self) -> None:
        """Send the deltas that were held back to be joined."""
        if self._pending:
            text = "".join(self._pending)
            self._pending.clear()
            self._emit_delta(self._pending_name, text, self._clock())

    # -- what we say -----------------------------------------------------------------------------

    def notice(self, template: str, **params: object) -> None:
        """Tell the user something that is no error; the same words only once."""
        text = render(template, params, translator(self.answer.language))
        if text not in self.notices:
            self.notices.append(text)
            self._aside("notice", {"text": text})

    def end(self, status: MessageStatus, error: LLMOpsError | None = None) -> None:
        """Take no more pieces: the answer is complete, stopped, failed or interrupted."""
        if status not in ALLOWED[self.status]:
            raise ValueError(f"a message cannot go from {self.status} to {status}")
        self.emit_pending()
        self._end_thinking()
        self.metrics.total_ms = self._elapsed_ms()
        self.status = status
        self.finish_reason = self.finish_reason or _REASONS[status]
        self.error = None if error is None else self._in_words(error)
        self.unsaved = True

    def announce(self) -> None:
        """Send what an answer costs and why it failed, after its last delta."""
        self._aside("usage", self.metrics.usage | self._times())
        if self.error is not None:
            self._aside("error", self.error)

    def announce_title(self, title: str) -> None:
        """Send the title the session was given."""
        self._aside("title", {"title": title})

    def announce_trouble(self, error: LLMOpsError) -> None:
        """Send an error of ours that is none of the answer's, such as a full disk."""
        self._aside("error", self._in_words(error))

    def close(self) -> None:
        """Send `done` and end the log."""
        self._aside("done", {"status": self.status.value, "finish_reason": self.finish_reason})
        self.log.close()

    def _in_words(self, error: LLMOpsError) -> dict[str, str]:
        language = self.answer.language
        return {"code": error.code, "message": error.message(language), "remedy": error.advice(language)}

    def _aside(self, name: str, data: Mapping[str, Any], keep: bool = True) -> None:
        self.emit_pending()
        if keep:
            self._asides.append((name, data))
        self.log.append(name, data)

    def _start(self) -> dict[str, Any]:
        answer = self.answer
        return {
            "message_id": answer.message_id,
            "user_message_id": answer.user_message_id,
            "model": answer.model,
        }

    def _times(self) -> dict[str, int | None]:
        metrics = self.metrics
        return {"ttft_ms": metrics.ttft_ms, "total_ms": metrics.total_ms, "thinking_ms": metrics.thinking_ms}

    def _replay(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        self.emit_pending()
        yield "start", self._start() | {"reset": True}
        if self.thinking:
            yield "thinking", {"text": self.thinking}
        if self.content:
            yield "answer", {"text": self.content}
        yield from self._asides

    def _elapsed_ms(self) -> int:
        return round((self._clock() - self._began) * 1000)

    def _end_thinking(self) -> None:
        if self._thinking_since is not None:
            spent = round((self._clock() - self._thinking_since) * 1000)
            self.metrics.thinking_ms = (self.metrics.thinking_ms or 0) + spent
            self._thinking_since = None


_REASONS = {
    MessageStatus.COMPLETE: "stop",
    MessageStatus.STOPPED: "stopped",
    MessageStatus.FAILED: "error",
    MessageStatus.INTERRUPTED: "interrupted",
}

# A dict lookup a piece instead of a chain of isinstance: this is the hot path.
_TAKE: dict[type[Any], Callable[[Generation, Any], None]] = {
    AnswerDelta: Generation._take_answer,
    ThinkingDelta: Generation._take_thinking,
    Retag: Generation._take_retag,
    Notice: Generation._take_notice,
    ToolCall: Generation._take_tool_call,
    Usage: Generation._take_usage,
    Finish: Generation._take_finish,
}


def finished_log(message: Message, user_message_id: int | None, after: int) -> EventLog:
    """Return the events of a finished answer, made from its row, with numbers above `after`."""
    log = EventLog(first=after + 1)
    for name, data in _finished_events(message, user_message_id):
        log.append(name, data)
    log.close()
    return log


def _finished_events(message: Message, user_message_id: int | None) -> Iterator[tuple[str, dict[str, Any]]]:
    yield (
        "start",
        {
            "message_id": message.id,
            "user_message_id": user_message_id,
            "model": message.model,
            "reset": True,
        },
    )
    if message.thinking:
        yield "thinking", {"text": message.thinking}
    if message.content:
        yield "answer", {"text": message.content}
    for text in message.notices:
        yield "notice", {"text": text}
    usage = message.usage.model_dump() if message.usage else {}
    times = {"ttft_ms": message.ttft_ms, "total_ms": message.total_ms, "thinking_ms": message.thinking_ms}
    yield "usage", usage | times
    if message.error:
        yield "error", message.error.model_dump()
    yield "done", {"status": message.status.value, "finish_reason": message.finish_reason}
