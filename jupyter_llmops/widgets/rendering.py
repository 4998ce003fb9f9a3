"""Python values as text that a model reads well and that stays small."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

__all__ = ["as_text"]

MAX_ROWS = 20
MAX_COLUMNS = 30
MAX_CELL = 60
MAX_TEXT = 8000


def as_text(name: str, value: Any) -> str:
    """Return the value as text: strings whole, tables as a head with their shape, the rest shortened."""
    if isinstance(value, str):
        return value
    if _is_pandas(value, "DataFrame"):
        return _frame(name, value)
    if _is_pandas(value, "Series"):
        return _frame(name, value.to_frame())
    return _short(_plain(value), MAX_TEXT)


def _is_pandas(value: Any, kind: str) -> bool:
    # By name: whoever has a DataFrame has imported pandas already, and nobody else need.
    return any(
        base.__name__ == kind and base.__module__.partition(".")[0] == "pandas"
        for base in type(value).__mro__
    )


def _plain(value: Any) -> str:
    if isinstance(value, dict | list | tuple):
        try:
            return json.dumps(value, ensure_ascii=False, default=str)
        except (TypeError, ValueError):  # keys that are no text, a circle
            pass
    return str(value)


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit]}… ({len(text) - limit} more characters)"


def _frame(name: str, frame: Any) -> str:
    rows, columns = frame.shape
    head = frame.iloc[:MAX_ROWS, :MAX_COLUMNS]
    notes = [f"first {MAX_ROWS} rows"] if rows > MAX_ROWS else []
    notes += [f"first {MAX_COLUMNS} columns"] if columns > MAX_COLUMNS else []
    shown = f" ({', '.join(notes)})" if notes else ""
    return "\n".join([f"{name}: {rows} rows × {columns} columns{shown}", "", *_table(head)])


def _table(frame: Any) -> Iterator[str]:
    index = frame.index.name or ""
    labels = [f"{label} ({kind})" for label, kind in zip(frame.columns, frame.dtypes, strict=True)]
    yield _row([index, *labels])
    yield _row(["---"] * (len(labels) + 1))
    for row in frame.itertuples(name=None):
        yield _row(row)


def _row(cells: Sequence[Any]) -> str:
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(value: Any) -> str:
    text = " ".join(str(value).split()).replace("|", "\\|")
    return text if len(text) <= MAX_CELL else text[: MAX_CELL - 1] + "…"
