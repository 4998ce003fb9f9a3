"""A conversation on its way out of the database or into it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..schemas import Message, Session

__all__ = ["ImportedMessage", "ImportedSession", "Record", "Remark"]


@dataclass(frozen=True, slots=True)
class Record:
    """A session with its whole tree, the branch shown, and the bytes of its images by their id."""

    session: Session
    messages: list[Message]
    shown: list[Message]
    images: Mapping[int, bytes]


@dataclass(frozen=True, slots=True)
class Remark:
    """Something of a file that could not be taken over: a template marked with `msg`, and its fields."""

    reason: str
    params: Mapping[str, object] = field(default_factory=dict)
    remedy: str = ""


@dataclass(slots=True)
class ImportedMessage:
    """A message of a file; `key` and `parent` are the file's own names for it and the one before."""

    key: str
    parent: str | None
    role: str
    content: str
    created_at: datetime | None = None
    thinking: str = ""
    status: str = "complete"
    model: str = ""
    columns: dict[str, Any] = field(default_factory=dict)  # further columns of the row, as they are
    images: list[str] = field(default_factory=list)  # base64


@dataclass(slots=True)
class ImportedSession:
    """A conversation of a file, its messages with parents before children."""

    index: int
    title: str
    messages: list[ImportedMessage] = field(default_factory=list)
    current: str | None = None
    system_prompt: str = ""
    model: str = ""
    pinned: bool = False
    archived: bool = False
    created_at: datetime | None = None
    updated_at: datetime | None = None
    remarks: list[Remark] = field(default_factory=list)
