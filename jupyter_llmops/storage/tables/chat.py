"""Conversations: sessions, their tree of messages, images."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, Table, false, text

from ..types import JSON, Blob, Identifier, LongText, ShortText, UTCDateTime
from .base import created, identity, metadata, owned, short, updated

__all__ = ["chat_images", "chat_messages", "chat_sessions"]

chat_sessions = Table(
    "chat_sessions",
    metadata,
    identity(),
    owned(),
    short("title", 500),
    short("title_source", 8, default="auto"),  # auto | user: what a person typed is never replaced
    Column("model_config_id", Identifier, ForeignKey("model_configs.id", ondelete="SET NULL")),
    short("model", 500),
    short("provider_id", 64),
    Column("prompt_ids", JSON, nullable=False, default=list),
    Column("system_prompt", LongText, nullable=False, default=""),
    Column("parameters", JSON, nullable=False, default=dict),
    Column("pinned", Boolean(), nullable=False, default=False, server_default=false()),
    Column("archived", Boolean(), nullable=False, default=False, server_default=false()),
    Column("message_count", Integer, nullable=False, default=0, server_default=text("0")),
    # The leaf of the branch shown. No foreign key: sessions and messages would need each other.
    Column("current_message_id", Identifier),
    Column("deleted_at", UTCDateTime),
    created(),
    updated(),
    # In the order of the list; partial, because PostgreSQL does not use an order behind `deleted_at IS NULL`.
    # The title is in it for the search by title: SQLite then need not look into each row.
    Index(
        "ix_chat_sessions_list",
        "owner",
        "archived",
        "pinned",
        "updated_at",
        "id",
        "title",
        sqlite_where=text("deleted_at IS NULL"),
        postgresql_where=text("deleted_at IS NULL"),
    ),
    Index(None, "owner", "deleted_at"),
    Index(None, "owner", "model_config_id"),
    Index(None, "model_config_id"),
    Index(None, "deleted_at"),
    sqlite_autoincrement=True,
)

chat_messages = Table(
    "chat_messages",
    metadata,
    identity(),
    owned(),
    Column("session_id", Identifier, ForeignKey("chat_sessions.id", ondelete="CASCADE"), nullable=False),
    Column("parent_id", Identifier, ForeignKey("chat_messages.id", ondelete="CASCADE")),
    short("role", 16),
    Column("thinking_ms", Integer),
    Column("status", ShortText(16), nullable=False, default="complete"),
    short("model", 500),
    short("provider_id", 64),
    Column("model_config_id", Identifier),  # what it was; the configuration may be gone
    Column("parameters", JSON, nullable=False, default=dict),
    Column("usage", JSON),
    Column("cost", Float),
    Column("ttft_ms", Integer),
    Column("total_ms", Integer),
    Column("finish_reason", ShortText(64)),
    Column("error", JSON),
    Column("notices", JSON, nullable=False, default=list),
    Column("rating", Integer, nullable=False, default=0, server_default=text("0")),
    created(),
    updated(),
    # Last, so that reading the short columns need not walk through the pages of a long text.
    Column("content", LongText, nullable=False, default=""),
    Column("thinking", LongText, nullable=False, default=""),
    Index(None, "session_id", "id"),
    Index(None, "parent_id"),
    Index(None, "owner", "id"),
    # Only live rows are in it: a start finds what a crash left behind without reading a million rows.
    Index(
        "ix_chat_messages_streaming",
        "status",
        sqlite_where=text("status = 'streaming'"),
        postgresql_where=text("status = 'streaming'"),
    ),
    sqlite_autoincrement=True,
)

chat_images = Table(
    "chat_images",
    metadata,
    identity(),
    owned(),
    Column("session_id", Identifier, ForeignKey("chat_sessions.id", ondelete="CASCADE"), nullable=False),
    Column("message_id", Identifier, ForeignKey("chat_messages.id", ondelete="CASCADE"), nullable=False),
    short("media_type", 64),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("sha256", ShortText(64), nullable=False),
    Column("data", Blob, nullable=False),
    created(),
    Index(None, "session_id"),
    Index(None, "message_id"),
    sqlite_autoincrement=True,
)
