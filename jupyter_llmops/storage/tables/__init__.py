"""All tables. Each has an `owner`; every query filters by it."""

from __future__ import annotations

from .account import app_settings, user_settings
from .base import metadata
from .chat import chat_images, chat_messages, chat_sessions
from .models import manual_models, model_config_versions, model_configs, provider_settings

__all__ = [
    "app_settings",
    "chat_images",
    "chat_messages",
    "chat_sessions",
    "manual_models",
    "metadata",
    "model_config_versions",
    "model_configs",
    "provider_settings",
    "user_settings",
]
