"""Lines from bytes, whatever pieces the network cuts them into. Pure."""

from __future__ import annotations

__all__ = ["LineTooLong", "Lines"]

MAX_LINE = 1024 * 1024


class LineTooLong(Exception):
    """No end of line within the limit; the argument is the limit in bytes."""


class Lines:
    """Cut a byte stream into lines without their ends (LF or CRLF)."""

    def __init__(self, limit: int = MAX_LINE) -> None:
        self._limit = limit
        self._parts: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Return the lines that are complete now, the empty ones left out."""
        if b"\n" not in data:
            self._keep(data)
            return []
        if self._parts:
            data = b"".join([*self._parts, data])
            self._parts, self._size = [], 0
        *lines, rest = data.split(b"\n")
        self._keep(rest)
        return [stripped for line in lines if (stripped := line.rstrip(b"\r"))]

    def close(self) -> list[bytes]:
        """Return a last line that has no end."""
        rest = b"".join(self._parts).rstrip(b"\r")
        self._parts, self._size = [], 0
        return [rest] if rest else []

    def _keep(self, rest: bytes) -> None:
        if not rest:
            return
        # A copy per piece would be quadratic for a long line in small pieces, hence the list.
        self._parts.append(rest)
        self._size += len(rest)
        if self._size > self._limit:
            raise LineTooLong(self._limit)
