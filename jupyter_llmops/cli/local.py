"""`jupyter llmops local fetch | serve | status`: the embedded model."""

from __future__ import annotations

import argparse
import asyncio
import json
from typing import TYPE_CHECKING, Any

from ..core.i18n import msg
from .signals import wait_for_signal
from .terminal import Meter, Terminal

if TYPE_CHECKING:
    from ..providers.embedded import EmbeddedServer

__all__ = ["add_to"]


def add_to(commands: Any) -> None:
    """Add the subcommands."""
    local = commands.add_parser("local", help="the embedded demo model")
    actions = local.add_subparsers(title="actions", metavar="ACTION", required=True)
    action = actions.add_parser("fetch", help="download the model once (93 MB); goes on after a break")
    action.set_defaults(run=fetch)
    action = actions.add_parser("serve", help="serve the model to other programs until Ctrl-C")
    action.add_argument("--model", choices=("instruct", "thinking"), default="instruct")
    action.add_argument("--port", type=int, default=0, help="0: a free one")
    action.set_defaults(run=serve)
    action = actions.add_parser("status", help="say whether engine and model are there")
    action.add_argument("--json", action="store_true", help="print it as JSON")
    action.set_defaults(run=status)


def fetch(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Download the model unless it is there."""
    from ..providers.embedded.fetch import cache_folder, fetch_model, is_fetched

    folder = cache_folder()
    if is_fetched(folder):
        terminal.say(msg("The embedded model is already there: {folder}"), folder=folder)
        return 0
    terminal.say(msg("Fetching the embedded model (93 MB, once) into {folder}"), folder=folder)
    path = fetch_model(folder, Meter(terminal.out))
    terminal.say(msg("Checked and ready: {path}"), path=path)
    return 0


def serve(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Serve the model in the foreground."""
    from ..providers.embedded import INSTRUCT, THINKING, EmbeddedServer

    model = {"instruct": INSTRUCT, "thinking": THINKING}[arguments.model]
    server = EmbeddedServer(port=arguments.port)
    asyncio.run(_serve(server, model, terminal))
    return 0


async def _serve(server: EmbeddedServer, model: str, terminal: Terminal) -> None:
    try:
        # The lease keeps it from being stopped as idle.
        async with server.lease(model) as target:
            terminal.line(f"READY endpoint={target.endpoint} model={model} api_key={target.api_key}")
            await wait_for_signal()
    finally:
        await server.stop()


def status(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Say whether a chat could start; exit code 1 when not."""
    from ..providers.embedded import EmbeddedServer

    server = EmbeddedServer()
    if arguments.json:
        known = server.status()
        terminal.line(json.dumps({name: known[name] for name in ("installed", "fetched", "available")}))
        return 0 if server.available() else 1
    server.require()
    terminal.say(msg("The embedded model can be used"))
    return 0
