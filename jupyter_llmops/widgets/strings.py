"""The panel's texts in other languages: the same catalogue the front end's other hosts use."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from typing import Any

__all__ = ["catalogue"]


@lru_cache(maxsize=4)
def catalogue(language: str) -> dict[str, Any]:
    """Return the catalogue of a language (`zh-CN`; empty for English, which the source is written in).

    `auto` gets the Chinese one: the panel chooses by the language of the page around it.
    """
    if language == "en":
        return {}
    path = files("jupyter_llmops") / "locale" / "zh_CN" / "LC_MESSAGES" / "jupyter_llmops.json"
    texts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return texts
