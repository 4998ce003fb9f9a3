"""Writes the texts of all live generations to the database, together, at least once a second."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any, Protocol

from ..core.errors import LLMOpsError
from ..core.i18n import msg
from .generation import Generation

__all__ = ["AnswerStore", "Keeper"]

FLUSH_SECONDS = 1.0

log = logging.getLogger("jupyter_llmops.chat")

Row = dict[str, Any]


class AnswerStore(Protocol):
    """Where answers are kept."""

    async def save_answers(self, texts: Sequence[Row], results: Sequence[Row]) -> None:
        """Write the texts of live answers and all of ended ones; everything or nothing.

        Raise an `LLMOpsError` when the database cannot take it.
        """


class Keeper:
    """One writing task for all generations; it ends when there is none left to write."""

    def __init__(self, store: AnswerStore) -> None:
        self._store = store
        self._live: dict[int, Generation] = {}
        self._ended: dict[int, Generation] = {}
        self._waiting: list[asyncio.Future[LLMOpsError | None]] = []
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._due = 0.0

    def watch(self, generation: Generation) -> None:
        """Write this generation's text while it grows."""
        self._live[generation.id] = generation
        if self._task is None:
            self._due = asyncio.get_running_loop().time() + FLUSH_SECONDS
            self._task = asyncio.create_task(self._run(), name="answers to the database")

    async def save(self, generation: Generation) -> LLMOpsError | None:
        """Write an ended generation now; return why that failed: it is then tried again every second."""
        self._live.pop(generation.id, None)
        self._ended[generation.id] = generation
        waiter: asyncio.Future[LLMOpsError | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        self._wake.set()
        return await waiter

    async def close(self) -> None:
        """Write what is left and stop."""
        if self._task is None:
            return
        self._due = 0.0
        self._wake.set()
        trouble = await self._write_once()
        self._task.cancel()
        if trouble is not None:
            lost = sorted([*self._live, *self._ended])
            log.error("these answers could not be saved before the end: %s (%s)", lost, trouble.code)

    async def _run(self) -> None:
        while self._live or self._ended:
            await self._pause()
            await self._write_once()
        self._task = None

    async def _pause(self) -> None:
        """Wait until an ended generation is to be saved, or the live ones are due."""
        seconds = self._due - asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def _write_once(self) -> LLMOpsError | None:
        self._wake.clear()
        waiting, self._waiting = self._waiting, []
        ended = list(self._ended.values())
        live = self._due_now()
        trouble = await self._write(live, ended) if live or ended else None
        if trouble is not None:
            for generation in live:
                generation.unsaved = True
                generation.notice(NOT_SAVED, reason=trouble.message(generation.answer.language))
        for waiter in waiting:
            if not waiter.done():
                waiter.set_result(trouble)
        return trouble

    def _due_now(self) -> list[Generation]:
        moment = asyncio.get_running_loop().time()
        if moment < self._due:
            return []
        self._due = moment + FLUSH_SECONDS
        return [generation for generation in self._live.values() if generation.unsaved]

    async def _write(self, live: list[Generation], ended: list[Generation]) -> LLMOpsError | None:
        texts = [generation.text_row() for generation in live]
        results = [generation.result_row() for generation in ended]
        for generation in live:
            generation.unsaved = False  # before the write: what comes meanwhile marks it again
        try:
            await self._store.save_answers(texts, results)
        except LLMOpsError as error:
            return error
        except Exception:
            # The loop that supervises all answers must outlive a defect in one of them.
            log.exception("answers could not be saved")
            return LLMOpsError()
        for generation in ended:
            generation.unsaved = False
            del self._ended[generation.id]
        return None


NOT_SAVED = msg("The answer cannot be saved at the moment ({reason}). It goes on, and saving is tried again.")
