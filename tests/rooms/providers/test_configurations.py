"""Model configurations are kept with their history, belong to their owner, and never show their key."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from jupyter_llmops.core.actor import Actor
from jupyter_llmops.core.errors import Conflict, Invalid, LLMOpsError, NotFound
from jupyter_llmops.core.paging import Page
from jupyter_llmops.providers.base import AnswerDelta, ChatMessage, Finish, Usage
from jupyter_llmops.providers.problems import KeyMissing
from jupyter_llmops.providers.schemas import (
    ConfigChange,
    ConfigQuery,
    LiveModelsRequest,
    ModelConfig,
    NewConfig,
    Parameters,
    TestRequest,
)
from tests.fakes.openai import FakeOpenAI
from tests.fakes.server import Script

from .conftest import Room

CANARY = "sk-canary-7f3a9c1e5b2d8460"


def new(fake: FakeOpenAI, name: str = "Mine", **fields: object) -> NewConfig:
    values = {"provider_id": "custom", "endpoint": fake.endpoint, "model": "fake-model", **fields}
    return NewConfig.model_validate({"name": name, **values})


async def names(room: Room, actor: Actor, **query: object) -> list[str]:
    page: Page[ModelConfig] = await room.models.configs(actor, ConfigQuery.model_validate(query))
    return [config.name for config in page.items]


@pytest.mark.spec("PROV-5", "PROV-6")
async def test_a_configuration_is_kept_as_it_was_entered(room: Room, alice: Actor, fake: FakeOpenAI) -> None:
    entered = new(fake, parameters={"temperature": 0.3, "stop": "END"}, notes="n", system_prompt="Be brief")
    made = await room.models.create(alice, entered)
    shown = await room.models.config(alice, made.id)
    assert shown.parameters == {"temperature": 0.3, "stop": ["END"]}
    assert (shown.notes, shown.system_prompt, shown.version) == ("n", "Be brief", 1)
    assert shown.used_by.sessions == 0


@pytest.mark.spec("PROV-8")
async def test_only_the_end_of_a_key_is_shown(room: Room, alice: Actor, fake: FakeOpenAI) -> None:
    made = await room.models.create(alice, new(fake, api_key=CANARY))
    assert made.api_key_hint == CANARY[-4:]
    versions = await room.models.versions(alice, made.id)
    detail = await room.models.config(alice, made.id)
    ready = await room.models.resolve(alice, made.id)
    for text in (detail.model_dump_json(), versions.model_dump_json(), repr(ready), str(ready.snapshot)):
        assert CANARY not in text


@pytest.mark.spec("PROV-8")
async def test_a_short_key_shows_nothing_of_itself(room: Room, alice: Actor, fake: FakeOpenAI) -> None:
    made = await room.models.create(alice, new(fake, api_key="abcdefgh"))
    assert made.api_key_hint == "••••"


@pytest.mark.spec("PROV-8")
async def test_a_key_is_in_no_error_even_when_the_provider_repeats_it(
    room: Room, alice: Actor, fake: FakeOpenAI
) -> None:
    made = await room.models.create(alice, new(fake, api_key=CANARY))
    for shape in (f"Incorrect API key provided: {CANARY}", f"bad key {CANARY[:8]}****{CANARY[-4:]}"):
        fake.next.append(Script(status=401, message=shape))
        result = await room.models.test(alice, TestRequest(id=made.id))
        assert result.problem is not None
        assert result.problem.code == "invalid_key"
        assert CANARY[:8] not in result.model_dump_json()
        assert CANARY[:8] not in (await room.models.config(alice, made.id)).model_dump_json()


@pytest.mark.spec("PROV-6")
async def test_another_users_configuration_is_not_there(
    room: Room, alice: Actor, bob: Actor, fake: FakeOpenAI
) -> None:
    made = await room.models.create(alice, new(fake))
    assert await names(room, bob) == []
    attempts: list[Callable[[], Awaitable[object]]] = [
        lambda: room.models.config(bob, made.id),
        lambda: room.models.change(bob, made.id, ConfigChange(name="Bob's")),
        lambda: room.models.delete(bob, made.id),
        lambda: room.models.duplicate(bob, made.id),
        lambda: room.models.make_default(bob, made.id),
        lambda: room.models.versions(bob, made.id),
        lambda: room.models.rollback(bob, made.id, 1),
        lambda: room.models.resolve(bob, made.id),
        lambda: room.models.test(bob, TestRequest(id=made.id)),
        lambda: room.models.models(bob, "custom", LiveModelsRequest(config_id=made.id)),
    ]
    for attempt in attempts:
        with pytest.raises(NotFound):
            await attempt()
    await room.models.delete_many(bob, [made.id])
    assert await names(room, alice) == ["Mine"]
    with pytest.raises(Conflict) as none:
        await room.models.resolve(bob, None)
    assert none.value.code == "no_model"


@pytest.mark.spec("PROV-6")
async def test_the_default_of_one_user_leaves_anothers_alone(
    room: Room, alice: Actor, bob: Actor, fake: FakeOpenAI
) -> None:
    await room.models.create(bob, new(fake, "Bob's", is_default=True))
    await room.models.create(alice, new(fake, "First", is_default=True))
    second = await room.models.create(alice, new(fake, "Second"))
    await room.models.make_default(alice, second.id)
    page = await room.models.configs(alice, ConfigQuery())
    assert [config.name for config in page.items if config.is_default] == ["Second"]
    assert (await room.models.resolve(bob, None)).config_name == "Bob's"
    assert (await room.models.resolve(alice, None)).config_name == "Second"


@pytest.mark.spec("PROV-6")
async def test_a_change_makes_a_version_and_no_change_makes_none(
    room: Room, alice: Actor, fake: FakeOpenAI
) -> None:
    made = await room.models.create(alice, new(fake, parameters={"temperature": 0.1}, api_key=CANARY))
    same = ConfigChange(name="Mine", api_key=CANARY, endpoint=fake.endpoint)
    assert (await room.models.change(alice, made.id, same)).version == 1
    changed = ConfigChange(parameters=Parameters(temperature=0.9, top_p=0.5), api_key=None)
    assert (await room.models.change(alice, made.id, changed)).version == 2
    newest, oldest = (await room.models.versions(alice, made.id)).items
    assert {(c.field, c.before, c.after) for c in newest.changes} == {
        ("parameters.temperature", 0.1, 0.9),
        ("parameters.top_p", None, 0.5),
        ("api_key", CANARY[-4:], None),
    }
    assert oldest.changes == []


@pytest.mark.spec("PROV-6")
async def test_a_rollback_brings_everything_back_as_a_new_version(
    room: Room, alice: Actor, fake: FakeOpenAI
) -> None:
    made = await room.models.create(alice, new(fake, api_key=CANARY, system_prompt="old"))
    await room.models.change(alice, made.id, ConfigChange(name="New", system_prompt="new", api_key=None))
    back = await room.models.rollback(alice, made.id, 1)
    assert (back.name, back.system_prompt, back.version, back.api_key_hint) == ("Mine", "old", 3, CANARY[-4:])
    assert (await room.models.resolve(alice, made.id)).target.api_key == CANARY
    with pytest.raises(NotFound):
        await room.models.rollback(alice, made.id, 99)


@pytest.mark.spec("PROV-6")
async def test_a_copy_has_the_key_and_a_name_of_its_own(room: Room, alice: Actor, fake: FakeOpenAI) -> None:
    made = await room.models.create(alice, new(fake, api_key=CANARY, is_default=True))
    copies = [await room.models.duplicate(alice, made.id) for _ in range(2)]
    assert [copy.name for copy in copies] == ["Mine (2)", "Mine (3)"]
    assert not copies[0].is_default
    assert (await room.models.resolve(alice, copies[0].id)).target.api_key == CANARY


@pytest.mark.spec("PROV-6")
async def test_deleted_configurations_are_gone_from_everywhere(
    room: Room, alice: Actor, fake: FakeOpenAI
) -> None:
    made = [await room.models.create(alice, new(fake, f"c{i}")) for i in range(4)]
    await room.models.delete(alice, made[0].id)
    await room.models.delete_many(alice, [made[1].id, made[2].id, 999_999])
    assert await names(room, alice) == ["c3"]
    with pytest.raises(NotFound):
        await room.models.delete(alice, made[0].id)
    # Its name is free again.
    await room.models.create(alice, new(fake, "c0"))


@pytest.mark.spec("PROV-6")
async def test_lists_are_searched_filtered_sorted_and_paged(
    room: Room, alice: Actor, fake: FakeOpenAI
) -> None:
    for i in range(7):
        await room.models.create(alice, new(fake, f"Name {i}", notes="100%_sure" if i == 3 else ""))
    await room.models.create(alice, NewConfig(name="Local", provider_id="ollama", model="qwen3:8b"))
    assert await names(room, alice, q="name 5") == ["Name 5"]
    assert await names(room, alice, q="100%_") == ["Name 3"]
    assert await names(room, alice, q="%") == ["Name 3"]
    assert await names(room, alice, provider_id="ollama") == ["Local"]
    for sort in ("name", "-name", "created_at", "-updated_at", "model", "provider_id"):
        seen: list[str] = []
        cursor: str | None = None
        while True:
            page = await room.models.configs(alice, ConfigQuery(limit=3, sort=sort, cursor=cursor))
            seen += [config.name for config in page.items]
            cursor = page.next
            if cursor is None:
                break
        assert seen == await names(room, alice, sort=sort)
        assert sorted(seen) == sorted(["Local", *(f"Name {i}" for i in range(7))])
        assert page.total == 8
    for wrong in ({"sort": "secret"}, {"cursor": "nonsense"}):
        with pytest.raises(Invalid):
            await names(room, alice, **wrong)


@pytest.mark.spec("PROV-5")
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"provider_id": "nobody"}, "provider_id"),
        ({"endpoint": ""}, "endpoint"),
        ({"endpoint": "ftp://localhost"}, "endpoint"),
        ({"endpoint": "http://10.0.0.7/v1"}, "endpoint"),
        ({"endpoint": "http://user:pw@localhost/v1"}, "endpoint"),
    ],
)
async def test_each_bad_field_is_named_with_its_reason(
    room: Room, alice: Actor, fake: FakeOpenAI, fields: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await room.models.create(alice, new(fake, **fields))
    (error,) = refused.value.errors
    assert error.field == field
    assert error.message


@pytest.mark.spec("PROV-3")
async def test_a_refused_host_is_named(room: Room, alice: Actor, fake: FakeOpenAI) -> None:
    with pytest.raises(Invalid) as refused:
        await room.models.create(alice, new(fake, endpoint="http://intranet.example:9000/v1"))
    assert refused.value.code == "endpoint_not_allowed"
    problem = refused.value.problem("en")
    assert "intranet.example:9000" in problem["errors"][0]["message"]


@pytest.mark.spec("PROV-5")
async def test_two_configurations_cannot_have_one_name(
    room: Room, alice: Actor, bob: Actor, fake: FakeOpenAI
) -> None:
    await room.models.create(alice, new(fake))
    with pytest.raises(Invalid) as refused:
        await room.models.create(alice, new(fake))
    assert refused.value.errors[0].field == "name"
    await room.models.create(bob, new(fake))


@pytest.mark.spec("PROV-7")
async def test_a_test_tells_times_and_tokens(room: Room, alice: Actor, fake: FakeOpenAI) -> None:
    made = await room.models.create(alice, new(fake))
    result = await room.models.test(alice, TestRequest(id=made.id))
    assert result.ok
    assert result.text == "Hi there"
    assert result.usage is not None
    assert result.usage.completion_tokens == 2
    assert result.latency_ms is not None
    assert result.ttft_ms is not None
    assert 0 < result.ttft_ms <= result.latency_ms
    kept = (await room.models.config(alice, made.id)).last_test
    assert kept is not None
    assert kept.ok


@pytest.mark.spec("PROV-7")
@pytest.mark.parametrize(
    ("fields", "script", "code"),
    [
        ({}, Script(status=401), "invalid_key"),
        ({"model": "missing"}, Script(), "model_not_found"),
        ({}, Script(status=429), "rate_limited"),
        ({}, Script(status=402), "no_balance"),
        ({"endpoint": "http://127.0.0.1:9/v1"}, Script(), "unreachable"),
        ({"endpoint": "https://127.0.0.1:9/v1"}, Script(), "unreachable"),
        ({"endpoint": "http://10.1.2.3/v1"}, Script(), "endpoint_not_allowed"),
        ({"provider_id": "openai", "endpoint": "", "model": "gpt-4o"}, Script(), "key_missing"),
        ({}, Script(first_byte_after=30), "timeout_first_token"),
        ({}, Script(hang_after=2), "timeout_idle"),
    ],
)
async def test_a_failed_test_says_why_and_what_to_do_in_both_languages(
    room: Room, fake: FakeOpenAI, alice: Actor, fields: dict[str, str], script: Script, code: str
) -> None:
    fake.script = script
    fake.next.clear()
    values = {"provider_id": "custom", "endpoint": fake.endpoint, "model": "fake-model", **fields}
    texts = set()
    for language in ("en", "zh-CN"):
        actor = Actor(alice.id, alice.name, alice.scopes, language=language)
        result = await room.models.test(actor, TestRequest.model_validate(values))
        assert not result.ok
        assert result.problem is not None
        assert result.problem.code == code
        assert result.problem.remedy
        texts.add(result.problem.message + result.problem.remedy)
    assert len(texts) == 2


@pytest.mark.spec("PROV-7")
async def test_a_saved_configuration_is_tested_with_changes_that_are_not_saved(
    room: Room, alice: Actor, fake: FakeOpenAI
) -> None:
    made = await room.models.create(alice, new(fake, api_key=CANARY))
    result = await room.models.test(alice, TestRequest(id=made.id, model="other-model"))
    assert result.ok
    assert fake.last.body["model"] == "other-model"
    assert fake.last.headers["authorization"] == f"Bearer {CANARY}"
    shown = await room.models.config(alice, made.id)
    assert (shown.model, shown.last_test) == ("fake-model", None)


async def test_a_test_without_provider_or_model_is_refused_by_field(room: Room, alice: Actor) -> None:
    with pytest.raises(Invalid) as refused:
        await room.models.test(alice, TestRequest())
    assert [error.field for error in refused.value.errors] == ["provider_id", "model"]


@pytest.mark.spec("LLM-1", "LLM-5")
async def test_a_resolved_configuration_answers(room: Room, alice: Actor, fake: FakeOpenAI) -> None:
    made = await room.models.create(alice, new(fake, parameters={"temperature": 0.5}, api_key=CANARY))
    ready = await room.models.resolve(alice, made.id)
    pieces = [piece async for piece in ready.stream([ChatMessage("user", "hi")])]
    assert "".join(piece.text for piece in pieces if isinstance(piece, AnswerDelta)) == "Hi there"
    assert [type(piece) for piece in pieces[-2:]] == [Usage, Finish]
    assert fake.last.body["temperature"] == 0.5
    assert ready.cost(Usage(1, 1, 2)) == (None, None)


@pytest.mark.spec("LLM-5")
async def test_the_cost_of_a_known_model_is_told(room: Room, alice: Actor) -> None:
    config = NewConfig(name="4o", provider_id="openai", model="gpt-4o-2024-08-06", api_key=CANARY)
    made = await room.models.create(alice, config)
    ready = await room.models.resolve(alice, made.id)
    amount, currency = ready.cost(Usage(1_000_000, 1_000_000, 2_000_000))
    assert (amount, currency) == (12.5, "USD")
    assert ready.capabilities is not None
    assert "vision" in ready.capabilities


@pytest.mark.spec("PROV-5")
async def test_a_provider_that_needs_a_key_says_so_before_the_call(room: Room, alice: Actor) -> None:
    made = await room.models.create(alice, NewConfig(name="k", provider_id="openai", model="gpt-4o"))
    with pytest.raises(KeyMissing):
        await room.models.resolve(alice, made.id)


@pytest.mark.spec("PROV-2")
async def test_the_demo_model_is_the_default_once_and_never_comes_back(room: Room, alice: Actor) -> None:
    await room.models.ensure_demo(alice, "tiny", "Tiny demo model")
    await room.models.ensure_demo(alice, "tiny", "Tiny demo model")
    (demo,) = (await room.models.configs(alice, ConfigQuery())).items
    assert (demo.demo, demo.is_default, demo.provider_id) == (True, True, "embedded")
    await room.models.delete(alice, demo.id)
    await room.models.ensure_demo(alice, "tiny", "Tiny demo model")
    assert await names(room, alice) == []


@pytest.mark.spec("PROV-1")
async def test_a_provider_whose_protocol_is_gone_is_a_clear_conflict(room: Room, alice: Actor) -> None:
    await room.models.ensure_demo(alice, "tiny", "Tiny demo model")
    with pytest.raises(LLMOpsError) as refused:
        await room.models.resolve(alice, None)
    assert refused.value.code == "protocol_missing"
