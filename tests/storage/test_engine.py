"""The database on both dialects: transactions, errors, concurrency."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select, text

from jupyter_llmops.core.errors import NotFound
from jupyter_llmops.storage.engine import Database
from jupyter_llmops.storage.tables import chat_sessions, user_settings

NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)


async def add_session(db: Database, title: str = "t", owner: str = "anna", at: datetime = NOW) -> int:
    async with db.write() as connection:
        values = {"owner": owner, "title": title, "created_at": at, "updated_at": at}
        result = await connection.execute(insert(chat_sessions).values(values))
        return int(result.inserted_primary_key[0])


async def titles(db: Database) -> list[str]:
    async with db.read() as connection:
        return list(await connection.scalars(select(chat_sessions.c.title).order_by(chat_sessions.c.id)))


async def fail_after_writing(db: Database) -> None:
    async with db.write() as connection:
        await connection.execute(
            insert(chat_sessions).values(owner="anna", title="lost", created_at=NOW, updated_at=NOW)
        )
        raise NotFound


@pytest.mark.spec("OPS-2")
async def test_a_committed_block_is_read_back(db: Database) -> None:
    first, second = await add_session(db, "a"), await add_session(db, "b")
    assert second > first
    assert await titles(db) == ["a", "b"]


@pytest.mark.spec("OPS-2")
async def test_an_error_in_the_block_leaves_nothing_behind(db: Database) -> None:
    with pytest.raises(NotFound):
        await fail_after_writing(db)
    assert await titles(db) == []
    await add_session(db, "next")
    assert await titles(db) == ["next"]


async def test_a_cancelled_block_leaves_nothing_behind_and_lets_others_write(db: Database) -> None:
    inside = asyncio.Event()

    async def interrupted() -> None:
        async with db.write() as connection:
            await connection.execute(
                insert(chat_sessions).values(owner="anna", title="lost", created_at=NOW, updated_at=NOW)
            )
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(interrupted())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await add_session(db, "next")
    assert await titles(db) == ["next"]


async def test_many_writers_and_readers_at_once_lose_nothing(db: Database) -> None:
    await asyncio.gather(*(add_session(db, str(n)) for n in range(60)), *(titles(db) for _ in range(60)))
    assert sorted(await titles(db), key=int) == [str(n) for n in range(60)]


async def test_ids_are_never_used_twice(db: Database) -> None:
    first = await add_session(db)
    async with db.write() as connection:
        await connection.execute(chat_sessions.delete())
    assert await add_session(db) > first


async def test_times_come_back_in_utc_with_zone(db: Database) -> None:
    await add_session(db, at=NOW.astimezone(timezone(timedelta(hours=8))))
    async with db.read() as connection:
        found = (await connection.execute(select(chat_sessions.c.created_at))).scalar_one()
    assert found == NOW
    assert found.utcoffset() == timedelta(0)


async def test_a_time_without_zone_is_refused(db: Database) -> None:
    with pytest.raises(Exception, match="needs a zone"):
        await add_session(db, at=NOW.replace(tzinfo=None))


@pytest.mark.parametrize("text", ["模型 🚀", "a\x00b", "half a pair \ud83d", "'; DROP TABLE x; --", ""])
async def test_any_text_can_be_stored(db: Database, text: str) -> None:
    await add_session(db, text)
    (found,) = await titles(db)
    assert found == text.replace("\x00", "\ufffd").replace("\ud83d", "\ufffd")


SLOW = {
    "sqlite": "INSERT INTO user_settings(owner, data, updated_at) "
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500000) "
    "SELECT 'lost' || max(i), '{}', '2026-01-01 00:00:00' FROM n",
    "postgresql": "INSERT INTO user_settings(owner, data, updated_at) "
    "SELECT 'lost' || count(*), '{}', now() FROM generate_series(1, 3000000)",
}


async def test_a_statement_cancelled_while_it_runs_leaves_nothing_behind(db: Database) -> None:
    started = asyncio.Event()

    async def write_slowly() -> None:
        async with db.write() as connection:
            started.set()
            await connection.execute(text(SLOW[db.dialect]))

    for _ in range(3):
        started.clear()
        task = asyncio.create_task(write_slowly())
        await started.wait()
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await add_session(db, "next")
    assert await titles(db) == ["next"]
    async with db.read() as connection:
        assert (await connection.execute(select(user_settings))).all() == []


COUNTING = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) "
    "SELECT max(i) FROM n",
    "postgresql": "SELECT count(*) FROM generate_series(1, 3000000)",
}


async def test_a_read_cancelled_while_it_runs_harms_no_other(db: Database) -> None:
    started = asyncio.Event()

    async def read_slowly() -> None:
        async with db.read() as connection:
            started.set()
            await connection.execute(text(COUNTING[db.dialect]))

    for _ in range(10):
        started.clear()
        task = asyncio.create_task(read_slowly())
        await started.wait()
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await asyncio.gather(*(titles(db) for _ in range(12))) == [[]] * 12
