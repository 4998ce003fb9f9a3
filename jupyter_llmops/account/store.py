"""Queries of a person's settings."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, delete, insert, select

from ..core.clock import now
from ..storage.engine import Database
from ..storage.tables import user_settings

__all__ = ["AccountStore"]

_READ = select(user_settings.c.data).where(user_settings.c.owner == bindparam("owner"))
_FORGET = delete(user_settings).where(user_settings.c.owner == bindparam("of"))


class AccountStore:
    """Settings of people, one row each."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def settings(self, owner: str) -> dict[str, Any]:
        """Return what the owner chose; empty when nothing."""
        async with self._db.read() as conn:
            data: dict[str, Any] | None = (await conn.execute(_READ, {"owner": owner})).scalar()
        return data or {}

    async def change(self, owner: str, changes: dict[str, Any]) -> dict[str, Any]:
        """Merge the changes into the owner's settings and return them all."""
        async with self._db.write() as conn:
            data = {**((await conn.execute(_READ, {"owner": owner})).scalar() or {}), **changes}
            await conn.execute(_FORGET, {"of": owner})
            await conn.execute(insert(user_settings), {"owner": owner, "data": data, "updated_at": now()})
        return data
