"""An answer, put together from its events."""

from __future__ import annotations

from dataclasses import dataclass, field

from .errors import AnswerFailedError
from .events import (
    AnswerEvent,
    DoneEvent,
    ErrorEvent,
    Event,
    NoticeEvent,
    RetagEvent,
    StartEvent,
    ThinkingEvent,
    TitleEvent,
    UsageEvent,
)
from .markdown import displayable
from .types import Usage

__all__ = ["Answer", "AnswerBuilder"]


@dataclass(slots=True)
class Answer:
    """What a model said. `str(answer)` is its text; a notebook shows it as Markdown. Times in ms."""

    text: str = ""
    thinking: str = ""
    model: str | None = None
    session_id: int | None = None
    message_id: int | None = None
    status: str = "streaming"
    finish_reason: str | None = None
    usage: Usage = field(default_factory=Usage)
    ttft_ms: float | None = None
    total_ms: float | None = None
    thinking_ms: float | None = None
    title: str | None = None
    notices: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        return displayable(self.text)


class AnswerBuilder:
    """Folds events into one `Answer`, which can be read at any time."""

    def __init__(self, session_id: int | None = None) -> None:
        self.answer = Answer(session_id=session_id)
        self._error: ErrorEvent | None = None

    def add(self, event: Event) -> None:
        """Take the next event."""
        answer = self.answer
        match event:
            case ThinkingEvent():
                answer.thinking += event.text
            case AnswerEvent():
                answer.text += event.text
            case RetagEvent():
                answer.thinking, answer.text = answer.thinking + answer.text, ""
            case StartEvent():
                self._start(event)
            case NoticeEvent():
                answer.notices.append(event.text)
            case UsageEvent():
                self._measure(event)
            case TitleEvent():
                answer.title = event.title
            case ErrorEvent():
                self._error = event
            case DoneEvent():
                answer.status, answer.finish_reason = event.status, event.finish_reason

    def _start(self, event: StartEvent) -> None:
        self.answer.message_id = event.message_id
        self.answer.model = event.model or self.answer.model
        if event.reset:
            self.answer.text = self.answer.thinking = ""
            self.answer.notices.clear()

    def _measure(self, event: UsageEvent) -> None:
        answer = self.answer
        answer.usage = Usage.model_validate({name: getattr(event, name) for name in Usage.model_fields})
        answer.ttft_ms, answer.total_ms = event.ttft_ms, event.total_ms
        answer.thinking_ms = event.thinking_ms

    def finish(self) -> Answer:
        """Return the answer, or raise `AnswerFailedError` if the model failed."""
        if self._error is not None:
            error = self._error
            raise AnswerFailedError(self.answer, code=error.code, detail=error.message, remedy=error.remedy)
        return self.answer
