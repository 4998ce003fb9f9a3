"""What is true of the tracked files as a whole."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Written so that this file does not match itself.
MACHINE = re.compile(
    r"(?<![\w.])/(?:wo[r]k|fa[r]m|ro[o]t/[.]|tm[p]/w)/"  # folders of somebody's machine
    r"|npm[.]pkg[.]github|artif[a]ctory|pypi[.]tun[a]|npmmi[r]ror"
)
HEAVY = (
    "sqlalchemy",
    "pandas",
    "httpx",
    "tornado",
    "jupyter_server",
    "pydantic",
    "alembic",
    "PIL",
    "anywidget",
)


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def test_no_tracked_file_names_a_machine() -> None:
    found = []
    mine = re.compile(re.escape(f"{Path.home()}/"))
    for path in tracked_files():
        if path.suffix in {".png", ".gguf", ".woff2", ".ico"} or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [
            f"{path.relative_to(ROOT)}: {match[0]}"
            for rule in (MACHINE, mine)
            for match in rule.finditer(text)
        ]
    assert not found


def test_lock_file_names_no_registry_but_the_public_one() -> None:
    lock = ROOT / "labextension" / "yarn.lock"
    hosts = set(re.findall(r"https?://([^/\s\"]+)", lock.read_text(encoding="utf-8")))
    assert hosts <= {"registry.yarnpkg.com", "registry.npmjs.org"}


def test_build_outputs_are_not_tracked() -> None:
    outputs = (
        "jupyter_llmops/static/",
        "jupyter_llmops/labextension/",
        "labextension/lib/",
        "labextension/node_modules/",
    )
    assert not [path for path in tracked_files() if str(path.relative_to(ROOT)).startswith(outputs)]


def test_plain_import_loads_nothing_heavy() -> None:
    code = f"import sys, jupyter_llmops; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_public_names_are_sorted() -> None:
    import jupyter_llmops

    assert jupyter_llmops.__all__ == sorted(jupyter_llmops.__all__)


def test_front_end_has_the_version_of_the_package() -> None:
    import jupyter_llmops

    package = json.loads((ROOT / "labextension" / "package.json").read_text(encoding="utf-8"))
    assert package["version"] == jupyter_llmops.__version__
