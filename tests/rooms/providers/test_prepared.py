"""A model made ready serves the next answers too, until anything it came from is changed."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_llmops.core.actor import Actor
from jupyter_llmops.core.errors import Conflict, NotFound
from jupyter_llmops.providers.prepared import FRESH_SECONDS, PreparedModels
from jupyter_llmops.providers.schemas import (
    ConfigChange,
    ManualModel,
    ModelConfig,
    NewConfig,
    ProviderChange,
)
from tests.fakes.openai import FakeOpenAI

from .conftest import Room

pytestmark = pytest.mark.spec("PROV-5")


async def create(room: Room, actor: Actor, fake: FakeOpenAI, name: str = "Mine") -> ModelConfig:
    values = {"name": name, "provider_id": "custom", "endpoint": fake.endpoint, "model": "fake-model"}
    return await room.models.create(actor, NewConfig.model_validate({**values, "api_key": "key-1"}))


async def test_the_second_answer_asks_the_database_for_nothing(
    room: Room, alice: Actor, fake: FakeOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await create(room, alice, fake)
    first = await room.models.resolve(alice, made.id)

    def refuse() -> Any:
        raise AssertionError("the database was asked")

    monkeypatch.setattr(room.db, "read", refuse)
    assert await room.models.resolve(alice, made.id) is first


async def test_a_change_counts_at_once(room: Room, alice: Actor, fake: FakeOpenAI) -> None:
    made = await create(room, alice, fake)
    await room.models.resolve(alice, made.id)
    await room.models.change(alice, made.id, ConfigChange(model="other", api_key="key-2"))
    changed = await room.models.resolve(alice, made.id)
    assert (changed.model, changed.target.api_key, changed.version) == ("other", "key-2", 2)
    await room.models.rollback(alice, made.id, 1)
    assert (await room.models.resolve(alice, made.id)).target.api_key == "key-1"
    await room.models.delete(alice, made.id)
    with pytest.raises(NotFound):
        await room.models.resolve(alice, made.id)


async def test_another_default_counts_at_once(room: Room, alice: Actor, fake: FakeOpenAI) -> None:
    one, two = await create(room, alice, fake, "One"), await create(room, alice, fake, "Two")
    for chosen in (one, two, one):
        await room.models.make_default(alice, chosen.id)
        assert (await room.models.resolve(alice, None)).config_id == chosen.id


async def test_what_was_said_of_a_model_counts_at_once(room: Room, alice: Actor, fake: FakeOpenAI) -> None:
    made = await create(room, alice, fake)
    assert (await room.models.resolve(alice, made.id)).capabilities is None
    said = ManualModel.model_validate({"id": "fake-model", "capabilities": ["chat", "vision"]})
    await room.providers.add_model(alice, "custom", said)
    assert (await room.models.resolve(alice, made.id)).capabilities == frozenset({"chat", "vision"})
    await room.providers.delete_model(alice, "custom", "fake-model")
    assert (await room.models.resolve(alice, made.id)).capabilities is None


async def test_a_provider_switched_off_is_off_at_once(room: Room, alice: Actor, fake: FakeOpenAI) -> None:
    made = await create(room, alice, fake)
    await room.models.resolve(alice, made.id)
    await room.providers.change("custom", ProviderChange(enabled=False))
    with pytest.raises(Conflict):
        await room.models.resolve(alice, made.id)


async def test_a_ready_model_is_nobody_elses(room: Room, alice: Actor, bob: Actor, fake: FakeOpenAI) -> None:
    made = await create(room, alice, fake)
    await room.models.resolve(alice, made.id)
    with pytest.raises(NotFound):
        await room.models.resolve(bob, made.id)


async def test_after_a_while_the_database_is_asked_again(room: Room, alice: Actor, fake: FakeOpenAI) -> None:
    moment = 0.0
    prepared = PreparedModels(clock=lambda: moment)
    model = await room.models.resolve(alice, (await create(room, alice, fake)).id)
    prepared.keep("alice", 1, "revision", model)
    assert prepared.find("alice", 1, "revision") is model
    assert prepared.find("alice", 1, "next revision") is None
    moment = FRESH_SECONDS
    assert prepared.find("alice", 1, "revision") is None
