"""A transaction in one visit behaves like one in many."""

from __future__ import annotations

import asyncio
import sqlite3

import pytest
from sqlalchemy import func, insert, select

from jupyter_llmops.core.clock import now
from jupyter_llmops.core.errors import StorageFull
from jupyter_llmops.storage.problems import StorageBusy
from jupyter_llmops.storage.tables import chat_sessions

pytestmark = pytest.mark.spec("OPS-2")


def row(title="x"):
    return {"owner": "ann", "title": title, "created_at": now(), "updated_at": now()}


async def count(db):
    async with db.read() as conn:
        return (await conn.execute(select(func.count()).select_from(chat_sessions))).scalar()


async def test_the_result_comes_back_and_the_rows_are_there(db):
    def work(conn):
        first = conn.execute(insert(chat_sessions), row()).inserted_primary_key[0]
        conn.execute(insert(chat_sessions), [row(), row()])
        return first

    assert await db.transact(work) == 1
    assert await count(db) == 3


async def test_an_error_undoes_everything_and_the_next_one_works(db):
    def work(conn):
        conn.execute(insert(chat_sessions), row())
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await db.transact(work)
    assert await count(db) == 0
    await db.transact(lambda conn: conn.execute(insert(chat_sessions), row()) and None)
    async with db.write() as conn:
        await conn.execute(insert(chat_sessions), row())
    assert await count(db) == 2


async def test_both_ways_of_writing_take_turns(db):
    async def slowly():
        async with db.write() as conn:
            await conn.execute(insert(chat_sessions), row())
            await asyncio.sleep(0)

    def at_once():
        return db.transact(lambda conn: conn.execute(insert(chat_sessions), row()) and None)

    await asyncio.gather(*[one() for _ in range(20) for one in (slowly, at_once)])
    assert await count(db) == 40


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_a_full_disk_and_a_lock_have_their_names(db, tmp_path):
    async with db.write() as conn:
        pages = (await conn.exec_driver_sql("PRAGMA page_count")).scalar()
        await conn.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        await conn.exec_driver_sql("PRAGMA busy_timeout = 20")
    with pytest.raises(StorageFull):
        await db.transact(lambda conn: conn.execute(insert(chat_sessions), row("x" * 400_000)) and None)
    assert await count(db) == 0
    other = sqlite3.connect(str(db.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageBusy):
        await db.transact(lambda conn: None)
    other.close()
    await db.transact(lambda conn: None)
