"""Fake providers on a loop of their own, and a real server whose every preset points at them.

Nothing that such a server is asked to do can leave the loopback address.
"""

from __future__ import annotations

import asyncio
import threading
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from .fakes.anthropic import FakeAnthropic
from .fakes.ollama import FakeOllama
from .fakes.openai import FakeOpenAI
from .fakes.server import FakeServer
from .fixtures_server import RunningServer

LIMIT_S = 30
ANY_MODEL: tuple[str, ...] = ()


class FakeProviders:
    """One fake a protocol; they accept any model, and listen until closed."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.openai, self.anthropic, self.ollama = (
            FakeOpenAI(models=ANY_MODEL),
            FakeAnthropic(models=ANY_MODEL),
            FakeOllama(models=ANY_MODEL),
        )
        for fake in self.all.values():
            asyncio.run_coroutine_threadsafe(fake.start(), self._loop).result(LIMIT_S)

    @property
    def all(self) -> dict[str, FakeServer]:
        """The fakes by protocol."""
        return {"openai": self.openai, "anthropic": self.anthropic, "ollama": self.ollama}

    def close(self) -> None:
        """Stop them and their loop."""
        for fake in self.all.values():
            asyncio.run_coroutine_threadsafe(fake.stop(), self._loop).result(LIMIT_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def write_presets(self, path: Path) -> Path:
        """Write the presets file that sends each provider to its fake."""
        catalogue = files("jupyter_llmops.providers") / "catalogue" / "presets.toml"
        presets = tomllib.loads(catalogue.read_text(encoding="utf-8"))
        lines = [
            f'[{name}]\nendpoint = "{self.all[preset["protocol"]].endpoint}"\nhosts = []\n'
            for name, preset in presets.items()
            if preset["protocol"] in self.all and preset.get("endpoint")
        ]
        path.write_text("\n".join(lines), encoding="utf-8")
        return path


@pytest.fixture(scope="session")
def fake_providers() -> Iterator[FakeProviders]:
    """Give fakes for the whole run."""
    fakes = FakeProviders()
    yield fakes
    fakes.close()


@pytest.fixture(scope="session")
def faked_server(
    tmp_path_factory: pytest.TempPathFactory, fake_providers: FakeProviders
) -> Iterator[RunningServer]:
    """Give a real server that knows fake providers only."""
    home = tmp_path_factory.mktemp("faked")
    presets = fake_providers.write_presets(home / "presets.toml")
    server = RunningServer(
        home, embedded=False, presets_file=presets, connect_timeout=2, first_token_timeout=5, idle_timeout=5
    )
    yield server.start()
    server.stop()
