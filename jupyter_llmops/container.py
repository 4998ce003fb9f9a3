"""The only wiring place: builds every service once and hands it its collaborators."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from .account.handlers import routes as account_routes
from .account.service import AccountService
from .account.store import AccountStore
from .options import Options
from .storage.engine import Database
from .storage.upgrade import open_database
from .storage.vault import Vault
from .web.handlers import Unknown
from .web.handlers import routes as web_routes
from .web.logs import add_log_file
from .web.page import page_rules
from .web.routes import API_PREFIX, Route, tornado_routes

__all__ = ["Application", "Services", "build", "tornado_rules"]


@dataclass(frozen=True, slots=True)
class Services:
    """The rooms of a running service and what they stand on."""

    options: Options
    db: Database
    vault: Vault
    account: AccountService
    closers: tuple[Callable[[], Awaitable[None]], ...] = field(repr=False, default=())

    async def close(self) -> None:
        """Stop everything in the reverse order of its start."""
        for closer in reversed(self.closers):
            await closer()


@dataclass(frozen=True, slots=True)
class Application:
    """Services and every route."""

    services: Services
    routes: list[Route]


ROUTES: list[Route] = [*web_routes, *account_routes]


def tornado_rules(application: Application, base_url: str) -> list[tuple[Any, ...]]:
    """Return what Tornado serves below the server's base URL."""
    unknown = (base_url.rstrip("/") + f"/{API_PREFIX}/.*", Unknown)
    return [*tornado_routes(base_url, application.routes), unknown, *page_rules(base_url)]


async def build(options: Options) -> Application:
    """Start everything that must run before the first request, in the order of need."""
    await asyncio.to_thread(_prepare_folder, options)
    db = await open_database(options.url)
    vault = await asyncio.to_thread(Vault.open, options.keys_file)
    services = Services(
        options=options,
        db=db,
        vault=vault,
        account=AccountService(AccountStore(db), "local"),
        closers=(db.close,),
    )
    return Application(services, ROUTES)


def _prepare_folder(options: Options) -> None:
    options.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    add_log_file(options.log_file)
