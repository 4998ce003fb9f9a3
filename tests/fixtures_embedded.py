"""The real embedded model for every test that wants a real provider: one process a mode for the whole run."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_llmops.providers.base import Target
from jupyter_llmops.providers.embedded import INSTRUCT, THINKING, EmbeddedServer
from jupyter_llmops.providers.embedded.fetch import cache_folder, is_fetched

START_LIMIT = 120


class RunningEmbedded:
    """The embedded server on a loop of its own, so that tests with loops of theirs can share it."""

    def __init__(self, cache: Path) -> None:
        self.cache = cache
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = EmbeddedServer(cache, idle_seconds=3600)

    def target(self, model: str = INSTRUCT) -> Target:
        """Return where the model answers; starts it at the first call."""
        return self._run(self._server.target(model))

    @property
    def endpoint(self) -> str:
        """The base URL of the OpenAI protocol, ending in /v1."""
        return self.target().endpoint

    @property
    def api_key(self) -> str:
        """The key of the plain model's server."""
        return self.target().api_key

    @property
    def thinking(self) -> Target:
        """Where the same model answers with reasoning first."""
        return self.target(THINKING)

    def close(self) -> None:
        """Stop the processes and the loop."""
        self._run(self._server.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(START_LIMIT)


@pytest.fixture(scope="session")
def embedded_model() -> Path:
    """Return the cache folder with the real model in it, fetched by the real command when missing."""
    cache = cache_folder()
    if not is_fetched(cache):
        # In a process of its own: the tests themselves may not use the network.
        subprocess.run([sys.executable, "-m", "jupyter_llmops.cli", "local", "fetch"], check=True)
    return cache


@pytest.fixture(scope="session")
def embedded_server(embedded_model: Path) -> Iterator[RunningEmbedded]:
    """Give the running embedded server."""
    running = RunningEmbedded(embedded_model)
    yield running
    running.close()
