"""Search finds the same messages on both dialects, whatever is typed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, text, update

from jupyter_llmops.storage import search
from jupyter_llmops.storage.engine import Database
from jupyter_llmops.storage.search import search_messages
from jupyter_llmops.storage.search_terms import fold, parse, word_grams
from jupyter_llmops.storage.tables import chat_messages, chat_sessions

NOW = datetime(2026, 1, 2, tzinfo=UTC)
pytestmark = pytest.mark.spec("CHAT-7")


async def add(
    db: Database, *contents: str, owner: str = "anna", status: str = "complete", **session: Any
) -> list[int]:
    """Store messages in a new session and return their ids."""
    stamp = {"owner": owner, "created_at": NOW, "updated_at": NOW}
    ids = []
    async with db.write() as connection:
        made = await connection.execute(insert(chat_sessions).values(title="t", **stamp, **session))
        for content in contents:
            values = {
                "session_id": made.inserted_primary_key[0],
                "role": "user",
                "content": content,
                "status": status,
            }
            result = await connection.execute(insert(chat_messages).values(**values, **stamp))
            ids.append(int(result.inserted_primary_key[0]))
    return ids


async def found(db: Database, words: str, owner: str = "anna", **options: Any) -> list[str]:
    """Return the texts found, in order."""
    hits = (await search_messages(db, owner, words, **options)).hits
    ids = [hit.message_id for hit in hits]
    async with db.read() as connection:
        rows = await connection.execute(select(chat_messages.c.id, chat_messages.c.content))
        contents = {row.id: row.content for row in rows}
    return [contents[number] for number in ids]


@pytest.fixture(params=["recent", "index"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let PostgreSQL find hits among the newest messages, or by its index alone."""
    if request.param == "index":
        monkeypatch.setattr(search, "RECENT", 1)


TEXTS = [
    "filler that is the newest message of PostgreSQL's first look",
    "我们训练一个大模型",
    "Fine-tune the Transformer with LoRA",
    "用AI做翻译",
    "maintain the air",
    "C++ and c#",
    'a 100% sure_thing\'s "quoted" text*',
    "模型 and GPU memory",
    "Ünïcode ÉCOLE",
    "rocket 🚀 launch",
    "第3章 A股",
]


CASES = [
    ("模型", [1, 7]),
    ("型", [1, 7]),
    ("大模型", [1]),
    ("训练一个", [1]),
    ("练训", []),
    ("transformer", [2]),
    ("ORMER", [2]),
    ("AI", [3, 4]),
    ("ai做", [3]),
    ("the", [2, 4, 0]),
    ("the newest", [0]),
    ("lora transformer", [2]),
    ("c++", [5]),
    ("c#", [5]),
    ("100%", [6]),
    ("sure_thing", [6]),
    ("sureXthing", []),
    ("thing's", [6]),
    ('"quoted"', [6]),
    ("text*", [6]),
    ("模型 gpu", [7]),
    ("gpu 大模型", []),
    ("école", [8]),
    ("ü", [8]),
    ("É", [8]),
    ("🚀", [9]),
    ("第3", [10]),
    ("a股", [10]),
    ("股a", []),
    ("*", [6]),
    ("NOT", []),
    ("transformer OR gpu", []),
    ("content:lora", []),
    ("x", []),
    ("zugzwang", []),
    ("", []),
    (" \t\n　", []),
]


@pytest.mark.usefixtures("way")
async def test_finds_what_contains_every_word(db: Database) -> None:
    await add(db, *reversed(TEXTS))
    for words, expected in CASES:
        assert sorted(await found(db, words)) == sorted(TEXTS[number] for number in expected), words


HOSTILE = [
    '"', '""', "'", "\\", "%", "_", "*", "(", ")", "^", "-", ":", "{", "}", "AND", "NEAR(a b)",
    "; DROP TABLE x", "a\x00b", "\x00", "\ud83d", "a" * 5000, "模" * 5000,
    " ".join(f"w{n}" for n in range(300)), "🚀🚀🚀", "\u202e", "İstanbul", "300 \u212a",
]  # fmt: skip


@pytest.mark.usefixtures("way")
async def test_any_input_is_text_and_no_syntax(db: Database) -> None:
    await add(db, "something", "else")
    for words in HOSTILE:
        assert await found(db, words) == [], words
        (number,) = await add(db, f"before {words[:400]} after")
        assert len(await found(db, words[:400])) == 1, words
        async with db.write() as connection:
            await connection.execute(delete(chat_messages).where(chat_messages.c.id == number))


async def test_only_finished_messages_are_found_and_changes_are_followed(db: Database) -> None:
    (number,) = await add(db, "half an answ", status="streaming")
    assert await found(db, "half") == []
    await set_message(db, number, content="half an answer 模型")
    assert await found(db, "模型") == []
    await set_message(db, number, status="complete")
    assert len(await found(db, "模型")) == 1
    await set_message(db, number, content="another text 数据")
    assert await found(db, "模型") == []
    assert len(await found(db, "数据")) == 1
    await set_message(db, number, rating=1)
    await set_message(db, number, status="streaming")
    assert await found(db, "数据") == []
    await set_message(db, number, status="stopped", content="third")
    assert len(await found(db, "third")) == 1
    async with db.write() as connection:
        await connection.execute(delete(chat_sessions))
    assert await found(db, "third") == []


async def set_message(db: Database, number: int, **values: Any) -> None:
    async with db.write() as connection:
        await connection.execute(update(chat_messages).where(chat_messages.c.id == number).values(**values))


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_the_index_is_empty_after_everything_was_deleted(db: Database) -> None:
    await add(db, *TEXTS, "long " * 3000 + "模型" * 3000)
    async with db.write() as connection:
        await connection.execute(delete(chat_sessions))
    async with db.write() as connection:
        for table in ("chat_search_text", "chat_search_short"):
            await connection.execute(
                text(f"CREATE VIRTUAL TABLE temp.{table}_terms USING fts5vocab(main, {table}, row)")
            )
            assert list(await connection.scalars(text(f"SELECT term FROM {table}_terms"))) == []


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_the_trigger_makes_the_grams_that_a_query_asks_for(db: Database) -> None:
    content = "Ab 模型a训练 Über c++ 1st " * 500
    await add(db, content)
    async with db.write() as connection:
        await connection.execute(
            text("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, chat_search_short, row)")
        )
        terms = set(await connection.scalars(text("SELECT term FROM terms")))
    assert {fold(term) for term in terms} == set(word_grams(content))


@pytest.mark.usefixtures("way")
async def test_an_owner_finds_only_what_is_theirs(db: Database) -> None:
    await add(db, "anna's secret 模型", owner="anna")
    await add(db, "ben's secret 模型", owner="ben")
    for words in ("secret", "模型", "模"):
        assert await found(db, words, owner="ben") == ["ben's secret 模型"]
    assert await found(db, "secret", owner="nobody") == []


@pytest.mark.usefixtures("way")
async def test_trash_is_left_out(db: Database) -> None:
    await add(db, "kept word", archived=True)
    await add(db, "thrown word", deleted_at=NOW)
    assert await found(db, "word") == ["kept word"]


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("words", ["common", "常见", "#"])
async def test_pages_are_newest_first_and_lose_nothing(
    db: Database, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    monkeypatch.setattr(search, "BATCHES", (2, 3))
    monkeypatch.setattr(search, "MOST_CANDIDATES", 7)
    await add(db, *(f"#{n} common 常见" if n % 3 else f"{n} comm on 常 见" for n in range(40)))
    pages, before = [], None
    while True:
        page = await search_messages(db, "anna", words, limit=4, before=before)
        pages += [hit.message_id for hit in page.hits]
        if page.next is None:
            break
        before = page.next
    assert len(pages) == 26
    assert pages == sorted(set(pages), reverse=True)


def test_a_snippet_is_plain_text_around_the_first_hit() -> None:
    query = parse("bold 模型")
    assert query is not None
    content = "x" * 100 + "<b>BOLD</b> & 大模型 " + "y" * 300
    parts = query.snippet(content)
    assert [part.text for part in parts if part.hit] == ["BOLD", "模型"]
    joined = "".join(part.text for part in parts)
    assert joined.startswith("…")
    assert joined.endswith("…")
    assert joined.strip("…") in content


@given(st.text(max_size=400), st.text(min_size=1, max_size=12))
def test_a_snippet_holds_the_text_itself(content: str, words: str) -> None:
    query = parse(words)
    if query is None:
        return
    joined = "".join(part.text for part in query.snippet(content))
    assert joined.removeprefix("…").removesuffix("…") in content or "…" in content
    assert len(fold(content)) == len(content)


@given(st.text(alphabet="aB1 模型É#", max_size=30), st.text(alphabet="aB1 模型É#", min_size=1, max_size=6))
def test_every_match_has_all_grams_of_the_query(content: str, words: str) -> None:
    query = parse(words)
    if query is None or not query.matches(content):
        return
    assert set(query.short_grams()) <= set(word_grams(content))
    assert all(gram in fold(content) for gram in query.trigrams())
