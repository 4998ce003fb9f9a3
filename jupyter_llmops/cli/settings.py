"""The options a running Jupyter Server would have, read from the same configuration files."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..options import Options

__all__ = ["add_place", "options_of"]


def add_place(parser: argparse.ArgumentParser) -> None:
    """Let a command work on another database than the configured one."""
    parser.add_argument("--data-dir", type=Path, help="folder of the database and the keys")
    parser.add_argument("--database-url", help="SQLAlchemy URL of the database")


def options_of(arguments: argparse.Namespace) -> Options:
    """Return the configured options with the command line's on top."""
    from jupyter_server.serverapp import ServerApp

    from ..app import LLMOpsApp

    server = ServerApp()
    server.load_config_file(suppress_errors=False)
    app = LLMOpsApp(config=server.config)
    app.load_config_file(suppress_errors=False)
    if arguments.data_dir:
        app.data_dir = str(arguments.data_dir)
    if arguments.database_url:
        app.database_url = arguments.database_url
    return app.options()
