"""Our own file format: everything of a session but keys, endpoints and numbers of configurations."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import orjson
from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from ...core.clock import now
from ...core.i18n import msg
from ..schemas import MAX_SYSTEM_PROMPT, MAX_TITLE, Cost, MessageStatus, Problem
from .record import ImportedMessage, ImportedSession, Record, Remark

__all__ = ["FORMAT", "as_json", "read_own"]

FORMAT = "jupyter-llmops/chat"
VERSION = 1
MAX_IMPORTED_CONTENT = 4_000_000

_MESSAGE_FIELDS = {
    "id", "parent_id", "role", "content", "thinking", "thinking_ms", "status", "model", "provider_id",
    "parameters", "usage", "ttft_ms", "total_ms", "finish_reason", "error", "notices", "rating", "created_at",
}  # fmt: skip
_SESSION_FIELDS = {
    "title", "system_prompt", "model", "provider_id", "pinned", "archived", "current_message_id",
    "created_at", "updated_at",
}  # fmt: skip


def as_json(records: Iterable[Record]) -> bytes:
    """Return sessions with all their branches and images."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": now(),
        "sessions": [_session(record) for record in records],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z)


def _session(record: Record) -> dict[str, Any]:
    messages = [
        message.model_dump(mode="json", include=_MESSAGE_FIELDS)
        | {
            "images": [
                {
                    "media_type": image.media_type,
                    "data": base64.b64encode(record.images.get(image.id, b"")).decode(),
                }
                for image in message.images
            ]
        }
        for message in record.messages
    ]
    return record.session.model_dump(mode="json", include=_SESSION_FIELDS) | {"messages": messages}


class _Image(BaseModel):
    data: str


class _Message(BaseModel):
    """A message as the file has it; unknown fields of later versions are passed over."""

    id: int
    parent_id: int | None = None
    role: Literal["user", "assistant"]
    content: str = Field("", max_length=MAX_IMPORTED_CONTENT)
    thinking: str = Field("", max_length=MAX_IMPORTED_CONTENT)
    thinking_ms: int | None = Field(None, ge=0, lt=1 << 31)
    status: MessageStatus = MessageStatus.COMPLETE
    model: str = Field("", max_length=500)
    provider_id: str = Field("", max_length=64)
    parameters: dict[str, Any] = Field(default_factory=dict)
    usage: Cost | None = None
    ttft_ms: int | None = Field(None, ge=0, lt=1 << 31)
    total_ms: int | None = Field(None, ge=0, lt=1 << 31)
    finish_reason: str | None = Field(None, max_length=64)
    error: Problem | None = None
    notices: list[str] = Field(default_factory=list)
    rating: Literal[-1, 0, 1] = 0
    created_at: AwareDatetime | None = None
    images: list[_Image] = Field(default_factory=list)


class _Session(BaseModel):
    title: str = Field("", max_length=MAX_TITLE)
    system_prompt: str = Field("", max_length=MAX_SYSTEM_PROMPT)
    model: str = Field("", max_length=500)
    pinned: bool = False
    archived: bool = False
    current_message_id: int | None = None
    created_at: AwareDatetime | None = None
    updated_at: AwareDatetime | None = None
    messages: list[Any] = Field(default_factory=list)


def read_own(index: int, entry: Mapping[str, Any]) -> ImportedSession | Remark:
    """Return a session of the file, or why it is none; bad messages are remarked and left out."""
    try:
        read = _Session.model_validate(entry)
    except ValidationError as error:
        return Remark(_WRONG_FIELD, _where(error))
    session = ImportedSession(
        index,
        read.title,
        current=None if read.current_message_id is None else str(read.current_message_id),
        system_prompt=read.system_prompt,
        model=read.model,
        pinned=read.pinned,
        archived=read.archived,
        created_at=read.created_at,
        updated_at=read.updated_at,
    )
    for number, item in enumerate(read.messages):
        try:
            session.messages.append(_imported(_Message.model_validate(item)))
        except ValidationError as error:
            session.remarks.append(Remark(_WRONG_MESSAGE, {"number": number, **_where(error)}))
    return session


_WRONG_FIELD = msg("The conversation cannot be read: field “{field}” is not valid ({problem}).")
_WRONG_MESSAGE = msg("Message {number} was left out: field “{field}” is not valid ({problem}).")


def _where(error: ValidationError) -> dict[str, object]:
    first = error.errors(include_url=False, include_input=False)[0]
    return {"field": ".".join(str(part) for part in first["loc"]) or "-", "problem": first["msg"]}


def _imported(read: _Message) -> ImportedMessage:
    status = MessageStatus.INTERRUPTED if read.status is MessageStatus.STREAMING else read.status
    kept = read.model_dump(
        mode="json",
        include={"thinking_ms", "parameters", "usage", "ttft_ms", "total_ms", "finish_reason", "error",
                 "notices", "rating", "provider_id"},
    )  # fmt: skip
    return ImportedMessage(
        key=str(read.id),
        parent=None if read.parent_id is None else str(read.parent_id),
        role=read.role,
        content=read.content,
        created_at=read.created_at,
        thinking=read.thinking,
        status=status.value,
        model=read.model,
        columns=kept | {"cost": read.usage.cost if read.usage else None},
        images=[image.data for image in read.images],
    )
