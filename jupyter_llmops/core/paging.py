"""Lists in pages: `?limit=&cursor=&q=&sort=` in, `{items, next, total}` out.

A cursor is the sort key of the last row seen, so that a page neither skips nor repeats rows when
others are added or removed meanwhile. Clients treat it as opaque.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Generic, TypeVar

from pydantic import Field

from .errors import Invalid
from .i18n import msg
from .wire import Wire

__all__ = ["Page", "PageQuery", "decode_cursor", "encode_cursor"]

Item = TypeVar("Item")

Scalar = str | int | float | bool | None


class PageQuery(Wire):
    """What every list understands."""

    limit: int = Field(50, ge=1, le=200, description="Items per page.")
    cursor: str | None = Field(None, max_length=2000, description="The `next` of the page before.")
    q: str | None = Field(None, max_length=500, description="Only items whose name contains this text.")
    sort: str | None = Field(None, max_length=50, description="Field to sort by; `-` before it: descending.")


class Page(Wire, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next: str | None = Field(None, description="Cursor of the next page; null on the last.")
    total: int = Field(description="Items in all pages.")


def encode_cursor(key: Sequence[Scalar]) -> str:
    """Return the cursor that stands for a row with this sort key."""
    text = json.dumps(list(key), ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, kinds: Sequence[type]) -> list[Scalar]:
    """Return the sort key in a cursor; `kinds` are the types its parts must have.

    Raise `Invalid` for the field `cursor` when it is not one of ours.
    """
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        key = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
    except (binascii.Error, UnicodeError, ValueError, RecursionError):
        raise _not_ours() from None
    if not isinstance(key, list) or len(key) != len(kinds):
        raise _not_ours()
    if not all(_is(value, kind) for value, kind in zip(key, kinds, strict=True)):
        raise _not_ours()
    return key


def _is(value: object, kind: type) -> bool:
    if kind is int and isinstance(value, int) and abs(value) >= 1 << 63:
        return False  # no database takes it
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def _not_ours() -> Invalid:
    return Invalid.field(
        "cursor", msg("This is not a cursor of this list. Leave it out to start at the first page.")
    )
