"""Settings of the installation and of its people."""

from __future__ import annotations

from sqlalchemy import Column, Table

from ..types import JSON
from .base import metadata, owned, short, updated

__all__ = ["app_settings", "user_settings"]

app_settings = Table(
    "app_settings",
    metadata,
    owned(primary_key=True),  # "" for the organisation
    short("key", 100, default=None, primary_key=True),
    Column("value", JSON, nullable=False),
    updated(),
)

user_settings = Table(
    "user_settings",
    metadata,
    owned(primary_key=True),
    Column("data", JSON, nullable=False),
    updated(),
)
