"""Generate the reference pages and build the documentation: `docs.py build|check|generate`.

generate   write the pages made from the code: REST, configuration, command line
build      generate, then build docs/_build/html; a warning is an error
check      fail when a generated page is stale, then build
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import python_reference
import reference
from bootstrap import BIN, ROOT

DOCS = ROOT / "docs"
PAGES: dict[Path, Callable[[], str]] = {
    DOCS / "reference" / "rest.md": reference.rest,
    DOCS / "reference" / "configuration.md": reference.configuration,
    DOCS / "reference" / "cli.md": reference.command_line,
    DOCS / "reference" / "python.md": python_reference.page,
}


def main(action: str) -> int:
    """Do what the command line says."""
    if action == "check":
        stale = [page for page, content in PAGES.items() if read(page) != content()]
        for page in stale:
            print(f"✗ {page.relative_to(ROOT)} is stale: run `make docs`", file=sys.stderr)
        return max(bool(stale), build())
    for page, content in PAGES.items():
        page.write_text(content(), encoding="utf-8")
    return build() if action == "build" else 0


def build() -> int:
    """Run Sphinx; return its exit code."""
    command = [
        str(BIN / "python"),
        "-m",
        "sphinx",
        "-q",
        "-W",
        "--keep-going",
        str(DOCS),
        str(DOCS / "_build" / "html"),
    ]
    return subprocess.run(command, cwd=ROOT).returncode


def read(page: Path) -> str:
    """Return the page as it is now; empty when it is not there."""
    return page.read_text(encoding="utf-8") if page.exists() else ""


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in ("build", "check", "generate"):
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
