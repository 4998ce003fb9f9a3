"""Whatever a provider does, the answer ends in words, the text so far stays and the server lives."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.fakes.server import Script

from .conftest import Api, text_of, until

pytestmark = [pytest.mark.spec("LLM-3", "CHAT-2"), pytest.mark.slow]

# The fake counts the frame with the role as its first token.
WORDS = tuple(f" w{i}" for i in range(50))


async def answered(api, fake, script):
    """Ask a provider that follows the script; return the message and its events."""
    fake.script = script
    session_id = await api.session(await api.config(fake.endpoint))
    message_id = await api.ask(session_id)
    events = await api.events(message_id)
    assert events[-1].name == "done"
    assert [event.id for event in events] == sorted({event.id for event in events})
    message = await api.message(message_id)
    assert message["content"] == text_of(events)
    return message, {event.name: event.data for event in events}


@pytest.mark.parametrize(
    ("script", "code", "words"),
    [
        (Script(status=401, message="Incorrect API key provided"), "invalid_key", 0),
        (Script(status=404, message="No such model", code="model_not_found"), "model_not_found", 0),
        (Script(status=402, message="Insufficient Balance"), "no_balance", 0),
        (Script(status=500, message="oops"), None, 0),
        (Script(status=429, headers=(("Retry-After", "3600"),)), "rate_limited", 0),
        (Script(status=400, message="maximum context length is 10 tokens"), "context_too_long", 0),
        (Script(first_byte_after=20), "timeout_first_token", 0),
        (Script(tokens=WORDS, hang_after=10), "timeout_idle", 9),
        (Script(tokens=WORDS, cut_after=10), "interrupted", 9),
        (Script(tokens=WORDS, error_after=10), None, 9),
        (Script(endless_line=True), "bad_response", 0),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
async def test_each_fault_has_its_words_and_its_remedy(api, fake, script, code, words):
    message, events = await answered(api, fake, script)
    assert message["status"] == "failed"
    assert message["content"] == "".join(WORDS[:words])
    error = message["error"]
    assert error == events["error"]
    assert error["message"]
    assert error["remedy"]
    if code is not None:
        assert error["code"] == code


async def test_garbage_in_the_stream_never_shows_in_the_answer(api, fake):
    message, _ = await answered(api, fake, Script(tokens=WORDS, garbage_after=10))
    assert message["status"] in {"failed", "complete"}
    assert "not json" not in message["content"]
    assert message["content"].startswith("".join(WORDS[:9]))


async def test_429_with_retry_after_is_waited_for_and_said(api, fake):
    fake.next.append(Script(status=429, headers=(("Retry-After", "1"),)))
    began = time.monotonic()
    message, events = await answered(api, fake, Script(tokens=WORDS))
    assert time.monotonic() - began >= 1
    assert message["status"] == "complete"
    assert message["content"] == "".join(WORDS)
    assert events["notice"]["text"] in message["notices"]


async def test_faults_speak_the_language_of_the_one_who_asked(server, fake):
    api = Api(server, "zh-CN")
    message, _ = await answered(api, fake, Script(status=401))
    assert any("一" <= character <= "鿿" for character in message["error"]["message"])
    assert any("一" <= character <= "鿿" for character in message["error"]["remedy"])
    await api.aclose()


async def test_stop_from_another_tab_reaches_the_provider_within_a_second(api, fake, server):
    fake.script = Script(tokens=WORDS * 100, speed=50)
    message_id = await api.ask(await api.session(await api.config(fake.endpoint)))
    following = asyncio.create_task(api.events(message_id))
    await until(lambda: fake.active)
    other_tab = Api(server)
    began = time.monotonic()
    stopped = await other_tab.call("POST", f"chat/messages/{message_id}/stop")
    await until(lambda: fake.disconnects, limit=max(0.1, began + 1 - time.monotonic()))
    assert stopped["status"] == "stopped"
    events = await following
    assert events[-1].data["status"] == "stopped"
    assert text_of(events) == stopped["content"]
    await other_tab.aclose()


async def test_readers_that_come_and_go_do_not_disturb_the_answer(api, fake):
    fake.script = Script(tokens=WORDS * 4, speed=200)
    message_id = await api.ask(await api.session(await api.config(fake.endpoint)))
    after, text = 0, ""
    while True:
        taken = 0
        async with api.following(message_id, after) as events:
            async for event in events:
                after, taken = event.id, taken + 1
                text += event.data["text"] if event.name == "answer" else ""
                if event.name == "done" or taken == 5:
                    break
        if event.name == "done":
            break
    assert text == "".join(WORDS * 4)
    assert (await api.message(message_id))["content"] == text


async def test_the_provider_is_finished_though_nobody_listens(api, fake):
    fake.script = Script(tokens=WORDS, speed=500)
    message_id = await api.ask(await api.session(await api.config(fake.endpoint)))
    state = "streaming"
    while state == "streaming":
        state = (await api.message(message_id))["status"]
    assert (await api.message(message_id))["content"] == "".join(WORDS)
