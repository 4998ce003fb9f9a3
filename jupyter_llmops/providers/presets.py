"""The providers a user can choose from, as data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ..core.i18n import msg
from .policy import parse_origin

__all__ = ["BadCatalogue", "Preset", "load_presets", "preset_hosts"]

# Names in the catalogue that are words, not brands.
NAMES_IN_WORDS = (msg("Embedded demo model"), msg("OpenAI-compatible"))


class Preset(BaseModel):
    """One provider: how it is called, where it is, which protocol it speaks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")
    name: str = Field(min_length=1, max_length=60)
    kind: Literal["local", "cloud", "embedded", "custom"]
    protocol: str
    endpoint: str = ""
    needs_key: bool = False
    models_endpoint: str = ""
    models: tuple[str, ...] = ()
    docs_url: str = ""
    icon: str = "custom"
    # What its models may be able to do; each model's own list is narrower.
    capabilities: tuple[str, ...] = ("chat", "reasoning", "vision", "tools")
    # Further hosts of the same provider that the endpoint policy lets in.
    hosts: tuple[str, ...] = ()


class BadCatalogue(Exception):
    """The administrator's file cannot be used; the text says why."""


def load_presets(override: Path | None = None) -> dict[str, Preset]:
    """Return the presets by id, in the order of the catalogue, with an administrator's file on top."""
    text = (files(__package__) / "catalogue" / "presets.toml").read_text(encoding="utf-8")
    entries: dict[str, dict[str, Any]] = tomllib.loads(text)
    if override is not None:
        for provider_id, fields in _read(override).items():
            entries[provider_id] = {**entries.get(provider_id, {}), **fields}
    try:
        return {provider_id: Preset(id=provider_id, **fields) for provider_id, fields in entries.items()}
    except ValidationError as error:
        raise BadCatalogue(f"{override}: {error}") from None


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise BadCatalogue(f"{path}: {error}") from None
    wrong = [name for name, fields in document.items() if not isinstance(fields, dict)]
    if wrong:
        raise BadCatalogue(f"{path}: {wrong[0]} is no table")
    return document


def preset_hosts(presets: Mapping[str, Preset]) -> frozenset[str]:
    """Return the hosts that are allowed because a cloud preset lives there."""
    cloud = [preset for preset in presets.values() if preset.kind == "cloud" and preset.endpoint]
    return frozenset(parse_origin(preset.endpoint).host for preset in cloud) | {
        host for preset in cloud for host in preset.hosts
    }
