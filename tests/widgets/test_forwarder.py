"""What a panel may ask for, and how answers reach it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from jupyter_llmops.client import AsyncLLMOps
from jupyter_llmops.widgets import forwarder as module
from jupyter_llmops.widgets.forwarder import Forwarder, Pace, is_allowed
from tests.client.conftest import TOKEN, URL
from tests.client.scripted import ANSWER, CUT, Scripted, Stream, page, problem, stream

pytestmark = pytest.mark.spec("UI-3")


class Panel:
    """The browser's side: requests out, messages in."""

    def __init__(self, server: Scripted) -> None:
        self.messages: list[dict[str, Any]] = []
        self.buffers: list[list[bytes]] = []
        self.ended: list[tuple[str, str, int]] = []
        self.done = asyncio.Condition()
        client = AsyncLLMOps(URL, TOKEN, transport=server)
        self.forwarder = Forwarder(client.connection, self.receive, lambda *each: self.ended.append(each))

    def receive(self, content: dict[str, Any], buffers: list[bytes]) -> None:
        self.messages.append(content)
        self.buffers.append(buffers)

    async def request(self, identity: str, path: str, method: str = "GET", **members: Any) -> None:
        message = {"kind": "request", "id": identity, "method": method, "path": path, **members}
        await self.forwarder.take(message, members.get("buffers", ()))

    async def until(self, identity: str, *kinds: str) -> None:
        async with asyncio.timeout(30):
            while not self.of(identity, *kinds):
                await asyncio.sleep(0.001)

    def of(self, identity: str, *kinds: str) -> list[dict[str, Any]]:
        return [each for each in self.messages if each["id"] == identity and each["kind"] in kinds]

    def text(self, identity: str) -> str:
        chunks = self.of(identity, "chunk")
        assert [chunk["n"] for chunk in chunks] == list(range(len(chunks)))
        assert self.of(identity, "end")[0]["n"] == len(chunks)
        return "".join(chunk["text"] for chunk in chunks)


@pytest.fixture
def panel(server: Scripted) -> Panel:
    return Panel(server)


async def test_a_request_comes_back_as_head_chunks_and_count(server: Scripted, panel: Panel) -> None:
    server.answers["GET chat/sessions"] = page({"id": 1})
    await panel.request("a", "/chat/sessions?limit=5", headers={"Accept-Language": "zh-CN", "Cookie": "x=1"})
    await panel.until("a", "end")
    head = panel.of("a", "head")[0]
    assert (head["status"], head["headers"]["content-type"]) == (200, "application/json")
    assert json.loads(panel.text("a"))["items"] == [{"id": 1}]
    sent = server.requests[0]
    assert sent.url.query == b"limit=5"
    assert sent.headers["accept-language"] == "zh-CN"
    assert "cookie" not in sent.headers
    assert panel.ended == [("GET", "/chat/sessions?limit=5", 200)]


async def test_an_error_of_the_server_passes_as_it_is(server: Scripted, panel: Panel) -> None:
    server.answers["DELETE chat/sessions/9"] = problem(404, "not_found", "Not found")
    await panel.request("a", "/chat/sessions/9", "DELETE")
    await panel.until("a", "end")
    assert panel.of("a", "head")[0]["status"] == 404
    assert json.loads(panel.text("a"))["code"] == "not_found"


@pytest.mark.spec("CHAT-2")
async def test_a_stream_arrives_whole_in_joined_chunks(server: Scripted, panel: Panel) -> None:
    async def pause() -> None:
        await asyncio.sleep(0)

    pieces = [part for number in range(400) for part in (f"data: {number} 你好\n\n".encode(), pause)]
    server.answers["POST chat/sessions/5/messages"] = stream(*pieces)
    await panel.request("a", "/chat/sessions/5/messages", "POST", body={"content": "hi"})
    await panel.until("a", "end")
    assert panel.text("a") == "".join(f"data: {number} 你好\n\n" for number in range(400))
    assert len(panel.of("a", "chunk")) < 200
    assert server.body() == {"content": "hi"}


async def test_a_character_split_between_chunks_stays_whole(
    server: Scripted, panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK_BYTES", 2)
    monkeypatch.setattr(module, "BATCH_SECONDS", 0)
    server.answers["GET me"] = httpx.Response(200, text="你好, 世界", headers={"content-type": "text/plain"})
    await panel.request("a", "/me")
    await panel.until("a", "end")
    assert panel.text("a") == "你好, 世界"


async def test_bytes_travel_in_buffers(server: Scripted, panel: Panel) -> None:
    picture = bytes(range(256)) * 200
    server.answers["GET chat/images/1"] = httpx.Response(
        200, content=picture, headers={"content-type": "image/png"}
    )
    await panel.request("a", "/chat/images/1")
    await panel.until("a", "end")
    assert b"".join(part for buffers in panel.buffers for part in buffers) == picture
    assert panel.text("a") == ""


async def test_bytes_of_the_panel_are_sent_as_they_are(server: Scripted, panel: Panel) -> None:
    server.answers["POST chat/import"] = {"sessions": [], "messages": 0, "problems": []}
    headers = {"content-type": "application/json"}
    await panel.request("a", "/chat/import", "POST", headers=headers, buffers=[memoryview(b'{"a": 1}')])
    await panel.until("a", "end")
    assert server.requests[0].content == b'{"a": 1}'


async def test_several_requests_run_at_once(server: Scripted, panel: Panel) -> None:
    gate = asyncio.Event()
    server.answers["GET chat/messages/8/events"] = stream(ANSWER[0], gate.wait, *ANSWER[1:])
    server.answers["GET me"] = {"name": "local"}
    await panel.request("slow", "/chat/messages/8/events")
    await panel.until("slow", "chunk")
    await panel.request("quick", "/me")
    await panel.until("quick", "end")
    assert not panel.of("slow", "end")
    gate.set()
    await panel.until("slow", "end")
    assert panel.text("slow") == b"".join(ANSWER).decode()


async def test_an_abort_closes_the_connection_and_is_the_last_word(server: Scripted, panel: Panel) -> None:
    body = Stream([ANSWER[0], asyncio.Event().wait])
    server.answers["GET chat/messages/8/events"] = httpx.Response(200, stream=body)
    await panel.request("a", "/chat/messages/8/events")
    await panel.until("a", "chunk")
    before = len(panel.messages)
    await panel.forwarder.take({"kind": "abort", "id": "a"})
    async with asyncio.timeout(30):
        while not body.closed:
            await asyncio.sleep(0.001)
    assert len(panel.messages) == before
    assert panel.ended == [("GET", "/chat/messages/8/events", 200)]


@pytest.mark.spec("CHAT-2")
async def test_a_cut_is_told_as_an_error_and_never_as_an_end(server: Scripted, panel: Panel) -> None:
    server.answers["GET chat/messages/8/events"] = stream(ANSWER[0], CUT)
    await panel.request("a", "/chat/messages/8/events")
    await panel.until("a", "error")
    assert panel.of("a", "chunk")
    assert not panel.of("a", "end")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/chat/sessions?limit=5&q=%2F"),
        ("POST", "/chat/sessions/5/messages"),
        ("PATCH", "/me/settings"),
        ("GET", "/model-configs"),
        ("GET", "/providers/302ai/models?refresh=true"),
        ("GET", "model-templates"),
    ],
)
def test_the_paths_of_a_chat_are_allowed(method: str, path: str) -> None:
    assert is_allowed(method, path)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "http://evil.example/chat"),
        ("GET", "//evil.example/chat"),
        ("GET", "/../../../api/kernels"),
        ("GET", "/chat/../../../../api/contents"),
        ("GET", "/chat/%2e%2e/%2e%2e/admin"),
        ("GET", "/chat/..%2f..%2fadmin"),
        ("GET", "/chat\\..\\admin"),
        ("GET", "/chat/ x"),
        ("GET", "/chat#x"),
        ("GET", "/admin/users"),
        ("GET", "/endpoint-policy"),
        ("GET", "/openapi.json"),
        ("GET", "/chatter"),
        ("GET", ""),
        ("PUT", "/chat/sessions"),
        ("CONNECT", "/chat"),
    ],
)
async def test_everything_else_is_refused_before_it_is_sent(
    server: Scripted, panel: Panel, method: str, path: str
) -> None:
    await panel.request("a", path, method)
    await panel.until("a", "error")
    assert server.seen == []


async def test_large_bodies_are_spread_over_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now, slept = [100.0], []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    monkeypatch.setattr(module, "monotonic", lambda: now[0])
    monkeypatch.setattr(module.asyncio, "sleep", sleep)
    pace = Pace(bytes_per_second=1000)
    for _ in range(50):
        await pace.turn(100)
    assert sum(slept) == pytest.approx(50 * 100 / 1000 - 1)
