"""An example of a provider plug-in: a protocol in one class, named by an entry point."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from jupyter_llmops.providers.base import AnswerDelta, ChatRequest, Finish, ModelInfo, Piece, Protocol, Target
from jupyter_llmops.providers.http import HttpPool

__all__ = ["EchoProtocol"]


class EchoProtocol(Protocol):
    """Answer with the last message, word by word."""

    id = "echo"

    def __init__(self, http: HttpPool) -> None:
        # A real one would call its server through this pool, which asks the endpoint policy.
        self._http = http

    async def stream(self, target: Target, request: ChatRequest) -> AsyncGenerator[Piece]:
        """Yield the words of the last message."""
        for word in request.messages[-1].content.split(" "):
            yield AnswerDelta(word + " ")
        yield Finish("stop")

    async def models(self, target: Target) -> list[ModelInfo]:
        """Return the only model."""
        return [ModelInfo("echo", "Echo")]
