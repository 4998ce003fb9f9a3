"""What all tables share: the metadata with its naming convention, and the recurring columns."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, MetaData

from ..types import Identifier, ShortText, UTCDateTime

__all__ = ["created", "identity", "metadata", "owned", "short", "updated"]

# Every constraint has a name, so that a migration can drop it on every database.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def identity() -> Column[int]:
    """Return the integer key. Numbers are never used twice, so an old link cannot show a new row."""
    return Column("id", Identifier, primary_key=True, autoincrement=True)


def owned(**options: Any) -> Column[str]:
    """Return the id of the actor whose row it is; empty for the organisation's own."""
    return Column("owner", ShortText(255), nullable=False, **options)


def short(name: str, length: int = 255, default: str | None = "", **options: Any) -> Column[str]:
    """Return a column for a name or code that is never NULL."""
    return Column(name, ShortText(length), nullable=False, default=default, **options)


def created() -> Column[Any]:
    """Return the moment of creation."""
    return Column("created_at", UTCDateTime, nullable=False)


def updated() -> Column[Any]:
    """Return the moment of the last change."""
    return Column("updated_at", UTCDateTime, nullable=False)
