"""Search over all my messages."""

from __future__ import annotations

import pytest

from jupyter_llmops.chat.schemas import SearchQuery
from jupyter_llmops.core.errors import Invalid

from .conftest import ANN, BOB
from .test_conversation import ask, session_of

pytestmark = pytest.mark.spec("CHAT-7")


async def test_hits_are_highlighted_newest_first_and_only_mine(chat, tiny):
    session_id = await session_of(chat, title="Paris")
    tiny.says("The capital is Paris, 巴黎是法国的首都。")
    await ask(chat, session_id, "Where is the capital?")
    found = await chat.search(ANN, SearchQuery(q="capital"))
    assert [hit.role for hit in found.items] == ["assistant", "user"]
    assert found.total == 2
    assert not found.more
    assert [part.text for part in found.items[1].snippet if part.hit] == ["capital"]
    assert found.items[0].session_title == "Paris"
    assert len((await chat.search(ANN, SearchQuery(q="首都"))).items) == 1
    assert (await chat.search(BOB, SearchQuery(q="capital"))).items == []


async def test_pages_of_hits_go_on_by_cursor(chat, tiny):
    session_id = await session_of(chat)
    for number in range(4):
        await ask(chat, session_id, f"needle {number}")
    seen, cursor = [], None
    while True:
        page = await chat.search(ANN, SearchQuery(q="needle", limit=3, cursor=cursor))
        seen += [hit.message_id for hit in page.items]
        assert page.total >= len(page.items)
        if (cursor := page.next) is None:
            break
    assert len(seen) == len(set(seen)) == 4


async def test_the_trash_is_not_searched_and_a_forged_cursor_is_named(chat, tiny):
    session_id = await session_of(chat)
    await ask(chat, session_id, "needle")
    await chat.delete(ANN, session_id)
    assert (await chat.search(ANN, SearchQuery(q="needle"))).items == []
    with pytest.raises(Invalid):
        await chat.search(ANN, SearchQuery(q="needle", cursor="abc"))
