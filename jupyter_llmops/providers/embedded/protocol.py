"""The embedded provider seen as a protocol: OpenAI-compatible, on a server that comes and goes."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING, cast

from ..base import ChatRequest, ModelInfo, Piece, Protocol, Target
from .catalogue import PROVIDER_ID

if TYPE_CHECKING:
    from .server import EmbeddedServer

__all__ = ["EmbeddedProtocol"]


class EmbeddedProtocol(Protocol):
    """Speak to the embedded server in the OpenAI protocol, keeping it alive during an answer.

    The target that comes with a call is ignored: address and key change at every start.
    """

    id = PROVIDER_ID

    def __init__(self, server: EmbeddedServer, inner: Protocol) -> None:
        self._server = server
        self._inner = inner

    async def stream(self, target: Target, request: ChatRequest) -> AsyncGenerator[Piece, None]:
        """Yield the answer of the embedded model, starting it first when it sleeps."""
        async with self._server.lease(request.model) as live:
            pieces = cast(AsyncGenerator[Piece, None], self._inner.stream(live, request))
            async with aclosing(pieces):
                async for piece in pieces:
                    yield piece

    async def models(self, target: Target) -> list[ModelInfo]:
        """Return both modes, marked unavailable while engine or file are missing."""
        return self._server.models()
