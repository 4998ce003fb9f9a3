"""What every test gets: no folder of the person who runs it, and no network but the loopback."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest_plugins = [
    "tests.fixtures_embedded",
    "tests.fixtures_provider",
    "tests.fixtures_server",
    "tests.storage_fixtures",
    "tests.traceability",
]

LOOPBACK = {"127.0.0.1", "::1", "localhost", "0.0.0.0", "::", ""}


def pytest_configure(config: pytest.Config) -> None:
    """Keep the settings of the person who runs the tests out, for collection too."""
    for name in [*os.environ]:
        if name.startswith(("LLMOPS_", "JUPYTERHUB_")) and name != "LLMOPS_TEST_POSTGRES":
            del os.environ[name]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests that need a browser last.

    Playwright keeps an event loop running in the main thread from its first use to the end of the run;
    no asyncio test could start its own after that.
    """
    items.sort(key=lambda item: "playwright" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session", autouse=True)
def _own_jupyter_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Point Jupyter's folders at an empty place for the whole run; children inherit it."""
    home = tmp_path_factory.mktemp("jupyter")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("CONFIG", "DATA", "RUNTIME"):
            patch.setenv(f"JUPYTER_{name}_DIR", str(home / name.lower()))
        patch.setenv("IPYTHONDIR", str(home / "ipython"))
        yield home


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Refuse connections that leave the machine: a test that needs the internet is a mistake."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(self: socket.socket, address: Any) -> None:
        check(address)
        return connect(self, address)

    def guarded_ex(self: socket.socket, address: Any) -> int:
        check(address)
        return connect_ex(self, address)

    def check(address: Any) -> None:
        if isinstance(address, tuple) and not is_local(str(address[0])):
            raise OSError(101, f"the tests may not reach {address[0]}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        patch.setattr(socket.socket, "connect_ex", guarded_ex)
        yield


def is_local(host: str) -> bool:
    """Return whether the address is of this machine."""
    return host in LOOPBACK or host.startswith("127.")
