"""A model configuration ready to be asked."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from .base import ChatMessage, ChatRequest, Piece, Protocol, Target, Usage
from .estimate import estimate_usage
from .pricing import KnownModel

__all__ = ["ReadyModel"]


@dataclass(frozen=True)
class ReadyModel:
    """Everything a call needs, resolved once: protocol, target, parameters, what the model can."""

    config_id: int
    config_name: str
    version: int
    provider_id: str
    model: str
    parameters: Mapping[str, Any]
    system_prompt: str
    protocol: Protocol
    target: Target
    # None where nobody knows.
    capabilities: frozenset[str] | None = None
    context_length: int | None = None
    known: KnownModel | None = None

    @property
    def snapshot(self) -> dict[str, Any]:
        """What a message remembers of the configuration; no key."""
        return {
            "config_id": self.config_id,
            "name": self.config_name,
            "version": self.version,
            "provider_id": self.provider_id,
            "endpoint": self.target.endpoint,
            "model": self.model,
            "parameters": dict(self.parameters),
        }

    def request(self, messages: Sequence[ChatMessage], **overrides: Any) -> ChatRequest:
        """Return the request for these messages; an override of None takes a parameter out."""
        chosen = {**self.parameters, **overrides}
        return ChatRequest(
            self.model, messages, {name: value for name, value in chosen.items() if value is not None}
        )

    def stream(self, messages: Sequence[ChatMessage], **overrides: Any) -> AsyncGenerator[Piece]:
        """Yield the answer; retries, policy, quirks and the count of tokens are inside."""
        stream = self.protocol.stream(self.target, self.request(messages, **overrides))
        return cast("AsyncGenerator[Piece]", stream)

    def estimate(self, messages: Sequence[ChatMessage], text: str) -> Usage:
        """Estimate the tokens of an answer that broke off before the provider counted."""
        return estimate_usage(messages, text)

    def cost(self, usage: Usage) -> tuple[float | None, str | None]:
        """Return amount and currency of a call; None where the price is not known."""
        amount = self.known.cost(usage) if self.known else None
        return (None, None) if amount is None else (amount, "USD")
