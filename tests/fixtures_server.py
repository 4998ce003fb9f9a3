"""A real Jupyter Server with the extension, in a process of its own, everything in temporary folders."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from jupyter_llmops.client import AsyncLLMOps, LLMOps

ROOT = Path(__file__).resolve().parents[1]
TOKEN = "token-of-the-test-server"
START_LIMIT_S = 120.0
STOP_LIMIT_S = 30.0
CANNOT_START = "jupyter_llmops cannot start"


class RunningServer:
    """`jupyter server` below one folder; start, kill and start it again."""

    module = "jupyter_server"
    options: tuple[str, ...] = ()

    def __init__(self, home: Path, **settings: Any) -> None:
        self.home = home
        self.settings = settings  # traits of LLMOpsApp
        self.process: subprocess.Popen[bytes] | None = None
        self.url = ""
        self._port = 0  # kept from the first start, so that clients find a restarted server again

    @property
    def environment(self) -> dict[str, str]:
        """What children need to live in the same folders: runtime files, IPython's profile."""
        folders = {
            f"JUPYTER_{name}_DIR": str(self.home / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")
        }
        paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
        tools = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        return {
            **os.environ,
            **folders,
            "IPYTHONDIR": str(self.home / "ipython"),
            "PYTHONPATH": paths,
            "PATH": tools,
        }

    @property
    def log(self) -> str:
        """What the server printed."""
        return (self.home / "server.log").read_text(errors="replace")

    def start(self) -> RunningServer:
        """Start it and wait until it is ready."""
        root = self.home / "root"
        root.mkdir(parents=True, exist_ok=True)
        self._write_token()
        with (self.home / "server.log").open("ab") as output:
            self.process = subprocess.Popen(
                self._command(root),
                env=self.environment,
                cwd=root,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.url = self._wait()
        self._port = int(self.url.split(":")[2].split("/")[0])
        return self

    def _write_token(self) -> None:
        # In a file: kernels inherit the environment, and whoever looks sees the command line.
        config = self.home / "config" / "jupyter_server_config.json"
        config.parent.mkdir(parents=True, exist_ok=True)
        config.write_text(json.dumps({"IdentityProvider": {"token": TOKEN}}))

    def _command(self, root: Path) -> list[str]:
        traits = {"data_dir": str(self.home / "llmops"), **self.settings}
        return [
            *(sys.executable, "-m", self.module, "--no-browser", f"--ServerApp.root_dir={root}"),
            *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={self._port}", "--ServerApp.port_retries=0"),
            "--ServerApp.jpserver_extensions={'jupyter_llmops': True}",
            *self.options,
            *(f"--LLMOpsApp.{name}={value}" for name, value in traits.items()),
            *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
        ]

    def _wait(self) -> str:
        assert self.process is not None
        info = self.home / "runtime" / f"jpserver-{self.process.pid}.json"
        limit = time.monotonic() + START_LIMIT_S
        # A start that failed is tried again at each request; there is no point in waiting for it.
        while time.monotonic() < limit and self.process.poll() is None and CANNOT_START not in self.log:
            url = _url_in(info)
            if url and _is_healthy(url):
                return url
            time.sleep(0.05)
        raise RuntimeError(f"the server did not start:\n{self.log[-4000:]}")

    def kill(self) -> None:
        """End it as a crash would, kernels and children included."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End it as Ctrl+C would; insist when it does not listen."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def client(self, **options: Any) -> LLMOps:
        """Return a client of it."""
        from jupyter_llmops.client import LLMOps

        return LLMOps(self.url, TOKEN, **{"language": "en", **options})

    def async_client(self, **options: Any) -> AsyncLLMOps:
        """Return a client to be awaited."""
        from jupyter_llmops.client import AsyncLLMOps

        return AsyncLLMOps(self.url, TOKEN, **{"language": "en", **options})


def _url_in(info: Path) -> str:
    try:
        return str(json.loads(info.read_text(encoding="utf-8"))["url"])
    except (OSError, ValueError):
        return ""


def _is_healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}llmops/api/v1/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="session")
def running_server(tmp_path_factory: pytest.TempPathFactory, embedded_model: Path) -> Iterator[RunningServer]:
    """Give one server for all tests that leave it running; the embedded model is there."""
    server = RunningServer(tmp_path_factory.mktemp("server")).start()
    yield server
    server.stop()


@pytest.fixture
def own_server(tmp_path: Path, embedded_model: Path) -> Iterator[RunningServer]:
    """Give a server that the test may kill."""
    server = RunningServer(tmp_path / "server").start()
    yield server
    server.stop()
