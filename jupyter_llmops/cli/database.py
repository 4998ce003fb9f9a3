"""`jupyter llmops db upgrade | current` and `keys rotate`: what is stored."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.i18n import msg
from .settings import add_place, options_of
from .terminal import Terminal

if TYPE_CHECKING:
    from ..options import Options

__all__ = ["add_to"]


def add_to(commands: Any) -> None:
    """Add the subcommands."""
    db = commands.add_parser("db", help="the database")
    actions = db.add_subparsers(title="actions", metavar="ACTION", required=True)
    action = actions.add_parser(
        "upgrade", help="bring the tables to this version (SQLite is backed up first)"
    )
    add_place(action)
    action.set_defaults(run=upgrade)
    action = actions.add_parser("current", help="print the revision of the tables, and the one expected")
    add_place(action)
    action.set_defaults(run=current)

    keys = commands.add_parser("keys", help="the master key that encrypts the API keys")
    actions = keys.add_subparsers(title="actions", metavar="ACTION", required=True)
    action = actions.add_parser("rotate", help="encrypt all API keys anew; stop the server first")
    add_place(action)
    action.set_defaults(run=rotate)


def upgrade(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Bring the database to the revision of this version."""
    from ..storage.upgrade import HEAD
    from ..storage.upgrade import upgrade as upgrade_database

    asyncio.run(upgrade_database(options_of(arguments).url))
    terminal.say(msg("The database is at revision {revision}"), revision=HEAD)
    return 0


def current(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print both revisions; exit code 1 when an upgrade is due."""
    from ..storage.upgrade import HEAD

    revision = revision_at(options_of(arguments))
    terminal.line(f"{revision or '-'} (head: {HEAD})")
    return 0 if revision == HEAD else 1


def rotate(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Replace the master key."""
    count = asyncio.run(_rotate(options_of(arguments)))
    terminal.say(msg("{count} stored keys are encrypted with the new master key"), count=count)
    return 0


async def _rotate(options: Options) -> int:
    from ..storage.upgrade import open_database
    from ..storage.vault import Vault

    database = await open_database(options.url)
    try:
        return await Vault.open(options.keys_file).rotate(database)
    finally:
        await database.close()


def revision_at(options: Options) -> str | None:
    """Return the database's revision, None when there is none yet; makes no file."""
    from ..storage.engine import parse_url
    from ..storage.upgrade import revision_of

    url = parse_url(options.url)
    if url.get_backend_name() == "sqlite" and not Path(str(url.database)).exists():
        return None
    return asyncio.run(revision_of(url))
