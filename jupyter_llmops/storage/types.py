"""Column types that behave alike on SQLite, PostgreSQL and MySQL."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Integer, LargeBinary, String, Text, types
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import Dialect

__all__ = ["JSON", "Blob", "Identifier", "LongText", "ShortText", "UTCDateTime", "clean_text"]

# SQLite numbers rows by itself only for a column of exactly this type.
Identifier = BigInteger().with_variant(Integer(), "sqlite")

Blob = LargeBinary().with_variant(mysql.LONGBLOB(), "mysql", "mariadb")

_LONG_TEXT = Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")


def clean_text(text: str) -> str:
    """Return the text without what no database takes: NUL and lone surrogates become U+FFFD."""
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


class _CleanText(types.TypeDecorator[str]):
    """Text. What cannot be stored is replaced, so that no message is ever refused."""

    impl: Any = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Clean the text on its way in."""
        return None if value is None else clean_text(value)


class LongText(_CleanText):
    """Text of any length."""

    impl = _LONG_TEXT
    cache_ok = True


class ShortText(_CleanText):
    """Text of limited length: names, codes, addresses."""

    impl = String
    cache_ok = True


class UTCDateTime(types.TypeDecorator[datetime]):
    """A moment with zone: stored in UTC to the microsecond, returned aware."""

    impl = DateTime(timezone=True).with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment in UTC; refuse one without zone, which nobody can place."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime for the database needs a zone")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class JSON(types.TypeDecorator[Any]):
    """A JSON value, kept as text so that keys stay in order and every database stores the same."""

    impl = _LONG_TEXT
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Serialise; None is NULL, never the text `null`."""
        if value is None:
            return None
        return clean_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Parse; NULL is None."""
        return None if value is None else json.loads(value)
