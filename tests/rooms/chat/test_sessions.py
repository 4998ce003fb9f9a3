"""Sessions: create, list, change, trash."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from jupyter_llmops.chat.schemas import NewMessage, NewSession, SessionChange, SessionQuery
from jupyter_llmops.core.clock import now
from jupyter_llmops.core.errors import Conflict, Invalid, NotFound

from .conftest import ANN, BOB

pytestmark = pytest.mark.spec("CHAT-1")


async def titles(chat, actor=ANN, **query):
    page = await chat.sessions(actor, SessionQuery(**query))
    return [session.title for session in page.items]


async def test_a_session_begins_with_nothing_but_defaults(chat):
    session = await chat.create(ANN, NewSession())
    assert session.title == ""
    assert session.message_count == 0
    assert not session.pinned
    assert not session.archived
    assert not session.streaming
    assert session == await chat.session(ANN, session.id)


async def test_a_session_shows_the_model_it_was_given(chat, tiny):
    session = await chat.create(ANN, NewSession(title="x", model_config_id=tiny.config_id))
    assert (session.model_config_id, session.model, session.provider_id) == (tiny.config_id, "tiny", "custom")


async def test_rename_pin_archive_and_model_are_changed_alone(chat, models):
    session = await chat.create(ANN, NewSession(title="before"))
    other = [config_id for config_id, model in models.known.items() if model.owner == "ann"][1]
    changed = await chat.change(ANN, session.id, SessionChange(title="  after \n all "))
    assert changed.title == "after all"
    changed = await chat.change(ANN, session.id, SessionChange(pinned=True, archived=True))
    assert (changed.title, changed.pinned, changed.archived) == ("after all", True, True)
    changed = await chat.change(
        ANN, session.id, SessionChange(model_config_id=other, system_prompt="Be brief")
    )
    assert (changed.model_config_id, changed.system_prompt) == (other, "Be brief")


async def test_the_list_has_pinned_first_then_newest(chat):
    ids = [(await chat.create(ANN, NewSession(title=name))).id for name in "abcd"]
    await chat.change(ANN, ids[1], SessionChange(pinned=True))
    assert await titles(chat) == ["b", "d", "c", "a"]
    assert await titles(chat, sort="updated_at") == ["b", "a", "c", "d"]
    assert await titles(chat, sort="-title") == ["b", "d", "c", "a"]
    assert await titles(chat, sort="title") == ["b", "a", "c", "d"]


@pytest.mark.parametrize(
    "sort", ["-updated_at", "updated_at", "-created_at", "created_at", "title", "-title"]
)
async def test_pages_neither_skip_nor_repeat_in_any_order(chat, sort):
    for number in range(11):
        session = await chat.create(ANN, NewSession(title=f"t{number % 4}"))
        if number % 3 == 0:
            await chat.change(ANN, session.id, SessionChange(pinned=True))
    whole = await chat.sessions(ANN, SessionQuery(sort=sort))
    seen, cursor = [], None
    while True:
        page = await chat.sessions(ANN, SessionQuery(sort=sort, limit=3, cursor=cursor))
        assert page.total == 11
        seen += [session.id for session in page.items]
        if (cursor := page.next) is None:
            break
    assert seen == [session.id for session in whole.items]
    assert len(set(seen)) == 11


async def test_search_by_title_takes_wildcards_literally_and_ignores_case(chat):
    for title in ("100% sure", "100 sure", "UPPER_case", "部署笔记"):
        await chat.create(ANN, NewSession(title=title))
    assert await titles(chat, q="100%") == ["100% sure"]
    assert await titles(chat, q="r_c") == ["UPPER_case"]
    assert await titles(chat, q="署笔") == ["部署笔记"]


async def test_filter_by_model_and_archived(chat, tiny):
    one = await chat.create(ANN, NewSession(title="one", model_config_id=tiny.config_id))
    await chat.create(ANN, NewSession(title="two"))
    assert await titles(chat, model_config_id=tiny.config_id) == ["one"]
    await chat.change(ANN, one.id, SessionChange(archived=True))
    assert await titles(chat) == ["two"]
    assert await titles(chat, archived=True) == ["one"]


async def test_deleted_sessions_are_in_the_trash_and_come_back(chat):
    session = await chat.create(ANN, NewSession(title="gone"))
    await chat.delete(ANN, session.id)
    assert await titles(chat) == []
    assert await titles(chat, trash=True) == ["gone"]
    with pytest.raises(Conflict):
        await chat.change(ANN, session.id, SessionChange(title="x"))
    with pytest.raises(Conflict):
        await chat.ask(ANN, session.id, NewMessage(content="hello?"))
    assert (await chat.restore(ANN, session.id)).deleted_at is None
    assert await titles(chat) == ["gone"]


async def test_deleting_from_the_trash_is_for_good(chat):
    session = await chat.create(ANN, NewSession(title="gone"))
    await chat.delete(ANN, session.id)
    await chat.delete(ANN, session.id)
    with pytest.raises(NotFound):
        await chat.session(ANN, session.id)
    with pytest.raises(NotFound):
        await chat.delete(ANN, session.id)


async def test_many_are_deleted_at_once_and_only_mine(chat):
    mine = [(await chat.create(ANN, NewSession(title="m"))).id for _ in range(3)]
    theirs = (await chat.create(BOB, NewSession(title="t"))).id
    assert (await chat.delete_many(ANN, [*mine[:2], theirs, 99999])).deleted == 2
    assert await titles(chat) == ["m"]
    assert await titles(chat, BOB) == ["t"]


async def test_a_full_trash_is_emptied_in_steps_that_let_others_write(chat, monkeypatch):
    monkeypatch.setattr("jupyter_llmops.chat.store.PURGED_AT_ONCE", 2)
    for name in "abcde":
        session = await chat.create(ANN, NewSession(title=name))
        await chat.delete(ANN, session.id)
    written = 0
    write = chat._store._db.write

    def counted():
        nonlocal written
        written += 1
        return write()

    monkeypatch.setattr(chat._store._db, "write", counted)
    assert await chat._store.purge(now() + timedelta(days=1)) == 5
    assert written == 3
    assert await titles(chat, trash=True) == []


async def test_the_trash_is_emptied_after_thirty_days(chat):
    old = await chat.create(ANN, NewSession(title="old"))
    young = await chat.create(ANN, NewSession(title="young"))
    await chat._store.remove(ANN.id, [old.id], now() - timedelta(days=31))
    await chat._store.remove(ANN.id, [young.id], now() - timedelta(days=29))
    await chat.start()
    assert await titles(chat, trash=True) == ["young"]


@pytest.mark.parametrize("cursor", ["x", "bnVsbA", "WzEsMiwzXQ", "W3RydWUsIm5vdCBhIGRhdGUiLDFd"])
async def test_a_forged_cursor_is_named(chat, cursor):
    with pytest.raises(Invalid) as caught:
        await chat.sessions(ANN, SessionQuery(cursor=cursor))
    assert caught.value.errors[0].field == "cursor"


async def test_unknown_prompts_and_configurations_are_refused(chat, models):
    with pytest.raises(Invalid) as caught:
        await chat.create(ANN, NewSession(prompt_ids=[3]))
    assert caught.value.errors[0].field == "prompt_ids"
    with pytest.raises(NotFound):
        await chat.create(ANN, NewSession(model_config_id=models.default["bob"]))


@pytest.mark.parametrize(
    "bad", [{}, {"title": " \n "}, {"title": "x" * 201}, {"colour": 1}, {"pinned": "maybe"}]
)
def test_changes_that_mean_nothing_are_refused(bad):
    with pytest.raises(ValidationError):
        SessionChange.model_validate(bad)


@pytest.mark.parametrize(
    "bad",
    [
        {"content": "   "},
        {"content": "x" * 200_001},
        {"content": "x", "parent_id": -1},
        {"content": "x", "model_config_id": 1 << 63},
        {"content": "x", "images": [{"media_type": "image/tiff", "data": "AA=="}]},
        {"content": "x", "images": [{"media_type": "image/png", "data": "AA=="}] * 9},
    ],
)
def test_messages_that_cannot_be_sent_are_refused(bad):
    with pytest.raises(ValidationError):
        NewMessage.model_validate(bad)
