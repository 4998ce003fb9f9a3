"""The only wiring place: builds every service once and hands it its collaborators."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import Any

from .account.handlers import routes as account_routes
from .account.service import AccountService
from .account.store import AccountStore
from .chat.handlers import routes as chat_routes
from .chat.service import ChatService
from .chat.store import ChatStore
from .core.actor import local_actor
from .options import Options
from .providers.configurations import ModelConfigService
from .providers.embedded import INSTRUCT, EmbeddedProtocol, EmbeddedServer
from .providers.handlers import routes as provider_routes
from .providers.http import HttpPool, Timeouts
from .providers.policy import EndpointPolicy, PolicyInForce
from .providers.presets import load_presets, preset_hosts
from .providers.pricing import load_table
from .providers.registry import ProtocolRegistry, load_factories
from .providers.service import ProviderService
from .providers.store import ConfigStore, ProviderStore
from .storage.engine import Database
from .storage.upgrade import open_database
from .storage.vault import Vault
from .web.handlers import Unknown
from .web.handlers import routes as web_routes
from .web.logs import add_log_file
from .web.page import page_rules
from .web.routes import API_PREFIX, Route, tornado_routes

__all__ = ["ROUTES", "Application", "Services", "build", "tornado_rules"]

DEMO_NAME = "SmolLM2 135M"  # labelled as a demo wherever it is shown


@dataclass(frozen=True, slots=True)
class Services:
    """The rooms of a running service and what they stand on."""

    options: Options
    db: Database
    vault: Vault
    embedded: EmbeddedServer
    account: AccountService
    providers: ProviderService
    models: ModelConfigService
    chat: ChatService
    _started: AsyncExitStack = field(repr=False)

    async def close(self) -> None:
        """Stop everything in the reverse order of its start."""
        await self._started.aclose()


@dataclass(frozen=True, slots=True)
class Application:
    """Services and every route."""

    services: Services
    routes: list[Route]


ROUTES: list[Route] = [*web_routes, *account_routes, *provider_routes, *chat_routes]


def tornado_rules(application: Application, base_url: str) -> list[tuple[Any, ...]]:
    """Return what Tornado serves below the server's base URL."""
    unknown = (base_url.rstrip("/") + f"/{API_PREFIX}/.*", Unknown)
    return [*tornado_routes(base_url, application.routes), unknown, *page_rules(base_url)]


async def build(options: Options) -> Application:
    """Start everything that must run before the first request; a start that fails leaves nothing open."""
    async with AsyncExitStack() as started:
        services = await _start(options, started)
        return Application(replace(services, _started=started.pop_all()), ROUTES)


async def _start(options: Options, started: AsyncExitStack) -> Services:
    await asyncio.to_thread(_prepare_folder, options)
    db = await open_database(options.url)
    started.push_async_callback(db.close)
    vault = await asyncio.to_thread(Vault.open, options.keys_file)
    embedded, providers = await _start_providers(options, db, vault, started)
    models = ModelConfigService(ConfigStore(db), providers, vault)
    chat = ChatService(ChatStore(db), models, options.trash_days, options.max_upload_mb)
    started.push_async_callback(chat.close)
    if options.embedded and embedded.available():
        await models.ensure_demo(local_actor(), INSTRUCT, DEMO_NAME)
    await chat.start()
    return Services(
        options=options,
        db=db,
        vault=vault,
        embedded=embedded,
        account=AccountService(AccountStore(db), "local"),
        providers=providers,
        models=models,
        chat=chat,
        _started=started,
    )


async def _start_providers(
    options: Options, db: Database, vault: Vault, started: AsyncExitStack
) -> tuple[EmbeddedServer, ProviderService]:
    presets = await asyncio.to_thread(load_presets, options.presets_file)
    table = await asyncio.to_thread(load_table, options.prices_file)
    factories = await asyncio.to_thread(load_factories)
    policy = PolicyInForce(
        EndpointPolicy(EndpointPolicy.normalise(options.allowed_hosts), preset_hosts(presets), loopback=True)
    )
    timeouts = Timeouts(options.connect_timeout, options.first_token_timeout, options.idle_timeout)
    http = HttpPool(policy, timeouts)
    started.push_async_callback(http.aclose)
    registry = ProtocolRegistry(http, factories)
    embedded = EmbeddedServer(idle_seconds=options.embedded_idle)
    started.push_async_callback(embedded.stop)
    registry.add("embedded", EmbeddedProtocol(embedded, registry["openai"]))
    providers = ProviderService(ProviderStore(db), vault, presets, registry, table, policy)
    await providers.start()
    return embedded, providers


def _prepare_folder(options: Options) -> None:
    options.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    add_log_file(options.log_file)
