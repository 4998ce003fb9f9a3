"""The synchronous face is the asynchronous client, nothing more and nothing less."""

from __future__ import annotations

import asyncio
import gc
import inspect
import threading
import weakref
from typing import Any

import httpx
import pytest

from jupyter_llmops.client import AsyncLLMOps, LLMOps, synchronous
from jupyter_llmops.client.chat import AsyncExports, AsyncMessages, AsyncSessions
from jupyter_llmops.client.portal import Portal
from jupyter_llmops.client.providers import AsyncModelConfigs, AsyncProviders

from .conftest import TOKEN, URL
from .scripted import ANSWER, Scripted, Stream, page

FACES = [
    (synchronous.LLMOps, AsyncLLMOps),
    (synchronous.Sessions, AsyncSessions),
    (synchronous.Messages, AsyncMessages),
    (synchronous.Exports, AsyncExports),
    (synchronous.Providers, AsyncProviders),
    (synchronous.ModelConfigs, AsyncModelConfigs),
]


def public(kind: type) -> dict[str, Any]:
    return {
        name: member
        for name, member in vars(kind).items()
        if not name.startswith("_") and callable(member) and name not in ("close", "aclose")
    }


@pytest.mark.parametrize(("face", "awaited"), FACES)
def test_both_clients_have_the_same_calls(face: type, awaited: type) -> None:
    theirs, ours = public(awaited), public(face)
    assert set(ours) == set(theirs)
    for name, call in ours.items():
        assert inspect.signature(call) == inspect.signature(theirs[name]), name
        assert call.__doc__ == theirs[name].__doc__, name
        assert not inspect.iscoroutinefunction(call), name


def asking(server: Scripted) -> Stream:
    body = Stream(ANSWER)
    server.answers["POST chat/sessions"] = {"id": 5}
    server.answers["POST chat/sessions/5/messages"] = httpx.Response(200, stream=body)
    return body


@pytest.mark.spec("UI-3")
async def test_it_works_while_a_loop_runs_as_in_a_notebook(server: Scripted, llm: LLMOps) -> None:
    asking(server)
    assert asyncio.get_running_loop().is_running()
    assert str(llm.chat("hi")) == "Hello there"


def test_a_stream_is_a_plain_iterator(server: Scripted, llm: LLMOps) -> None:
    asking(server)
    assert [event.name for event in llm.stream("hi")] == [
        "start",
        "thinking",
        "answer",
        "answer",
        "usage",
        "title",
        "done",
    ]


def test_leaving_the_loop_closes_the_connection_at_once(server: Scripted, llm: LLMOps) -> None:
    body = asking(server)
    for event in llm.stream("hi"):
        if event.name == "answer":
            break
    del event
    assert body.closed


def test_leaving_the_with_block_closes_the_connection(server: Scripted, llm: LLMOps) -> None:
    body = asking(server)
    with llm.stream("hi") as events:
        next(events)
        assert not body.closed
    assert body.closed


def test_an_interrupt_cancels_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    portal = Portal()
    started, cancelled = threading.Event(), threading.Event()

    async def work() -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    from concurrent.futures import Future

    def interrupted(self: Any, timeout: float | None = None) -> Any:
        assert started.wait(10)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Future, "result", interrupted)
        with pytest.raises(KeyboardInterrupt):
            portal.call(work())
    assert cancelled.is_set()  # before the interrupt reached the caller
    portal.close()


def test_a_closed_client_says_so(server: Scripted, llm: LLMOps) -> None:
    asking(server)
    events = llm.stream("hi")
    next(events)
    llm.close()
    llm.close()
    events.close()
    with pytest.raises(RuntimeError, match="client is closed"):
        llm.me()


def test_the_portal_refuses_to_wait_for_itself() -> None:
    portal = Portal()

    async def inner() -> None:
        portal.call(asyncio.sleep(0))

    with pytest.raises(RuntimeError, match="its own event loop"):
        portal.call(inner())
    portal.close()


def test_a_forgotten_client_ends_its_thread(server: Scripted) -> None:
    server.answers["GET me"] = {"name": "local"}
    client = LLMOps(URL, TOKEN, transport=server)
    client.me()
    thread = client.portal._thread
    gone = weakref.ref(client)
    assert thread is not None
    del client
    gc.collect()
    assert gone() is None
    thread.join(10)
    assert not thread.is_alive()


def test_lists_become_tables(server: Scripted, llm: LLMOps) -> None:
    server.answers["GET chat/sessions"] = page({"id": 1, "title": "a"}, {"id": 2, "title": "b"}, total=9)
    sessions = llm.sessions.list(limit=2)
    frame = sessions.to_frame()
    assert list(frame["title"]) == ["a", "b"]
    assert sessions.total == 9
    assert "<table" in sessions._repr_html_()


def test_nested_fields_become_columns(server: Scripted, llm: LLMOps) -> None:
    server.answers["GET chat/sessions/5/messages"] = page(
        {"id": 1, "role": "assistant", "content": "x", "usage": {"total_tokens": 4}}
    )
    assert list(llm.sessions.messages(5).to_frame()["usage.total_tokens"]) == [4]
