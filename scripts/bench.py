"""Run the benchmarks one after the other: `bench.py [NAME …] [-- ARGUMENTS]`; each prints its table."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

from bootstrap import BIN, ROOT, say


def main(arguments: list[str]) -> int:
    """Run all benchmarks, or those named, and return whether one failed."""
    names, _, extra = (part.split() for part in " ".join(arguments).partition("--"))
    scripts = [
        path for path in sorted((ROOT / "benchmarks").glob("[!_]*.py")) if not names or path.stem in names
    ]
    machine = f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}"
    print(f"{machine}, Python {platform.python_version()}")
    failed = []
    for script in scripts:
        say(script.stem)
        if subprocess.run([str(BIN / "python"), str(script), *extra], cwd=ROOT).returncode:
            failed.append(script.stem)
    if failed:
        print(f"✗ failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed or not scripts else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
