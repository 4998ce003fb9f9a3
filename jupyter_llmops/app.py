"""Local mode: the extension of one person's Jupyter Server.

Importing this module and starting the server cost almost nothing; the rooms are imported in a
thread after the server listens (see `gate`).
"""

from __future__ import annotations

import asyncio
import importlib
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_server.extension.application import ExtensionApp
from jupyter_server.utils import url_path_join
from traitlets import Bool, Float, Int, List, Unicode, default

from . import __version__
from .gate import GATE_PATTERN, Built, Gate, State
from .options import Options, default_data_dir

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

__all__ = ["LLMOpsApp"]

HEAD_START_SECONDS = 0.3


class LLMOpsApp(ExtensionApp):
    """LLM workbench: models from any provider, chat, and more, inside Jupyter."""

    name = "jupyter_llmops"
    app_name = "LLMOps"
    description = __doc__
    load_other_extensions = True
    extension_url = "/llmops/"
    file_url_prefix = "/llmops/files"

    data_dir = Unicode(
        help="Folder for the database, the keys and the log. Its file system must be local.", config=True
    )
    database_url = Unicode(
        help="SQLAlchemy URL of the database (postgresql://user@host/llmops); default: SQLite in data_dir.",
        config=True,
    )
    allowed_hosts = List(
        Unicode(),
        help="Hosts that configurations may point at besides loopback and the providers' own: a host name, "
        "host:port, *.example.org, or a network such as 10.1.0.0/16.",
        config=True,
    )
    presets_file = Unicode(
        help="TOML file with more providers, or other values for the built-in ones.", config=True
    )
    prices_file = Unicode(
        help="JSON file with prices and context lengths that override the built-in table.", config=True
    )
    connect_timeout = Float(10.0, help="Seconds to wait for a connection to a provider.", config=True)
    first_token_timeout = Float(60.0, help="Seconds to wait for the first token of an answer.", config=True)
    idle_timeout = Float(30.0, help="Seconds to wait for the next token of an answer.", config=True)
    embedded = Bool(True, help="Offer the embedded demo model when it is installed.", config=True)
    embedded_idle = Float(
        600.0, help="Seconds without use after which the embedded model is stopped.", config=True
    )
    max_upload_mb = Int(50, help="Largest file that may be imported, in MB.", config=True)
    trash_days = Int(30, help="Days a deleted conversation stays in the trash.", config=True)

    @default("data_dir")
    def _default_data_dir(self) -> str:
        return str(default_data_dir())

    _starting: asyncio.Task[None] | None = None

    def options(self) -> Options:
        """Return the traits as plain values."""
        return Options(
            data_dir=Path(self.data_dir).expanduser(),
            database_url=self.database_url or os.environ.get("LLMOPS_DATABASE_URL", ""),
            allowed_hosts=tuple(self.allowed_hosts),
            presets_file=Path(self.presets_file) if self.presets_file else None,
            prices_file=Path(self.prices_file) if self.prices_file else None,
            connect_timeout=self.connect_timeout,
            first_token_timeout=self.first_token_timeout,
            idle_timeout=self.idle_timeout,
            embedded=self.embedded,
            embedded_idle=self.embedded_idle,
            max_upload_mb=self.max_upload_mb,
            trash_days=self.trash_days,
        )

    def initialize_settings(self) -> None:
        """Put our state where the handlers find it."""
        self._kernel_token = secrets.token_urlsafe(32)
        self.settings["llmops"] = State(__version__, self._kernel_token, self._build)

    def initialize_handlers(self) -> None:
        """Hold every request below our prefix until the rooms are there."""
        self.handlers.append((GATE_PATTERN, Gate))

    async def _start_jupyter_server_extension(self, serverapp: ServerApp) -> None:
        """Tell kernels where we are, and build the rooms in the background."""
        os.environ["LLMOPS_URL"] = url_path_join(serverapp.connection_url, "llmops")
        os.environ["LLMOPS_TOKEN"] = self._kernel_token
        state: State = self.settings["llmops"]
        self._starting = asyncio.create_task(self._report(state))

    async def _report(self, state: State) -> None:
        # Jupyter Server's own first answers go first: our imports would hold the interpreter.
        await asyncio.sleep(HEAD_START_SECONDS)
        try:
            await state.ready()
        except Exception:  # the gate answers each request with the reason; the log has the traceback
            self.log.exception("jupyter_llmops cannot start; run “jupyter llmops doctor”")
        else:
            self.log.info("jupyter_llmops %s is ready", __version__)

    async def _build(self) -> Built:
        container: Any = await asyncio.to_thread(importlib.import_module, "jupyter_llmops.container")
        built: Built = await container.build(self.options())
        server = self.serverapp
        assert server is not None  # an extension runs in one
        webapp = server.web_app
        webapp.add_handlers(  # type: ignore[no-untyped-call]
            r".*$", container.tornado_rules(built, server.base_url)
        )
        # The newest rules stand before the catch-all of Tornado; ours must stand before the gate.
        rules = webapp.default_router.rules
        rules.insert(0, rules.pop(-2))
        return built

    async def stop_extension(self) -> None:
        """Close the rooms: text of unfinished answers is kept, children are stopped."""
        if self._starting is not None:
            self._starting.cancel()
        await self.settings["llmops"].stop()
