"""Conversations: sessions, messages, search, export and import."""

from __future__ import annotations

import builtins
import json
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any, Literal

from .answer import Answer
from .answering import Events, collect, follow
from .images import encode_image
from .listing import Listing
from .providers import AsyncModelConfigs, ModelName
from .resource import Resource, given, id_of
from .types import Hit, Imported, Message, Sent, Session

__all__ = ["AsyncExports", "AsyncMessages", "AsyncSessions", "ExportFormat"]

ExportFormat = Literal["md", "json", "txt", "html", "ipynb"]
SessionId = int | Session | Answer
MessageId = int | Message


class AsyncSessions(Resource):
    """My conversations."""

    async def list(
        self,
        q: str | None = None,
        *,
        model_config_id: int | None = None,
        archived: bool | None = None,
        trash: bool | None = None,
        sort: str | None = None,
        limit: int | None = 50,
    ) -> Listing[Session]:
        """Return my sessions, the pinned and the newest first; `limit=None` for all of them."""
        query = {
            "q": q,
            "model_config_id": model_config_id,
            "archived": archived,
            "trash": trash,
            "sort": sort,
        }
        return await self._connection.listing("chat/sessions", Session, limit, query)

    async def get(self, session: SessionId) -> Session:
        """Return one session."""
        return Session.model_validate(await self._connection.json("GET", _session(session)))

    async def create(
        self,
        title: str | None = None,
        *,
        model: ModelName | None = None,
        system: str | None = None,
    ) -> Session:
        """Begin a conversation, with a model configuration (the default one if None)."""
        config = await AsyncModelConfigs(self._connection).resolve(model)
        body = given({"title": title, "model_config_id": config, "system_prompt": system})
        return Session.model_validate(await self._connection.json("POST", "chat/sessions", body=body))

    async def update(self, /, session: SessionId, **changes: Any) -> Session:
        """Change `title`, `pinned`, `archived`, `model_config_id` or `system_prompt`."""
        return Session.model_validate(await self._connection.json("PATCH", _session(session), body=changes))

    async def messages(self, session: SessionId, *, whole_tree: bool = False) -> Listing[Message]:
        """Return the messages of the current branch in order, or the whole tree."""
        return await self._connection.items(
            f"{_session(session)}/messages", Message, {"all": True} if whole_tree else None
        )

    async def clear(self, session: SessionId) -> Session:
        """Delete all messages of a session."""
        return Session.model_validate(await self._connection.json("POST", f"{_session(session)}/clear"))

    async def delete(self, *sessions: SessionId) -> None:
        """Move sessions to the trash, where they stay 30 days."""
        if len(sessions) == 1:
            await self._connection.json("DELETE", _session(sessions[0]))
        elif sessions:
            await self._connection.json(
                "POST", "chat/sessions/delete", body={"ids": [id_of(session) for session in sessions]}
            )

    async def restore(self, session: SessionId) -> Session:
        """Take a session back out of the trash."""
        return Session.model_validate(await self._connection.json("POST", f"{_session(session)}/restore"))


class AsyncMessages(Resource):
    """Questions and answers."""

    async def send(
        self,
        session: SessionId,
        content: str,
        *,
        model: ModelName | None = None,
        images: Sequence[Any] | None = None,
        parent_id: int | None = None,
    ) -> Sent:
        """Ask in a session and return at once; the answer goes on in the background."""
        body = await self._question(content, model, images, parent_id)
        return Sent.model_validate(
            await self._connection.json("POST", f"{_session(session)}/messages", body=body)
        )

    async def ask(
        self,
        session: SessionId,
        content: str,
        *,
        model: ModelName | None = None,
        images: Sequence[Any] | None = None,
        parent_id: int | None = None,
    ) -> Events:
        """Ask in a session and yield the events of the answer as they come.

        Leaving early does not stop the answer; `stop` does.
        """
        body = await self._question(content, model, images, parent_id)
        events = follow(
            self._connection, "POST", f"{_session(session)}/messages", body=body, session_id=id_of(session)
        )
        async with aclosing(events) as open_events:
            async for event in open_events:
                yield event

    async def events(self, message: MessageId, *, after: int = 0) -> Events:
        """Yield the events of an answer, from the first or after a number, to its end."""
        number = id_of(message)
        path = f"chat/messages/{number}/events"
        events = follow(self._connection, "GET", path, message_id=number, after=after)
        async with aclosing(events) as open_events:
            async for event in open_events:
                yield event

    async def wait(self, message: MessageId) -> Answer:
        """Wait for the end of an answer and return it."""
        number = id_of(message)
        path = f"chat/messages/{number}/events"
        return await collect(self._connection, follow(self._connection, "GET", path, message_id=number))

    async def regenerate(self, message: MessageId, *, model: ModelName | None = None) -> Answer:
        """Have the question answered again, as another branch, and return the new answer."""
        config = await AsyncModelConfigs(self._connection).resolve(model)
        path = f"chat/messages/{id_of(message)}/regenerate"
        body = given({"model_config_id": config})
        return await collect(self._connection, follow(self._connection, "POST", path, body=body))

    async def stop(self, message: MessageId) -> Message:
        """Stop an answer; what came so far is kept."""
        path = f"chat/messages/{id_of(message)}/stop"
        return Message.model_validate(await self._connection.json("POST", path))

    async def get(self, message: MessageId) -> Message:
        """Return one message."""
        return Message.model_validate(await self._connection.json("GET", f"chat/messages/{id_of(message)}"))

    async def rate(self, message: MessageId, rating: Literal[-1, 0, 1]) -> Message:
        """Rate an answer up (1) or down (-1), or take the rating back (0)."""
        path = f"chat/messages/{id_of(message)}"
        return Message.model_validate(await self._connection.json("PATCH", path, body={"rating": rating}))

    async def image(self, image: int) -> bytes:
        """Return the bytes of an image of a message."""
        response = await self._connection.send("GET", f"chat/images/{id_of(image)}")
        return response.content

    async def search(self, q: str, *, limit: int | None = 50) -> Listing[Hit]:
        """Search all my messages; the best hits first."""
        return await self._connection.listing("chat/search", Hit, limit, {"q": q})

    async def _question(
        self,
        content: str,
        model: ModelName | None,
        images: Sequence[Any] | None,
        parent_id: int | None,
    ) -> dict[str, Any]:
        encoded = [encode_image(image, self._connection.language) for image in images or ()]
        return {
            "content": content,
            **given(
                {
                    "model_config_id": await AsyncModelConfigs(self._connection).resolve(model),
                    "images": encoded or None,
                    "parent_id": parent_id,
                }
            ),
        }


class AsyncExports(Resource):
    """Conversations out of here and in again."""

    async def session(self, session: SessionId, fmt: ExportFormat = "md") -> bytes:
        """Return one session as a file of the given format."""
        response = await self._connection.send("GET", f"{_session(session)}/export", query={"format": fmt})
        return response.content

    async def sessions(self, sessions: Sequence[SessionId], fmt: ExportFormat = "md") -> bytes:
        """Return several sessions as a ZIP of files of the given format."""
        body = {"ids": [id_of(session) for session in sessions], "format": fmt}
        response = await self._connection.send("POST", "chat/export", body=body)
        return response.content

    async def load(self, source: str | Path | bytes | dict[str, Any] | builtins.list[Any]) -> Imported:
        """Import a JSON export, ours or ChatGPT's: a path, its bytes, or the parsed JSON."""
        return Imported.model_validate(
            await self._connection.json("POST", "chat/import", body=_parsed(source))
        )


def _session(session: SessionId) -> str:
    return f"chat/sessions/{id_of(session)}"


def _parsed(source: str | Path | bytes | dict[str, Any] | list[Any]) -> Any:
    if isinstance(source, str | Path):
        source = Path(source).expanduser().read_bytes()
    return json.loads(source) if isinstance(source, bytes) else source
