"""Ready-made sets of parameters."""

from __future__ import annotations

from typing import Any

from ..core.i18n import msg

__all__ = ["TEMPLATES"]

# id → (name, parameters)
TEMPLATES: dict[str, tuple[str, dict[str, Any]]] = {
    "precise": (msg("Precise"), {"temperature": 0.1, "top_p": 0.9}),
    "balanced": (msg("Balanced"), {"temperature": 0.7, "top_p": 0.95}),
    "creative": (msg("Creative"), {"temperature": 1.1, "top_p": 0.98, "presence_penalty": 0.3}),
    "code": (msg("Code"), {"temperature": 0.2, "top_p": 0.95, "max_tokens": 4096}),
}
