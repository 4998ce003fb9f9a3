"""The real child process with the real model."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from jupyter_llmops.providers.base import (
    AnswerDelta,
    ChatMessage,
    ChatRequest,
    Finish,
    ModelInfo,
    Piece,
    Protocol,
    Target,
    ThinkingDelta,
    Usage,
)
from jupyter_llmops.providers.builtin.openai import OpenAIProtocol
from jupyter_llmops.providers.embedded import (
    INSTRUCT,
    THINKING,
    EmbeddedProtocol,
    EmbeddedServer,
    ModelMissing,
    NotInstalled,
    StartFailed,
)
from jupyter_llmops.providers.embedded import server as server_module
from jupyter_llmops.providers.embedded.process import Child, ChildOptions, default_threads
from jupyter_llmops.providers.http import HttpPool
from jupyter_llmops.providers.policy import EndpointPolicy

from ...fixtures_embedded import RunningEmbedded

pytestmark = pytest.mark.spec("PROV-2")

QUESTION = {"role": "user", "content": "What is the capital of France?"}


async def until(condition: Callable[[], bool], limit: float = 60.0) -> None:
    async with asyncio.timeout(limit):
        while not condition():
            await asyncio.sleep(0.02)


@asynccontextmanager
async def own_server(cache: Path, **options: Any) -> AsyncIterator[EmbeddedServer]:
    server = EmbeddedServer(cache, **options)
    try:
        yield server
    finally:
        await server.stop()


async def ask(target: Target, **more: Any) -> dict[str, Any]:
    body = {"model": INSTRUCT, "messages": [QUESTION], "max_tokens": 60, "seed": 1, **more}
    async with client(target) as http:
        answer = await http.post("/chat/completions", json=body)
    assert answer.status_code == 200, answer.text
    reply: dict[str, Any] = answer.json()
    return reply


def client(target: Target) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {target.api_key}"} if target.api_key else {}
    return httpx.AsyncClient(base_url=target.endpoint, headers=headers, timeout=120, trust_env=False)


async def stream(target: Target, **more: Any) -> list[dict[str, Any]]:
    body = {"model": "any", "messages": [QUESTION], "stream": True, "stream_options": {"include_usage": True}}
    async with client(target) as http, http.stream("POST", "/chat/completions", json=body | more) as reply:
        lines = [line.removeprefix("data: ") async for line in reply.aiter_lines() if line]
    assert lines.pop() == "[DONE]"
    return [json.loads(line) for line in lines]


def deltas(chunks: list[dict[str, Any]], name: str) -> list[str]:
    return [
        text
        for chunk in chunks
        for choice in chunk["choices"]
        if (text := choice["delta"].get(name)) is not None
    ]


# ---- answers --------------------------------------------------------------------------------------


@pytest.mark.spec("LLM-1")
async def test_the_real_model_answers_in_the_openai_protocol(embedded_server: RunningEmbedded) -> None:
    reply = await ask(embedded_server.target())
    assert "Paris" in reply["choices"][0]["message"]["content"]
    assert reply["usage"]["total_tokens"] > 20


@pytest.mark.spec("LLM-1")
async def test_a_stream_carries_text_and_usage(embedded_server: RunningEmbedded) -> None:
    chunks = await stream(embedded_server.target(), max_tokens=20)
    assert len(deltas(chunks, "content")) > 3
    assert not deltas(chunks, "reasoning_content")
    assert chunks[-1]["usage"]["completion_tokens"] > 3


@pytest.mark.spec("LLM-1", "LLM-2")
async def test_the_thinking_model_streams_real_reasoning_and_then_an_answer(
    embedded_server: RunningEmbedded,
) -> None:
    chunks = await stream(embedded_server.thinking)
    reasoning, answer = deltas(chunks, "reasoning_content"), deltas(chunks, "content")
    assert len(reasoning) > 5
    assert len(answer) > 1
    assert "".join(reasoning).startswith("Let me think")
    assert "think>" not in "".join(reasoning + answer)
    order = [
        next(iter(choice["delta"])) for chunk in chunks for choice in chunk["choices"] if choice["delta"]
    ]
    assert order.index("content", order.index("reasoning_content")) > order.index("reasoning_content")


@pytest.mark.spec("LLM-1", "LLM-2")
async def test_the_thinking_model_speaks_the_anthropic_protocol_too(embedded_server: RunningEmbedded) -> None:
    target = embedded_server.thinking
    body = {"model": THINKING, "max_tokens": 200, "messages": [QUESTION]}
    headers = {"x-api-key": target.api_key, "anthropic-version": "2023-06-01"}
    async with httpx.AsyncClient(timeout=120, trust_env=False) as http:
        reply = (await http.post(f"{target.endpoint}/messages", json=body, headers=headers)).json()
    assert [block["type"] for block in reply["content"]] == ["thinking", "text"]


@pytest.mark.slow
async def test_an_answer_has_an_end_when_the_request_sets_none(embedded_server: RunningEmbedded) -> None:
    reply = await ask(embedded_server.target(), max_tokens=None, ignore_eos=True)
    assert reply["usage"]["completion_tokens"] == 512
    assert reply["choices"][0]["finish_reason"] == "length"


async def test_four_answers_at_once_are_served(embedded_server: RunningEmbedded) -> None:
    target = embedded_server.target()
    replies = await asyncio.gather(*(ask(target, max_tokens=8) for _ in range(4)))
    assert all(reply["choices"][0]["message"]["content"] for reply in replies)


async def test_a_question_longer_than_the_context_is_refused_in_words(
    embedded_server: RunningEmbedded,
) -> None:
    async with client(embedded_server.target()) as http:
        body = {"model": INSTRUCT, "messages": [{"role": "user", "content": "word " * 6000}]}
        reply = await http.post("/chat/completions", json=body)
    assert reply.status_code == 400
    assert reply.json()["error"]["type"] == "exceed_context_size_error"


# ---- who may ask, and what the child knows ---------------------------------------------------------


@pytest.mark.parametrize("key", ["", "wrong"])
@pytest.mark.parametrize("path", ["/chat/completions", "/models"])
async def test_the_server_wants_its_key(embedded_server: RunningEmbedded, key: str, path: str) -> None:
    target = Target("embedded", embedded_server.endpoint, key)
    async with client(target) as http:
        reply = await http.request("GET" if path == "/models" else "POST", path)
    assert reply.status_code == 401


async def test_only_this_machine_can_reach_it(embedded_model: Path) -> None:
    async with own_server(embedded_model) as server:
        await server.target()
        listening = process_of(server).net_connections()
        assert {(one.laddr.ip, one.status) for one in listening} == {("127.0.0.1", psutil.CONN_LISTEN)}


@pytest.mark.spec("PROV-8")
async def test_the_child_sees_no_secret_but_its_own_and_shows_none(
    embedded_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "LLMOPS_MASTER_KEY", "LLMOPS_DATABASE_URL", "JUPYTERHUB_API_TOKEN"):
        monkeypatch.setenv(name, "canary-7f3a")
    async with own_server(embedded_model) as server:
        target = await server.target()
        process = process_of(server)
        assert "canary-7f3a" not in process.environ().values()
        assert target.api_key not in " ".join(process.cmdline())
        assert target.api_key not in repr(target)


def test_one_core_is_left_for_jupyter(monkeypatch: pytest.MonkeyPatch) -> None:
    for cores, threads in ((1, 1), (2, 1), (4, 3), (64, 8)):
        monkeypatch.setattr(os, "sched_getaffinity", lambda pid, cores=cores: set(range(cores)))
        assert default_threads() == threads


# ---- its life -------------------------------------------------------------------------------------


def process_of(server: EmbeddedServer, model: str = INSTRUCT) -> psutil.Process:
    return psutil.Process(server.status()["models"][model]["pid"])


async def test_nothing_runs_before_the_first_use_and_only_what_is_used_after(embedded_model: Path) -> None:
    async with own_server(embedded_model) as server:
        assert {one["state"] for one in server.status()["models"].values()} == {"stopped"}
        targets = await asyncio.gather(*(server.target() for _ in range(5)))
        assert len({target.endpoint for target in targets}) == 1
        states = {model: one["state"] for model, one in server.status()["models"].items()}
        assert states == {INSTRUCT: "running", THINKING: "stopped"}
        process = process_of(server)
    assert not process.is_running()


@pytest.mark.spec("LLM-3")
async def test_it_is_back_after_kill_9_with_another_key(embedded_model: Path) -> None:
    async with own_server(embedded_model) as server:
        before = await server.target()
        process_of(server).send_signal(signal.SIGKILL)
        await until(lambda: server.status()["models"][INSTRUCT]["state"] == "stopped")
        after = await server.target()
        assert after.api_key != before.api_key
        assert (await ask(after, max_tokens=4))["choices"]
        assert server.status()["models"][INSTRUCT]["starts"] == 2


async def test_it_stops_when_nobody_uses_it_but_not_in_an_answer(embedded_model: Path) -> None:
    async with own_server(embedded_model, idle_seconds=0.2) as server:
        async with server.lease() as target:
            process = process_of(server)
            await ask(target, max_tokens=100, ignore_eos=True)  # longer than the idle time
            assert process.is_running()
        await until(lambda: not process.is_running())
        assert server.status()["models"][INSTRUCT]["state"] == "stopped"


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_it_dies_with_its_parent(embedded_model: Path) -> None:
    script = f"""
import asyncio
from pathlib import Path
from jupyter_llmops.providers.embedded import EmbeddedServer

async def main():
    server = EmbeddedServer(Path({str(embedded_model)!r}))
    await server.target()
    print(server.status()["models"]["{INSTRUCT}"]["pid"], flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    assert child.is_running()
    parent.kill()
    parent.wait()
    parent.stdout.close()
    child.wait(30)


# ---- what can be missing ---------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh-CN"])
async def test_without_the_extra_the_error_names_the_command(
    embedded_model: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setattr(server_module, "find_spec", lambda name: None)
    server = EmbeddedServer(embedded_model)
    with pytest.raises(NotInstalled) as caught:
        await server.target()
    assert 'pip install "jupyter-llmops[local]"' in caught.value.advice(language)
    assert not server.available()
    assert {model.available for model in server.models()} == {False}


@pytest.mark.parametrize("language", ["en", "zh-CN"])
async def test_without_the_model_the_error_names_the_command(tmp_path: Path, language: str) -> None:
    server = EmbeddedServer(tmp_path)
    with pytest.raises(ModelMissing) as caught:
        await server.target()
    assert "jupyter llmops local fetch" in caught.value.advice(language)


async def test_a_damaged_model_is_a_clear_error_and_leaves_no_process(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.gguf"
    damaged.write_bytes(b"no model" * 100)
    children = set(psutil.Process().children())
    with pytest.raises(StartFailed):
        await Child.start(ChildOptions(damaged, "damaged"))
    assert set(psutil.Process().children()) == children


def test_both_models_are_listed_with_what_they_can() -> None:
    server = EmbeddedServer(Path("/nowhere"))
    assert {model.id: "reasoning" in model.capabilities for model in server.models()} == {
        INSTRUCT: False,
        THINKING: True,
    }


# ---- fetching through the server -------------------------------------------------------------------


async def test_a_background_fetch_reports_how_far_it_is_and_why_it_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(cache: Path, progress: Callable[[int, int], None]) -> Path:
        progress(5, 10)
        raise StartFailed()

    monkeypatch.setattr(server_module, "fetch_model", fails)
    async with own_server(tmp_path) as server:
        assert server.status()["fetch"]["state"] == "none"
        server.start_fetch()
        await until(lambda: server.status()["fetch"]["state"] == "failed")
        expected = {"state": "failed", "done": 5, "total": 10, "code": "embedded_start_failed"}
        assert server.status()["fetch"] == expected


async def test_stopping_the_server_ends_a_download(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(cache: Path, progress: Callable[[int, int], None]) -> Path:
        while True:
            progress(1, 10)

    monkeypatch.setattr(server_module, "fetch_model", endless)
    async with own_server(tmp_path) as server:
        server.start_fetch()
        await until(lambda: server.status()["fetch"]["done"] == 1)
    assert server.status()["fetch"]["state"] == "failed"


# ---- as a protocol --------------------------------------------------------------------------------


class Recorder(Protocol):
    """Stands for the OpenAI-compatible protocol and notes what it is asked."""

    id = "recorder"

    def __init__(self, look: Callable[[], dict[str, Any]]) -> None:
        self.look = look
        self.seen: list[tuple[Target, dict[str, Any]]] = []

    async def stream(self, target: Target, request: ChatRequest) -> AsyncIterator[Piece]:
        self.seen.append((target, self.look()))
        yield AnswerDelta("hello")
        yield Finish("stop")

    async def models(self, target: Target) -> list[ModelInfo]:
        return []


async def test_the_protocol_swaps_in_the_live_target_and_holds_a_lease(embedded_model: Path) -> None:
    async with own_server(embedded_model) as server:
        inner = Recorder(lambda: server.status()["models"][INSTRUCT])
        protocol = EmbeddedProtocol(server, inner)
        request = ChatRequest(INSTRUCT, [ChatMessage("user", "hi")])
        pieces = [piece async for piece in protocol.stream(Target("embedded", ""), request)]
        (target, state) = inner.seen[0]
        assert [type(piece) for piece in pieces] == [AnswerDelta, Finish]
        assert target == await server.target()
        assert state["leases"] == 1
        assert server.status()["models"][INSTRUCT]["leases"] == 0
        assert [model.id for model in await protocol.models(target)] == [INSTRUCT, THINKING]


@pytest.mark.spec("CHAT-3", "LLM-2")
async def test_a_real_answer_comes_through_our_own_openai_protocol(embedded_model: Path) -> None:
    pool = HttpPool(lambda: EndpointPolicy(loopback=True))
    async with own_server(embedded_model) as server:
        protocol = EmbeddedProtocol(server, OpenAIProtocol(pool))
        request = ChatRequest(THINKING, [ChatMessage("user", QUESTION["content"])], {"max_tokens": 300})
        pieces = [piece async for piece in protocol.stream(Target("embedded", ""), request)]
        await pool.aclose()
    kinds = [type(piece) for piece in pieces]
    assert kinds.count(ThinkingDelta) > 5
    assert kinds.count(AnswerDelta) > 1
    assert kinds.index(ThinkingDelta) < kinds.index(AnswerDelta)
    assert Usage in kinds
    assert pieces[-1] == Finish("stop")


async def test_an_answer_that_is_closed_gives_its_lease_back(embedded_model: Path) -> None:
    pool = HttpPool(lambda: EndpointPolicy(loopback=True))
    async with own_server(embedded_model) as server:
        protocol = EmbeddedProtocol(server, OpenAIProtocol(pool))
        request = ChatRequest(INSTRUCT, [ChatMessage("user", "Tell me a long story")])
        async with aclosing(protocol.stream(Target("embedded", ""), request)) as pieces:
            async for _ in pieces:
                assert server.status()["models"][INSTRUCT]["leases"] == 1
                break
        assert server.status()["models"][INSTRUCT]["leases"] == 0
        await pool.aclose()
