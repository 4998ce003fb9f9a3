"""A real JupyterLab, a real small model and a real Chromium; each test has a page of its own."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser import chromium_options
from tests.fixtures_server import TOKEN, RunningServer

THEMES = "@jupyterlab/apputils-extension:themes"
SHOTS = Path(__file__).parents[2] / "test-results" / "screenshots"


class Lab(RunningServer):
    """A running JupyterLab with everything of it in one temporary folder."""

    module = "jupyterlab"
    options = ("--LabApp.news_url=", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate")

    def start(self) -> Lab:
        """Start it without the question about news, which would cover the panels."""
        folder = self.home / "config" / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')
        super().start()
        return self

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

    def set_up(self, plugin: str, settings: str) -> None:
        """Write JupyterLab's settings of a plug-in, as its settings editor does."""
        request = urllib.request.Request(
            f"{self.url}lab/api/settings/{plugin}",
            method="PUT",
            data=json.dumps({"raw": settings}).encode(),
            headers={"Authorization": f"token {TOKEN}"},
        )
        urllib.request.urlopen(request, timeout=60).close()


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory, embedded_model: Path) -> Iterator[Lab]:
    """Start one JupyterLab for all tests that leave it running."""
    running = Lab(tmp_path_factory.mktemp("lab")).start()
    yield running
    running.stop()


@pytest.fixture
def own_lab(tmp_path: Path, embedded_model: Path) -> Iterator[Lab]:
    """Start a JupyterLab that the test may kill."""
    running = Lab(tmp_path / "lab").start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Use Debian's Chromium."""
    return chromium_options()


NewPage = Callable[..., Page]


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Return a function that opens a page in a profile of its own; errors of scripts fail the test."""
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


def open_page(page: Page, server: RunningServer, place: str = "") -> None:
    """Open our web page."""
    page.goto(f"{server.url}llmops/{place}?token={TOKEN}")


def shot(page: Page, name: str) -> None:
    """Keep a picture of the page for whoever wants to look."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png")
