"""Providers and model configurations over REST, as the panels and programs use them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.openai import FakeOpenAI
from tests.fakes.server import Script

from .conftest import Call, Server, problem

CANARY = "sk-canary-2b9d7e4f6a1c8035"


@pytest.fixture
def extra_config() -> dict[str, Any]:
    """Start without the embedded model: no configuration is there."""
    return {"embedded": False}


@pytest.fixture
async def fake() -> AsyncIterator[FakeOpenAI]:
    """A well-behaved provider."""
    async with FakeOpenAI(Script(text="Hi there")) as server:
        yield server


def entered(fake: FakeOpenAI, **fields: Any) -> dict[str, Any]:
    values = {"name": "Mine", "provider_id": "custom", "endpoint": fake.endpoint, "model": "fake-model"}
    return {**values, "api_key": CANARY, **fields}


async def ask(call: Call, method: str, path: str, body: Any = None, status: int = 200) -> Any:
    """Return the JSON of an answer that must have this status."""
    response = await call(method, path, body)
    assert response.code == status, response.body
    return json.loads(response.body) if response.body else None


@pytest.mark.spec("PROV-1")
async def test_the_catalogue_is_answered_as_the_contract_has_it(call: Call) -> None:
    page = await ask(call, "GET", "/providers")
    assert page["total"] == len(page["items"]) == 15
    ollama = next(provider for provider in page["items"] if provider["id"] == "ollama")
    assert ollama["default_endpoint"] == "http://localhost:11434"
    assert {"name", "icon", "kind", "needs_key", "models_endpoint", "has_org_key", "enabled"} <= set(ollama)


@pytest.mark.spec("PROV-6")
async def test_a_configuration_lives_its_whole_life(call: Call, fake: FakeOpenAI) -> None:
    made = await ask(call, "POST", "/model-configs", entered(fake), 201)
    path = f"/model-configs/{made['id']}"
    assert made["api_key_hint"] == CANARY[-4:]
    assert "api_key" not in made
    changed = await ask(call, "PATCH", path, {"parameters": {"temperature": 0.4}})
    assert (changed["version"], changed["parameters"]) == (2, {"temperature": 0.4})
    copy = await ask(call, "POST", f"{path}/duplicate", status=201)
    await ask(call, "POST", f"/model-configs/{copy['id']}/default")
    listed = await ask(call, "GET", "/model-configs?q=mine&sort=-name&limit=1")
    assert (listed["total"], listed["items"][0]["name"], listed["items"][0]["is_default"]) == (
        2,
        "Mine (2)",
        True,
    )
    assert len((await ask(call, "GET", f"/model-configs?cursor={listed['next']}&sort=-name"))["items"]) == 1
    versions = await ask(call, "GET", f"{path}/versions")
    assert versions["items"][0]["changes"] == [
        {"field": "parameters.temperature", "before": None, "after": 0.4}
    ]
    assert (await ask(call, "POST", f"{path}/rollback", {"version": 1}))["parameters"] == {}
    assert (await ask(call, "GET", path))["used_by"] == {"sessions": 0}
    await ask(call, "DELETE", path, status=204)
    assert problem(await call("GET", path))["code"] == "not_found"
    await ask(call, "POST", "/model-configs/delete", {"ids": [copy["id"]]}, 204)
    assert (await ask(call, "GET", "/model-configs"))["total"] == 0


@pytest.mark.spec("PROV-5", "UI-6")
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"model": ""}, "model"),
        ({"api_key": "a b"}, "api_key"),
        ({"endpoint": "http://10.9.8.7/v1"}, "endpoint"),
        ({"provider_id": "nobody"}, "provider_id"),
        ({"parameters": {"temperature": 2.1}}, "parameters.temperature"),
        ({"parameters": {"top_p": -0.1}}, "parameters.top_p"),
        ({"parameters": {"max_tokens": 0}}, "parameters.max_tokens"),
        ({"parameters": {"presence_penalty": 3}}, "parameters.presence_penalty"),
        ({"parameters": {"stop": [""]}}, "parameters.stop.0"),
        ({"parameters": {"seed": "x"}}, "parameters.seed"),
        ({"parameters": {"reasoning_effort": "lots"}}, "parameters.reasoning_effort"),
        ({"parameters": {"extra": {"messages": []}}}, "parameters.extra"),
        ({"parameters": {"extra": {"x": "y" * 30_000}}}, "parameters.extra"),
        ({"parameters": {"nonsense": 1}}, "parameters.nonsense"),
        ({"system_prompt": "x" * 100_001}, "system_prompt"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_a_bad_field_is_named_with_its_reason(
    call: Call, fake: FakeOpenAI, fields: dict[str, Any], field: str
) -> None:
    response = await call("POST", "/model-configs", entered(fake, **fields))
    details = problem(response)
    assert details["status"] == 422
    assert [error["field"] for error in details["errors"]] == [field]
    assert details["errors"][0]["message"]
    assert CANARY not in response.body.decode()


@pytest.mark.spec("PROV-7")
async def test_a_test_is_answered_whether_it_went_well_or_not(call: Call, fake: FakeOpenAI) -> None:
    made = await ask(call, "POST", "/model-configs", entered(fake), 201)
    good = await ask(call, "POST", "/model-configs/test", {"id": made["id"]})
    assert (good["ok"], good["text"], good["problem"]) == (True, "Hi there", None)
    fake.script = Script(status=404, message="The model `fake-model` does not exist")
    bad = await ask(call, "POST", "/model-configs/test", {"id": made["id"]})
    assert (bad["ok"], bad["problem"]["code"]) == (False, "model_not_found")
    assert bad["problem"]["remedy"]
    shown = await ask(call, "GET", f"/model-configs/{made['id']}")
    assert shown["last_test"]["problem"]["code"] == "model_not_found"


@pytest.mark.spec("PROV-4")
async def test_models_are_listed_live_and_added_by_hand(call: Call, fake: FakeOpenAI) -> None:
    listed = await ask(call, "GET", f"/providers/custom/models?endpoint={fake.endpoint}")
    assert [model["id"] for model in listed["items"]] == ["fake-model"]
    await ask(call, "POST", "/providers/custom/models", {"id": "org/mine", "capabilities": ["chat"]}, 201)
    request = {"endpoint": fake.endpoint, "api_key": CANARY, "refresh": True}
    listed = await ask(call, "POST", "/providers/custom/models/live", request)
    assert [model["source"] for model in listed["items"]] == ["live", "manual"]
    assert fake.requests[-1].headers["authorization"] == f"Bearer {CANARY}"
    await ask(call, "DELETE", "/providers/custom/models?model=org/mine", status=204)
    assert problem(await call("GET", "/providers/nobody/models"))["code"] == "not_found"


@pytest.mark.spec("PROV-3")
async def test_the_endpoint_policy_is_seen_and_changed(call: Call) -> None:
    policy = await ask(call, "PATCH", "/endpoint-policy", {"allowed_hosts": ["10.0.0.0/8"]})
    assert policy == await ask(call, "GET", "/endpoint-policy")
    assert policy["loopback"] is True
    details = problem(await call("PATCH", "/endpoint-policy", {"allowed_hosts": ["http://x"]}))
    assert details["errors"][0]["field"] == "allowed_hosts"


@pytest.mark.spec("PROV-5")
async def test_templates_come_in_the_readers_language(call: Call) -> None:
    response = await call("GET", "/model-templates", headers={"Accept-Language": "zh-CN"})
    templates = json.loads(response.body)["items"]
    assert [(each["id"], each["name"]) for each in templates][:2] == [
        ("precise", "精确"),
        ("balanced", "均衡"),
    ]


@pytest.mark.spec("PROV-8")
async def test_a_key_is_found_nowhere(call: Call, server: Server, fake: FakeOpenAI, tmp_path: Path) -> None:
    """Not in answers, the database file, logs or the contract, though the provider repeats it."""
    made = await ask(call, "POST", "/model-configs", entered(fake), 201)
    await ask(call, "PATCH", "/providers/openai", {"org_key": CANARY})
    fake.script = Script(status=401, message=f"Incorrect API key provided: {CANARY}")
    answers = [
        await call("POST", "/model-configs/test", {"id": made["id"]}),
        await call("GET", "/model-configs"),
        await call("GET", f"/model-configs/{made['id']}"),
        await call("GET", f"/model-configs/{made['id']}/versions"),
        await call("GET", "/providers"),
        await call("GET", "/openapi.json"),
        await call("PATCH", f"/model-configs/{made['id']}", {"api_key": CANARY + " x", "name": ""}),
    ]
    for response in answers:
        assert CANARY.encode() not in response.body
    assert server.state.services is not None
    assert files_with(CANARY.encode(), tmp_path) == []


def files_with(secret: bytes, folder: Path) -> list[Path]:
    """Return the files below a folder that contain the secret."""
    return [file for file in folder.rglob("*") if file.is_file() and secret in file.read_bytes()]
