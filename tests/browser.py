"""How every test and benchmark starts Debian's Chromium."""

from __future__ import annotations

import shutil
from typing import Any

from playwright.sync_api import expect

__all__ = ["chromium_options"]

# A condition may take long on a busy machine; the default of 5 s would make tests of speed.
expect.set_options(timeout=60_000)

NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium_options() -> dict[str, Any]:
    """Return Playwright's launch options, without the background calls that a closed network refuses."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        raise RuntimeError("Chromium is missing: make test installs it, or run apt-get install chromium")
    quiet = ("background-networking", "component-update", "sync")
    return {
        "executable_path": path,
        "args": ["--no-sandbox", "--disable-gpu", *(f"--disable-{what}" for what in quiet)],
    }
