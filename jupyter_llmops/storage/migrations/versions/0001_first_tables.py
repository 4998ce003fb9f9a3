"""The first tables: models, conversations, settings.

Revision ID: 0001
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from jupyter_llmops.storage.types import JSON, Blob, Identifier, LongText, ShortText, UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "app_settings",
        sa.Column("owner", ShortText(255), nullable=False),
        sa.Column("key", ShortText(100), nullable=False),
        sa.Column("value", JSON(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "key", name=op.f("pk_app_settings")),
    )
    op.create_table(
        "manual_models",
        sa.Column("id", Identifier, autoincrement=True, nullable=False),
        sa.Column("owner", ShortText(255), nullable=False),
        sa.Column("provider_id", ShortText(64), nullable=False),
        sa.Column("model", ShortText(500), nullable=False),
        sa.Column("name", ShortText(500), nullable=False),
        sa.Column("capabilities", JSON(), nullable=False),
        sa.Column("context_length", sa.Integer(), nullable=True),
        sa.Column("parameter_size", ShortText(32), nullable=False),
        sa.Column("quantization", ShortText(32), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manual_models")),
        sa.UniqueConstraint(
            "owner", "provider_id", "model", name=op.f("uq_manual_models_owner_provider_id_model")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "model_configs",
        sa.Column("id", Identifier, autoincrement=True, nullable=False),
        sa.Column("owner", ShortText(255), nullable=False),
        sa.Column("name", ShortText(255), nullable=False),
        sa.Column("notes", LongText(), nullable=False),
        sa.Column("provider_id", ShortText(64), nullable=False),
        sa.Column("endpoint", ShortText(2000), nullable=False),
        sa.Column("model", ShortText(500), nullable=False),
        sa.Column("api_key_encrypted", Blob, nullable=True),
        sa.Column("api_key_hint", ShortText(16), nullable=False),
        sa.Column("parameters", JSON(), nullable=False),
        sa.Column("system_prompt", LongText(), nullable=False),
        sa.Column("is_default", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("groups", JSON(), nullable=False),
        sa.Column("demo", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("last_test", JSON(), nullable=True),
        sa.Column("deleted_at", UTCDateTime(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_configs")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_model_configs_owner_deleted_at_name_id"),
        "model_configs",
        ["owner", "deleted_at", "name", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_model_configs_owner_deleted_at_updated_at_id"),
        "model_configs",
        ["owner", "deleted_at", "updated_at", "id"],
        unique=False,
    )
    op.create_table(
        "provider_settings",
        sa.Column("owner", ShortText(255), nullable=False),
        sa.Column("provider_id", ShortText(64), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("endpoint", ShortText(2000), nullable=False),
        sa.Column("api_key_encrypted", Blob, nullable=True),
        sa.Column("api_key_hint", ShortText(16), nullable=False),
        sa.Column("options", JSON(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "provider_id", name=op.f("pk_provider_settings")),
    )
    op.create_table(
        "user_settings",
        sa.Column("owner", ShortText(255), nullable=False),
        sa.Column("data", JSON(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_user_settings")),
    )
    op.create_table(
        "chat_sessions",
        sa.Column("id", Identifier, autoincrement=True, nullable=False),
        sa.Column("owner", ShortText(255), nullable=False),
        sa.Column("title", ShortText(500), nullable=False),
        sa.Column("title_source", ShortText(8), nullable=False),
        sa.Column("model_config_id", Identifier, nullable=True),
        sa.Column("model", ShortText(500), nullable=False),
        sa.Column("provider_id", ShortText(64), nullable=False),
        sa.Column("prompt_ids", JSON(), nullable=False),
        sa.Column("system_prompt", LongText(), nullable=False),
        sa.Column("parameters", JSON(), nullable=False),
        sa.Column("pinned", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("archived", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("streaming", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("message_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("current_message_id", Identifier, nullable=True),
        sa.Column("deleted_at", UTCDateTime(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["model_config_id"],
            ["model_configs.id"],
            name=op.f("fk_chat_sessions_model_config_id_model_configs"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_sessions")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_chat_sessions_deleted_at"), "chat_sessions", ["deleted_at"], unique=False)
    op.create_index(
        "ix_chat_sessions_list",
        "chat_sessions",
        ["owner", "deleted_at", "archived", "pinned", "updated_at", "id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_chat_sessions_model_config_id"), "chat_sessions", ["model_config_id"], unique=False
    )
    op.create_index(
        op.f("ix_chat_sessions_owner_model_config_id"),
        "chat_sessions",
        ["owner", "model_config_id"],
        unique=False,
    )
    op.create_table(
        "model_config_versions",
        sa.Column("id", Identifier, autoincrement=True, nullable=False),
        sa.Column("owner", ShortText(255), nullable=False),
        sa.Column("config_id", Identifier, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", JSON(), nullable=False),
        sa.Column("api_key_encrypted", Blob, nullable=True),
        sa.Column("api_key_hint", ShortText(16), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["config_id"],
            ["model_configs.id"],
            name=op.f("fk_model_config_versions_config_id_model_configs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_config_versions")),
        sa.UniqueConstraint("config_id", "version", name=op.f("uq_model_config_versions_config_id_version")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_model_config_versions_owner"), "model_config_versions", ["owner"], unique=False)
    op.create_table(
        "chat_messages",
        sa.Column("id", Identifier, autoincrement=True, nullable=False),
        sa.Column("owner", ShortText(255), nullable=False),
        sa.Column("session_id", Identifier, nullable=False),
        sa.Column("parent_id", Identifier, nullable=True),
        sa.Column("role", ShortText(16), nullable=False),
        sa.Column("thinking_ms", sa.Integer(), nullable=True),
        sa.Column("status", ShortText(16), nullable=False),
        sa.Column("model", ShortText(500), nullable=False),
        sa.Column("provider_id", ShortText(64), nullable=False),
        sa.Column("model_config_id", Identifier, nullable=True),
        sa.Column("parameters", JSON(), nullable=False),
        sa.Column("usage", JSON(), nullable=True),
        sa.Column("cost", sa.Float(), nullable=True),
        sa.Column("ttft_ms", sa.Integer(), nullable=True),
        sa.Column("total_ms", sa.Integer(), nullable=True),
        sa.Column("finish_reason", ShortText(64), nullable=True),
        sa.Column("error", JSON(), nullable=True),
        sa.Column("notices", JSON(), nullable=False),
        sa.Column("rating", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.Column("content", LongText(), nullable=False),
        sa.Column("thinking", LongText(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["chat_messages.id"],
            name=op.f("fk_chat_messages_parent_id_chat_messages"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["chat_sessions.id"],
            name=op.f("fk_chat_messages_session_id_chat_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_messages")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_chat_messages_owner_id"), "chat_messages", ["owner", "id"], unique=False)
    op.create_index(op.f("ix_chat_messages_parent_id"), "chat_messages", ["parent_id"], unique=False)
    op.create_index(
        op.f("ix_chat_messages_session_id_id"), "chat_messages", ["session_id", "id"], unique=False
    )
    op.create_index(
        "ix_chat_messages_streaming",
        "chat_messages",
        ["status"],
        unique=False,
        sqlite_where=sa.text("status = 'streaming'"),
        postgresql_where=sa.text("status = 'streaming'"),
    )
    op.create_table(
        "chat_images",
        sa.Column("id", Identifier, autoincrement=True, nullable=False),
        sa.Column("owner", ShortText(255), nullable=False),
        sa.Column("session_id", Identifier, nullable=False),
        sa.Column("message_id", Identifier, nullable=False),
        sa.Column("media_type", ShortText(64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("sha256", ShortText(64), nullable=False),
        sa.Column("data", Blob, nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["chat_messages.id"],
            name=op.f("fk_chat_images_message_id_chat_messages"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["chat_sessions.id"],
            name=op.f("fk_chat_images_session_id_chat_sessions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_images")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_chat_images_message_id"), "chat_images", ["message_id"], unique=False)
    op.create_index(op.f("ix_chat_images_session_id"), "chat_images", ["session_id"], unique=False)


def downgrade() -> None:
    """Drop them, those that refer to others first."""
    op.drop_table("chat_images")
    op.drop_table("chat_messages")
    op.drop_table("model_config_versions")
    op.drop_table("chat_sessions")
    op.drop_table("user_settings")
    op.drop_table("provider_settings")
    op.drop_table("model_configs")
    op.drop_table("manual_models")
    op.drop_table("app_settings")
