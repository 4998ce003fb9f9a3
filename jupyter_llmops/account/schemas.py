"""Wire types of `/me`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ..core.wire import Wire

__all__ = ["Me", "Settings", "SettingsChange"]


class Settings(Wire):
    """What a person chose; each field has a default."""

    language: Literal["auto", "en", "zh-CN"] = "auto"
    theme: Literal["auto", "light", "dark"] = "auto"
    answers_only: bool = Field(False, description="Hide reasoning.")
    remote_images: bool = Field(False, description="Load images of other hosts without asking.")
    send_with: Literal["ctrl_enter", "enter"] = "ctrl_enter"


class SettingsChange(Wire):
    """The settings to change; what is left out stays."""

    language: Literal["auto", "en", "zh-CN"] | None = None
    theme: Literal["auto", "light", "dark"] | None = None
    answers_only: bool | None = None
    remote_images: bool | None = None
    send_with: Literal["ctrl_enter", "enter"] | None = None


class Me(Wire):
    """The signed-in person."""

    name: str
    display_name: str
    scopes: list[str]
    mode: Literal["local", "hub"]
    settings: Settings
