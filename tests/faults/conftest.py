"""A server in a process of its own that is mistreated, and a provider that misbehaves by script."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import httpx
import pytest

from jupyter_llmops.core.events import Event
from tests.fakes.openai import FakeOpenAI
from tests.fixtures_server import TOKEN, RunningServer

LIMIT_S = 30.0
_numbers = count(1)
CANARY = "sk-canary-7f3a9c1e5b8d2046"


class Api:
    """The REST interface as an outside program sees it."""

    def __init__(self, server: RunningServer, language: str = "en") -> None:
        self._client = httpx.AsyncClient(
            base_url=f"{server.url}llmops/api/v1/",
            headers={"Authorization": f"token {TOKEN}", "Accept-Language": language},
            timeout=httpx.Timeout(60, read=60),
        )

    async def call(self, method: str, path: str, body: Any = None, **options: Any) -> Any:
        """Call and return the JSON; fail on an error status."""
        answer = await self._client.request(method, path, json=body, **options)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    async def raw(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Call and return the response."""
        return await self._client.request(method, path, **options)

    async def config(self, endpoint: str, **fields: Any) -> int:
        """Make a configuration that points at the fake."""
        body = {
            "name": f"fake {next(_numbers)}",
            "provider_id": "custom",
            "endpoint": endpoint,
            "model": "fake-model",
            **fields,
        }
        return (await self.call("POST", "model-configs", {"api_key": CANARY, **body}))["id"]

    async def session(self, config_id: int, title: str | None = "x") -> int:
        """Make a session; with a title no model is asked for one."""
        body = {"model_config_id": config_id} | ({"title": title} if title else {})
        return (await self.call("POST", "chat/sessions", body))["id"]

    async def ask(self, session_id: int, content: str = "?") -> int:
        """Ask in the background; return the number of the answer."""
        return (await self.call("POST", f"chat/sessions/{session_id}/messages", {"content": content}))[
            "message"
        ]["id"]

    async def message(self, message_id: int) -> dict[str, Any]:
        """Return a message."""
        return await self.call("GET", f"chat/messages/{message_id}")

    @asynccontextmanager
    async def following(self, message_id: int, after: int = 0) -> AsyncIterator[AsyncIterator[Event]]:
        """Follow the events of an answer."""
        path = f"chat/messages/{message_id}/events"
        async with self._client.stream("GET", path, headers={"Last-Event-ID": str(after)}) as answer:
            assert answer.status_code == 200
            yield _events(answer)

    async def events(self, message_id: int, after: int = 0) -> list[Event]:
        """Return all events until the stream ends."""
        async with self.following(message_id, after) as events:
            return [event async for event in events]

    async def aclose(self) -> None:
        await self._client.aclose()


async def _events(answer: httpx.Response) -> AsyncIterator[Event]:
    fields: dict[str, str] = {}
    async for line in answer.aiter_lines():
        if line.startswith(":"):
            continue
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif fields:
            yield Event(int(fields["id"]), fields["event"], json.loads(fields["data"]))
            fields = {}


def text_of(events: list[Event]) -> str:
    """Return the answer as a client that obeys `reset` has it in the end."""
    text = ""
    for event in events:
        if event.name == "start" and event.data.get("reset"):
            text = ""
        text += event.data["text"] if event.name == "answer" else ""
    return text


async def until(condition: Callable[[], Any], limit: float = LIMIT_S) -> None:
    """Poll until the condition holds."""
    end = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < end, "the condition never held"
        await asyncio.sleep(0.01)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """Give a server whose patience with providers is short."""
    home = tmp_path_factory.mktemp("faults")
    server = RunningServer(
        home, embedded=False, connect_timeout=2.0, first_token_timeout=1.5, idle_timeout=1.5
    ).start()
    yield server
    server.stop()


@pytest.fixture
async def fake() -> AsyncIterator[FakeOpenAI]:
    async with FakeOpenAI(models=()) as fake:
        yield fake


@pytest.fixture
async def api(server: RunningServer) -> AsyncIterator[Api]:
    api = Api(server)
    yield api
    await api.aclose()
