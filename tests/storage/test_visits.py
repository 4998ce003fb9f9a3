"""Those who wait for the database's thread go together, and do not notice each other."""

from __future__ import annotations

import asyncio
import threading

import pytest
from sqlalchemy import func, insert, select

from jupyter_llmops.core.clock import now
from jupyter_llmops.storage.problems import StorageUnavailable
from jupyter_llmops.storage.tables import chat_sessions

pytestmark = [
    pytest.mark.spec("OPS-2"),
    pytest.mark.parametrize("dialect", ["sqlite"], indirect=True),
]


def add(conn, title="x"):
    values = {"owner": "ann", "title": title, "created_at": now(), "updated_at": now()}
    return conn.execute(insert(chat_sessions), values).inserted_primary_key[0]


def count(conn):
    return conn.execute(select(func.count()).select_from(chat_sessions)).scalar()


@pytest.fixture
def gate(db):
    """Give an event that the work now in the thread waits for, so that others have to queue."""
    return threading.Event()


async def queued(*works):
    """Return tasks that wait for the thread."""
    tasks = [asyncio.create_task(work) for work in works]
    await asyncio.sleep(0)
    return tasks


async def test_those_that_wait_share_one_visit(db, gate, monkeypatch):
    submitted = []
    submit = db._writing._driver.submit
    monkeypatch.setattr(
        db._writing._driver, "submit", lambda *given: submitted.append(len(given[1])) or submit(*given)
    )
    first = await queued(db.transact(lambda conn: gate.wait(20)))
    others = await queued(*[db.transact(add) for _ in range(20)])
    gate.set()
    ids = await asyncio.gather(*others)
    await asyncio.gather(*first)
    assert ids == sorted(set(ids))
    assert submitted == [1, 20]


async def test_an_error_is_only_its_own(db, gate):
    def fail(conn):
        add(conn)
        raise ZeroDivisionError

    first = await queued(db.transact(lambda conn: gate.wait(20)))
    others = await queued(db.transact(add), db.transact(fail), db.transact(add))
    gate.set()
    one, failed, two = await asyncio.gather(*others, return_exceptions=True)
    await asyncio.gather(*first)
    assert isinstance(failed, ZeroDivisionError)
    assert one != two
    assert await db.look(count) == 2


async def test_one_who_gives_up_takes_nothing_from_the_others(db, gate):
    (leader,) = await queued(db.transact(lambda conn: gate.wait(20)))
    patient, leaving = await queued(db.transact(add), db.transact(add))
    leader.cancel()
    leaving.cancel()
    await asyncio.sleep(0)
    gate.set()
    assert await patient
    assert await db.look(count) == 1
    assert leader.cancelled()
    assert leaving.cancelled()


async def test_a_look_sees_what_was_committed_and_cannot_write(db):
    await db.transact(add)
    assert await db.look(count) == 1
    with pytest.raises(StorageUnavailable):
        await db.look(add)
    assert await asyncio.gather(*[db.look(count) for _ in range(30)]) == [1] * 30
