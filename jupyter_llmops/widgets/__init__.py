"""Panels in notebook cells, and the `%%llm` magic. Both stand on the SDK alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .panel import ChatPanel

__all__ = ["ChatPanel"]


def __getattr__(name: str) -> Any:
    # The magic lives here too and must not pay for ipywidgets.
    if name == "ChatPanel":
        from .panel import ChatPanel

        return ChatPanel
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
