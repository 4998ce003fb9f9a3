"""Time: UTC with zone everywhere inside, ISO 8601 with `Z` on the wire."""

from __future__ import annotations

from datetime import UTC, datetime

__all__ = ["now"]


def now() -> datetime:
    """Return the present moment, in UTC with zone, to the microsecond."""
    return datetime.now(UTC)
