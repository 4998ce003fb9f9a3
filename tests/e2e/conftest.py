"""A real JupyterLab, a real small model and a real Chromium; the browser is shared, each test has its own page."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

TOKEN = "e2e-token"
START_LIMIT_S = 120.0
SHOTS = Path(__file__).parents[2] / "test-results" / "screenshots"


@dataclass
class Lab:
    """A running JupyterLab with everything of it in one temporary folder."""

    home: Path
    process: subprocess.Popen[bytes] | None = None
    url: str = ""
    environment: dict[str, str] = field(default_factory=dict)

    def start(self) -> None:
        """Start it and wait until our health check answers 200."""
        (self.home / "notebooks").mkdir(parents=True, exist_ok=True)
        folders = {f"JUPYTER_{name}_DIR": str(self.home / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
        tools = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        argv = [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0"),
            f"--ServerApp.root_dir={self.home / 'notebooks'}",
            *("--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"),
            *(["--allow-root"] if os.geteuid() == 0 else []),
        ]
        with (self.home / "jupyter.log").open("ab") as log:
            self.process = subprocess.Popen(
                argv,
                env={**os.environ, **folders, **self.environment, "JUPYTER_TOKEN": TOKEN, "PATH": tools},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.url = self._wait()

    def _wait(self) -> str:
        assert self.process is not None
        info = self.home / "runtime" / f"jpserver-{self.process.pid}.json"
        limit = time.monotonic() + START_LIMIT_S
        while time.monotonic() < limit and self.process.poll() is None:
            if info.exists() and (text := info.read_text()):
                url = str(json.loads(text)["url"])
                if self._healthy(url):
                    return url
            time.sleep(0.1)
        raise RuntimeError((self.home / "jupyter.log").read_text()[-4000:])

    def _healthy(self, url: str) -> bool:
        try:
            with urllib.request.urlopen(f"{url}llmops/api/v1/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def kill(self) -> None:
        """End it as a crash would."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End it as Ctrl+C would, and whatever of its group is left."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request to the REST API and return its JSON."""
        request = urllib.request.Request(
            f"{self.url}llmops/api/v1{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {TOKEN}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Start one JupyterLab for all tests that leave it running."""
    running = Lab(tmp_path_factory.mktemp("lab"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def own_lab(tmp_path: Path) -> Iterator[Lab]:
    """Start a JupyterLab that the test may kill."""
    running = Lab(tmp_path / "lab")
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Use Debian's Chromium, without the background calls that a closed network refuses."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "Chromium is missing: make test installs it, or run apt-get install chromium"
    return {
        "executable_path": path,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


NewPage = Callable[..., Page]


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Return a function that opens a page in a browser profile of its own; errors of scripts fail the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def make(**options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1366, "height": 768}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert not errors, errors


def open_lab(page: Page, lab: Lab, path: str = "lab") -> None:
    """Open JupyterLab and wait until it stands."""
    page.goto(f"{lab.url}{path}?token={TOKEN}&reset")
    page.wait_for_selector("#jupyterlab-splash", state="detached")


def open_page(page: Page, lab: Lab, place: str = "") -> None:
    """Open our web page."""
    page.goto(f"{lab.url}llmops/{place}?token={TOKEN}")


def shot(page: Page, name: str) -> None:
    """Keep a picture of the page for whoever wants to look."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png")
