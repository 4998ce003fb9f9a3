"""Providers and model configurations."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, UniqueConstraint, false, true

from ..types import JSON, Blob, Identifier, LongText, UTCDateTime
from .base import created, identity, metadata, owned, short, updated

__all__ = ["manual_models", "model_config_versions", "model_configs", "provider_settings"]

model_configs = Table(
    "model_configs",
    metadata,
    identity(),
    owned(),
    short("name"),
    Column("notes", LongText, nullable=False, default=""),
    short("provider_id", 64),
    short("endpoint", 2000),
    short("model", 500),
    Column("api_key_encrypted", Blob),
    short("api_key_hint", 16),
    Column("parameters", JSON, nullable=False, default=dict),
    Column("system_prompt", LongText, nullable=False, default=""),
    Column("is_default", Boolean(), nullable=False, default=False, server_default=false()),
    Column("version", Integer, nullable=False, default=1),
    Column("groups", JSON, nullable=False, default=list),
    Column("demo", Boolean(), nullable=False, default=False, server_default=false()),
    Column("last_test", JSON),
    Column("deleted_at", UTCDateTime),
    created(),
    updated(),
    Index(None, "owner", "deleted_at", "updated_at", "id"),
    Index(None, "owner", "deleted_at", "name", "id"),
    sqlite_autoincrement=True,
)

# One row a saved state: `data` holds the configuration's fields but for the key.
model_config_versions = Table(
    "model_config_versions",
    metadata,
    identity(),
    owned(),
    Column("config_id", Identifier, ForeignKey("model_configs.id", ondelete="CASCADE"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("data", JSON, nullable=False),
    Column("api_key_encrypted", Blob),
    short("api_key_hint", 16),
    created(),
    UniqueConstraint("config_id", "version"),
    Index(None, "owner"),
    sqlite_autoincrement=True,
)

# A model that its provider's list does not name.
manual_models = Table(
    "manual_models",
    metadata,
    identity(),
    owned(),
    short("provider_id", 64),
    short("model", 500),
    short("name", 500),
    Column("capabilities", JSON, nullable=False, default=list),
    Column("context_length", Integer),
    short("parameter_size", 32),
    short("quantization", 32),
    created(),
    UniqueConstraint("owner", "provider_id", "model"),
    sqlite_autoincrement=True,
)

provider_settings = Table(
    "provider_settings",
    metadata,
    owned(primary_key=True),  # "" for the organisation
    short("provider_id", 64, default=None, primary_key=True),
    Column("enabled", Boolean(), nullable=False, default=True, server_default=true()),
    short("endpoint", 2000),
    Column("api_key_encrypted", Blob),
    short("api_key_hint", 16),
    Column("options", JSON, nullable=False, default=dict),
    updated(),
)
