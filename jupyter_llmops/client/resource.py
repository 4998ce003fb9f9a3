"""What the groups of calls have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .connection import Connection

__all__ = ["Resource", "given", "id_of"]


class Resource:
    """A group of calls over one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __repr__(self) -> str:
        return f"<{type(self).__name__.removeprefix('Async')} of {self._connection!r}>"


def given(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that the caller gave a value."""
    return {name: value for name, value in fields.items() if value is not None}


def id_of(thing: Any) -> int:
    """Return the id of a session, message or configuration, or the number itself."""
    for name in ("id", "session_id"):
        value = getattr(thing, name, None)
        if value is not None:
            return int(value)
    return int(thing)
