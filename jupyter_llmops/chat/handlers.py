"""REST verbs of conversations."""

from __future__ import annotations

from ..core.paging import Page
from ..core.scopes import USE
from ..web import BaseHandler, Route, api, needs_scope
from .schemas import (
    Asked,
    Deleted,
    ExportMany,
    ExportQuery,
    Hits,
    Ids,
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
)

__all__ = ["routes"]

FILE_TYPES = ("text/markdown", "application/json", "text/plain", "text/html", "application/x-ipynb+json")


class Sessions(BaseHandler):
    """My sessions."""

    @needs_scope(USE)
    @api("List my chat sessions", query=SessionQuery, reply=Page[Session])
    async def get(self) -> None:
        """Answer a page."""
        self.reply(await self.services.chat.sessions(self.actor, self.query(SessionQuery)))

    @needs_scope(USE)
    @api("Create a chat session", body=NewSession, reply=Session, status=201, body_required=False)
    async def post(self) -> None:
        """Answer the new session."""
        self.reply(await self.services.chat.create(self.actor, self.body(NewSession)), 201)


class ManyDeletions(BaseHandler):
    """Several sessions at once."""

    @needs_scope(USE)
    @api("Put chat sessions into the trash; those in the trash are deleted for good", body=Ids, reply=Deleted)
    async def post(self) -> None:
        """Answer how many."""
        self.reply(await self.services.chat.delete_many(self.actor, self.body(Ids).ids))


class OneSession(BaseHandler):
    """A session."""

    @needs_scope(USE)
    @api("Return a chat session", reply=Session)
    async def get(self, session_id: int) -> None:
        """Answer the session."""
        self.reply(await self.services.chat.session(self.actor, session_id))

    @needs_scope(USE)
    @api(
        "Rename, pin or archive a session, choose its model, switch its branch",
        body=SessionChange,
        reply=Session,
    )
    async def patch(self, session_id: int) -> None:
        """Answer the changed session."""
        change = self.body(SessionChange)
        self.reply(await self.services.chat.change(self.actor, session_id, change))

    @needs_scope(USE)
    @api("Put a session into the trash; delete one in the trash for good", status=204)
    async def delete(self, session_id: int) -> None:
        """Answer nothing."""
        await self.services.chat.delete(self.actor, session_id)
        self.no_content()


class Clearing(BaseHandler):
    """The emptying of a session."""

    @needs_scope(USE)
    @api("Delete all messages of a session", reply=Session)
    async def post(self, session_id: int) -> None:
        """Answer the empty session."""
        self.reply(await self.services.chat.clear(self.actor, session_id))


class Restoration(BaseHandler):
    """The way back from the trash."""

    @needs_scope(USE)
    @api("Take a session out of the trash", reply=Session)
    async def post(self, session_id: int) -> None:
        """Answer the session."""
        self.reply(await self.services.chat.restore(self.actor, session_id))


class SessionMessages(BaseHandler):
    """The messages of a session."""

    @needs_scope(USE)
    @api("Return the messages of the branch shown, or of the whole tree", query=MessagesQuery, reply=Messages)
    async def get(self, session_id: int) -> None:
        """Answer the messages, oldest first."""
        self.reply(await self.services.chat.messages(self.actor, session_id, self.query(MessagesQuery)))

    @needs_scope(USE)
    @api(
        "Ask; the answer is streamed, or goes on in the background",
        body=NewMessage,
        reply=Asked,
        status=202,
        events=True,
    )
    async def post(self, session_id: int) -> None:
        """Answer the events of the answer, or question and answer as they begin."""
        started = await self.services.chat.ask(self.actor, session_id, self.body(NewMessage))
        if self.wants_events:
            await self.stream_events(started.log)
        else:
            self.reply(await self.services.chat.asked(self.actor, started), 202)


class OneMessage(BaseHandler):
    """A message."""

    @needs_scope(USE)
    @api("Return a message", reply=Message)
    async def get(self, message_id: int) -> None:
        """Answer the message."""
        self.reply(await self.services.chat.message(self.actor, message_id))

    @needs_scope(USE)
    @api("Rate an answer", body=Rating, reply=Message)
    async def patch(self, message_id: int) -> None:
        """Answer the rated message."""
        self.reply(await self.services.chat.rate(self.actor, message_id, self.body(Rating)))


class AnswerEvents(BaseHandler):
    """The events of an answer."""

    @needs_scope(USE)
    @api("Follow an answer from any event on, running or finished", events=True)
    async def get(self, message_id: int) -> None:
        """Answer the events after `Last-Event-ID`."""
        after = self.last_event_id
        await self.stream_events(await self.services.chat.events(self.actor, message_id, after), after)


class Stop(BaseHandler):
    """The end of an answer before its time."""

    @needs_scope(USE)
    @api("Stop an answer; its text so far is kept", reply=Message)
    async def post(self, message_id: int) -> None:
        """Answer the stopped message."""
        self.reply(await self.services.chat.stop(self.actor, message_id))


class Regenerations(BaseHandler):
    """Further answers to a question."""

    @needs_scope(USE)
    @api(
        "Answer once more, as a branch",
        body=Regeneration,
        reply=Asked,
        status=202,
        events=True,
        body_required=False,
    )
    async def post(self, message_id: int) -> None:
        """Answer the events of the new answer, or question and answer as they begin."""
        started = await self.services.chat.again(self.actor, message_id, self.body(Regeneration))
        if self.wants_events:
            await self.stream_events(started.log)
        else:
            self.reply(await self.services.chat.asked(self.actor, started), 202)


class OneImage(BaseHandler):
    """An image of a message."""

    @needs_scope(USE)
    @api("Return the bytes of an image", media_types=("image/png", "image/jpeg"))
    async def get(self, image_id: int) -> None:
        """Answer the bytes; they never change."""
        data, media_type = await self.services.chat.image(self.actor, image_id)
        self.set_header("Cache-Control", "private, max-age=31536000, immutable")
        self.finish_as(data, media_type)


class Search(BaseHandler):
    """A search over all my messages."""

    @needs_scope(USE)
    @api("Search all my messages", query=SearchQuery, reply=Hits)
    async def get(self) -> None:
        """Answer the hits, newest first."""
        self.reply(await self.services.chat.search(self.actor, self.query(SearchQuery)))


class Export(BaseHandler):
    """A session as a file."""

    @needs_scope(USE)
    @api(
        "Export a session as Markdown, JSON, text, HTML or notebook",
        query=ExportQuery,
        media_types=FILE_TYPES,
    )
    async def get(self, session_id: int) -> None:
        """Answer the file."""
        kind = self.query(ExportQuery).format
        file = await self.services.chat.export(self.actor, session_id, kind)
        self.send_file(file.content, file.media_type, file.name)


class ExportOfMany(BaseHandler):
    """Sessions as one ZIP."""

    @needs_scope(USE)
    @api("Export many sessions as a ZIP", body=ExportMany, media_types=("application/zip",))
    async def post(self) -> None:
        """Answer the ZIP while it grows."""
        pieces = await self.services.chat.export_many(self.actor, self.body(ExportMany))
        await self.send_pieces(pieces, "application/zip", "chats.zip")


class Import(BaseHandler):
    """The way in."""

    @needs_scope(USE)
    @api(
        "Import an export of ours or of ChatGPT, as the body or as the form field `file`",
        reply=ImportReport,
        status=201,
        upload=True,
    )
    async def post(self) -> None:
        """Answer what came in and what did not."""
        self.reply(await self.services.chat.take_in(self.actor, self.upload()), 201)


routes: list[Route] = [
    ("/chat/sessions", Sessions),
    ("/chat/sessions/delete", ManyDeletions),
    ("/chat/sessions/{session_id}", OneSession),
    ("/chat/sessions/{session_id}/clear", Clearing),
    ("/chat/sessions/{session_id}/restore", Restoration),
    ("/chat/sessions/{session_id}/messages", SessionMessages),
    ("/chat/messages/{message_id}", OneMessage),
    ("/chat/messages/{message_id}/events", AnswerEvents),
    ("/chat/messages/{message_id}/stop", Stop),
    ("/chat/messages/{message_id}/regenerate", Regenerations),
    ("/chat/images/{image_id}", OneImage),
    ("/chat/sessions/{session_id}/export", Export),
    ("/chat/search", Search),
    ("/chat/export", ExportOfMany),
    ("/chat/import", Import),
]
