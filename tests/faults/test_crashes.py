"""A server that dies in mid-answer loses at most the last second, and says what happened."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.fakes.server import Script
from tests.fixtures_server import RunningServer

from .conftest import Api, text_of, until

pytestmark = [pytest.mark.spec("CHAT-2"), pytest.mark.slow]

WORDS = tuple(f" w{i}" for i in range(400))


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[RunningServer]:
    """Give a server that the test may kill."""
    server = RunningServer(tmp_path / "server", embedded=False).start()
    yield server
    server.stop()


async def begun(api, fake):
    """Start a long answer; return its session and number once some of it is in the database."""
    fake.script = Script(tokens=WORDS, speed=50)
    session_id = await api.session(await api.config(fake.endpoint))
    return session_id, await api.ask(session_id, "precious question")


async def read_until_cut(api, message_id, seen):
    try:
        async with api.following(message_id) as events:
            async for event in events:
                seen.append(event)
    except httpx.HTTPError:
        return


def stored(server, message_id):
    """Return what the database file holds of a message, read from outside."""
    with sqlite3.connect(f"file:{server.home}/llmops/llmops.sqlite3?mode=ro", uri=True) as conn:
        row = conn.execute("SELECT content FROM chat_messages WHERE id = ?", (message_id,)).fetchone()
    return row[0] if row else ""


async def test_kill_9_in_mid_answer_keeps_the_text_and_offers_to_answer_again(mortal, fake):
    api = Api(mortal)
    session_id, message_id = await begun(api, fake)
    seen = []
    reading = asyncio.create_task(read_until_cut(api, message_id, seen))
    await until(lambda: stored(mortal, message_id))
    mortal.kill()
    await reading
    kept = stored(mortal, message_id)
    told = text_of(seen)
    # What was on the wire when the server died may never have been read.
    assert told.startswith(kept) or kept.startswith(told)
    assert len(told) - len(kept) < len(" w100") * 50 * 10, "some seconds of a starved machine at most"
    mortal.start()

    message = await api.message(message_id)
    assert message["status"] == "interrupted"
    assert message["content"] == kept
    messages = (await api.call("GET", f"chat/sessions/{session_id}/messages"))["items"]
    assert messages[0]["content"] == "precious question"
    resumed = await api.events(message_id, after=seen[-1].id)
    assert resumed[0].data["reset"] is True
    assert resumed[0].id > seen[-1].id
    assert text_of([*seen, *resumed]) == kept
    assert resumed[-1].data["status"] == "interrupted"

    fake.script = Script(text="Whole again.")
    again = await api.call("POST", f"chat/messages/{message_id}/regenerate", {})
    assert (await api.events(again["message"]["id"]))[-1].data["status"] == "complete"
    assert (await api.message(again["message"]["id"]))["siblings"] == [message_id, again["message"]["id"]]
    await api.aclose()


async def test_an_orderly_stop_keeps_every_word_that_was_seen(mortal, fake):
    api = Api(mortal)
    _, message_id = await begun(api, fake)
    seen = []
    reading = asyncio.create_task(read_until_cut(api, message_id, seen))
    await until(lambda: len(seen) > 10)
    await asyncio.to_thread(mortal.stop)
    await reading
    await until(lambda: fake.active == 0)
    assert stored(mortal, message_id).startswith(text_of(seen))
    mortal.start()
    assert (await api.message(message_id))["status"] == "interrupted"
    await api.aclose()
