"""How every test and benchmark starts Debian's Chromium."""

from __future__ import annotations

import shutil
from typing import Any

__all__ = ["chromium_options"]

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
