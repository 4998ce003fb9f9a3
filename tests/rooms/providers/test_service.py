"""Providers: what an administrator sets, live model lists, the endpoint policy."""

from __future__ import annotations

import asyncio

import pytest

from jupyter_llmops.core.actor import Actor
from jupyter_llmops.core.errors import Conflict, Invalid, NotFound
from jupyter_llmops.providers.base import ChatRequest, ModelInfo, Protocol, Target
from jupyter_llmops.providers.modellist import ModelLists
from jupyter_llmops.providers.problems import EndpointNotAllowed, Unreachable
from jupyter_llmops.providers.schemas import (
    ConfigQuery,
    LiveModelsRequest,
    ManualModel,
    NewConfig,
    PolicyChange,
    ProviderChange,
)
from jupyter_llmops.storage.tables import model_configs, provider_settings
from tests.fakes.openai import FakeOpenAI
from tests.fakes.server import Script

from .conftest import Room, build_room

KEY = "sk-organisation-0123456789"


# -- providers ------------------------------------------------------------------------------------


@pytest.mark.spec("PROV-1")
async def test_providers_are_listed_in_the_order_of_the_catalogue(room: Room) -> None:
    providers = await room.providers.providers()
    assert [provider.id for provider in providers][:2] == ["embedded", "ollama"]
    assert all(provider.enabled and not provider.has_org_key for provider in providers)


@pytest.mark.spec("PROV-3")
async def test_a_provider_that_is_switched_off_is_not_called(
    room: Room, alice: Actor, fake: FakeOpenAI
) -> None:
    new = NewConfig(name="c", provider_id="custom", endpoint=fake.endpoint, model="fake-model")
    made = await room.models.create(alice, new)
    changed = await room.providers.change("custom", ProviderChange(enabled=False))
    assert not changed.enabled
    with pytest.raises(Conflict) as refused:
        await room.models.resolve(alice, made.id)
    assert refused.value.code == "provider_disabled"
    await room.providers.change("custom", ProviderChange(enabled=True))
    await room.models.resolve(alice, made.id)
    with pytest.raises(NotFound):
        await room.providers.change("nobody", ProviderChange(enabled=False))


@pytest.mark.spec("PROV-3", "PROV-8")
async def test_the_organisations_key_is_used_but_never_shown(room: Room, alice: Actor) -> None:
    changed = await room.providers.change("openai", ProviderChange(org_key=KEY))
    assert changed.has_org_key
    assert KEY not in changed.model_dump_json()
    made = await room.models.create(alice, NewConfig(name="c", provider_id="openai", model="gpt-4o"))
    assert made.api_key_hint is None
    ready = await room.models.resolve(alice, made.id)
    assert ready.target.api_key == KEY
    assert KEY not in repr(ready)
    assert not (await room.providers.change("openai", ProviderChange(org_key=None))).has_org_key


@pytest.mark.spec("PROV-3", "PROV-8")
async def test_the_organisations_key_goes_to_the_providers_own_place_only(
    room: Room, alice: Actor, fake: FakeOpenAI
) -> None:
    """Else a user could have it sent to a server of their own and read it there."""
    await room.providers.change("openai", ProviderChange(org_key=KEY))
    stolen = NewConfig(
        name="c", provider_id="openai", endpoint=fake.endpoint, model="fake-model", api_key="own"
    )
    made = await room.models.create(alice, stolen)
    assert (await room.models.resolve(alice, made.id)).target.api_key == "own"
    target = await room.providers.target("openai", fake.endpoint)
    assert target.api_key == ""
    for endpoint in (
        "https://api.openai.com/v2",
        "http://api.openai.com/v1",
        "https://api.openai.com:444/v1",
    ):
        assert (await room.providers.target("openai", endpoint)).api_key == ""
    assert (await room.providers.target("openai", "https://API.openai.com/v1/")).api_key == KEY


@pytest.mark.spec("PROV-8")
async def test_keys_are_unreadable_in_the_database(room: Room, alice: Actor) -> None:
    await room.providers.change("openai", ProviderChange(org_key=KEY))
    await room.models.create(alice, NewConfig(name="c", provider_id="openai", model="m", api_key=KEY))
    async with room.db.read() as conn:
        for table in (model_configs, provider_settings):
            rows = (await conn.execute(table.select())).all()
            assert rows
            assert KEY.encode() not in repr(rows).encode()
            assert KEY[:10] not in repr(rows)


# -- models ---------------------------------------------------------------------------------------


def ask(fake: FakeOpenAI, **fields: object) -> LiveModelsRequest:
    return LiveModelsRequest.model_validate({"endpoint": fake.endpoint, **fields})


@pytest.mark.spec("PROV-4")
async def test_models_are_asked_for_once_in_ten_minutes(
    room: Room, alice: Actor, bob: Actor, fake: FakeOpenAI
) -> None:
    listed = await room.models.models(alice, "custom", ask(fake))
    assert [(model.id, model.source) for model in listed.items] == [
        ("fake-model", "live"),
        ("other-model", "live"),
    ]
    await room.models.models(alice, "custom", ask(fake))
    assert len(fake.requests) == 1
    await room.models.models(alice, "custom", ask(fake, refresh=True))
    assert len(fake.requests) == 2
    await room.models.models(alice, "custom", ask(fake, api_key="another"))
    await room.models.models(bob, "custom", ask(fake))
    assert len(fake.requests) == 4


@pytest.mark.spec("PROV-4")
async def test_a_saved_configuration_lends_its_key_for_the_list(
    room: Room, alice: Actor, fake: FakeOpenAI
) -> None:
    fake.api_key = KEY
    new = NewConfig(name="c", provider_id="custom", endpoint=fake.endpoint, model="fake-model", api_key=KEY)
    made = await room.models.create(alice, new)
    await room.models.models(alice, "custom", LiveModelsRequest(config_id=made.id))
    assert fake.requests[-1].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.spec("PROV-4")
async def test_a_dead_provider_leaves_the_models_that_were_added_and_says_why(
    room: Room, alice: Actor
) -> None:
    await room.providers.add_model(alice, "vllm", ManualModel(id="mine-7b", context_length=4096))
    dead = LiveModelsRequest(endpoint="http://127.0.0.1:9/v1")
    listed = await room.models.models(alice, "vllm", dead)
    assert [(model.id, model.source, model.parameter_size) for model in listed.items] == [
        ("mine-7b", "manual", "7B")
    ]
    assert listed.problem is not None
    assert listed.problem.code == "unreachable"


@pytest.mark.spec("PROV-4")
async def test_one_dead_provider_does_not_hold_up_another(room: Room, alice: Actor, fake: FakeOpenAI) -> None:
    async with FakeOpenAI(Script()) as silent:
        silent.route = lambda seen: silent.refuse(Script(first_byte_after=60))  # type: ignore[method-assign]
        slow = asyncio.create_task(room.models.models(alice, "vllm", ask(silent)))
        listed = await room.models.models(alice, "custom", ask(fake))
        assert listed.total == 2
        assert not slow.done()
        slow.cancel()


@pytest.mark.spec("PROV-4")
async def test_static_lists_come_with_context_and_prices(room: Room, alice: Actor) -> None:
    listed = await room.models.models(alice, "zhipu", LiveModelsRequest())
    model = next(model for model in listed.items if model.id == "glm-4.6")
    assert model.source == "catalogue"
    assert model.context_length
    assert model.input_price is not None
    assert listed.problem is None


@pytest.mark.spec("PROV-4")
async def test_a_list_that_needs_a_key_says_so(room: Room, alice: Actor) -> None:
    listed = await room.models.models(alice, "openai", LiveModelsRequest())
    assert listed.problem is not None
    assert listed.problem.code == "key_missing"


@pytest.mark.spec("PROV-3")
async def test_no_list_is_fetched_from_a_host_that_is_not_allowed(room: Room, alice: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        await room.models.models(alice, "custom", LiveModelsRequest(endpoint="http://169.254.169.254/v1"))
    assert refused.value.code == "endpoint_not_allowed"


@pytest.mark.spec("PROV-4")
async def test_models_that_one_user_added_are_not_anothers(room: Room, alice: Actor, bob: Actor) -> None:
    await room.providers.add_model(
        alice, "zhipu", ManualModel(id="mine", name="Mine", capabilities=["vision"])
    )
    assert "mine" not in [
        model.id for model in (await room.models.models(bob, "zhipu", LiveModelsRequest())).items
    ]
    with pytest.raises(NotFound):
        await room.providers.delete_model(bob, "zhipu", "mine")
    await room.providers.add_model(bob, "zhipu", ManualModel(id="mine"))
    target = await room.providers.target("zhipu")
    assert await room.providers.capabilities(alice, target, "mine") == frozenset({"vision"})
    await room.providers.delete_model(bob, "zhipu", "mine")
    listed = await room.models.models(alice, "zhipu", LiveModelsRequest())
    assert [model.name for model in listed.items if model.source == "manual"] == ["Mine"]


class Counting(Protocol):
    """Lists a model when it is let to."""

    id = "counting"

    def __init__(self) -> None:
        self.asked = 0
        self.go = asyncio.Event()
        self.fails = False

    def stream(self, target: Target, request: ChatRequest) -> object:  # type: ignore[override]
        raise NotImplementedError

    async def models(self, target: Target) -> list[ModelInfo]:
        """Count, wait, answer."""
        self.asked += 1
        await self.go.wait()
        if self.fails:
            raise Unreachable()
        return [ModelInfo("m", "m")]


@pytest.mark.spec("PROV-4")
async def test_who_asks_at_the_same_time_causes_one_request() -> None:
    now = 0.0
    lists, protocol, target = ModelLists(lambda: now), Counting(), Target("custom", "http://x")
    waiting = [asyncio.create_task(lists.get("alice", protocol, target)) for _ in range(5)]
    await asyncio.sleep(0)
    waiting[0].cancel()  # one gives up, the others still get it
    protocol.go.set()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(results[0], asyncio.CancelledError)
    assert results[1:] == [[ModelInfo("m", "m")]] * 4
    assert protocol.asked == 1
    now = 599
    await lists.get("alice", protocol, target)
    assert protocol.asked == 1
    now = 601
    await lists.get("alice", protocol, target)
    assert protocol.asked == 2


@pytest.mark.spec("PROV-4")
async def test_a_failure_is_not_remembered() -> None:
    lists, protocol, target = ModelLists(), Counting(), Target("custom", "http://x")
    protocol.go.set()
    protocol.fails = True
    with pytest.raises(Unreachable):
        await lists.get("alice", protocol, target)
    protocol.fails = False
    assert await lists.get("alice", protocol, target)


# -- endpoint policy ------------------------------------------------------------------------------


@pytest.mark.spec("PROV-3")
async def test_a_listed_host_is_allowed_at_once_and_after_a_restart(room: Room, alice: Actor) -> None:
    with pytest.raises(EndpointNotAllowed):
        room.policy().check_url("http://10.0.0.5:8000")
    changed = await room.providers.change_policy(PolicyChange(allowed_hosts=[" 10.0.0.5 ", "*.Example.com"]))
    assert changed.allowed_hosts == ["10.0.0.5", "*.example.com"]
    assert "api.openai.com" in changed.preset_hosts
    room.policy().check_url("http://10.0.0.5:8000")
    new = NewConfig(name="c", provider_id="custom", endpoint="http://10.0.0.5:8000/v1", model="m")
    await room.models.create(alice, new)
    fresh = type(room.policy)(type(room.policy.current)(loopback=True))
    restarted = build_room(room.db, room.http, fresh)
    await restarted.providers.start()
    fresh().check_url("http://10.0.0.5:8000")


@pytest.mark.spec("PROV-3")
async def test_a_host_taken_off_the_list_is_called_no_more(room: Room, alice: Actor) -> None:
    await room.providers.change_policy(PolicyChange(allowed_hosts=["10.0.0.5"]))
    new = NewConfig(name="c", provider_id="custom", endpoint="http://10.0.0.5/v1", model="m")
    made = await room.models.create(alice, new)
    await room.providers.change_policy(PolicyChange(allowed_hosts=[]))
    ready = await room.models.resolve(alice, made.id)
    with pytest.raises(EndpointNotAllowed):
        [piece async for piece in ready.stream([])]
    assert (await room.models.configs(alice, ConfigQuery())).total == 1


@pytest.mark.spec("PROV-3")
async def test_a_bad_entry_is_named(room: Room) -> None:
    with pytest.raises(Invalid) as refused:
        await room.providers.change_policy(PolicyChange(allowed_hosts=["good.example", "bad host"]))
    assert "bad host" in refused.value.problem("en")["errors"][0]["message"]
