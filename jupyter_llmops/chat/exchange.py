"""Conversations out of the database into files, and back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..core.actor import Actor
from ..core.clock import now
from ..core.errors import Invalid, NotFound
from ..core.i18n import Translate, msg, render, translator
from .history import Shape
from .images import prepare_images
from .presentation import Presentation
from .schemas import ExportFormat, ExportMany, ImportProblem, ImportReport, Session
from .store import ChatStore, StoredImage
from .titles import first_words
from .transfer import (
    MEDIA_TYPES,
    ImportedMessage,
    ImportedSession,
    Record,
    Remark,
    file_name,
    read_export,
    render_session,
    stream_zip,
)

__all__ = ["Exchange", "File"]

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class File:
    """A file to send."""

    name: str
    media_type: str
    content: bytes


class Exchange:
    """Exports and imports sessions."""

    def __init__(self, store: ChatStore, views: Presentation) -> None:
        self._store = store
        self._views = views

    async def export(self, actor: Actor, session_id: int, kind: ExportFormat) -> File:
        """Return a session as a file; its whole tree as JSON, else the branch shown."""
        row = await self._store.session(actor.id, session_id)
        if row is None:
            raise NotFound(msg("There is no such chat session."))
        return await self._file(actor, row, kind)

    async def export_many(self, actor: Actor, wanted: ExportMany) -> AsyncGenerator[bytes, None]:
        """Return the pieces of a ZIP; refuse before the first one when a session is not the actor's."""
        rows = await self._store.owned(actor.id, wanted.ids)
        missing = set(wanted.ids) - {row["id"] for row in rows}
        if missing:
            raise NotFound(msg("There is no chat session with the number {id}."), id=min(missing))
        return stream_zip(self._files(actor, rows, wanted.format))

    async def take_in(self, actor: Actor, data: bytes) -> ImportReport:
        """Import a file's conversations; each is taken whole or named with the reason."""
        entries = await asyncio.to_thread(lambda: list(read_export(data)))
        rows: list[Row] = []
        problems: list[ImportProblem] = []
        count = 0
        for index, title, entry in entries:
            remarks = [entry] if isinstance(entry, Remark) else entry.remarks
            if isinstance(entry, ImportedSession) and entry.messages:
                rows.append(await self._add(actor, entry))
                count += len(entry.messages)
            problems += [_problem(index, title, remark, actor.language) for remark in remarks]
        return ImportReport(sessions=self._sessions(actor, rows), messages=count, problems=problems)

    def _sessions(self, actor: Actor, rows: Sequence[Row]) -> list[Session]:
        return self._views.sessions(actor, rows)

    async def _files(
        self, actor: Actor, rows: Sequence[Row], kind: ExportFormat
    ) -> AsyncGenerator[tuple[str, bytes], None]:
        for row in rows:
            file = await self._file(actor, row, kind)
            yield file.name, file.content

    async def _file(self, actor: Actor, row: Row, kind: ExportFormat) -> File:
        record = await self._record(actor, row)
        translate: Translate = translator(actor.language)
        content = await asyncio.to_thread(render_session, record, kind, translate)
        return File(file_name(record, kind), MEDIA_TYPES[kind], content)

    async def _record(self, actor: Actor, row: Row) -> Record:
        rows, images = await self._store.tree(actor.id, row["id"])
        shape = Shape(rows)
        messages = self._views.messages(rows, images, shape)
        shown = set(shape.branch(row["current_message_id"]))
        session = self._views.sessions(actor, [row])[0]
        data = await self._store.session_images(actor.id, row["id"]) if images else {}
        return Record(session, messages, [message for message in messages if message.id in shown], data)

    async def _add(self, actor: Actor, entry: ImportedSession) -> Row:
        images = [await self._images(entry, message) for message in entry.messages]
        moment = now()
        session = {
            "owner": actor.id,
            "title": entry.title.strip() or first_words(entry.messages[0].content),
            "title_source": "user" if entry.title.strip() else "auto",
            "system_prompt": entry.system_prompt,
            "model": entry.model or _last_model(entry.messages),
            "pinned": entry.pinned,
            "archived": entry.archived,
            "message_count": len(entry.messages),
            "created_at": entry.created_at or moment,
            "updated_at": entry.updated_at or entry.created_at or moment,
        }
        messages = [
            (message.key, message.parent, _row(actor, message, entry), pictures)
            for message, pictures in zip(entry.messages, images, strict=True)
        ]
        return await self._store.add_imported(actor.id, session, messages, entry.current)

    async def _images(self, entry: ImportedSession, message: ImportedMessage) -> list[StoredImage]:
        """Return the message's images re-encoded; what cannot be read is remarked."""
        ready: list[StoredImage] = []
        for data in message.images:
            try:
                ready += await prepare_images([data])
            except Invalid as error:
                reason = dict(error.errors[0].params)
                entry.remarks.append(Remark(error.errors[0].message, reason))
        return ready


def _row(actor: Actor, message: ImportedMessage, entry: ImportedSession) -> Row:
    moment = message.created_at or entry.created_at or now()
    return {
        "owner": actor.id,
        "role": message.role,
        "content": message.content,
        "thinking": message.thinking,
        "status": message.status,
        "model": message.model,
        "created_at": moment,
        "updated_at": moment,
        **message.columns,
    }


def _last_model(messages: Sequence[ImportedMessage]) -> str:
    models: Iterator[str] = (message.model for message in reversed(messages) if message.model)
    return next(models, "")


def _problem(index: int, title: str, remark: Remark, language: str) -> ImportProblem:
    translate = translator(language)
    return ImportProblem(
        index=index,
        title=title,
        reason=render(remark.reason, remark.params, translate),
        remedy=render(remark.remedy, {}, translate),
    )
