"""Run all tests and then ask whether every row that says done has a test that passed."""

from __future__ import annotations

import subprocess
import sys

from bootstrap import BIN, ROOT, say
from frontend import run as run_front_end

RESULTS = ROOT / "test-results"


def main() -> int:
    """Run every part, also after a failure, and return whether one failed."""
    RESULTS.mkdir(exist_ok=True)
    for old in (RESULTS / "spec.json", RESULTS / "vitest.json"):
        old.unlink(missing_ok=True)
    failed = []
    say("front end")
    if run_front_end("test"):
        failed.append("front end")
    say("Python")
    if run(
        BIN / "python",
        "-m",
        "pytest",
        "--cov",
        "--cov-report=",
        f"--spec-report={RESULTS / 'spec.json'}",
        *sys.argv[1:],
    ):
        failed.append("Python")
    say("coverage")
    if run(BIN / "python", "scripts/cover.py"):
        failed.append("coverage")
    say("specification")
    if run(BIN / "python", "scripts/spec.py", "check", "--ran"):
        failed.append("specification")
    print("\n" + (f"✗ failed: {', '.join(failed)}" if failed else "✓ all tests passed"))
    return 1 if failed else 0


def run(*command: object) -> int:
    """Run one part in the checkout's root; return its exit code."""
    return subprocess.run([str(part) for part in command], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
