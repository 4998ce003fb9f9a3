"""Wire types of conversations."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_validator

from ..core.i18n import msg
from ..core.wire import Wire

__all__ = [
    "ALLOWED",
    "Asked",
    "Cost",
    "Deleted",
    "ExportFormat",
    "ExportMany",
    "ExportQuery",
    "Hit",
    "Hits",
    "Ids",
    "Image",
    "ImportProblem",
    "ImportReport",
    "Message",
    "MessageStatus",
    "Messages",
    "MessagesQuery",
    "NewImage",
    "NewMessage",
    "NewSession",
    "Problem",
    "Rating",
    "Regeneration",
    "SearchQuery",
    "Session",
    "SessionChange",
    "SessionQuery",
    "SnippetPart",
]

MAX_CONTENT = 200_000
MAX_TITLE = 200
MAX_SYSTEM_PROMPT = 100_000
MAX_IMAGES = 8
MAX_IMAGE_BYTES = 20 << 20
_MAX_BASE64 = (MAX_IMAGE_BYTES + 2) // 3 * 4 + 4

Id = Annotated[int, Field(ge=1, lt=1 << 63)]
ParentId = Annotated[int, Field(ge=0, lt=1 << 63)]
ExportFormat = Literal["md", "json", "txt", "html", "ipynb"]


def _title(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise ValueError(msg("A title needs at least one visible character."))
    return text


Title = Annotated[str, Field(max_length=MAX_TITLE), AfterValidator(_title)]
SystemPrompt = Annotated[str, Field(max_length=MAX_SYSTEM_PROMPT)]
PromptIds = Annotated[list[Id], Field(max_length=20)]


class MessageStatus(StrEnum):
    """Where a message is in its life."""

    STREAMING = "streaming"
    COMPLETE = "complete"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


ALLOWED: dict[MessageStatus, frozenset[MessageStatus]] = {
    MessageStatus.STREAMING: frozenset(MessageStatus) - {MessageStatus.STREAMING},
    MessageStatus.COMPLETE: frozenset(),
    MessageStatus.STOPPED: frozenset(),
    MessageStatus.INTERRUPTED: frozenset(),
    MessageStatus.FAILED: frozenset(),
}


class NewSession(Wire):
    """A conversation to begin; everything has a default."""

    title: Title | None = Field(None, description="Left out: made from the first exchange.")
    model_config_id: Id | None = Field(None, description="Left out: the default configuration.")
    prompt_ids: PromptIds = Field(default_factory=list)
    system_prompt: SystemPrompt = Field("", description="Replaces the configuration's when not empty.")


class SessionChange(Wire):
    """What to change; what is left out stays."""

    title: Title | None = None
    model_config_id: Id | None = None
    prompt_ids: PromptIds | None = None
    system_prompt: SystemPrompt | None = None
    pinned: bool | None = None
    archived: bool | None = None
    current_message_id: Id | None = Field(None, description="Show the branch that holds this message.")

    @model_validator(mode="after")
    def _something(self) -> SessionChange:
        if not self.model_fields_set:
            raise ValueError(msg("Name at least one field to change."))
        return self


class SessionQuery(Wire):
    """Which sessions, in which order."""

    limit: int = Field(50, ge=1, le=200, description="Items per page.")
    cursor: str | None = Field(None, max_length=2000, description="The `next` of the page before.")
    q: str | None = Field(None, max_length=500, description="Only sessions whose title contains this text.")
    sort: Literal["-updated_at", "updated_at", "-created_at", "created_at", "title", "-title"] = Field(
        "-updated_at", description="`-` before the field: descending. Pinned sessions come first."
    )
    model_config_id: Id | None = Field(None, description="Only sessions that use this configuration.")
    archived: bool = Field(False, description="The archived sessions instead of the others.")
    trash: bool = Field(False, description="The deleted sessions instead of the others.")


class Session(Wire):
    """A conversation."""

    id: int
    title: str
    model_config_id: int | None
    model: str
    provider_id: str
    prompt_ids: list[int]
    system_prompt: str
    pinned: bool
    archived: bool
    deleted_at: datetime | None
    message_count: int
    current_message_id: int | None
    streaming: bool = Field(description="An answer is being written now.")
    created_at: datetime
    updated_at: datetime


class Ids(Wire):
    """Several sessions at once."""

    ids: list[Id] = Field(min_length=1, max_length=1000)


class Deleted(Wire):
    """How many sessions were put into the trash, or out of it for good."""

    deleted: int


class NewImage(Wire):
    """An image to send: PNG, JPEG, WebP or GIF as base64."""

    media_type: Literal["image/png", "image/jpeg", "image/webp", "image/gif"]
    data: str = Field(min_length=1, max_length=_MAX_BASE64, description="base64, at most 20 MB decoded")


class NewMessage(Wire):
    """A question; its answer is started at once."""

    content: str = Field("", max_length=MAX_CONTENT)
    images: list[NewImage] = Field([], max_length=MAX_IMAGES)
    model_config_id: Id | None = Field(None, description="Use this one from now on in the session.")
    prompt_ids: PromptIds | None = None
    variables: dict[str, str] = Field({}, max_length=100)
    parent_id: ParentId | None = Field(
        None,
        description="Left out: continue where the conversation stands. The parent of an edited message: "
        "a new branch beside it. 0: a new beginning.",
    )

    @model_validator(mode="after")
    def _not_empty(self) -> NewMessage:
        if not self.content.strip() and not self.images:
            raise ValueError(msg("Write something, or add an image."))
        return self


class Regeneration(Wire):
    """How to answer again."""

    model_config_id: Id | None = Field(None, description="Left out: the session's configuration.")


class Rating(Wire):
    """Up (1), down (-1) or neither (0)."""

    rating: Literal[-1, 0, 1]


class Cost(Wire):
    """Tokens of one answer, and what they cost; null = unknown."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    reasoning_tokens: int | None = None
    cached_tokens: int | None = None
    estimated: bool = False
    cost: float | None = None
    currency: str | None = None


class Problem(Wire):
    """Why an answer failed, in words, and what to do."""

    code: str
    message: str
    remedy: str = ""


class Image(Wire):
    """An image of a message; its bytes are at `/chat/images/{id}`."""

    id: int
    media_type: str
    width: int
    height: int


class Message(Wire):
    """One turn of a conversation."""

    id: int
    session_id: int
    parent_id: int | None
    role: Literal["user", "assistant"]
    content: str
    thinking: str = ""
    thinking_ms: int | None = None
    status: MessageStatus
    model: str = ""
    model_config_id: int | None = None
    provider_id: str = ""
    parameters: dict[str, Any] = Field(default_factory=dict)
    usage: Cost | None = None
    ttft_ms: int | None = None
    total_ms: int | None = None
    finish_reason: str | None = None
    error: Problem | None = None
    notices: list[str] = Field(default_factory=list)
    rating: int = 0
    images: list[Image] = Field(default_factory=list)
    siblings: list[int] = Field([], description="Messages of the same parent and role, itself among them.")
    created_at: datetime


class MessagesQuery(Wire):
    """Which messages of a session."""

    all: bool = Field(False, description="The whole tree instead of the branch shown.")


class Messages(Wire):
    """The messages of a session, oldest first."""

    items: list[Message]
    next: str | None = None
    total: int


class Asked(Wire):
    """A question and the answer that is being written."""

    user_message: Message
    message: Message


class SearchQuery(Wire):
    """A search over all my messages."""

    q: str = Field(min_length=1, max_length=500)
    limit: int = Field(20, ge=1, le=100)
    cursor: str | None = Field(None, max_length=2000)


class SnippetPart(Wire):
    """A piece of the text around a hit."""

    text: str
    hit: bool


class Hit(Wire):
    """A message that holds what was searched."""

    session_id: int
    session_title: str
    message_id: int
    role: Literal["user", "assistant"]
    snippet: list[SnippetPart]
    created_at: datetime


class Hits(Wire):
    """A page of hits, newest message first."""

    items: list[Hit]
    next: str | None = None
    total: int = Field(description="How many there are; with `more` at least so many.")
    more: bool = Field(description="There are more than were counted: counting all would take long.")


class ExportQuery(Wire):
    """As what kind of file."""

    format: ExportFormat = "md"


class ExportMany(Wire):
    """Several sessions in one ZIP."""

    ids: list[Id] = Field(min_length=1, max_length=1000)
    format: ExportFormat = "md"


class ImportProblem(Wire):
    """An entry of the file that could not be taken over whole, and why."""

    index: int = Field(description="Place of the conversation in the file, from 0.")
    title: str = ""
    reason: str
    remedy: str = ""


class ImportReport(Wire):
    """What an import brought."""

    sessions: list[Session]
    messages: int
    problems: list[ImportProblem]
