"""Run the front end's tools with our Node: `frontend.py watch|test|lint|exec TOOL …`."""

from __future__ import annotations

import subprocess
import sys

from bootstrap import BIN, FRONT_END, ROOT, front_end_environment

SCRIPTS = {
    "watch": [["watch"]],
    "test": [["vitest", "run", "--reporter=default", "--reporter=json"]],
    "lint": [["lint"], ["typecheck"]],
}


def run(name: str, *arguments: str) -> int:
    """Run one of the scripts; return the first exit code that is not 0."""
    commands = [list(arguments)] if name == "exec" else [[*command, *arguments] for command in SCRIPTS[name]]
    if name == "test":
        commands[0].append(f"--outputFile.json={ROOT / 'test-results' / 'vitest.json'}")
    for command in commands:
        code = subprocess.run([BIN / "jlpm", *command], cwd=FRONT_END, env=front_end_environment()).returncode
        if code:
            return code
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in {*SCRIPTS, "exec"}:
        sys.exit(__doc__)
    sys.exit(run(*sys.argv[1:]))
