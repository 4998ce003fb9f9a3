"""The providers room on a real database, with fakes for providers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from jupyter_llmops.core.actor import Actor
from jupyter_llmops.core.scopes import ALL
from jupyter_llmops.providers.configurations import ModelConfigService
from jupyter_llmops.providers.http import HttpPool, Timeouts
from jupyter_llmops.providers.policy import EndpointPolicy, PolicyInForce
from jupyter_llmops.providers.presets import load_presets, preset_hosts
from jupyter_llmops.providers.pricing import load_table
from jupyter_llmops.providers.registry import ProtocolRegistry, load_factories
from jupyter_llmops.providers.service import ProviderService
from jupyter_llmops.providers.store import ConfigStore, ProviderStore
from jupyter_llmops.storage.engine import Database
from jupyter_llmops.storage.vault import Vault
from tests.fakes.openai import FakeOpenAI
from tests.fakes.server import Script

MASTER_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


@dataclass
class Room:
    """The services of the room and what a test looks into."""

    db: Database
    providers: ProviderService
    models: ModelConfigService
    http: HttpPool
    policy: PolicyInForce


@pytest.fixture
def alice() -> Actor:
    """A user."""
    return Actor("alice", "Alice", ALL)


@pytest.fixture
def bob() -> Actor:
    """Another user."""
    return Actor("bob", "Bob", ALL)


def build_room(db: Database, http: HttpPool, policy: PolicyInForce) -> Room:
    """Wire the room as the container does."""
    vault = Vault([MASTER_KEY])
    protocols = ProtocolRegistry(http, load_factories([]))
    providers = ProviderService(ProviderStore(db), vault, load_presets(), protocols, load_table(), policy)
    return Room(db, providers, ModelConfigService(ConfigStore(db), providers, vault), http, policy)


@pytest.fixture
async def room(db: Database) -> AsyncIterator[Room]:
    """The room on a fresh database."""
    policy = PolicyInForce(EndpointPolicy((), preset_hosts(load_presets()), loopback=True))
    http = HttpPool(policy, Timeouts(connect=5, first_token=1, idle=1))
    yield build_room(db, http, policy)
    await http.aclose()


@pytest.fixture
async def fake() -> AsyncIterator[FakeOpenAI]:
    """A well-behaved OpenAI-compatible server."""
    async with FakeOpenAI(Script(text="Hi there"), models=["fake-model", "other-model"]) as server:
        yield server
