"""What the server answers, typed.

Fields the server adds later are kept and can be read as attributes; fields it leaves out have
their neutral value, so that one client works with servers of several ages.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "ConfigVersion",
    "ErrorInfo",
    "Health",
    "Hit",
    "Image",
    "ImportProblem",
    "Imported",
    "Me",
    "Message",
    "Model",
    "ModelConfig",
    "Provider",
    "Record",
    "Sent",
    "Session",
    "SnippetPart",
    "Template",
    "TestResult",
    "Usage",
]


class Record(BaseModel):
    """Base of all results: immutable, open to fields that a newer server adds."""

    model_config = ConfigDict(extra="allow", frozen=True)


class Usage(Record):
    """Tokens and cost of one answer; `estimated` when the provider did not count."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    estimated: bool = False
    cost: float | None = None


class ErrorInfo(Record):
    """Why an answer or a test failed, and what to do."""

    code: str = ""
    message: str = ""
    remedy: str = ""


class Image(Record):
    """An image of a message; its bytes come from `llm.messages.image(id)`."""

    id: int
    media_type: str = ""
    width: int | None = None
    height: int | None = None


class Message(Record):
    """One message of a conversation; an answer carries how it was made."""

    id: int
    session_id: int | None = None
    parent_id: int | None = None
    role: str = ""
    content: str = ""
    thinking: str | None = None
    thinking_ms: int | None = None
    status: str = "complete"
    model: str | None = None
    model_config_id: int | None = None
    provider_id: str | None = None
    parameters: dict[str, Any] | None = None
    usage: Usage | None = None
    ttft_ms: float | None = None
    total_ms: float | None = None
    finish_reason: str | None = None
    error: ErrorInfo | None = None
    notices: list[str] = Field(default_factory=list)
    rating: int | None = None
    images: list[Image] = Field(default_factory=list)
    siblings: list[int] = Field(default_factory=list)
    created_at: datetime | None = None

    def __str__(self) -> str:
        return self.content

    def _repr_markdown_(self) -> str:
        from .markdown import displayable

        return displayable(self.content)


class Session(Record):
    """A conversation."""

    id: int
    title: str | None = None
    model_config_id: int | None = None
    model: str | None = None
    provider_id: str | None = None
    prompt_ids: list[int] = Field(default_factory=list)
    system_prompt: str | None = None
    pinned: bool = False
    archived: bool = False
    deleted_at: datetime | None = None
    message_count: int = 0
    current_message_id: int | None = None
    streaming: bool = False
    created_at: datetime | None = None
    updated_at: datetime | None = None


class Sent(Record):
    """A question that was taken in, and its answer which goes on in the background."""

    user_message: Message
    message: Message


class SnippetPart(Record):
    """A piece of the text around a hit; `hit` marks what was searched."""

    text: str = ""
    hit: bool = False


class Hit(Record):
    """A message that a search found, with the text around what was searched."""

    message_id: int
    session_id: int
    session_title: str = ""
    role: str = ""
    snippet: list[SnippetPart] = Field(default_factory=list)
    created_at: datetime | None = None

    def __str__(self) -> str:
        return "".join(part.text for part in self.snippet)


class ImportProblem(Record):
    """An entry of the file that could not be taken over whole, and why."""

    index: int = 0
    title: str = ""
    reason: str = ""
    remedy: str = ""


class Imported(Record):
    """What an import brought."""

    sessions: list[Session] = Field(default_factory=list)
    messages: int = 0
    problems: list[ImportProblem] = Field(default_factory=list)


class TestResult(Record):
    """How a short question to a configuration went."""

    __test__ = False  # not a test case, whatever pytest thinks of its name

    ok: bool
    latency_ms: float | None = None
    ttft_ms: float | None = None
    usage: Usage | None = None
    text: str | None = None
    problem: ErrorInfo | None = None

    def __bool__(self) -> bool:
        return self.ok


class ModelConfig(Record):
    """A model with its provider, endpoint and parameters. Its key is never returned."""

    id: int
    name: str = ""
    notes: str | None = None
    provider_id: str = ""
    endpoint: str | None = None
    model: str = ""
    api_key_hint: str | None = None
    parameters: dict[str, Any] = Field(default_factory=dict)
    system_prompt: str | None = None
    is_default: bool = False
    version: int | None = None
    demo: bool = False
    last_test: dict[str, Any] | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None


class ConfigVersion(Record):
    """One version in the history of a configuration."""

    version: int
    created_at: datetime | None = None


class Template(Record):
    """A named set of parameters."""

    id: str
    name: str = ""
    parameters: dict[str, Any] = Field(default_factory=dict)


class Provider(Record):
    """A source of models."""

    id: str
    name: str = ""
    kind: Literal["local", "cloud", "embedded", "custom"] | str = ""
    protocol: str = ""
    default_endpoint: str | None = None
    needs_key: bool = False
    has_org_key: bool = False
    enabled: bool = True


class Model(Record):
    """A model that a provider offers; None where the provider does not say."""

    id: str
    name: str = ""
    capabilities: list[str] = Field(default_factory=list)
    context_length: int | None = None
    parameter_size: str | None = None
    quantization: str | None = None
    available: bool = True
    source: str | None = None


class Me(Record):
    """Who the token belongs to."""

    name: str
    display_name: str | None = None
    scopes: list[str] = Field(default_factory=list)
    mode: str = "local"
    settings: dict[str, Any] = Field(default_factory=dict)


class Health(Record):
    """Whether the server is ready."""

    status: str = ""
    version: str | None = None
