"""Generations as tasks of the server: they run to their end whether anybody follows or not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterator
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from typing import Any

from ..core.errors import Conflict, LLMOpsError
from ..core.i18n import msg
from ..providers.base import Piece
from .generation import JOIN_SECONDS, Answer, Generation
from .keeper import AnswerStore, Keeper
from .schemas import MessageStatus

__all__ = ["AlreadyAnswering", "GenerationEngine", "Job"]

LINGER_SECONDS = 60.0  # how long a finished log stays for those who come back to it
CLOSE_SECONDS = 5.0
STOP_SECONDS = 5.0
TITLE_SECONDS = 3.0

log = logging.getLogger("jupyter_llmops.chat")


@dataclass(frozen=True, slots=True)
class Job:
    """What a generation needs of others: the provider's stream, the price, a title."""

    pieces: Callable[[], AsyncGenerator[Piece, None]]
    # Fills in usage and cost once the answer has ended.
    settle: Callable[[Generation], None]
    # Stores a title for the session and returns it.
    title: Callable[[Generation], Coroutine[Any, Any, str | None]] | None = None


class AlreadyAnswering(Conflict):
    """One answer at a time in a session."""

    code, title = "already_answering", msg("An answer is being written in this session")
    remedy = msg("Wait for it, or stop it first.")


class GenerationEngine:
    """Starts generations, keeps the live ones, stops them."""

    def __init__(self, store: AnswerStore) -> None:
        self._keeper = Keeper(store)
        self._ticker = Ticker()
        self._live: dict[int, Generation] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._reading: set[int] = set()
        self._stopping: dict[int, MessageStatus] = {}
        self._reserved: set[int] = set()
        self._titles: set[asyncio.Task[str | None]] = set()
        self._closing = False

    @contextmanager
    def reserve(self, session_id: int) -> Iterator[None]:
        """Keep others from starting an answer in the session within the block."""
        if session_id in self._reserved or self.streaming_in(session_id) is not None:
            raise AlreadyAnswering()
        self._reserved.add(session_id)
        try:
            yield
        finally:
            self._reserved.discard(session_id)

    def start(self, answer: Answer, job: Job) -> Generation:
        """Begin to generate; return at once."""
        if self._closing:
            raise Conflict(msg("The server is shutting down."), remedy=msg("Try again when it is back."))
        generation = Generation(answer, self._ticker)
        self._live[generation.id] = generation
        self._keeper.watch(generation)
        task = asyncio.create_task(self._run(generation, job), name=f"answer {generation.id}")
        self._tasks[generation.id] = task
        return generation

    def get(self, message_id: int) -> Generation | None:
        """Return a generation that runs, or ended a moment ago, or could not be saved yet."""
        return self._live.get(message_id)

    def streaming_in(self, session_id: int) -> Generation | None:
        """Return the generation that writes into a session now."""
        for message_id in self._tasks:
            generation = self._live[message_id]
            if generation.answer.session_id == session_id and generation.streaming:
                return generation
        return None

    def streaming_sessions(self, owner: str) -> set[int]:
        """Return the sessions of an owner in which an answer is being written."""
        live = (self._live[message_id] for message_id in self._tasks)
        return {
            generation.answer.session_id
            for generation in live
            if generation.answer.owner == owner and generation.streaming
        }

    async def stop(self, message_id: int) -> None:
        """End a generation; its text so far is kept. Returns when it has ended."""
        task = self._tasks.get(message_id)
        if task is not None and self._live[message_id].streaming:
            self._halt(message_id, MessageStatus.STOPPED)
            await asyncio.wait((task,), timeout=STOP_SECONDS)

    async def close(self) -> None:
        """End all generations as interrupted and save them."""
        self._closing = True
        for message_id in list(self._tasks):
            self._halt(message_id, MessageStatus.INTERRUPTED)
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=CLOSE_SECONDS)
        for title in self._titles:
            title.cancel()
        self._ticker.close()
        await self._keeper.close()

    def _halt(self, message_id: int, status: MessageStatus) -> None:
        self._stopping.setdefault(message_id, status)
        # A task cancelled before its first step would never reach its own clean-up; it looks at
        # `_stopping` instead. After reading it has only our own work left, which is not to be cut.
        if message_id in self._reading:
            self._tasks[message_id].cancel()

    async def _run(self, generation: Generation, job: Job) -> None:
        try:
            status, error = await self._read(generation, job)
            generation.end(status, error)
            job.settle(generation)
            trouble = await self._keeper.save(generation)
            generation.announce()
            if trouble is not None:
                generation.announce_trouble(trouble)
            elif job.title is not None and status is MessageStatus.COMPLETE:
                await self._entitle(generation, job.title)
        finally:
            self._forget_task(generation)

    async def _read(self, generation: Generation, job: Job) -> tuple[MessageStatus, LLMOpsError | None]:
        """Read the provider to its end; return how the answer ended."""
        if generation.id in self._stopping:
            return self._stopping[generation.id], None
        self._reading.add(generation.id)
        try:
            async with aclosing(job.pieces()) as pieces:
                async for piece in pieces:
                    generation.take(piece)
        except asyncio.CancelledError:
            return self._stopping.get(generation.id, MessageStatus.INTERRUPTED), None
        except LLMOpsError as error:
            return MessageStatus.FAILED, error
        except Exception:
            # A provider may be a plug-in; its defect must not leave the answer streaming for ever.
            log.exception("the provider of answer %d failed", generation.id)
            return MessageStatus.FAILED, LLMOpsError()
        finally:
            self._reading.discard(generation.id)
        return MessageStatus.COMPLETE, None

    async def _entitle(
        self, generation: Generation, make: Callable[[Generation], Coroutine[Any, Any, str | None]]
    ) -> None:
        """Wait a moment for the title; one that comes later is seen in the list of sessions."""
        task = asyncio.create_task(make(generation), name=f"title after answer {generation.id}")
        self._titles.add(task)
        task.add_done_callback(self._titles.discard)
        done, _ = await asyncio.wait((task,), timeout=0 if self._closing else TITLE_SECONDS)
        if not done or task.cancelled():
            return
        if (defect := task.exception()) is not None:
            log.error("no title after answer %d", generation.id, exc_info=defect)
        elif title := task.result():
            generation.announce_title(title)

    def _forget_task(self, generation: Generation) -> None:
        if not generation.log.closed:
            generation.close()
        self._tasks.pop(generation.id, None)
        self._stopping.pop(generation.id, None)
        asyncio.get_running_loop().call_later(LINGER_SECONDS, self._forget, generation)

    def _forget(self, generation: Generation) -> None:
        if generation.unsaved and not self._closing:
            asyncio.get_running_loop().call_later(LINGER_SECONDS, self._forget, generation)
        else:
            self._live.pop(generation.id, None)


class Ticker:
    """Lets deltas of all generations that wait to be joined go out together; still when none waits."""

    def __init__(self) -> None:
        self._due: list[Generation] = []
        self._timer: asyncio.TimerHandle | None = None

    def add(self, generation: Generation) -> None:
        """Call `emit_pending` of the generation at the next tick."""
        self._due.append(generation)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(JOIN_SECONDS, self._tick)

    def close(self) -> None:
        """Send what waits and tick no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._tick()

    def _tick(self) -> None:
        due, self._due, self._timer = self._due, [], None
        for generation in due:
            generation.emit_pending()
