"""Run every check that needs no running program: lint, types, import rules, translations, documentation."""

from __future__ import annotations

import subprocess
import sys

from bootstrap import BIN, FRONT_END, ROOT, front_end_environment, say

PYTHON = BIN / "python"
CHECKS: list[tuple[str, list[object]]] = [
    ("ruff: lint", [BIN / "ruff", "check"]),
    ("ruff: format", [BIN / "ruff", "format", "--check"]),
    ("mypy", [BIN / "mypy"]),
    ("import rules", [BIN / "lint-imports"]),
    ("translations and traces of machines", [PYTHON, "-m", "pytest", "-q", "-m", "not slow", "tests/meta"]),
    ("feature list", [PYTHON, "scripts/spec.py", "check"]),
    ("generated pages and documentation", [PYTHON, "scripts/docs.py", "check"]),
]
FRONT_END_CHECKS: list[tuple[str, list[object]]] = [
    ("front end: types", [BIN / "jlpm", "typecheck"]),
    ("front end: eslint, stylelint, prettier", [BIN / "jlpm", "lint"]),
]


def main() -> int:
    """Run all checks, also after a failure, and return whether one failed."""
    failed = [name for name, command in CHECKS if not passes(name, command)]
    failed += [name for name, command in FRONT_END_CHECKS if not passes(name, command, FRONT_END)]
    print("\n" + (f"✗ failed: {', '.join(failed)}" if failed else "✓ all checks passed"))
    return 1 if failed else 0


def passes(name: str, command: list[object], folder: object = ROOT) -> bool:
    """Run one check; its output is shown when it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=str(folder),
        env=front_end_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    say(f"{name}: {'ok' if done.returncode == 0 else 'FAILED'}")
    if done.returncode:
        print(done.stdout)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
