"""What one can do with conversations."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from ..core.actor import Actor
from ..core.clock import now
from ..core.errors import Conflict, Invalid, LLMOpsError, NotFound, TooLarge
from ..core.events import EventLog
from ..core.i18n import msg
from ..core.paging import Page, decode_cursor, encode_cursor
from ..storage.search import Hit as Found
from .answering import Answering, Models, Started, refuse_prompts
from .engine import GenerationEngine
from .exchange import Exchange, File
from .generation import Generation, finished_log
from .history import Shape
from .presentation import Presentation
from .schemas import (
    Asked,
    Deleted,
    ExportFormat,
    ExportMany,
    Hit,
    Hits,
    ImportReport,
    Message,
    Messages,
    MessagesQuery,
    NewMessage,
    NewSession,
    Rating,
    Regeneration,
    SearchQuery,
    Session,
    SessionChange,
    SessionQuery,
    SnippetPart,
)
from .store import ChatStore

__all__ = ["ChatService"]

PURGE_SECONDS = 24 * 3600.0

log = logging.getLogger("jupyter_llmops.chat")

Row = Mapping[str, Any]


class ChatService:
    """Sessions, messages and answers of the actors."""

    def __init__(
        self, store: ChatStore, models: Models, trash_days: int = 30, max_upload_mb: int = 50
    ) -> None:
        self._store = store
        self._trash_days = trash_days
        self._max_upload_mb = max_upload_mb
        self._models = models
        self._engine = GenerationEngine(store)
        self._views = Presentation(self._engine)
        self._exchange = Exchange(store, self._views)
        self._answering = Answering(store, models, self._engine)
        self._purging: asyncio.Task[None] | None = None

    # -- life ------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Mark what a crash left behind, empty the old trash, and go on emptying it every day."""
        interrupted = await self._store.mark_interrupted()
        if interrupted:
            log.warning("%d answers were interrupted by the last stop of the server", interrupted)
        await self._purge()
        self._purging = asyncio.create_task(self._purge_daily(), name="old trash")

    async def close(self) -> None:
        """End running answers as interrupted and save them."""
        if self._purging is not None:
            self._purging.cancel()
        await self._engine.close()

    async def _purge_daily(self) -> None:
        while True:
            await asyncio.sleep(PURGE_SECONDS)
            try:
                await self._purge()
            except LLMOpsError as error:
                log.warning("the old trash could not be emptied: %s", error)

    async def _purge(self) -> None:
        await self._store.purge(now() - timedelta(days=self._trash_days))

    # -- sessions --------------------------------------------------------------------------------

    async def sessions(self, actor: Actor, query: SessionQuery) -> Page[Session]:
        """Return a page of the actor's sessions."""
        rows, total = await self._store.sessions(actor.id, query, _after(query))
        following = None
        if len(rows) > query.limit:
            rows = rows[: query.limit]
            following = encode_cursor(_cursor_key(query.sort, rows[-1]))
        return Page[Session](items=self._views.sessions(actor, rows), next=following, total=total)

    async def create(self, actor: Actor, new: NewSession) -> Session:
        """Begin a session."""
        refuse_prompts(new.prompt_ids)
        moment = now()
        values = {
            "title": new.title or "",
            "title_source": "user" if new.title else "auto",
            "system_prompt": new.system_prompt,
            "created_at": moment,
            "updated_at": moment,
            **await self._model_columns(actor, new.model_config_id),
        }
        session_id = await self._store.add_session(actor.id, values)
        return await self.session(actor, session_id)

    async def session(self, actor: Actor, session_id: int) -> Session:
        """Return a session."""
        row = await self._store.session(actor.id, session_id)
        if row is None:
            raise NotFound(msg("There is no such chat session."))
        return self._views.sessions(actor, [row])[0]

    async def change(self, actor: Actor, session_id: int, change: SessionChange) -> Session:
        """Change a session; `current_message_id` shows the newest branch through that message."""
        await self._answering.writable(actor, session_id)
        refuse_prompts(change.prompt_ids)
        given = change.model_dump(include=change.model_fields_set)
        values = {
            name: given[name]
            for name in ("system_prompt", "pinned", "archived")
            if given.get(name) is not None
        }
        if change.title is not None:
            values |= {"title": change.title, "title_source": "user"}
        if change.model_config_id is not None:
            values |= await self._model_columns(actor, change.model_config_id)
        if change.current_message_id is not None:
            values["current_message_id"] = await self._leaf(actor, session_id, change.current_message_id)
        if values:
            await self._store.change_session(actor.id, session_id, values)
        return await self.session(actor, session_id)

    async def delete(self, actor: Actor, session_id: int) -> None:
        """Put a session into the trash; delete it for good when it is there already."""
        if not (await self.delete_many(actor, [session_id])).deleted:
            raise NotFound(msg("There is no such chat session."))

    async def delete_many(self, actor: Actor, session_ids: Sequence[int]) -> Deleted:
        """Put sessions into the trash; those of others and unknown ones are passed over."""
        for session_id in session_ids:
            await self._stop_in(actor, session_id)
        return Deleted(deleted=await self._store.remove(actor.id, session_ids, now()))

    async def restore(self, actor: Actor, session_id: int) -> Session:
        """Take a session out of the trash."""
        session = await self.session(actor, session_id)
        if session.deleted_at is not None:
            await self._store.change_session(actor.id, session_id, {"deleted_at": None})
        return await self.session(actor, session_id)

    async def clear(self, actor: Actor, session_id: int) -> Session:
        """Delete all messages of a session."""
        await self._answering.writable(actor, session_id)
        await self._stop_in(actor, session_id)
        await self._store.clear(actor.id, session_id, now())
        return await self.session(actor, session_id)

    async def _stop_in(self, actor: Actor, session_id: int) -> None:
        generation = self._engine.streaming_in(session_id)
        if generation is not None and generation.answer.owner == actor.id:
            await self._engine.stop(generation.id)

    async def _leaf(self, actor: Actor, session_id: int, message_id: int) -> int:
        shape = Shape(await self._store.shape(actor.id, session_id))
        if message_id not in shape:
            raise Invalid.field("current_message_id", msg("There is no such message in this session."))
        return shape.newest_leaf(message_id)

    async def _model_columns(self, actor: Actor, config_id: int | None) -> dict[str, Any]:
        """Return what a session shows of a configuration; nothing when none was chosen."""
        if config_id is None:
            return {}
        model = await self._models.resolve(actor, config_id)
        return {"model_config_id": model.config_id, "model": model.model, "provider_id": model.provider_id}

    # -- messages --------------------------------------------------------------------------------

    async def messages(self, actor: Actor, session_id: int, query: MessagesQuery) -> Messages:
        """Return the branch shown, or the whole tree; running answers with all their text so far."""
        session = await self.session(actor, session_id)
        rows, images = await self._store.tree(actor.id, session_id)
        shape = Shape(rows)
        shown = {row["id"] for row in rows} if query.all else set(shape.branch(session.current_message_id))
        items = self._views.messages([row for row in rows if row["id"] in shown], images, shape)
        return Messages(items=items, total=len(items))

    async def message(self, actor: Actor, message_id: int) -> Message:
        """Return a message."""
        rows = await self._store.messages(actor.id, [message_id])
        if not rows:
            raise NotFound(msg("There is no such message."))
        return (await self._with_surroundings(actor, rows))[0]

    async def rate(self, actor: Actor, message_id: int, rating: Rating) -> Message:
        """Rate an answer."""
        message = await self.message(actor, message_id)
        if message.role != "assistant":
            raise Conflict(msg("Only answers can be rated."))
        await self._store.rate(actor.id, message_id, rating.rating)
        return message.model_copy(update={"rating": rating.rating})

    async def image(self, actor: Actor, image_id: int) -> tuple[bytes, str]:
        """Return the bytes of an image and their media type."""
        row = await self._store.image(actor.id, image_id)
        if row is None:
            raise NotFound(msg("There is no such image."))
        return row["data"], row["media_type"]

    async def search(self, actor: Actor, query: SearchQuery) -> Hits:
        """Find my messages that contain all the words, newest first."""
        before = None if query.cursor is None else _message_cursor(query.cursor)
        found = await self._store.search(actor.id, query.q, query.limit, before)
        more = found.next is not None
        return Hits(
            items=[_hit(hit) for hit in found.hits],
            next=None if found.next is None else encode_cursor([found.next]),
            total=len(found.hits) + more,
            more=more or before is not None,
        )

    # -- files -----------------------------------------------------------------------------------

    async def export(self, actor: Actor, session_id: int, kind: ExportFormat) -> File:
        """Return a session as a file."""
        return await self._exchange.export(actor, session_id, kind)

    async def export_many(self, actor: Actor, wanted: ExportMany) -> AsyncGenerator[bytes, None]:
        """Return the pieces of a ZIP of sessions; raise NotFound when one of them is not the actor's."""
        return await self._exchange.export_many(actor, wanted)

    async def take_in(self, actor: Actor, data: bytes) -> ImportReport:
        """Import the conversations of a file and say what could not be taken over."""
        if len(data) > self._max_upload_mb << 20:
            raise TooLarge(msg("The file is larger than {limit} MB."), limit=self._max_upload_mb)
        return await self._exchange.take_in(actor, data)

    # -- answers ---------------------------------------------------------------------------------

    async def ask(self, actor: Actor, session_id: int, new: NewMessage) -> Started:
        """Store a question and start its answer, which goes on whoever listens."""
        return await self._answering.ask(actor, session_id, new)

    async def again(self, actor: Actor, message_id: int, how: Regeneration) -> Started:
        """Answer a question once more, as a branch beside the answer that is there."""
        return await self._answering.again(actor, message_id, how)

    async def asked(self, actor: Actor, started: Started) -> Asked:
        """Return question and answer as the wire shows them."""
        answer = started.generation.answer
        rows = await self._store.messages(actor.id, [answer.user_message_id, answer.message_id])
        question, reply = await self._with_surroundings(actor, rows)
        return Asked(user_message=question, message=reply)

    async def events(self, actor: Actor, message_id: int, after: int) -> EventLog:
        """Return the log of an answer: the live one, or one made from the row of a finished one."""
        generation = self._live(actor, message_id)
        if generation is not None:
            return generation.log
        message = await self.message(actor, message_id)
        if message.role != "assistant":
            raise NotFound(msg("Only answers have events."))
        return finished_log(message, message.parent_id, after)

    async def stop(self, actor: Actor, message_id: int) -> Message:
        """End a running answer; its text so far is kept. One that has ended stays as it is."""
        if self._live(actor, message_id) is not None:
            await self._engine.stop(message_id)
        return await self.message(actor, message_id)

    def _live(self, actor: Actor, message_id: int) -> Generation | None:
        generation = self._engine.get(message_id)
        return generation if generation is not None and generation.answer.owner == actor.id else None

    async def _with_surroundings(self, actor: Actor, rows: Sequence[Row]) -> list[Message]:
        """Return rows of one session as messages, with their images and siblings."""
        session_id = rows[0]["session_id"]
        shape = Shape(await self._store.shape(actor.id, session_id))
        images = await self._store.images_of(actor.id, session_id)
        return self._views.messages(rows, images, shape)


def _message_cursor(cursor: str) -> int:
    key = decode_cursor(cursor, (int,))[0]
    return int(key or 0)


def _hit(found: Found) -> Hit:
    return Hit(
        session_id=found.session_id,
        session_title=found.session_title,
        message_id=found.message_id,
        role="user" if found.role == "user" else "assistant",
        snippet=[SnippetPart(text=part.text, hit=part.hit) for part in found.parts],
        created_at=found.created_at,
    )


def _after(query: SessionQuery) -> list[Any] | None:
    """Return the sort key in the cursor as the database compares it."""
    if query.cursor is None:
        return None
    pinned, key, row_id = decode_cursor(query.cursor, (bool, str, int))
    if query.sort.lstrip("-") == "title":
        return [pinned, key, row_id]
    try:
        moment = datetime.fromisoformat(str(key))
        if moment.tzinfo is None:
            raise ValueError
    except ValueError:
        raise Invalid.field(
            "cursor", msg("This is not a cursor of this list. Leave it out to start at the first page.")
        ) from None
    return [pinned, moment, row_id]


def _cursor_key(sort: str, row: Row) -> tuple[bool, str, int]:
    key = row[sort.lstrip("-")]
    return bool(row["pinned"]), key.isoformat() if isinstance(key, datetime) else key, row["id"]
