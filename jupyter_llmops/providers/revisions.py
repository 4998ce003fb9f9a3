"""What changed between two versions of a configuration. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .schemas import ConfigVersion, FieldChange

__all__ = ["differences", "history"]


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FieldChange]:
    """Return the fields that differ; parameters one by one, as `parameters.<name>`."""
    return [
        FieldChange(field=field, before=old.get(field), after=new.get(field))
        for old, new in [(_flat(before), _flat(after))]
        for field in dict.fromkeys([*old, *new])
        if old.get(field) != new.get(field)
    ]


def _flat(data: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in data.items():
        if name == "parameters":
            flat.update({f"parameters.{key}": inner for key, inner in (value or {}).items()})
        else:
            flat[name] = value
    return flat


def history(rows: Sequence[Mapping[str, Any]]) -> list[ConfigVersion]:
    """Turn stored versions, the newest first, into what is shown."""
    states = [{**row["data"], "api_key": row["api_key_hint"] or None} for row in rows]
    older = [*states[1:], states[-1]] if states else []
    return [
        ConfigVersion(
            version=row["version"],
            created_at=row["created_at"],
            data=row["data"],
            changes=differences(before, after),
        )
        for row, before, after in zip(rows, older, states, strict=True)
    ]
