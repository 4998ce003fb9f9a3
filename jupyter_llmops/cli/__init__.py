"""`jupyter llmops …`: one small function a subcommand; what it needs is imported when it runs."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from .. import __version__
from ..core.errors import LLMOpsError
from . import database, doctor, local, serving
from .terminal import Terminal

__all__ = ["build_parser", "main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand and return its exit code: 0 done, 1 not done, 2 wrong usage."""
    parser = build_parser()
    arguments, further = parser.parse_known_args(argv)
    arguments.further = further
    if further and arguments.run is not serving.serve:
        parser.error("unrecognized arguments: " + " ".join(further))
    terminal = Terminal.of_process()
    try:
        return int(arguments.run(arguments, terminal))
    except LLMOpsError as error:
        terminal.problem(error)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output (`| head`) has gone; nothing is left to say, at exit neither.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line; the reference page is made from it."""
    parser = argparse.ArgumentParser(prog="jupyter llmops", description="LLM workbench inside Jupyter.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    doctor.add_to(commands)
    local.add_to(commands)
    database.add_to(commands)
    serving.add_to(commands)
    return parser
