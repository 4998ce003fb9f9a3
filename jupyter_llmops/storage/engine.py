"""The database: many readers, and on SQLite one writer.

    db = await Database.open("sqlite:////path/llmops.sqlite3")      # or postgresql://user@host/name
    async with db.read() as conn: rows = (await conn.execute(query, {...})).all()
    async with db.write() as conn: await conn.execute(insert, {...})
    await db.close()

Queries are SQLAlchemy Core statements, built once with `bindparam`, so that SQLAlchemy's cache and the
driver's prepared statements serve them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import event, make_url
from sqlalchemy.engine import URL, Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from ..core.i18n import msg
from .places import prepare_file, refuse_network
from .problems import UnsuitableDatabase, translated

if TYPE_CHECKING:
    from .visits import Visits

__all__ = ["BUSY_TIMEOUT", "Database", "parse_url"]

Result = TypeVar("Result")

BUSY_TIMEOUT = 5.0  # seconds a statement waits for another process's lock
READERS = 4
POSTGRESQL_POOL = 10
DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


class Database:
    """An open database. Make one with `open`, share it, `close` it at the end."""

    def __init__(self, url: URL, readers: AsyncEngine, writers: AsyncEngine) -> None:
        self.url = url
        self.dialect = url.get_backend_name()
        self._readers = readers
        self._writers = writers
        # SQLite has one writer; waiting here in turn is fair and cheap, waiting on its file lock is neither.
        self._turn = asyncio.Lock()
        self._writer: AsyncConnection | None = None
        self._writing: Visits | None = None
        self._looker: AsyncConnection | None = None
        self._looking: Visits | None = None

    @classmethod
    async def open(cls, url: str | URL) -> Database:
        """Open a database whose tables are up to date (see `upgrade.open_database` for one that may not be).

        Raise UnsuitableDatabase for a kind or place that cannot work, StorageUnavailable when
        it does not answer.
        """
        parsed = parse_url(url)
        database = _sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _postgresql(parsed)
        try:
            await database._connect()
        except BaseException:
            await database.close()
            raise
        return database

    async def close(self) -> None:
        """Close all connections; what was committed stays."""
        for connection in (self._writer, self._looker):
            if connection is not None:
                await connection.close()
        self._writer = self._looker = self._writing = self._looking = None
        await self._readers.dispose()
        await self._writers.dispose()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection for reading; each statement sees what was committed before it."""
        with translated():
            async with self._readers.connect() as connection:
                yield connection

    def write(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Give a connection in a transaction: committed at the end of the block, rolled back on any error.

        Raise StorageFull or StorageBusy, with nothing written. Keep the block short: on SQLite others wait.
        """
        return self._write_in_turn() if self.dialect == "sqlite" else self._write_pooled()

    @asynccontextmanager
    async def _write_pooled(self) -> AsyncIterator[AsyncConnection]:
        with translated():
            async with self._writers.begin() as connection:
                yield connection

    @asynccontextmanager
    async def _write_in_turn(self) -> AsyncIterator[AsyncConnection]:
        async with self._turn:
            writer = self._writer
            assert writer is not None, "the database is closed"
            with translated():
                try:
                    async with writer.begin():
                        yield writer
                finally:
                    # After a failed COMMIT (disk full) SQLite may still be inside the transaction.
                    await asyncio.shield(_leave_transaction(writer))

    async def transact(self, work: Callable[[Connection], Result]) -> Result:
        """Run a whole transaction, given as a function on a synchronous connection, and return its result.

        On SQLite it costs one visit to the writer's thread instead of one a statement, and those that
        wait share a visit, which counts where users wait while the event loop is busy. The function must
        not block on anything else.
        """
        if self._writing is None:
            async with self.write() as connection:
                return await connection.run_sync(work)
        with translated():
            return await self._writing.do(work)

    async def look(self, work: Callable[[Connection], Result]) -> Result:
        """Run a function that only reads, on a synchronous connection; costs as little as `transact`."""
        if self._looking is None:
            async with self.read() as connection:
                return await connection.run_sync(work)
        with translated():
            return await self._looking.do(work)

    async def _connect(self) -> None:
        with translated():
            if self.dialect == "sqlite":
                from .visits import Visits  # needs aiosqlite, which a user of PostgreSQL need not load

                self._writer = await self._writers.connect()
                self._writing = Visits(await _driver(self._writer), self._turn, _begin_immediate)
                self._looker = await self._readers.connect()
                self._looking = Visits(await _driver(self._looker), asyncio.Lock())
            else:
                async with self.read():
                    pass


def parse_url(url: str | URL) -> URL:
    """Return the URL with our asynchronous driver; raise UnsuitableDatabase for one we cannot use."""
    try:
        parsed = make_url(url)
        parsed = parsed.set(drivername=DRIVERS[parsed.get_backend_name()])
    except (ArgumentError, KeyError):
        raise UnsuitableDatabase(
            msg("The database URL is not one of a known kind."),
            remedy=msg("Use sqlite:////full/path/of/file or postgresql://user:password@host/database."),
        ) from None  # the cause would show the URL with its password
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise UnsuitableDatabase(
            msg("SQLite needs a file."),
            remedy=msg("Use sqlite:////full/path/of/file or postgresql://user:password@host/database."),
        )
    return parsed


def _sqlite(url: URL) -> Database:
    from .sqlite_driver import connect

    path = Path(str(url.database))
    with translated():
        refuse_network(path)
        prepare_file(path)
    options: dict[str, Any] = {
        "connect_args": {
            "async_creator_fn": connect,
            "isolation_level": None,  # we say BEGIN ourselves
            "timeout": BUSY_TIMEOUT,
            "cached_statements": 256,
            "check_same_thread": False,
        },
        "pool_reset_on_return": None,  # readers are outside transactions, the writer ends its own
    }
    readers = create_async_engine(
        url,
        pool_size=READERS + 1,  # one of them is kept for `look`
        max_overflow=0,
        isolation_level="AUTOCOMMIT",
        skip_autocommit_rollback=True,
        **options,
    )
    writers = create_async_engine(url, pool_size=1, max_overflow=0, **options)
    event.listen(readers.sync_engine, "connect", _set_up_reader)
    event.listen(writers.sync_engine, "connect", _set_up_writer)
    event.listen(writers.sync_engine, "begin", _begin_immediate)
    return Database(url, readers, writers)


def _postgresql(url: URL) -> Database:
    engine = create_async_engine(
        url,
        pool_size=POSTGRESQL_POOL,
        max_overflow=POSTGRESQL_POOL,
        pool_timeout=BUSY_TIMEOUT,
        pool_pre_ping=True,  # a restarted server costs no user an error
        connect_args={"options": "-c timezone=UTC", "connect_timeout": 10},
    )
    return Database(url, engine.execution_options(isolation_level="AUTOCOMMIT"), engine)


def _pragmas(connection: DBAPIConnection, *settings: str) -> None:
    cursor = connection.cursor()
    for setting in settings:
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _set_up_writer(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    if cursor.fetchone() != ("wal",):
        raise UnsuitableDatabase(
            msg("SQLite cannot use its write-ahead log in this folder."),
            remedy=msg("Choose a folder on a local disk for the data, or use PostgreSQL by its URL."),
        )
    cursor.close()
    _pragmas(
        connection, "synchronous=NORMAL", "foreign_keys=ON", "cache_size=-16000", "recursive_triggers=ON"
    )


def _set_up_reader(connection: DBAPIConnection, _record: object) -> None:
    # mmap saves copying the pages of the search index.
    _pragmas(connection, "query_only=ON", "cache_size=-16000", "mmap_size=1073741824")


def _begin_immediate(connection: Connection) -> None:
    # Taking the write lock at once: a transaction that starts by reading cannot fail half-way with BUSY.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


async def _driver(connection: AsyncConnection) -> Any:
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    return driver


async def _leave_transaction(writer: AsyncConnection) -> None:
    driver = await _driver(writer)
    if driver.in_transaction:
        await driver.rollback()
