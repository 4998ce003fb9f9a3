"""The client against a real server: discovery, a real model, a provider played by script."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import websocket

from jupyter_llmops.client import AsyncLLMOps
from jupyter_llmops.client.errors import AuthenticationError, NotFoundError, ProviderFailedError
from jupyter_llmops.client.types import ModelConfig
from tests.fakes.openai import FakeOpenAI
from tests.fakes.server import Script
from tests.fixtures_server import TOKEN, RunningServer

from .cutting_relay import cutting_relay

LONG = " ".join(f"word{number}" for number in range(300))


@pytest.fixture
async def provider() -> AsyncIterator[FakeOpenAI]:
    """A provider that answers by script."""
    fake = FakeOpenAI()
    await fake.start()
    yield fake
    await fake.stop()


@pytest.fixture
async def llm(running_server: RunningServer) -> AsyncIterator[AsyncLLMOps]:
    """A client of the real server."""
    async with running_server.async_client() as client:
        yield client


@pytest.fixture
async def config(llm: AsyncLLMOps, provider: FakeOpenAI) -> AsyncIterator[ModelConfig]:
    """A configuration of the scripted provider."""
    name = f"scripted {provider.port}"
    made = await llm.model_configs.create(
        name, "custom", "fake-model", endpoint=provider.endpoint, api_key="k-1234"
    )
    yield made
    await llm.model_configs.delete(made)


@pytest.mark.slow
@pytest.mark.spec("PROV-2", "CHAT-4")
async def test_the_first_question_needs_nothing_set_up(llm: AsyncLLMOps) -> None:
    answer = await llm.chat("Write one sentence about the sea.")
    assert len(answer.text) > 10
    assert answer.status == "complete"
    assert answer.usage.completion_tokens
    assert answer.ttft_ms is not None
    stored = await llm.sessions.messages(answer)
    assert [message.role for message in stored] == ["user", "assistant"]
    assert stored[1].content == answer.text
    assert stored[1].id == answer.message_id


@pytest.mark.spec("CHAT-2")
async def test_a_bad_network_loses_nothing(
    running_server: RunningServer, provider: FakeOpenAI, config: ModelConfig
) -> None:
    provider.script = Script(LONG, speed=400)
    port = int(running_server.url.split(":")[2].split("/")[0])
    async with (
        cutting_relay(port, after=800, times=3) as (relay, cuts),
        AsyncLLMOps(f"http://127.0.0.1:{relay}/", TOKEN) as client,
    ):
        answer = await client.chat("Count.", model=config)
    assert answer.text == LONG
    assert cuts.made == 3


@pytest.mark.spec("CHAT-2", "LLM-3")
async def test_a_task_that_is_cancelled_stops_the_provider(
    llm: AsyncLLMOps, provider: FakeOpenAI, config: ModelConfig
) -> None:
    provider.script = Script(LONG, speed=20)
    session = await llm.sessions.create(model=config)
    task = asyncio.create_task(llm.chat("Count.", session=session))
    async with asyncio.timeout(30):
        while provider.active == 0:
            await asyncio.sleep(0.01)
        while not any(message.content for message in (await llm.sessions.messages(session))[1:]):
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        while provider.active:
            await asyncio.sleep(0.01)
    stored = (await llm.sessions.messages(session))[-1]
    assert stored.status == "stopped"
    assert LONG.startswith(stored.content.rstrip())


@pytest.mark.spec("CHAT-3", "CHAT-5", "CHAT-1", "CHAT-7", "CHAT-8")
async def test_a_conversation_from_beginning_to_trash(
    llm: AsyncLLMOps, provider: FakeOpenAI, config: ModelConfig
) -> None:
    provider.script = Script("A quixotic reply.", thinking="Let me see.")
    answer = await llm.chat("A zebra crossing?", model=config)
    assert (answer.text, answer.thinking, answer.model) == ("A quixotic reply.", "Let me see.", "fake-model")
    again = await llm.messages.regenerate(answer.message_id)
    question, shown = await llm.sessions.messages(answer)
    assert shown.siblings == [answer.message_id, again.message_id]
    assert len(await llm.sessions.messages(answer, whole_tree=True)) == 3
    assert (await llm.messages.rate(shown, 1)).rating == 1
    hits = await llm.search("quixotic")
    assert hits[0].session_id == answer.session_id
    assert any(part.hit and part.text == "quixotic" for part in hits[0].snippet)
    exported = json.loads(await llm.exports.session(answer, "ipynb"))
    assert exported["nbformat"] == 4
    assert (await llm.exports.sessions([answer], "md")).startswith(b"PK")
    loaded = await llm.exports.load(await llm.exports.session(answer, "json"))
    assert [(len(loaded.sessions), loaded.messages > 0)] == [(1, True)]
    await llm.sessions.delete(answer, loaded.sessions[0])
    trashed = await llm.sessions.list(trash=True, limit=None)
    assert answer.session_id in [session.id for session in trashed]
    assert (await llm.sessions.restore(answer)).deleted_at is None
    assert question.content == "A zebra crossing?"


@pytest.mark.spec("PROV-5", "PROV-6", "PROV-7")
async def test_a_configuration_from_making_to_deleting(
    llm: AsyncLLMOps, provider: FakeOpenAI, config: ModelConfig
) -> None:
    result = await llm.model_configs.test(config)
    assert result
    assert result.ttft_ms is not None
    provider.script = Script(status=401)
    refused = await llm.model_configs.test(config)
    assert refused.problem is not None
    assert refused.problem.remedy
    changed = await llm.model_configs.update(config, parameters={"temperature": 0.1})
    assert changed.parameters == {"temperature": 0.1}
    assert len(await llm.model_configs.versions(config)) == 2
    await llm.model_configs.rollback(config, 1)
    copy = await llm.model_configs.duplicate(config)
    assert copy.id in [each.id for each in await llm.model_configs.list()]
    await llm.model_configs.delete(copy)
    with pytest.raises(NotFoundError):
        await llm.model_configs.get(copy.id)
    assert (await llm.model_configs.templates()).to_frame()["id"].tolist()
    assert "ollama" in [each.id for each in await llm.providers.list()]


@pytest.mark.spec("PROV-4")
async def test_a_model_can_be_added_by_hand(llm: AsyncLLMOps) -> None:
    await llm.providers.add_model("vllm", "my-own-model")
    assert "my-own-model" in [model.id for model in await llm.providers.models("vllm")]


async def test_a_failing_provider_is_an_error_with_a_remedy(
    llm: AsyncLLMOps, provider: FakeOpenAI, config: ModelConfig
) -> None:
    from jupyter_llmops.client.errors import AnswerFailedError

    provider.script = Script(status=401)
    with pytest.raises((AnswerFailedError, ProviderFailedError)) as caught:
        await llm.chat("hi", model=config)
    assert caught.value.remedy
    assert "k-1234" not in str(caught.value)


async def test_a_wrong_token_is_refused(running_server: RunningServer) -> None:
    async with AsyncLLMOps(running_server.url, "wrong") as client:
        with pytest.raises(AuthenticationError):
            await client.me()


SAY_WHO = "from jupyter_llmops import LLMOps; print('I am', LLMOps().me().mode)"


def test_a_program_finds_the_running_server(running_server: RunningServer) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SAY_WHO],
        env=running_server.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == "I am local\n", done.stderr


def test_without_a_server_the_error_says_what_to_do(running_server: RunningServer, tmp_path: Path) -> None:
    environment = {**running_server.environment, "JUPYTER_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", SAY_WHO], env=environment, capture_output=True, text=True, timeout=60
    )
    assert "No running Jupyter server with jupyter-llmops was found" in done.stderr
    assert "jupyter lab" in done.stderr


@pytest.mark.spec("UI-3")
def test_a_kernel_of_the_server_is_shown_the_way(running_server: RunningServer) -> None:
    # Without the files of running servers, so that only the environment can lead there.
    hide_files = "import os; os.environ['JUPYTER_RUNTIME_DIR'] = '/nowhere'"
    printed = execute_in_kernel(running_server, f"{hide_files}; {SAY_WHO}; print(sorted(os.environ.items()))")
    assert "I am local" in printed
    assert "LLMOPS_URL" in printed
    assert TOKEN not in printed


def execute_in_kernel(server: RunningServer, code: str) -> str:
    """Run code in a new kernel of the server and return what it printed."""
    import httpx

    headers = {"Authorization": f"token {TOKEN}"}
    kernel = httpx.post(f"{server.url}api/kernels", headers=headers, json={}).raise_for_status().json()["id"]
    try:
        address = server.url.replace("http", "ws", 1) + f"api/kernels/{kernel}/channels"
        channels = websocket.create_connection(address, header=headers, timeout=60)
        channels.send(json.dumps(request(code)))
        return "".join(outputs(channels))
    finally:
        httpx.delete(f"{server.url}api/kernels/{kernel}", headers=headers)


def request(code: str) -> dict[str, Any]:
    """An execute request of Jupyter's messaging protocol."""
    header = {"msg_id": "1", "username": "", "session": "1", "msg_type": "execute_request", "version": "5.3"}
    content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False}
    return {"channel": "shell", "header": header, "parent_header": {}, "metadata": {}, "content": content}


def outputs(channels: websocket.WebSocket) -> list[str]:
    """What the code printed, until it is done."""
    found: list[str] = []
    limit = time.monotonic() + 60
    while time.monotonic() < limit:
        message = json.loads(channels.recv())
        if message["parent_header"].get("msg_id") != "1":
            continue
        content = message["content"]
        if message["msg_type"] == "stream":
            found.append(content["text"])
        elif message["msg_type"] == "error":
            raise AssertionError("\n".join(content["traceback"]))
        elif message["msg_type"] == "status" and content["execution_state"] == "idle":
            return found
    raise AssertionError("the kernel did not finish")
