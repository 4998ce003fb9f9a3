"""Queries of providers and model configurations. Every one names the owner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Result, Select, and_, asc, delete, desc, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ..core.clock import now
from ..core.errors import Invalid
from ..core.i18n import msg
from ..core.paging import decode_cursor, encode_cursor
from ..storage.engine import Database
from ..storage.tables import (
    app_settings,
    chat_sessions,
    manual_models,
    model_config_versions,
    model_configs,
    provider_settings,
)
from .schemas import ConfigQuery

__all__ = ["ORGANISATION", "ConfigStore", "ProviderStore", "Row"]

Row = Mapping[str, Any]

# Owner of what belongs to nobody in particular.
ORGANISATION = ""

C, V = model_configs.c, model_config_versions.c
_SORTS = {
    "name": C.name,
    "model": C.model,
    "provider_id": C.provider_id,
    "created_at": C.created_at,
    "updated_at": C.updated_at,
}
# What a version remembers.
VERSIONED = ("name", "notes", "provider_id", "endpoint", "model", "parameters", "system_prompt", "groups")


class ProviderStore:
    """Settings of providers, models added by hand, the endpoint policy."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.revision = 0  # grows with every write of this process that a ready model depends on

    async def settings(self) -> dict[str, Row]:
        """Return the organisation's settings by provider id."""
        query = select(provider_settings).where(provider_settings.c.owner == ORGANISATION)
        async with self._db.read() as conn:
            return {row["provider_id"]: row for row in _all(await conn.execute(query))}

    async def change_settings(self, provider_id: str, changes: Mapping[str, Any]) -> None:
        """Change the organisation's settings of a provider."""
        key = and_(provider_settings.c.owner == ORGANISATION, provider_settings.c.provider_id == provider_id)
        values = {**changes, "updated_at": now()}
        async with self._db.write() as conn:
            done = await conn.execute(update(provider_settings).where(key).values(values))
            if not done.rowcount:
                row = {
                    "owner": ORGANISATION,
                    "provider_id": provider_id,
                    "enabled": True,
                    "options": {},
                    **values,
                }
                await conn.execute(insert(provider_settings).values(row))
        self.revision += 1

    async def manual_models(self, owner: str, provider_id: str) -> Sequence[Row]:
        """Return the models the owner, or the organisation, added."""
        query = (
            select(manual_models)
            .where(
                manual_models.c.owner.in_([owner, ORGANISATION]), manual_models.c.provider_id == provider_id
            )
            .order_by(manual_models.c.model)
        )
        async with self._db.read() as conn:
            return _all(await conn.execute(query))

    async def put_manual_model(self, owner: str, provider_id: str, values: Mapping[str, Any]) -> None:
        """Add a model, or replace the one with this id."""
        key = _manual_key(owner, provider_id, values["model"])
        row = {"owner": owner, "provider_id": provider_id, "created_at": now(), **values}
        async with self._db.write() as conn:
            await conn.execute(delete(manual_models).where(key))
            await conn.execute(insert(manual_models).values(row))
        self.revision += 1

    async def delete_manual_model(self, owner: str, provider_id: str, model: str) -> bool:
        """Delete a model of the owner; tell whether there was one."""
        query = delete(manual_models).where(_manual_key(owner, provider_id, model))
        async with self._db.write() as conn:
            done = await conn.execute(query)
        self.revision += 1
        return bool(done.rowcount)

    async def setting(self, key: str) -> Any:
        """Return a setting of the installation, or None."""
        query = select(app_settings.c.value).where(
            app_settings.c.owner == ORGANISATION, app_settings.c.key == key
        )
        async with self._db.read() as conn:
            return (await conn.execute(query)).scalar()

    async def put_setting(self, key: str, value: Any) -> None:
        """Set a setting of the installation."""
        where = and_(app_settings.c.owner == ORGANISATION, app_settings.c.key == key)
        row = {"owner": ORGANISATION, "key": key, "value": value, "updated_at": now()}
        async with self._db.write() as conn:
            await conn.execute(delete(app_settings).where(where))
            await conn.execute(insert(app_settings).values(row))


def _manual_key(owner: str, provider_id: str, model: str) -> Any:
    columns = manual_models.c
    return and_(columns.owner == owner, columns.provider_id == provider_id, columns.model == model)


def _mine(owner: str, config_id: int) -> Any:
    return and_(C.owner == owner, C.id == config_id, C.deleted_at.is_(None))


class ConfigStore:
    """Model configurations and their versions."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.revision = 0  # grows with every write of this process that a ready model depends on

    async def get(self, owner: str, config_id: int) -> Row | None:
        """Return the owner's configuration; a deleted one is not there."""
        query = select(model_configs).where(_mine(owner, config_id))
        async with self._db.read() as conn:
            return _first(await conn.execute(query))

    async def default(self, owner: str) -> Row | None:
        """Return the owner's default, else the configuration changed last."""
        query = (
            select(model_configs)
            .where(C.owner == owner, C.deleted_at.is_(None))
            .order_by(C.is_default.desc(), C.updated_at.desc(), C.id.desc())
            .limit(1)
        )
        async with self._db.read() as conn:
            return _first(await conn.execute(query))

    async def page(self, owner: str, query: ConfigQuery) -> tuple[Sequence[Row], str | None, int]:
        """Return a page of configurations, the cursor of the next, and how many there are in all."""
        field, descending = _sort(query.sort)
        column = _SORTS[field]
        chosen = _chosen(owner, query)
        direction = desc if descending else asc
        rows_query = chosen.order_by(direction(column), direction(C.id)).limit(query.limit + 1)
        if query.cursor:
            rows_query = rows_query.where(_after(column, descending, query.cursor))
        async with self._db.read() as conn:
            rows = _all(await conn.execute(rows_query))
            total = (await conn.execute(select(func.count()).select_from(chosen.subquery()))).scalar_one()
        following = None
        if len(rows) > query.limit:
            rows = rows[: query.limit]
            last = rows[-1][field]
            following = encode_cursor(
                [last.isoformat() if isinstance(last, datetime) else last, rows[-1]["id"]]
            )
        return rows, following, total

    async def names(self, owner: str) -> set[str]:
        """Return the names of the owner's configurations."""
        query = select(C.name).where(C.owner == owner, C.deleted_at.is_(None))
        async with self._db.read() as conn:
            return set((await conn.execute(query)).scalars())

    async def ever_had_one(self, owner: str) -> bool:
        """Tell whether the owner has, or had, any configuration."""
        query = select(C.id).where(C.owner == owner).limit(1)
        async with self._db.read() as conn:
            return (await conn.execute(query)).first() is not None

    async def add(self, owner: str, values: Mapping[str, Any]) -> int:
        """Insert a configuration as version 1 and return its id."""
        moment = now()
        row = {**values, "owner": owner, "version": 1, "created_at": moment, "updated_at": moment}
        async with self._db.write() as conn:
            if values.get("is_default"):
                await _clear_default(conn, owner)
            done = await conn.execute(insert(model_configs).values(row))
            config_id = int(done.inserted_primary_key[0])  # type: ignore[index]
            await _remember(conn, owner, config_id)
        self.revision += 1
        return config_id

    async def change(self, owner: str, config_id: int, changes: Mapping[str, Any]) -> None:
        """Change fields; a change of what versions remember makes a new version."""
        versioned = not {*VERSIONED, "api_key_encrypted"}.isdisjoint(changes)
        values: dict[str, Any] = {**changes, "updated_at": now()}
        if versioned:
            values["version"] = C.version + 1
        async with self._db.write() as conn:
            if changes.get("is_default"):
                await _clear_default(conn, owner)
            await conn.execute(update(model_configs).where(_mine(owner, config_id)).values(values))
            if versioned:
                await _remember(conn, owner, config_id)
        self.revision += 1

    async def set_last_test(self, owner: str, config_id: int, last_test: Mapping[str, Any]) -> None:
        """Remember how a test went; this is no change of the configuration."""
        query = update(model_configs).where(_mine(owner, config_id)).values(last_test=last_test)
        async with self._db.write() as conn:
            await conn.execute(query)

    async def delete(self, owner: str, config_ids: Sequence[int]) -> int:
        """Delete configurations of the owner and return how many there were."""
        query = (
            update(model_configs)
            .where(C.owner == owner, C.id.in_(config_ids), C.deleted_at.is_(None))
            .values(deleted_at=now(), is_default=False)
        )
        async with self._db.write() as conn:
            done = await conn.execute(query)
        self.revision += 1
        return int(done.rowcount)

    async def sessions_using(self, owner: str, config_id: int) -> int:
        """Return how many of the owner's chats use a configuration."""
        sessions = chat_sessions.c
        query = select(func.count()).where(
            sessions.owner == owner, sessions.model_config_id == config_id, sessions.deleted_at.is_(None)
        )
        async with self._db.read() as conn:
            return int((await conn.execute(query)).scalar_one())

    async def versions(self, owner: str, config_id: int) -> Sequence[Row]:
        """Return the versions of a configuration, the newest first."""
        query = (
            select(model_config_versions)
            .where(V.owner == owner, V.config_id == config_id)
            .order_by(V.version.desc())
        )
        async with self._db.read() as conn:
            return _all(await conn.execute(query))


def _all(result: Result[Any]) -> list[Row]:
    return [dict(row._mapping) for row in result]


def _first(result: Result[Any]) -> Row | None:
    row = result.first()
    return None if row is None else dict(row._mapping)


async def _clear_default(conn: AsyncConnection, owner: str) -> None:
    await conn.execute(
        update(model_configs).where(C.owner == owner, C.is_default.is_(True)).values(is_default=False)
    )


async def _remember(conn: AsyncConnection, owner: str, config_id: int) -> None:
    row = (await conn.execute(select(model_configs).where(_mine(owner, config_id)))).mappings().one()
    version = {
        "owner": owner,
        "config_id": config_id,
        "version": row["version"],
        "data": {name: row[name] for name in VERSIONED},
        "api_key_encrypted": row["api_key_encrypted"],
        "api_key_hint": row["api_key_hint"],
        "created_at": row["updated_at"],
    }
    await conn.execute(insert(model_config_versions).values(version))


def _sort(sort: str | None) -> tuple[str, bool]:
    field = (sort or "name").removeprefix("-")
    if field not in _SORTS:
        raise Invalid.field("sort", msg("Must be one of: {expected}."), expected=", ".join(_SORTS))
    return field, (sort or "").startswith("-")


def _chosen(owner: str, query: ConfigQuery) -> Select[Any]:
    chosen = select(model_configs).where(C.owner == owner, C.deleted_at.is_(None))
    if query.provider_id:
        chosen = chosen.where(C.provider_id == query.provider_id)
    if query.q and query.q.strip():
        words = query.q.strip().lower()
        chosen = chosen.where(
            or_(
                *(
                    func.lower(column).contains(words, autoescape=True)
                    for column in (C.name, C.model, C.notes)
                )
            )
        )
    return chosen


def _after(column: Any, descending: bool, cursor: str) -> Any:
    """Return the condition for the rows behind a cursor."""
    value, last_id = decode_cursor(cursor, (str, int))
    key: Any = value
    if column is C.created_at or column is C.updated_at:
        key = _moment(str(value), cursor)
    if descending:
        return or_(column < key, and_(column == key, C.id < last_id))
    return or_(column > key, and_(column == key, C.id > last_id))


def _moment(text: str, cursor: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        decode_cursor(cursor, ())  # raises: a cursor of another list
        raise
    return moment if moment.tzinfo else moment.replace(tzinfo=now().tzinfo)
