"""A full disk or a locked database in mid-answer: the answer goes on and is saved when it can be."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from jupyter_llmops.chat import keeper
from jupyter_llmops.chat.schemas import MessagesQuery, NewMessage, NewSession
from jupyter_llmops.chat.service import ChatService
from jupyter_llmops.chat.store import ChatStore
from jupyter_llmops.core.errors import LLMOpsError
from jupyter_llmops.storage.upgrade import open_database
from tests.rooms.chat.conftest import ANN, FakeModel, FakeModels
from tests.rooms.chat.scripted import until

pytestmark = pytest.mark.spec("CHAT-2")


@pytest.fixture
async def db(tmp_path: Path):
    """Give an SQLite database with little patience for locks."""
    database = await open_database(f"sqlite:///{tmp_path / 'chat.sqlite3'}")
    await pragma(database, "busy_timeout = 20")
    yield database
    await database.close()


@pytest.fixture
async def chat(db, monkeypatch):
    monkeypatch.setattr(keeper, "FLUSH_SECONDS", 0.02)
    models = FakeModels()
    models.known[1] = FakeModel(1, "ann")
    models.default["ann"] = 1
    async with db.write() as conn:
        await conn.exec_driver_sql(
            "INSERT INTO model_configs (id, owner, name, notes, provider_id, endpoint, model, api_key_hint,"
            " parameters, system_prompt, version, groups, created_at, updated_at)"
            " VALUES (1, 'ann', 'm', '', '', '', '', '', '{}', '', 1, '[]', '2026-01-01', '2026-01-01')"
        )
    service = ChatService(ChatStore(db), models)
    await service.start()
    yield service
    await service.close()


@pytest.fixture
def tiny(chat):
    return chat._models.known[1]


async def pragma(db, text):
    async with db.write() as conn:
        return (await conn.exec_driver_sql(f"PRAGMA {text}")).scalar()


async def fill(db):
    """Let SQLite believe that the disk is full: it may not take one more page."""
    pages = await pragma(db, "page_count")
    await pragma(db, f"max_page_count = {pages}")


async def test_a_full_disk_in_mid_answer(db, chat, tiny):
    session = await chat.create(ANN, NewSession(title="x"))
    script = tiny.next().say("begun ")
    started = await chat.ask(ANN, session.id, NewMessage(content="?"))
    await until(lambda: started.generation.content and not started.generation.unsaved)
    await fill(db)
    script.say("x" * 300_000)
    await until(lambda: started.generation.notices)
    script.say(" end").end()
    events = [event async for event in started.log.events()]
    data = {event.name: event.data for event in events}
    assert data["error"]["code"] == "storage_full"
    assert data["error"]["remedy"]
    assert data["done"]["status"] == "complete"
    shown = (await chat.messages(ANN, session.id, MessagesQuery())).items[-1]
    assert shown.content == "begun " + "x" * 300_000 + " end", "served from memory"
    with pytest.raises(LLMOpsError) as caught:
        await chat.ask(ANN, session.id, NewMessage(content="y" * 200_000))
    assert caught.value.status == 507
    await pragma(db, "max_page_count = 1073741823")
    await until(lambda: not started.generation.unsaved)
    row = await chat._store.message(ANN.id, started.generation.id)
    assert row["content"] == shown.content
    assert row["status"] == "complete"


async def test_a_locked_database_in_mid_answer(db, chat, tiny, tmp_path):
    session = await chat.create(ANN, NewSession(title="x"))
    script = tiny.next().say("begun ")
    started = await chat.ask(ANN, session.id, NewMessage(content="?"))
    await until(lambda: started.generation.content and not started.generation.unsaved)
    other = sqlite3.connect(tmp_path / "chat.sqlite3", isolation_level=None, check_same_thread=False)
    await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
    script.say("more")
    await until(lambda: started.generation.notices)
    with pytest.raises(LLMOpsError) as caught:
        await chat.create(ANN, NewSession(title="y"))
    assert (caught.value.status, caught.value.code) == (503, "storage_busy")
    script.end()
    events = [event async for event in started.log.events()]
    assert events[-1].data["status"] == "complete"
    other.execute("ROLLBACK")
    other.close()
    await until(lambda: not started.generation.unsaved)
    assert (await chat._store.message(ANN.id, started.generation.id))["content"] == "begun more"


async def test_an_answer_that_could_not_be_saved_is_saved_at_the_end_of_the_server(
    db, chat, tiny, monkeypatch
):
    monkeypatch.setattr(keeper, "FLUSH_SECONDS", 60.0)
    session = await chat.create(ANN, NewSession(title="x"))
    script = tiny.next()
    started = await chat.ask(ANN, session.id, NewMessage(content="?"))
    await fill(db)
    script.say("x" * 300_000).end()
    assert [event.name async for event in started.log.events()][-1] == "done"
    assert started.generation.unsaved
    await pragma(db, "max_page_count = 1073741823")
    await chat.close()
    assert len((await chat._store.message(ANN.id, started.generation.id))["content"]) == 300_000
