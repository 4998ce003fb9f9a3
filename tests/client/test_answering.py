"""Answers reach the caller whole, whatever happens to the connection."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import Any

import httpx
import pytest

from jupyter_llmops.client import Answer, AsyncLLMOps, answering
from jupyter_llmops.client.errors import (
    AnswerFailedError,
    NotFoundError,
    ServerUnreachableError,
    StreamCutError,
)
from jupyter_llmops.client.events import AnswerEvent, DoneEvent, StartEvent

from .scripted import ANSWER, CUT, Scripted, Stream, event, problem, stream

ASK = "POST chat/sessions/5/messages"
EVENTS = "GET chat/messages/8/events"


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        answering.follow, "__kwdefaults__", {**answering.follow.__kwdefaults__, "backoff": (0, 0, 0)}
    )


@pytest.fixture(autouse=True)
def _session(server: Scripted) -> None:
    server.answers["POST chat/sessions"] = {"id": 5}


@pytest.mark.spec("LLM-1", "CHAT-3")
async def test_an_answer_has_text_thinking_and_figures(server: Scripted, allm: AsyncLLMOps) -> None:
    server.answers[ASK] = stream(*ANSWER)
    answer = await allm.chat("hi")
    assert (str(answer), answer.thinking, answer.status) == ("Hello there", "Hm. ", "complete")
    assert (answer.model, answer.session_id, answer.message_id) == ("tiny", 5, 8)
    assert (answer.usage.total_tokens, answer.ttft_ms, answer.thinking_ms) == (5, 12, 9)
    assert answer.title == "Greeting"
    assert server.requests[-1].headers["accept"] == "text/event-stream"


async def test_the_next_question_goes_on_in_the_session_of_an_answer(
    server: Scripted, allm: AsyncLLMOps
) -> None:
    server.answers[ASK] = stream(*ANSWER)
    await allm.chat("and then?", session=Answer(session_id=5))
    assert server.seen == [ASK]


async def test_a_system_prompt_and_a_model_go_with_the_new_session(
    server: Scripted, allm: AsyncLLMOps
) -> None:
    server.answers[ASK] = stream(*ANSWER)
    await allm.chat("hi", model=3, system="Be brief")
    assert server.body(0) == {"model_config_id": 3, "system_prompt": "Be brief"}
    assert server.body(1) == {"content": "hi", "model_config_id": 3}


@pytest.mark.spec("CHAT-2")
@pytest.mark.parametrize("cut_after", range(1, len(ANSWER)))
async def test_a_cut_stream_is_taken_up_after_the_last_event(
    server: Scripted, allm: AsyncLLMOps, cut_after: int
) -> None:
    server.answers[ASK] = stream(*ANSWER[:cut_after], CUT)
    server.answers[EVENTS] = stream(*ANSWER[cut_after:])
    events = [each async for each in allm.stream("hi")]
    assert [each.event_id for each in events] == list(range(1, 8))
    assert server.requests[-1].headers["last-event-id"] == str(cut_after)


@pytest.mark.spec("CHAT-2")
async def test_every_event_may_be_followed_by_a_cut(server: Scripted, allm: AsyncLLMOps) -> None:
    server.answers[ASK] = stream(ANSWER[0], CUT)
    server.answers[EVENTS] = [stream(each, CUT) for each in ANSWER[1:]]
    assert (await allm.chat("hi")).text == "Hello there"


@pytest.mark.spec("CHAT-2")
async def test_a_server_that_restarts_is_waited_for(server: Scripted, allm: AsyncLLMOps) -> None:
    server.answers[ASK] = stream(*ANSWER[:3], CUT)
    server.answers[EVENTS] = [
        httpx.ConnectError("refused"),
        problem(503, "starting", "…"),
        stream(*ANSWER[3:]),
    ]
    assert (await allm.chat("hi")).text == "Hello there"


@pytest.mark.spec("CHAT-2")
async def test_a_reset_replaces_what_came_before(server: Scripted, allm: AsyncLLMOps) -> None:
    server.answers[ASK] = stream(*ANSWER[:3], CUT)
    server.answers[EVENTS] = stream(
        event(30, "start", message_id=8, user_message_id=7, model="tiny", reset=True),
        event(31, "thinking", text="All of it. "),
        event(32, "answer", text="Hello the"),
        event(33, "answer", text="re"),
        event(34, "done", status="complete", finish_reason="stop"),
    )
    answer = await allm.chat("hi")
    assert (answer.thinking, answer.text) == ("All of it. ", "Hello there")


@pytest.mark.spec("LLM-2")
async def test_a_retag_makes_the_text_so_far_thinking(server: Scripted, allm: AsyncLLMOps) -> None:
    server.answers[ASK] = stream(
        ANSWER[0],
        event(2, "answer", text="mused"),
        event(3, "retag"),
        event(4, "answer", text="said"),
        ANSWER[-1],
    )
    answer = await allm.chat("hi")
    assert (answer.thinking, answer.text) == ("mused", "said")


async def test_giving_up_says_where_the_answer_is(server: Scripted, allm: AsyncLLMOps) -> None:
    server.answers[ASK] = stream(*ANSWER[:2], CUT)
    server.answers[EVENTS] = httpx.ConnectError("refused")
    with pytest.raises(StreamCutError, match=r"llm\.sessions\.messages\(5\)"):
        await allm.chat("hi")
    assert server.seen.count(EVENTS) == 3


async def test_a_question_is_never_sent_twice(server: Scripted, allm: AsyncLLMOps) -> None:
    server.answers[ASK] = stream(CUT)
    with pytest.raises(ServerUnreachableError):
        await allm.chat("hi")
    assert server.seen.count(ASK) == 1


async def test_a_message_that_is_gone_is_not_waited_for(server: Scripted, allm: AsyncLLMOps) -> None:
    server.answers[ASK] = stream(*ANSWER[:2], CUT)
    with pytest.raises(NotFoundError):
        await allm.chat("hi")
    assert server.seen.count(EVENTS) == 1


async def test_a_failed_answer_is_raised_with_its_text_and_remedy(
    server: Scripted, allm: AsyncLLMOps
) -> None:
    server.answers[ASK] = stream(
        *ANSWER[:3],
        event(4, "error", code="provider_cut", message="The provider hung up.", remedy="Ask again."),
        event(5, "done", status="failed", finish_reason=None),
    )
    with pytest.raises(
        AnswerFailedError, match=r"The provider hung up\. \(provider_cut\)\nAsk again\."
    ) as caught:
        await allm.chat("hi")
    assert (caught.value.answer.text, caught.value.answer.status) == ("Hello", "failed")


@pytest.mark.spec("CHAT-2", "LLM-3")
async def test_giving_up_waiting_stops_the_model(server: Scripted, allm: AsyncLLMOps) -> None:
    reached = asyncio.Event()

    async def hang() -> None:
        reached.set()
        await asyncio.Event().wait()

    server.answers[ASK] = stream(*ANSWER[:3], hang)
    server.answers["POST chat/messages/8/stop"] = None
    task = asyncio.create_task(allm.chat("hi"))
    await asyncio.wait_for(reached.wait(), 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert server.seen[-1] == "POST chat/messages/8/stop"


async def test_leaving_a_stream_closes_the_connection(server: Scripted, allm: AsyncLLMOps) -> None:
    body = Stream(ANSWER)
    server.answers[ASK] = httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=body)
    async with aclosing(allm.stream("hi")) as events:
        async for each in events:
            if isinstance(each, AnswerEvent):
                break
        assert not body.closed
    assert body.closed


async def test_the_first_event_names_the_session(server: Scripted, allm: AsyncLLMOps) -> None:
    server.answers[ASK] = stream(*ANSWER)
    events: list[Any] = [each async for each in allm.stream("hi")]
    assert isinstance(events[0], StartEvent)
    assert events[0].session_id == 5
    assert isinstance(events[-1], DoneEvent)


async def test_one_client_serves_one_loop_after_another(server: Scripted) -> None:
    server.answers["GET me"] = {"name": "local"}
    client = AsyncLLMOps("http://localhost:1/", "t", transport=server)
    assert (await client.me()).name == "local"
    assert (await asyncio.to_thread(lambda: asyncio.run(client.me()))).name == "local"
