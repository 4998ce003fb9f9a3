"""What goes wrong outside: a full disk, another process's lock, kill -9, a database server that goes away."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import func, insert, select, text

from jupyter_llmops.core.errors import LLMOpsError, StorageFull
from jupyter_llmops.storage import engine
from jupyter_llmops.storage.engine import Database
from jupyter_llmops.storage.problems import StorageBusy, StorageUnavailable, translate
from jupyter_llmops.storage.search import search_messages
from jupyter_llmops.storage.tables import chat_messages, chat_sessions
from tests.storage_fixtures import Cluster

NOW = datetime(2026, 1, 2, tzinfo=UTC)
SQLITE = pytest.mark.parametrize("dialect", ["sqlite"])
POSTGRESQL = pytest.mark.parametrize("dialect", ["postgresql"])


async def add_session(db: Database, title: str = "t", note: str = "") -> None:
    async with db.write() as connection:
        values = {
            "owner": "anna",
            "title": title,
            "system_prompt": note,
            "created_at": NOW,
            "updated_at": NOW,
        }
        await connection.execute(insert(chat_sessions).values(values))


async def count(db: Database) -> int:
    async with db.read() as connection:
        return int((await connection.execute(select(func.count()).select_from(chat_sessions))).scalar_one())


async def limit_pages(db: Database, extra: int) -> None:
    """Leave so many pages to the database, as if the disk had no more."""
    async with db.write() as connection:
        pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
        await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + extra}")


@SQLITE
@pytest.mark.spec("CHAT-2")
async def test_a_full_disk_is_said_so_and_costs_nothing_that_was_stored(db: Database) -> None:
    await add_session(db, "before")
    await limit_pages(db, 2)
    with pytest.raises(StorageFull) as caught:
        await add_session(db, "too large", "x" * 1_000_000)
    assert caught.value.status == 507
    assert "space" in caught.value.advice()
    assert await count(db) == 1
    await limit_pages(db, 100_000)
    await add_session(db, "after", "x" * 1_000_000)
    assert await count(db) == 2


LIMITED = """
import asyncio, resource, signal, sys
from datetime import UTC, datetime
from sqlalchemy import insert
from jupyter_llmops.core.errors import LLMOpsError
from jupyter_llmops.storage.engine import Database
from jupyter_llmops.storage.tables import chat_sessions

async def main():
    db = await Database.open(sys.argv[1])
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
    now, stored = datetime.now(UTC), 0
    stamp = {"owner": "anna", "created_at": now, "updated_at": now}
    while True:
        try:
            async with db.write() as connection:
                values = {"title": str(stored), "system_prompt": "x" * 50_000}
                await connection.execute(insert(chat_sessions).values(**values, **stamp))
        except LLMOpsError as error:
            print(stored, error.status, error.code)
            return
        stored += 1

asyncio.run(main())
"""


@SQLITE
def test_a_file_that_may_not_grow_keeps_what_was_committed(database_url: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, database_url], capture_output=True, text=True, check=True
    )
    stored, status, _ = done.stdout.split()
    assert int(status) in (503, 507)
    assert int(stored) > 5
    with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM chat_sessions").fetchone() == (int(stored),)


@pytest.fixture
async def impatient(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    """Give a database that waits for a lock only shortly."""
    monkeypatch.setattr(engine, "BUSY_TIMEOUT", 0.1)
    database = await Database.open(database_url)
    yield database
    await database.close()


@SQLITE
async def test_a_lock_of_another_process_is_said_so_and_reading_goes_on(
    impatient: Database, database_url: str
) -> None:
    await add_session(impatient)
    with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageBusy) as caught:
            await add_session(impatient)
        assert caught.value.status == 503
        assert await count(impatient) == 1
        other.execute("ROLLBACK")
    await add_session(impatient)
    assert await count(impatient) == 2


@SQLITE
async def test_a_short_lock_of_another_process_is_waited_for(db: Database, database_url: str) -> None:
    with closing(
        sqlite3.connect(
            database_url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False
        )
    ) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = asyncio.create_task(add_session(db))
        await asyncio.sleep(0)
        assert await count(db) == 0
        other.execute("ROLLBACK")
        await waiting
    assert await count(db) == 1


WRITER = """
import asyncio, sys
from datetime import UTC, datetime
from sqlalchemy import insert
from jupyter_llmops.storage.engine import Database
from jupyter_llmops.storage.tables import chat_messages, chat_sessions

async def main():
    db, now, number = await Database.open(sys.argv[1]), datetime.now(UTC), 0
    stamp = {"owner": "anna", "created_at": now, "updated_at": now}
    while True:
        number += 1
        async with db.write() as connection:
            made = await connection.execute(insert(chat_sessions).values(title=str(number), **stamp))
            session = made.inserted_primary_key[0]
            row = {"session_id": session, "content": f"message{number} 模型" * 20, **stamp}
            await connection.execute(insert(chat_messages), [row] * 20)
        print(number, flush=True)

asyncio.run(main())
"""


@pytest.fixture
def writer(database_url: str) -> Iterator[subprocess.Popen[str]]:
    """Run a process that writes without end and tells what it has committed."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, database_url], stdout=subprocess.PIPE, text=True
    )
    yield process
    process.kill()
    process.wait()


@pytest.mark.spec("CHAT-2")
async def test_kill_9_in_the_middle_of_writing_loses_nothing_committed(
    writer: subprocess.Popen[str], database_url: str
) -> None:
    assert writer.stdout is not None
    while int(writer.stdout.readline()) < 10:
        pass
    os.kill(writer.pid, signal.SIGKILL)
    told = max([10, *map(int, writer.stdout.read().split())])
    db = await Database.open(database_url)
    sessions = await count(db)
    assert sessions >= told
    async with db.read() as connection:
        messages = (await connection.execute(select(func.count()).select_from(chat_messages))).scalar_one()
        if db.dialect == "sqlite":
            assert (await connection.exec_driver_sql("PRAGMA integrity_check")).scalar_one() == "ok"
    assert messages == 20 * sessions
    assert len((await search_messages(db, "anna", f"message{told}", limit=30)).hits) == 20
    await add_session(db)
    await db.close()


@POSTGRESQL
async def test_a_dropped_connection_is_said_so_and_the_next_call_works(
    db: Database, postgresql: Cluster
) -> None:
    await add_session(db)

    async def cut_while_writing() -> None:
        async with db.write() as connection:
            await connection.execute(text("SELECT 1"))
            postgresql.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname LIKE 'llmops_%' AND pid <> pg_backend_pid()"
            )
            await connection.execute(text("SELECT 1"))

    with pytest.raises(StorageUnavailable):
        await cut_while_writing()
    await add_session(db)
    assert await count(db) == 2


async def test_a_server_that_is_not_there_is_said_so() -> None:
    with pytest.raises(StorageUnavailable) as caught:
        await Database.open("postgresql://anna:secret@127.0.0.1:1/none")
    assert "secret" not in str(caught.value) + caught.value.advice()


def sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("x")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (sqlite_error(sqlite3.SQLITE_FULL), StorageFull),
        (sqlite_error(sqlite3.SQLITE_BUSY_SNAPSHOT), StorageBusy),
        (sqlite_error(sqlite3.SQLITE_IOERR_WRITE), StorageUnavailable),
        (sqlite_error(sqlite3.SQLITE_CORRUPT), StorageUnavailable),
        (sqlite_error(sqlite3.SQLITE_ERROR), None),
        (OSError(28, "No space left on device"), StorageFull),
        (OSError(2, "No such file"), None),
        (psycopg.errors.DiskFull(), StorageFull),
        (psycopg.errors.TooManyConnections(), StorageBusy),
        (psycopg.errors.AdminShutdown(), StorageUnavailable),
        (psycopg.errors.UndefinedTable(), None),
        (ValueError("x"), None),
    ],
    ids=lambda value: getattr(value, "__name__", None) or type(value).__name__,
)
def test_every_known_failure_has_its_own_error(error: Exception, kind: type[LLMOpsError] | None) -> None:
    assert type(translate(error)) is (kind or type(None))


async def statement_of_a_defect(db: Database) -> None:
    async with db.read() as connection:
        await connection.execute(text("SELECT * FROM no_such_table"))


async def test_a_defect_of_ours_is_not_disguised(db: Database) -> None:
    with pytest.raises(Exception, match="no_such_table") as caught:
        await statement_of_a_defect(db)
    assert not isinstance(caught.value, LLMOpsError)


@SQLITE
async def test_readers_cannot_write(db: Database) -> None:
    async def write() -> None:
        async with db.read() as connection:
            await connection.execute(text("DELETE FROM chat_sessions"))

    with pytest.raises(StorageUnavailable):
        await write()
