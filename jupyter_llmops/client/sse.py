"""Server-sent events, parsed without I/O (HTML standard, section 9.2.6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Frame", "FrameParser"]


@dataclass(frozen=True, slots=True)
class Frame:
    """One event as it came: its id (`""` if it has none), its name and its data."""

    id: str
    name: str
    data: str


class FrameParser:
    """Turns lines into frames. Comments and fields it does not know are skipped."""

    def __init__(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self._id = ""
        self._name = ""
        self._data: list[str] = []

    def feed(self, line: str) -> Iterator[Frame]:
        """Take one line without its end; yield the frame that an empty line completes."""
        if not line:
            if self._data:
                yield Frame(self._id, self._name or "message", "\n".join(self._data))
            self._clear()
            return
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            self._data.append(value)
        elif field == "event":
            self._name = value
        elif field == "id":
            self._id = value
