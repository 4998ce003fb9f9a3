"""Full-text search over one owner's messages, newest first.

An index finds candidates, the text itself decides: both dialects give the same hits. Work is bounded: after
`MOST_CANDIDATES` looked at, the page ends early with a cursor to go on from.

SQLite: two FTS5 indexes, trigrams of the content and (`short`) what a term of one or two characters needs.
Their rowid is `owner number << 40 | message id`, so an owner's messages are one range of every posting list,
and newest first is the order of the list: a common word ends at the first full page.

PostgreSQL: a GIN index of grams, the owner being one of them. It has no order, so the newest messages are
looked through first, where common words are found at once; the index serves the rest.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from .engine import Database
from .search_terms import Part, Query, parse
from .tables import chat_messages, chat_sessions

__all__ = ["Found", "Hit", "search_messages"]

BATCHES = (64, 256, 1024)  # candidates fetched at a time; the last size repeats
MOST_CANDIDATES = 2000
RECENT = 2000  # newest messages that are read without an index, at a time
WORTHWHILE = 5  # hits among them with which reading on is cheaper than what the index would return
LAST_ID = (1 << 40) - 1


@dataclass(frozen=True, slots=True)
class Hit:
    """A message found, with the place of the hit as plain text in parts."""

    message_id: int
    session_id: int
    session_title: str
    role: str
    created_at: datetime
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits. `next` is the message id to go on before; None when there is no more."""

    hits: tuple[Hit, ...]
    next: int | None


async def search_messages(
    database: Database, owner: str, words: str, limit: int = 20, before: int | None = None
) -> Found:
    """Return the owner's finished messages that contain all words, newest first, trash left out.

    `words` is what a person typed and is taken literally. `before` is the `next` of the page before.
    """
    query = parse(words)
    if query is None:
        return Found((), None)
    async with database.read() as connection:
        kind = _SQLiteIndex if database.dialect == "sqlite" else _PostgreSQLIndex
        index: _Index = kind(connection, owner, query)
        return await _collect(connection, index, query, limit, before or LAST_ID)


async def _collect(
    connection: AsyncConnection, index: _Index, query: Query, limit: int, before: int
) -> Found:
    hits: list[Hit] = []
    seen = 0
    async with aclosing(index.candidates(before)) as batches:
        async for ids in batches:
            for row in await connection.execute(_ROWS, {"ids": ids, "owner": index.owner}):
                if query.matches(row.content):
                    hits.append(_hit(row, query))
                if len(hits) > limit:
                    return Found(tuple(hits[:limit]), hits[limit - 1].message_id)
            seen += len(ids)
            if seen >= MOST_CANDIDATES:
                return Found(tuple(hits), ids[-1])
    return Found(tuple(hits), None)


def _hit(row: Any, query: Query) -> Hit:
    parts = query.snippet(row.content)
    return Hit(row.id, row.session_id, row.title, row.role, row.created_at, parts)


_ROWS = (
    select(
        chat_messages.c.id,
        chat_messages.c.session_id,
        chat_sessions.c.title,
        chat_messages.c.role,
        chat_messages.c.created_at,
        chat_messages.c.content,
    )
    .join(chat_sessions, chat_sessions.c.id == chat_messages.c.session_id)
    .where(
        chat_messages.c.id.in_(bindparam("ids", expanding=True)),
        chat_messages.c.owner == bindparam("owner"),
        chat_messages.c.status != "streaming",
        chat_sessions.c.deleted_at.is_(None),
    )
    .order_by(chat_messages.c.id.desc())
)


class _Index(ABC):
    """Finds the ids of messages that may match."""

    def __init__(self, connection: AsyncConnection, owner: str, query: Query) -> None:
        self.connection = connection
        self.owner = owner
        self.query = query

    @abstractmethod
    def candidates(self, before: int) -> AsyncGenerator[Sequence[int], None]:
        """Yield ids below `before` in batches, newest first; every match is among them."""

    async def _newest(self, before: int) -> AsyncGenerator[Sequence[int], None]:
        """Yield the newest ids, for terms that no index knows."""
        values = {"owner": self.owner, "before": before, "count": MOST_CANDIDATES}
        ids = list((await self.connection.execute(_NEWEST, values)).scalars())
        for batch in _batches(ids):
            yield batch


_NEWEST = text(
    "SELECT id FROM chat_messages WHERE owner = :owner AND id < :before ORDER BY id DESC LIMIT :count"
)


class _SQLiteIndex(_Index):
    async def candidates(self, before: int) -> AsyncGenerator[Sequence[int], None]:
        number = await self._owner_number()
        if number is None:
            return
        matches = self._matches()
        if not matches:
            async for batch in self._newest(before):
                yield batch
            return
        low = number << 40
        table, match = await self._rarest(matches, low, low | before)
        query, last = _FTS[table], low | before
        for size in _sizes():
            values = {"match": match, "low": low, "before": last, "count": size}
            rows = list((await self.connection.execute(query, values)).scalars())
            if rows:
                yield [row - low for row in rows]
            if len(rows) < size:
                return
            last = rows[-1]

    def _matches(self) -> list[tuple[str, str]]:
        """Return the FTS5 expressions of the indexes that know any of the terms."""
        trigrams = " AND ".join(map(_quoted, self.query.trigrams()))
        short = " AND ".join(map(_any_case, self.query.short_grams()))
        return [pair for pair in (("chat_search_text", trigrams), ("chat_search_short", short)) if pair[1]]

    async def _rarest(self, matches: list[tuple[str, str]], low: int, before: int) -> tuple[str, str]:
        """Choose the index with fewer candidates where both could serve."""
        if len(matches) == 1:
            return matches[0]
        counts = []
        for table, match in matches:
            values = {"match": match, "low": low, "before": before, "count": BATCHES[-1]}
            counts.append(len((await self.connection.execute(_FTS[table], values)).all()))
        return matches[counts.index(min(counts))]

    async def _owner_number(self) -> int | None:
        found = await self.connection.execute(_OWNER, {"owner": self.owner})
        return found.scalar_one_or_none()


_OWNER = text("SELECT id FROM chat_search_owners WHERE owner = :owner")
_FTS = {
    table: text(
        f"SELECT rowid FROM {table} WHERE {table} MATCH :match AND rowid >= :low AND rowid < :before"  # noqa: S608
        " ORDER BY rowid DESC LIMIT :count"
    )
    for table in ("chat_search_text", "chat_search_short")
}


class _PostgreSQLIndex(_Index):
    async def candidates(self, before: int) -> AsyncGenerator[Sequence[int], None]:
        last: int | None = before
        enough = True
        while enough and last is not None:
            recent, last = await self._recent(last)
            for batch in _batches(recent):
                yield batch
            enough = len(recent) >= WORTHWHILE
        if last is None:
            return
        grams = self.query.padded_grams()
        if not grams:
            async for batch in self._newest(last):
                yield batch
            return
        values = {"grams": [f"@{self.owner}", *grams], "before": last, "count": MOST_CANDIDATES}
        ids = list((await self.connection.execute(_GIN, values)).scalars())
        for batch in _batches(ids):
            yield batch

    async def _recent(self, before: int) -> tuple[list[int], int | None]:
        """Return what contains all terms among the newest messages, and where those end."""
        values = {
            "owner": self.owner,
            "before": before,
            "count": RECENT,
            "patterns": self.query.patterns_like(),
        }
        rows = (await self.connection.execute(_RECENT, values)).all()
        ids = [row.id for row in rows if row.id is not None]
        return ids, rows[0].oldest if rows[0].size == RECENT else None


_RECENT = text(
    """
    WITH newest AS MATERIALIZED (
        SELECT id, content FROM chat_messages
        WHERE owner = :owner AND id < :before ORDER BY id DESC LIMIT :count
    ),
    bound AS (SELECT count(*) AS size, min(id) AS oldest FROM newest)
    SELECT bound.size, bound.oldest, newest.id
    FROM bound LEFT JOIN newest ON lower(newest.content) LIKE ALL(CAST(:patterns AS text[]))
    ORDER BY newest.id DESC
    """
)
# Without a LIMIT inside, the planner has no reason to walk the ids instead of the index of grams.
_GIN = text(
    """
    WITH found AS MATERIALIZED (
        SELECT id FROM chat_messages
        WHERE (chat_search_grams(owner, content) COLLATE "C") @> CAST(:grams AS text[])
        AND status <> 'streaming'
    )
    SELECT id FROM found WHERE id < :before ORDER BY id DESC LIMIT :count
    """
)


def _sizes() -> Iterator[int]:
    yield from BATCHES
    while True:
        yield BATCHES[-1]


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    start = 0
    for size in _sizes():
        if start >= len(ids):
            return
        yield ids[start : start + size]
        start += size


def _quoted(gram: str) -> str:
    return '"' + gram.replace('"', '""') + '"'


def _any_case(gram: str) -> str:
    """Return the gram in each case: FTS5's tokenizer of the short terms folds ASCII only."""
    forms = dict.fromkeys((gram, gram.upper(), gram.title(), gram[:1] + gram[1:].upper()))
    return (
        "(" + " OR ".join(map(_quoted, forms)) + ")"
        if len(forms) > 1 and not gram.isascii()
        else _quoted(gram)
    )
