"""One hop to the SQLite thread per statement.

aiosqlite visits its thread four times for a query: cursor, execute, fetchall, close. A visit costs
more than a small query itself. Here a statement is executed and its rows are fetched in one visit.
SQLAlchemy takes such a connection by its `async_creator_fn`.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import aiosqlite

__all__ = ["Connection", "connect"]


class Cursor:
    """A cursor whose rows are already here; has what SQLAlchemy's adapter asks of a cursor."""

    arraysize = 1

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: deque[Any] = deque()
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Cursor:
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """Execute and fetch all rows in one visit to the thread."""
        await self._connection.visit(self._run, sql, parameters)

    async def executemany(self, sql: str, parameters: Sequence[Sequence[Any]]) -> None:
        """Execute for each set of parameters in one visit."""
        await self._connection.visit(self._run_many, sql, parameters)

    async def fetchall(self) -> deque[Any]:
        """Hand over the rows."""
        rows, self._rows = self._rows, deque()
        return rows

    async def close(self) -> None:
        """Do nothing: the real cursor is closed already."""

    def _run(self, sqlite: sqlite3.Connection, sql: str, parameters: Sequence[Any]) -> None:
        cursor = sqlite.execute(sql, parameters)
        self._keep(cursor)

    def _run_many(self, sqlite: sqlite3.Connection, sql: str, parameters: Sequence[Sequence[Any]]) -> None:
        cursor = sqlite.executemany(sql, parameters)
        self._keep(cursor)

    def _keep(self, cursor: sqlite3.Cursor) -> None:
        if cursor.description is not None:
            self._rows.extend(cursor)
        self.description = cursor.description
        self.rowcount = cursor.rowcount
        self.lastrowid = cursor.lastrowid
        cursor.close()


class Connection(aiosqlite.Connection):
    """An aiosqlite connection with cursors of one visit."""

    def cursor(self) -> Cursor:  # type: ignore[override]
        """Return a cursor, without a visit."""
        return Cursor(self)

    async def visit(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """Call a function with sqlite3's connection, in the thread that owns it."""
        execute: Any = self._execute  # aiosqlite leaves it untyped
        return await execute(work, self._conn, *arguments)

    def submit(self, work: Callable[..., Any], *arguments: Any) -> asyncio.Future[Any]:
        """Begin a visit and return what will be its result; a visit begun cannot be cancelled."""
        result: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        try:
            self._tx.put_nowait((result, partial(work, self._conn, *arguments)))
        except ValueError as error:  # it is closed
            result.set_exception(error)
        return result


def connect(*arguments: Any, **options: Any) -> Any:
    """Return a connection to be awaited; its thread never holds up the end of the process."""

    def connector() -> sqlite3.Connection:
        opened: sqlite3.Connection = sqlite3.connect(*arguments, **options)
        return opened

    connection: Any = Connection(connector, iter_chunk_size=64)
    connection._thread.daemon = True
    return connection
