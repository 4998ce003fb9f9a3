"""What a provider is: the contract that built-in protocols and plug-ins fulfil.

A provider turns one `ChatRequest` into a stream of `Piece`s and lists its models. It holds no
user's data: endpoint and key come with each call. Built-ins and plug-ins register the same way,
by entry point `jupyter_llmops.providers` or by name in `providers.builtin`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

__all__ = [
    "AnswerDelta",
    "ChatMessage",
    "ChatRequest",
    "Finish",
    "ImagePart",
    "ModelInfo",
    "Notice",
    "Piece",
    "Protocol",
    "Retag",
    "Target",
    "ThinkingDelta",
    "ToolCall",
    "Usage",
]

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class ImagePart:
    """An image in a message: its media type and its bytes (already resized)."""

    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One turn of a conversation as a provider sees it."""

    role: Role
    content: str
    images: tuple[ImagePart, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """Where a call goes: preset id, base URL, key. `repr` never shows the key."""

    provider_id: str
    endpoint: str
    api_key: str = field(default="", repr=False)
    # "auto" | "reasoning" (the chat template already opened a thinking block) | "off"
    thinking_start: str = "auto"
    # How messages call the provider; its id where nothing is given.
    label: str = ""

    @property
    def name(self) -> str:
        """What to call the provider in a message to the user."""
        return self.label or self.provider_id


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A question to a model. `parameters` holds only what the user set (names of PROV-5)."""

    model: str
    messages: Sequence[ChatMessage]
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class AnswerDelta:
    """More text of the answer."""

    text: str


@dataclass(slots=True)
class ThinkingDelta:
    """More text of the reasoning."""

    text: str


@dataclass(slots=True)
class Retag:
    """All answer text so far was reasoning: a closing tag came without its opener."""


@dataclass(slots=True)
class ToolCall:
    """A (part of a) tool call, as the provider numbered it; arguments may come in pieces."""

    index: int
    id: str
    name: str
    arguments: str


@dataclass(slots=True)
class Notice:
    """Something the user should know that is no error: a parameter was dropped, a retry.

    `text` is a template marked with `core.i18n.msg`.
    """

    text: str
    params: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Usage:
    """Tokens of this call as the provider counted them, or an estimate marked as such."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int
    reasoning_tokens: int | None = None
    cached_tokens: int | None = None
    estimated: bool = False


@dataclass(slots=True)
class Finish:
    """The last piece of a stream: `stop`, `length`, `tool_calls`, `content_filter` or the provider's word."""

    reason: str


Piece = AnswerDelta | ThinkingDelta | Retag | ToolCall | Notice | Usage | Finish


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model as its provider lists it; None where the provider does not say."""

    id: str
    name: str
    capabilities: frozenset[str] = frozenset({"chat"})  # chat reasoning vision tools embedding
    context_length: int | None = None
    parameter_size: str | None = None
    quantization: str | None = None
    available: bool = True


class Protocol(ABC):
    """One way to speak to a model server. Stateless but for its pooled connections."""

    id: ClassVar[str]

    @abstractmethod
    def stream(self, target: Target, request: ChatRequest) -> AsyncIterator[Piece]:
        """Yield the answer piece by piece, ending with `Finish`.

        Raise a `providers.problems.*` error when the provider refuses, breaks off or is too slow.
        Closing the iterator (`aclosing`) ends the connection to the provider within a second.
        """

    @abstractmethod
    async def models(self, target: Target) -> list[ModelInfo]:
        """Return the models the endpoint offers, or raise a `providers.problems.*` error."""

    async def complete(self, target: Target, request: ChatRequest) -> list[Piece]:
        """Return all pieces at once, neighbouring deltas joined."""
        from .pieces import collect

        return await collect(self.stream(target, request))
