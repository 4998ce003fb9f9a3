"""Whole pieces of work in the thread of one SQLite connection; those that wait go in together.

A visit to the thread costs more than a small query: the thread has to win Python's lock from a busy event
loop. When fifty answers start at once, two visits do what would have been fifty in a row.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar, cast

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import StaticPool

from .sqlite_driver import Connection as Driver

__all__ = ["Visits"]

Result = TypeVar("Result")
Work = Callable[[Connection], Any]
# What a piece of work returned, or raised.
Outcome = tuple[Any, Exception | None]


@dataclass(frozen=True, slots=True)
class _Wish:
    work: Work
    done: asyncio.Future[Any]


class Visits:
    """Does pieces of work in the order they came, each a transaction of its own.

    The turn is held during a visit; whoever uses the same connection otherwise takes it too.
    """

    def __init__(
        self, driver: Driver, turn: asyncio.Lock, begin: Callable[[Connection], None] | None = None
    ) -> None:
        self._driver = driver
        self._turn = turn
        self._begin = begin
        self._engine: Engine | None = None
        self._waiting: list[_Wish] = []
        self._led = False  # somebody is on the way who takes along all that waits
        self._successor: asyncio.Task[None] | None = None

    async def do(self, work: Callable[[Connection], Result]) -> Result:
        """Do the work and return its result, or raise what it raised; others are not touched by that."""
        wish = _Wish(work, asyncio.get_running_loop().create_future())
        self._waiting.append(wish)
        if not self._led:
            self._led = True
            await self._lead()
        return cast("Result", await wish.done)

    async def _lead(self) -> None:
        """Go once with all that wait; what comes meanwhile goes with a successor."""
        try:
            async with self._turn:
                wishes, self._waiting = self._waiting, []
                visit = self._driver.submit(self._fulfil, wishes)
                visit.add_done_callback(partial(_hand_over, wishes))
                # A leader that is cancelled leaves the visit alone: it is for others too.
                await asyncio.wait((visit,))
        finally:
            self._led = bool(self._waiting)
            if self._waiting:
                self._successor = asyncio.create_task(self._lead(), name="database visit")

    def _fulfil(self, raw: sqlite3.Connection, wishes: Sequence[_Wish]) -> list[Outcome]:
        """Do the work, in the thread."""
        if self._engine is None:
            self._engine = create_engine(
                "sqlite://", creator=lambda: raw, poolclass=StaticPool, pool_reset_on_return=None
            )
            if self._begin is not None:
                event.listen(self._engine, "begin", self._begin)
        return [_outcome(self._engine, raw, wish) for wish in wishes]


def _outcome(engine: Engine, raw: sqlite3.Connection, wish: _Wish) -> Outcome:
    if wish.done.cancelled():
        return None, None
    try:
        with engine.begin() as connection:
            return wish.work(connection), None
    except Exception as error:  # noqa: BLE001 - handed to the one who wished it
        return None, error
    finally:
        if raw.in_transaction:  # after a failed COMMIT (disk full)
            raw.rollback()


def _hand_over(wishes: Sequence[_Wish], visit: asyncio.Future[list[Outcome]]) -> None:
    problem = visit.exception()
    outcomes = [(None, problem)] * len(wishes) if problem is not None else visit.result()
    for wish, (result, error) in zip(wishes, outcomes, strict=True):
        if wish.done.done():
            continue
        if error is None:
            wish.done.set_result(result)
        else:
            wish.done.set_exception(error)
