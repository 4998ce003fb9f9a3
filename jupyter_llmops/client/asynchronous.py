"""The client for code that awaits."""

from __future__ import annotations

import locale
import ssl
from collections.abc import Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from ..core.i18n import LANGUAGES
from .answer import Answer
from .answering import Events, collect
from .chat import AsyncExports, AsyncMessages, AsyncSessions, SessionId
from .connection import Connection
from .discovery import address_of
from .listing import Listing
from .providers import AsyncModelConfigs, AsyncProviders, ModelName
from .resource import id_of
from .types import Health, Hit, Me, Session

if TYPE_CHECKING:
    from httpx import AsyncBaseTransport

__all__ = ["AsyncLLMOps"]


class AsyncLLMOps:
    """An LLM workbench from Python: `await llm.chat("hi")`.

    Without arguments it finds the server by itself, at the first call: from the environment of a
    notebook's kernel, or among the Jupyter servers that run on this machine.
    """

    def __init__(
        self,
        url: str | None = None,
        token: str | None = None,
        *,
        language: str | None = None,
        verify: bool | ssl.SSLContext = True,
        transport: AsyncBaseTransport | None = None,
    ) -> None:
        """Take the server's URL as Jupyter printed it and, unless it is part of that, the token.

        `language` ("en" or "zh-CN") is that of error texts; `verify` is httpx's, for own certificates.
        """
        self.connection = Connection(
            address_of(url, token) if url else None,
            language=language or _system_language(),
            verify=verify,
            transport=transport,
        )
        self.sessions = AsyncSessions(self.connection)
        self.messages = AsyncMessages(self.connection)
        self.exports = AsyncExports(self.connection)
        self.model_configs = AsyncModelConfigs(self.connection)
        self.providers = AsyncProviders(self.connection)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.connection.url or 'not connected'})"

    @property
    def url(self) -> str:
        """The root of the REST interface, or `""` before the server was found."""
        return self.connection.url

    async def __aenter__(self) -> AsyncLLMOps:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def connect(self) -> None:
        """Find the server now rather than at the first call."""
        await self.connection.connect()

    async def aclose(self) -> None:
        """Close the connections."""
        await self.connection.aclose()

    async def chat(
        self,
        content: str,
        *,
        model: ModelName | None = None,
        system: str | None = None,
        images: Sequence[Any] | None = None,
        session: SessionId | None = None,
    ) -> Answer:
        """Ask and return the whole answer; give it as `session` to go on with the conversation.

        Giving up (a cancelled task, Ctrl+C) stops the model.
        """
        model = await self.model_configs.resolve(model)
        place = await self._place(session, model, system)
        events = self.messages.ask(place, content, model=model, images=images)
        return await collect(self.connection, events, place.id)

    async def stream(
        self,
        content: str,
        *,
        model: ModelName | None = None,
        system: str | None = None,
        images: Sequence[Any] | None = None,
        session: SessionId | None = None,
    ) -> Events:
        """Ask and yield the events of the answer as they come; a cut connection is mended.

        Leaving early does not stop the answer; `llm.messages.stop(message_id)` does.
        """
        model = await self.model_configs.resolve(model)
        place = await self._place(session, model, system)
        async with aclosing(self.messages.ask(place, content, model=model, images=images)) as events:
            async for event in events:
                yield event

    async def search(self, q: str, *, limit: int | None = 50) -> Listing[Hit]:
        """Search all my messages; the best hits first."""
        return await self.messages.search(q, limit=limit)

    async def me(self) -> Me:
        """Return who the token belongs to, with settings."""
        return Me.model_validate(await self.connection.json("GET", "me"))

    async def update_settings(self, /, **settings: Any) -> dict[str, Any]:
        """Change my settings, such as `language` or `theme`, and return them all."""
        changed = await self.connection.json("PATCH", "me/settings", body=settings)
        return dict(changed or {})

    async def health(self) -> Health:
        """Return whether the server is ready."""
        return Health.model_validate(await self.connection.json("GET", "health"))

    async def _place(self, session: SessionId | None, model: ModelName | None, system: str | None) -> Session:
        if session is None:
            return await self.sessions.create(model=model, system=system)
        if system is not None:
            return await self.sessions.update(session, system_prompt=system)
        return Session(id=id_of(session))


def _system_language() -> str:
    name = (locale.getlocale()[0] or "").lower()
    return LANGUAGES[1] if name.startswith(("zh", "chinese")) else LANGUAGES[0]
