"""An LLM workbench inside Jupyter: models, chat, comparison, fine-tuning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .core.version import __version__

if TYPE_CHECKING:
    from .client import AsyncLLMOps, LLMOps

__all__ = ["AsyncLLMOps", "LLMOps", "__version__"]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyter-llmops"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from .app import LLMOpsApp

    return [{"module": "jupyter_llmops", "app": LLMOpsApp}]


def load_ipython_extension(ipython: Any) -> None:
    """Register the `%%llm` magic (`%load_ext jupyter_llmops`)."""
    from .widgets.magic import load_ipython_extension as load

    load(ipython)


def __getattr__(name: str) -> Any:
    # The client needs httpx and pydantic; neither is paid for by a plain import.
    if name in ("AsyncLLMOps", "LLMOps"):
        from . import client

        return getattr(client, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
