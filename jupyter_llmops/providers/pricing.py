"""Prices and known facts of models, from a dated table that an administrator can correct.

`catalogue/models.json` is made by `scripts/update_prices.py` from the data of models.dev (MIT; the
notice stands beside it). Prices are US dollars for a million tokens. What is not known is None.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson

from .base import Usage

__all__ = ["KnownModel", "ModelTable", "load_table"]

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class KnownModel:
    """What the table says about one model; prices per million tokens in US dollars."""

    name: str = ""
    context_length: int | None = None
    capabilities: frozenset[str] = frozenset()
    input_price: float | None = None
    output_price: float | None = None
    cached_price: float | None = None

    def cost(self, usage: Usage) -> float | None:
        """Return what a call cost in US dollars, or None where the price is not known."""
        if self.input_price is None or self.output_price is None:
            return None
        cached = min(usage.cached_tokens or 0, usage.prompt_tokens)
        cached_price = self.input_price if self.cached_price is None else self.cached_price
        total = (
            (usage.prompt_tokens - cached) * self.input_price
            + cached * cached_price
            + usage.completion_tokens * self.output_price
        )
        return round(total / _MILLION, 9)


class ModelTable:
    """Look models up by provider and id."""

    def __init__(self, dated: str, providers: Mapping[str, Mapping[str, KnownModel]]) -> None:
        self.dated = dated
        self._providers = providers

    def find(self, provider_id: str, model: str) -> KnownModel | None:
        """Return what is known about a model; a dated id falls back to the undated one."""
        models = self._providers.get(provider_id, {})
        return models.get(model) or models.get(_undated(model))

    def cost(self, provider_id: str, model: str, usage: Usage) -> float | None:
        """Return the cost of a call in US dollars; nothing for what runs at home, None if unknown."""
        known = self.find(provider_id, model)
        return known.cost(usage) if known else None


def _undated(model: str) -> str:
    """Return `gpt-4o` for `gpt-4o-2024-08-06` and `claude-x` for `claude-x-20250929`."""
    parts = model.split("-")
    while len(parts) > 1 and parts[-1].isdigit() and len(parts[-1]) in (2, 4, 8):
        parts.pop()
    return "-".join(parts)


def load_table(override: Path | None = None) -> ModelTable:
    """Read the table of the package with an administrator's file of the same form on top."""
    table = orjson.loads((files(__package__) / "catalogue" / "models.json").read_bytes())
    providers: dict[str, dict[str, Any]] = table["providers"]
    if override is not None:
        for provider_id, models in orjson.loads(override.read_bytes()).get("providers", {}).items():
            merged = providers.setdefault(provider_id, {})
            for model, fields in models.items():
                merged[model] = {**merged.get(model, {}), **fields}
    known = {
        provider_id: {model: _known(fields) for model, fields in models.items()}
        for provider_id, models in providers.items()
    }
    return ModelTable(table["dated"], known)


def _known(fields: Mapping[str, Any]) -> KnownModel:
    return KnownModel(
        fields.get("name", ""),
        fields.get("context"),
        frozenset(fields.get("can", ())),
        fields.get("in"),
        fields.get("out"),
        fields.get("cached"),
    )
