"""`jupyter llmops serve | openapi`: the web page without JupyterLab, and the description of the API."""

from __future__ import annotations

import argparse
import asyncio
import json
from typing import TYPE_CHECKING, Any

from .terminal import Terminal

if TYPE_CHECKING:
    from ..app import LLMOpsApp

__all__ = ["add_to"]


def add_to(commands: Any) -> None:
    """Add the subcommands."""
    command = commands.add_parser(
        "serve",
        help="start Jupyter Server with this extension only and print READY url=…",
        description="Further arguments go to Jupyter Server, e.g. --port=8900 or --ServerApp.ip=0.0.0.0.",
    )
    command.set_defaults(run=serve)
    command = commands.add_parser("openapi", help="print the OpenAPI 3.1 document")
    command.set_defaults(run=openapi)


def serve(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Serve the page until SIGINT or SIGTERM."""
    from ..app import LLMOpsApp

    _prefer_uvloop()

    class PageOnly(LLMOpsApp):
        """The same extension; Jupyter Server is told to load no other."""

        load_other_extensions = False

    # Terminals are an extension of their own and stay out with the others.
    server = PageOnly.initialize_server(["--ServerApp.open_browser=False", *arguments.further])  # type: ignore[no-untyped-call]
    extension = server.extension_manager.extension_apps[LLMOpsApp.name].copy().pop()
    server.io_loop.add_callback(_announce, extension, terminal)
    server.start()
    return 0


async def _announce(extension: LLMOpsApp, terminal: Terminal) -> None:
    """Print the address when the rooms are open; what keeps them closed is in the log and on the page."""
    await extension.settings["llmops"].ready()
    server = extension.serverapp
    assert server is not None  # it has started us
    token = f"?token={server.identity_provider.token}" if server.identity_provider.token else ""
    terminal.line(f"READY url={server.connection_url}llmops/{token}")


def _prefer_uvloop() -> None:
    """Use the faster event loop where it is installed (it is no requirement: Windows has none)."""
    try:
        import uvloop
    except ImportError:
        return
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())


def openapi(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print the document that `GET /openapi.json` answers."""
    from .. import __version__
    from ..container import ROUTES
    from ..web.openapi import document

    terminal.line(json.dumps(document(ROUTES, __version__), indent=2, ensure_ascii=False))
    return 0
