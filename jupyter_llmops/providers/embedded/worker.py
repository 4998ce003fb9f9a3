"""Keep one child serving while it is wanted: start once, check, replace after a crash, stop when idle."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from .process import Child

__all__ = ["Worker"]

log = logging.getLogger(__name__)

CHECK_EVERY = 15.0  # seconds between two looks at a running child
TRUSTED_FOR = 5.0  # seconds a health answer is believed
PATIENCE = 3  # failed health checks in a row before a child is replaced


class Worker:
    """A child on demand. All methods belong to one event loop."""

    def __init__(
        self,
        spawn: Callable[[], Awaitable[Child]],
        idle_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._spawn = spawn
        self._idle_seconds = idle_seconds
        self._clock = clock
        self._child: Child | None = None
        self._starting: asyncio.Task[Child] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._leases = 0
        self._starts = 0
        self._used = clock()
        self._seen_healthy = clock()

    async def child(self) -> Child:
        """Return a healthy child, starting one when there is none."""
        self._used = self._clock()
        child = self._child
        if child is not None and child.alive and await self._healthy(child):
            return child
        return await asyncio.shield(self._replacement(child))

    @asynccontextmanager
    async def lease(self) -> AsyncIterator[Child]:
        """Give a child that will not be stopped as idle inside the block."""
        self._leases += 1
        try:
            yield await self.child()
        finally:
            self._leases -= 1
            self._used = self._clock()

    async def stop(self) -> None:
        """End the child and everything that watches over it."""
        tasks = [task for task in (self._starting, self._watching) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        child, self._child = self._child, None
        if child is not None:
            await child.stop()

    def status(self) -> dict[str, Any]:
        """Return what a status page shows."""
        child = self._child if self._child is not None and self._child.alive else None
        return {
            "state": "starting" if self._starting else "running" if child else "stopped",
            "pid": child.pid if child else None,
            "leases": self._leases,
            "idle_s": round(self._clock() - self._used, 1) if child else None,
            "starts": self._starts,
        }

    async def _healthy(self, child: Child) -> bool:
        if self._clock() - self._seen_healthy < TRUSTED_FOR:
            return True
        if await child.healthy():
            self._seen_healthy = self._clock()
            return True
        # While it answers others it may only be busy, and ending it would cut them off:
        # the watcher decides, with more patience.
        return self._leases > 1

    def _replacement(self, broken: Child | None) -> asyncio.Future[Child]:
        """Return the one start that everybody waits for, or the child another caller got meanwhile."""
        if self._starting is not None:
            return self._starting
        if self._child is not None and self._child is not broken:
            ready: asyncio.Future[Child] = asyncio.get_running_loop().create_future()
            ready.set_result(self._child)
            return ready
        self._starting = asyncio.create_task(self._start(broken))
        # Whoever waited may have gone; a failure nobody reads is no news for the log.
        self._starting.add_done_callback(lambda task: task.cancelled() or task.exception())
        return self._starting

    async def _start(self, broken: Child | None) -> Child:
        try:
            if broken is not None:
                broken.kill()
            child = await self._spawn()
            self._child, self._starts = child, self._starts + 1
            self._used = self._seen_healthy = self._clock()
            self._watching = asyncio.create_task(self._watch(child))
            return child
        finally:
            self._starting = None

    async def _watch(self, child: Child) -> None:
        """Stay with a child until it ends, by itself or because nobody wants it."""
        failures = 0
        while True:
            try:
                code = await asyncio.wait_for(child.wait(), min(CHECK_EVERY, self._idle_seconds / 4))
            except TimeoutError:
                if self._idle():
                    await self._retire(child)
                    return
                failures = 0 if await child.healthy() else failures + 1
                if failures >= PATIENCE:
                    log.warning("the embedded model does not answer any more and is ended")
                    child.kill()
                continue
            if self._child is child:
                log.warning("the embedded model ended with code %s; it starts again when asked", code)
                self._child = None
            return

    def _idle(self) -> bool:
        return not self._leases and self._clock() - self._used > self._idle_seconds

    async def _retire(self, child: Child) -> None:
        # Forgotten first: a request that comes meanwhile starts a new one instead of getting this.
        if self._child is child:
            self._child = None
        await child.stop()
        log.info("the embedded model was not used for %g s and was stopped", self._idle_seconds)
