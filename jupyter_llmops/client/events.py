"""The events of an answer, typed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from .sse import Frame
from .types import Record, Usage

__all__ = [
    "AnswerEvent",
    "DoneEvent",
    "ErrorEvent",
    "Event",
    "NoticeEvent",
    "OtherEvent",
    "RetagEvent",
    "StartEvent",
    "ThinkingEvent",
    "TitleEvent",
    "UsageEvent",
    "event_of",
]


class Event(Record):
    """Base of the events; `event_id` is its number in the stream."""

    name: ClassVar[str] = ""
    event_id: int = 0


class StartEvent(Event):
    """The answer begins. With `reset`, drop what came before: the whole text follows."""

    name = "start"
    message_id: int
    user_message_id: int | None = None
    session_id: int | None = None
    model: str | None = None
    reset: bool = False


class ThinkingEvent(Event):
    """More text of the reasoning."""

    name = "thinking"
    text: str = ""


class AnswerEvent(Event):
    """More text of the answer."""

    name = "answer"
    text: str = ""


class RetagEvent(Event):
    """The answer text so far was thinking."""

    name = "retag"


class NoticeEvent(Event):
    """Something to know that is no error: a parameter was dropped, a retry."""

    name = "notice"
    text: str = ""


class UsageEvent(Event, Usage):
    """What the answer took: tokens, cost and times (milliseconds)."""

    name = "usage"
    ttft_ms: float | None = None
    total_ms: float | None = None
    thinking_ms: float | None = None


class TitleEvent(Event):
    """The session got its title."""

    name = "title"
    title: str = ""


class ErrorEvent(Event):
    """The answer failed; `done` follows."""

    name = "error"
    code: str = ""
    message: str = ""
    remedy: str = ""


class DoneEvent(Event):
    """The last event: `status` is complete, stopped, interrupted or failed."""

    name = "done"
    status: str = "complete"
    finish_reason: str | None = None


class OtherEvent(Event):
    """An event of a newer server."""

    kind: str = ""
    data: dict[str, Any] = Field(default_factory=dict)


_KINDS: Mapping[str, type[Event]] = {
    kind.name: kind
    for kind in (
        StartEvent,
        ThinkingEvent,
        AnswerEvent,
        RetagEvent,
        NoticeEvent,
        UsageEvent,
        TitleEvent,
        ErrorEvent,
        DoneEvent,
    )
}


def event_of(frame: Frame) -> Event:
    """Return the typed event of a frame."""
    data: dict[str, Any] = json.loads(frame.data)
    number = int(frame.id) if frame.id.isdigit() else 0
    kind = _KINDS.get(frame.name)
    if kind is None:
        return OtherEvent(event_id=number, kind=frame.name, data=data)
    return kind.model_validate({**data, "event_id": number})
