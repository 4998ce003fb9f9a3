"""Through the whole of the API, nobody makes the server call where the policy does not allow it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from ipaddress import ip_address
from typing import Any

import pytest

from jupyter_llmops.providers import network
from jupyter_llmops.providers.policy import EndpointPolicy
from tests.fakes.openai import FakeOpenAI
from tests.fakes.server import Script

from .conftest import Call, Server

pytestmark = pytest.mark.spec("PROV-3")

ALLOWED_NAME = "models.example.org"


class Sink:
    """A server inside that must never be called."""

    def __init__(self) -> None:
        self.hits = 0
        self.port = 0

    async def take(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.hits += 1
        writer.close()


@pytest.fixture
async def sink() -> AsyncIterator[Sink]:
    """Listen on the loopback."""
    sink = Sink()
    server = await asyncio.start_server(sink.take, "127.0.0.1", 0)
    sink.port = server.sockets[0].getsockname()[1]
    yield sink
    server.close()


@pytest.fixture
async def strict(server: Server) -> Server:
    """A server as an organisation would run it: its own loopback is out of bounds."""
    await server.state.ready()
    use(server, EndpointPolicy(hosts=(ALLOWED_NAME, f"*.{ALLOWED_NAME}"), loopback=False))
    return server


def use(server: Server, policy: EndpointPolicy) -> None:
    """Bring a policy into force."""
    server.state.services.providers._policy.current = policy


async def probe(call: Call, endpoint: str) -> dict[str, Any]:
    """Return what the test button says of an endpoint, or the problem of the request."""
    body = {"provider_id": "custom", "endpoint": endpoint, "model": "m", "api_key": "sk-unused-0123456789"}
    headers = {"Accept-Language": "zh-CN"}
    answer: dict[str, Any] = json.loads((await call("POST", "/model-configs/test", body, headers)).body)
    return answer.get("problem") or answer


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0.0.0.0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "user:pass@127.0.0.1",
        f"{ALLOWED_NAME}@127.0.0.1",
        f"127.0.0.1#{ALLOWED_NAME}",
        f"127.0.0.1\\@{ALLOWED_NAME}",
    ],
)
async def test_no_spelling_of_an_inner_address_is_called(
    call: Call, strict: Server, sink: Sink, host: str
) -> None:
    problem = await probe(call, f"http://{host}:{sink.port}/v1")
    assert sink.hits == 0
    assert problem["code"] in ("endpoint_not_allowed", "invalid")
    assert problem["remedy"]


async def test_a_listed_name_that_leads_inside_is_not_called(
    call: Call, strict: Server, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def inside(host: str, port: int) -> list[Any]:
        return [ip_address("127.0.0.1")]

    monkeypatch.setattr(network, "resolve", inside)
    problem = await probe(call, f"http://sub.{ALLOWED_NAME}:{sink.port}/v1")
    assert sink.hits == 0
    assert problem["code"] == "endpoint_not_allowed"
    assert "127.0.0.1" in problem["message"]


async def test_a_name_server_that_changes_its_mind_gains_nothing(
    call: Call, strict: Server, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    async def rebinding(host: str, port: int) -> list[Any]:
        nonlocal asked
        asked += 1
        return [ip_address("93.184.216.34" if asked == 1 else "127.0.0.1")]

    async def connect(address: str, *_: Any, **__: Any) -> Any:
        connected.append(address)
        raise OSError(101, "no network in tests")

    connected: list[str] = []
    monkeypatch.setattr(network, "resolve", rebinding)
    monkeypatch.setattr(network.asyncio, "open_connection", connect)
    await probe(call, f"http://sub.{ALLOWED_NAME}:{sink.port}/v1")
    assert sink.hits == 0
    assert set(connected) <= {"93.184.216.34"}


async def test_a_redirect_inside_is_not_followed(call: Call, server: Server, sink: Sink) -> None:
    await server.state.ready()
    inner = f"http://127.0.0.1:{sink.port}/v1/chat/completions"
    async with FakeOpenAI(Script(status=307, headers=(("location", inner),)), models=()) as fake:
        problem = await probe(call, fake.endpoint)
    assert sink.hits == 0
    assert problem["code"] == "redirected"


async def test_the_same_holds_for_what_is_saved(call: Call, strict: Server, sink: Sink) -> None:
    config = {
        "name": "inner",
        "provider_id": "custom",
        "endpoint": f"http://127.0.0.1:{sink.port}",
        "model": "m",
    }
    saved = await call("POST", "/model-configs", config)
    if saved.code == 201:  # saved under an earlier policy, say: using it is what counts
        session = json.loads((await call("POST", "/chat/sessions", {})).body)
        question = {"content": "hi", "model_config_id": json.loads(saved.body)["id"]}
        await call("POST", f"/chat/sessions/{session['id']}/messages", question)
        await call("GET", f"/providers/custom/models?config_id={json.loads(saved.body)['id']}")
    else:
        assert saved.code == 422
    assert sink.hits == 0
