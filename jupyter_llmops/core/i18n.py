"""Messages of the server in the reader's language.

A message is written once, in English, as a template marked with `msg`. The catalogue of another
language maps that template to its own; a missing entry falls back to English. A test compares the
marks in the source with the catalogues.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.resources import files

__all__ = ["LANGUAGES", "Translate", "choose_language", "msg", "render", "translator"]

LANGUAGES = ("en", "zh-CN")

Translate = Callable[[str], str]


def msg(template: str) -> str:
    """Mark a template for translation and return it unchanged."""
    return template


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: str) -> Mapping[str, str]:
    if language == "en":
        return {}
    name = language.replace("-", "_") + ".json"
    text = (files(__package__) / "messages" / name).read_text(encoding="utf-8")
    catalogue: dict[str, str] = json.loads(text)
    return catalogue


def translator(language: str) -> Translate:
    """Return the function that turns a marked template into the given language."""
    catalogue = _catalogue(language if language in LANGUAGES else "en")
    return lambda template: catalogue.get(template, template)


def render(template: str, params: Mapping[str, object], translate: Translate) -> str:
    """Translate a template and fill its `{name}` fields; an unknown field stays as it is."""
    text = translate(template)
    for name, value in params.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def choose_language(accept_language: str | None) -> str:
    """Return the supported language an Accept-Language header (RFC 9110 §12.5.4) likes best."""
    best, best_quality = "en", 0.0
    for part in (accept_language or "").split(","):
        tag, _, parameters = part.strip().partition(";")
        try:
            quality = float(parameters.partition("q=")[2] or 1)
        except ValueError:
            continue
        language = _match(tag.strip().lower())
        if language is not None and quality > best_quality:
            best, best_quality = language, quality
    return best


def _match(tag: str) -> str | None:
    if tag.split("-", maxsplit=1)[0] == "zh":
        return "zh-CN"
    return "en" if tag.split("-", maxsplit=1)[0] == "en" else None
