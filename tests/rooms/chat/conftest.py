"""A chat service on a real database, with models that say what a test tells them to."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from jupyter_llmops.chat.service import ChatService
from jupyter_llmops.chat.store import ChatStore
from jupyter_llmops.core.actor import Actor
from jupyter_llmops.core.clock import now
from jupyter_llmops.core.errors import NotFound
from jupyter_llmops.core.scopes import USE
from jupyter_llmops.providers.base import ChatMessage, Piece, Usage
from jupyter_llmops.storage.engine import Database
from jupyter_llmops.storage.tables import model_configs

from .scripted import Script

ANN = Actor("ann", "Ann", frozenset({USE}))
BOB = Actor("bob", "Bob", frozenset({USE}))
TITLE_TASKS = ("Give the conversation below a title", "给下面的对话起一个标题")


@dataclass
class FakeModel:
    """A configuration whose answers are scripts, the next one for each call."""

    config_id: int
    owner: str
    model: str = "tiny"
    provider_id: str = "custom"
    parameters: dict[str, Any] = field(default_factory=lambda: {"temperature": 0.5})
    system_prompt: str = ""
    capabilities: frozenset[str] | None = None
    scripts: list[Script] = field(default_factory=list)
    asked: list[list[ChatMessage]] = field(default_factory=list)
    title: tuple[Any, ...] = ()
    titles_asked: int = 0

    def next(self) -> Script:
        """Return the script of the call after those already planned."""
        self.scripts.append(Script())
        return self.scripts[-1]

    def says(self, *items: Any) -> Script:
        """Plan a whole answer."""
        return self.next().say(*items).end()

    def stream(self, messages: Sequence[ChatMessage]) -> AsyncGenerator[Piece, None]:
        messages = list(messages)
        if messages[-1].content.startswith(TITLE_TASKS):
            self.titles_asked += 1
            return Script().say(*self.title).end().stream()
        self.asked.append(messages)
        if len(self.asked) > len(self.scripts):
            self.says("Right.")
        return self.scripts[len(self.asked) - 1].stream()

    def estimate(self, messages: Sequence[ChatMessage], text: str) -> Usage:
        return Usage(len(messages), len(text), len(messages) + len(text), estimated=True)

    def cost(self, usage: Usage) -> tuple[float | None, str | None]:
        return usage.total_tokens / 1000, "USD"


class FakeModels:
    """Configurations by number; each owner has its own."""

    def __init__(self) -> None:
        self.known: dict[int, FakeModel] = {}
        self.default: dict[str, int] = {}

    async def resolve(self, actor: Actor, config_id: int | None) -> FakeModel:
        model = self.known.get(self.default[actor.id] if config_id is None else config_id)
        if model is None or model.owner != actor.id:
            raise NotFound("There is no such model configuration.")
        return model


@pytest.fixture
async def models(db: Database) -> FakeModels:
    models = FakeModels()
    for owner in ("ann", "bob"):
        for _ in range(2):
            async with db.write() as conn:
                row = {"owner": owner, "name": "m", "created_at": now(), "updated_at": now()}
                config_id = (await conn.execute(model_configs.insert(), row)).inserted_primary_key[0]
            models.known[config_id] = FakeModel(config_id, owner)
            models.default.setdefault(owner, config_id)
    return models


@pytest.fixture
def tiny(models: FakeModels) -> FakeModel:
    """Give Ann's default model."""
    return models.known[models.default["ann"]]


@pytest.fixture
async def chat(db: Database, models: FakeModels) -> AsyncIterator[ChatService]:
    service = ChatService(ChatStore(db), models)
    await service.start()
    yield service
    await service.close()
