"""Queries of conversations. Every one names the owner; statements are built once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Result,
    and_,
    bindparam,
    delete,
    func,
    insert,
    null,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.engine import Connection

from ..core.clock import now
from ..storage.engine import Database
from ..storage.search import Found, search_messages
from ..storage.tables import chat_images, chat_messages, chat_sessions
from .schemas import SessionQuery

__all__ = ["ChatStore", "NewTurn", "StoredImage"]

Row = Mapping[str, Any]

S, M, P = chat_sessions.c, chat_messages.c, chat_images.c

_OWNER: BindParameter[str] = bindparam("owner")
_SESSION_ID: BindParameter[int] = bindparam("session_id")
_MESSAGE_ID: BindParameter[int] = bindparam("message_id")

PURGED_AT_ONCE = 20  # sessions

_SESSION = select(chat_sessions).where(S.owner == _OWNER, S.id == _SESSION_ID)
_MESSAGE = select(chat_messages).where(M.owner == _OWNER, M.id == _MESSAGE_ID)
_MESSAGES = (
    select(chat_messages)
    .where(M.owner == _OWNER, M.id.in_(bindparam("message_ids", expanding=True)))
    .order_by(M.id)
)
_TREE = select(chat_messages).where(M.owner == _OWNER, M.session_id == _SESSION_ID).order_by(M.id)
# The narrow columns stand before the text in the row: the tree is read without its overflow pages.
_SHAPE = (
    select(M.id, M.parent_id, M.role).where(M.owner == _OWNER, M.session_id == _SESSION_ID).order_by(M.id)
)
_IMAGES_OF_SESSION = (
    select(P.id, P.message_id, P.media_type, P.width, P.height)
    .where(P.owner == _OWNER, P.session_id == _SESSION_ID)
    .order_by(P.id)
)
_IMAGE = select(P.media_type, P.data, P.sha256).where(P.owner == _OWNER, P.id == bindparam("image_id"))
_SESSION_IMAGE_DATA = select(P.id, P.data).where(P.owner == _OWNER, P.session_id == _SESSION_ID)
_IMAGE_DATA = (
    select(P.message_id, P.media_type, P.data)
    .where(P.owner == _OWNER, P.message_id.in_(bindparam("message_ids", expanding=True)))
    .order_by(P.id)
)


def _branch() -> Any:
    """Build the query from a message up to its root, with all that the provider is told."""
    path = (
        select(M.id, M.parent_id)
        .where(M.owner == _OWNER, M.session_id == _SESSION_ID, M.id == _MESSAGE_ID)
        .cte("path", recursive=True)
    )
    above = chat_messages.alias("above")
    path = path.union_all(select(above.c.id, above.c.parent_id).where(above.c.id == path.c.parent_id))
    images = select(func.count()).where(P.message_id == M.id).scalar_subquery()
    return (
        select(M.id, M.role, M.content, images.label("images"))
        .join(path, path.c.id == M.id)
        .where(M.owner == _OWNER)
        .order_by(M.id)  # a parent is always older than its child
    )


_BRANCH = _branch()

# In updates these two name the row; a parameter named like a column sets that column.
_OF: BindParameter[str] = bindparam("of")
_KEY: BindParameter[int] = bindparam("key")
_SAVE = update(chat_messages).where(M.id == _KEY, M.owner == _OF)
_AFTER_TURN = (
    update(chat_sessions)
    .where(S.owner == _OF, S.id == _KEY)
    .values(
        current_message_id=bindparam("leaf"),
        message_count=S.message_count + bindparam("more"),
        model_config_id=bindparam("config"),
        model=bindparam("new_model"),
        provider_id=bindparam("provider"),
        title=bindparam("new_title"),
        updated_at=bindparam("moment"),
    )
)
_SET_TITLE = (
    update(chat_sessions)
    .where(S.owner == _OF, S.id == _KEY, S.title_source == "auto")
    .values(title=bindparam("new_title"), title_source="model")
)
_ORPHANS = update(chat_messages).where(M.status == "streaming").values(status="interrupted")


@dataclass(frozen=True, slots=True)
class StoredImage:
    """An image ready to be kept: re-encoded, measured, hashed."""

    media_type: str
    width: int
    height: int
    sha256: str
    data: bytes


@dataclass(frozen=True, slots=True)
class NewTurn:
    """What one question adds to a session: the question itself (none: answer again) and an empty answer."""

    question: Row | None
    answer: Row
    images: Sequence[StoredImage]
    config: int | None
    model: str
    provider_id: str
    title: str


# A message of a file: its key there, its parent's, its columns, its images.
NewMessage = tuple[str, str | None, Row, Sequence[StoredImage]]


class ChatStore:
    """Sessions, their trees of messages, images."""

    def __init__(self, db: Database) -> None:
        self._db = db

    # -- sessions --------------------------------------------------------------------------------

    async def add_session(self, owner: str, values: Row) -> int:
        """Insert a session and return its id."""
        row = {"owner": owner, **values}
        return await self._db.transact(lambda conn: _insert(conn, chat_sessions, row))

    async def session(self, owner: str, session_id: int) -> Row | None:
        """Return a session, from the trash too."""
        return await self._db.look(lambda conn: _one(conn.execute(_SESSION, _mine(owner, session_id))))

    async def sessions(
        self, owner: str, query: SessionQuery, after: Sequence[Any] | None
    ) -> tuple[list[Row], int]:
        """Return a page of sessions (one more than the limit when there are more) and how many in all."""
        matching = _matching(owner, query)
        order = _order(query.sort)
        page = select(chat_sessions).where(*matching).order_by(*order).limit(query.limit + 1)
        if after is not None:
            page = page.where(_beyond(query.sort, after))
        async with self._db.read() as conn:
            rows = _all(await conn.execute(page))
            total = (
                await conn.execute(select(func.count()).select_from(chat_sessions).where(*matching))
            ).scalar()
        return rows, total or 0

    async def change_session(self, owner: str, session_id: int, values: Row) -> None:
        """Set columns of a session."""
        statement = update(chat_sessions).where(S.owner == owner, S.id == session_id).values(**values)
        async with self._db.write() as conn:
            await conn.execute(statement)

    async def set_title(self, owner: str, session_id: int, title: str) -> bool:
        """Give a session the title a model made; False when a person named it meanwhile."""
        async with self._db.write() as conn:
            done = await conn.execute(_SET_TITLE, {"of": owner, "key": session_id, "new_title": title})
        return done.rowcount > 0

    async def remove(self, owner: str, session_ids: Sequence[int], moment: datetime) -> int:
        """Put sessions into the trash; those that are there already are deleted for good."""
        mine = and_(S.owner == owner, S.id.in_(session_ids))
        async with self._db.write() as conn:
            gone = await conn.execute(delete(chat_sessions).where(mine, S.deleted_at.is_not(None)))
            put = await conn.execute(
                update(chat_sessions).where(mine, S.deleted_at.is_(None)).values(deleted_at=moment)
            )
        return gone.rowcount + put.rowcount

    async def purge(self, before: datetime) -> int:
        """Delete for good what went to the trash before the given moment, of all owners.

        A few at a time: a long conversation takes a while to leave the search index, and on SQLite
        nobody else can write meanwhile.
        """
        old = select(S.id).where(S.deleted_at < before).limit(PURGED_AT_ONCE).scalar_subquery()
        gone = 0
        while True:
            async with self._db.write() as conn:
                step = (await conn.execute(delete(chat_sessions).where(S.id.in_(old)))).rowcount
            gone += step
            if step < PURGED_AT_ONCE:
                return gone

    async def clear(self, owner: str, session_id: int, moment: datetime) -> None:
        """Delete all messages of a session."""
        async with self._db.write() as conn:
            await conn.execute(delete(chat_messages).where(M.owner == owner, M.session_id == session_id))
            await conn.execute(
                update(chat_sessions)
                .where(S.owner == owner, S.id == session_id)
                .values(message_count=0, current_message_id=null(), updated_at=moment)
            )

    async def owned(self, owner: str, session_ids: Sequence[int]) -> list[Row]:
        """Return those of the sessions that are the owner's, in the order of their ids."""
        query = select(chat_sessions).where(S.owner == owner, S.id.in_(session_ids)).order_by(S.id)
        async with self._db.read() as conn:
            return _all(await conn.execute(query))

    async def search(self, owner: str, words: str, limit: int, before: int | None) -> Found:
        """Return a page of the owner's messages that contain all the words."""
        return await search_messages(self._db, owner, words, limit, before)

    # -- messages --------------------------------------------------------------------------------

    async def message(self, owner: str, message_id: int) -> Row | None:
        """Return a message."""
        async with self._db.read() as conn:
            found = await conn.execute(_MESSAGE, {"owner": owner, "message_id": message_id})
        return _one(found)

    async def messages(self, owner: str, message_ids: Sequence[int]) -> list[Row]:
        """Return those of the messages that are the owner's, oldest first."""
        parameters = {"owner": owner, "message_ids": list(message_ids)}
        async with self._db.read() as conn:
            return _all(await conn.execute(_MESSAGES, parameters))

    async def shape(self, owner: str, session_id: int) -> list[Row]:
        """Return `id, parent_id, role` of all messages of a session."""
        async with self._db.read() as conn:
            return _all(await conn.execute(_SHAPE, _mine(owner, session_id)))

    async def tree(self, owner: str, session_id: int) -> tuple[list[Row], list[Row]]:
        """Return all messages of a session, and what is known of their images (not the bytes)."""
        async with self._db.read() as conn:
            messages = _all(await conn.execute(_TREE, _mine(owner, session_id)))
            images = _all(await conn.execute(_IMAGES_OF_SESSION, _mine(owner, session_id)))
        return messages, images

    async def images_of(self, owner: str, session_id: int) -> list[Row]:
        """Return what is known of the images of a session (not the bytes)."""
        async with self._db.read() as conn:
            return _all(await conn.execute(_IMAGES_OF_SESSION, _mine(owner, session_id)))

    async def branch(self, owner: str, session_id: int, leaf: int) -> list[Row]:
        """Return `id, role, content, images` (a count) of the messages from the root to the leaf."""
        parameters = {**_mine(owner, session_id), "message_id": leaf}
        return await self._db.look(lambda conn: _all(conn.execute(_BRANCH, parameters)))

    async def add_turn(self, owner: str, session_id: int, turn: NewTurn) -> tuple[int, int]:
        """Insert question and answer, move the session to the new leaf; return both ids."""
        return await self._db.transact(lambda conn: _add_turn(conn, owner, session_id, turn))

    async def save_answers(self, texts: Sequence[Row], results: Sequence[Row]) -> None:
        """Write the texts of live answers and everything of ended ones in one transaction."""
        await self._db.transact(lambda conn: _save_answers(conn, texts, results))

    async def rate(self, owner: str, message_id: int, rating: int) -> None:
        """Set the rating of a message."""
        async with self._db.write() as conn:
            await conn.execute(
                update(chat_messages).where(M.owner == owner, M.id == message_id).values(rating=rating)
            )

    async def mark_interrupted(self) -> int:
        """Mark what a crash left streaming, of all owners; return how many."""
        async with self._db.write() as conn:
            return (await conn.execute(_ORPHANS)).rowcount

    async def image(self, owner: str, image_id: int) -> Row | None:
        """Return `media_type, data, sha256` of an image."""
        async with self._db.read() as conn:
            found = await conn.execute(_IMAGE, {"owner": owner, "image_id": image_id})
        return _one(found)

    async def session_images(self, owner: str, session_id: int) -> dict[int, bytes]:
        """Return the bytes of all images of a session by their id."""
        async with self._db.read() as conn:
            rows = await conn.execute(_SESSION_IMAGE_DATA, _mine(owner, session_id))
            return {row.id: row.data for row in rows}

    async def add_imported(
        self,
        owner: str,
        session: Row,
        messages: Sequence[NewMessage],
        current: str | None,
    ) -> Row:
        """Insert a session with its messages (key, parent's key, columns, images; parents first).

        `current` is the key of the leaf shown; unknown: the last message.
        """
        return await self._db.transact(lambda conn: _add_imported(conn, owner, session, messages, current))

    async def image_data(self, owner: str, message_ids: Sequence[int]) -> list[Row]:
        """Return `message_id, media_type, data` of the images of some messages."""
        async with self._db.read() as conn:
            parameters = {"owner": owner, "message_ids": list(message_ids)}
            return _all(await conn.execute(_IMAGE_DATA, parameters))


def _all(result: Result[Any]) -> list[Row]:
    return [dict(row) for row in result.mappings()]


def _one(result: Result[Any]) -> Row | None:
    row = result.mappings().one_or_none()
    return None if row is None else dict(row)


def _mine(owner: str, session_id: int) -> dict[str, Any]:
    return {"owner": owner, "session_id": session_id}


def _insert(conn: Connection, table: Any, values: Row) -> int:
    key = conn.execute(insert(table), dict(values)).inserted_primary_key
    assert key is not None
    return int(key[0])


def _add_turn(conn: Connection, owner: str, session_id: int, turn: NewTurn) -> tuple[int, int]:
    question = turn.answer["parent_id"]
    if turn.question is not None:
        question = _insert(conn, chat_messages, turn.question)
        _add_images(conn, owner, session_id, question, turn.images)
    answer = _insert(conn, chat_messages, {**turn.answer, "parent_id": question})
    conn.execute(_AFTER_TURN, _after_turn(owner, session_id, turn, answer))
    return question, answer


def _save_answers(conn: Connection, texts: Sequence[Row], results: Sequence[Row]) -> None:
    moment = now()
    if texts:
        conn.execute(_SAVE, [{**row, "updated_at": moment} for row in texts])
    if results:
        conn.execute(_SAVE, [{**row, "updated_at": moment} for row in results])


def _add_imported(
    conn: Connection, owner: str, session: Row, messages: Sequence[NewMessage], current: str | None
) -> Row:
    ids: dict[str | None, int | None] = {None: None}
    session_id = _insert(conn, chat_sessions, session)
    for key, parent, columns, images in messages:
        values = {**columns, "session_id": session_id, "parent_id": ids[parent]}
        ids[key] = message_id = _insert(conn, chat_messages, values)
        _add_images(conn, owner, session_id, message_id, images)
    leaf = ids.get(current) or ids[messages[-1][0]]
    shown = update(chat_sessions).where(S.owner == owner, S.id == session_id)
    conn.execute(shown.values(current_message_id=leaf))
    return _one(conn.execute(_SESSION, _mine(owner, session_id))) or {}


def _add_images(
    conn: Connection, owner: str, session_id: int, message_id: int, images: Sequence[StoredImage]
) -> None:
    if not images:
        return
    shared = {"owner": owner, "session_id": session_id, "message_id": message_id, "created_at": now()}
    rows = [
        {
            **shared,
            "media_type": image.media_type,
            "width": image.width,
            "height": image.height,
            "sha256": image.sha256,
            "data": image.data,
        }
        for image in images
    ]
    conn.execute(insert(chat_images), rows)


def _after_turn(owner: str, session_id: int, turn: NewTurn, leaf: int) -> dict[str, Any]:
    return {
        "of": owner,
        "key": session_id,
        "leaf": leaf,
        "more": 2 if turn.question is not None else 1,
        "config": turn.config,
        "new_model": turn.model,
        "provider": turn.provider_id,
        "new_title": turn.title,
        "moment": turn.answer["created_at"],
    }


# -- the list of sessions ------------------------------------------------------------------------


def _matching(owner: str, query: SessionQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [S.owner == owner]
    if query.trash:
        conditions.append(S.deleted_at.is_not(None))
    else:
        conditions += [S.deleted_at.is_(None), S.archived == query.archived]
    if query.model_config_id is not None:
        conditions.append(S.model_config_id == query.model_config_id)
    if query.q:
        conditions.append(S.title.icontains(query.q, autoescape=True))
    return conditions


def _order(sort: str) -> list[ColumnElement[Any]]:
    column = S[sort.lstrip("-")]
    if sort.startswith("-"):
        return [S.pinned.desc(), column.desc(), S.id.desc()]
    return [S.pinned.desc(), column.asc(), S.id.asc()]


def _beyond(sort: str, after: Sequence[Any]) -> ColumnElement[bool]:
    """Return the condition for rows behind the one whose `pinned`, sort key and id are given."""
    pinned, key, row_id = after
    here = tuple_(S[sort.lstrip("-")], S.id)
    there = tuple_(key, row_id)
    later = here < there if sort.startswith("-") else here > there
    same = and_(S.pinned.is_(pinned), later)
    return or_(same, S.pinned.is_(False)) if pinned else same
