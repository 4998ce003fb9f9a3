"""Variables in the text of a cell: `{name}` stands for the value of `name`."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from typing import Any

from ..client.errors import ClientError
from ..core.i18n import msg
from .rendering import as_text

__all__ = ["MissingVariableError", "fill"]

# Only a lone name counts, so that the braces of code, JSON and formulas survive: {a: 1}, { }, {"a"}.
_FIELD = re.compile(r"\{\{(?P<kept>[^\W\d]\w*)\}\}|\{(?P<name>[^\W\d]\w*)\}")


class MissingVariableError(ClientError):
    """A `{name}` stands in the text and the namespace has no such variable."""

    kind = "missing_variable"
    template = msg("There is no variable {names}")
    advice = msg(
        "Define it first. To send the braces as they are, double them ({{like_this}}), "
        "or use --raw to fill in nothing."
    )


def fill(text: str, namespace: Mapping[str, Any], language: str = "en") -> str:
    """Return the text with each `{name}` replaced by its value and each `{{name}}` by `{name}`.

    Raise `MissingVariableError` that names all that are missing.
    """
    names = [match["name"] for match in _FIELD.finditer(text) if match["name"]]
    missing = [name for name in dict.fromkeys(names) if not keyword.iskeyword(name) and name not in namespace]
    if missing:
        raise MissingVariableError(language, names=", ".join(missing))
    return _FIELD.sub(lambda match: _value(match, namespace), text)


def _value(match: re.Match[str], namespace: Mapping[str, Any]) -> str:
    if match["kept"]:
        return "{" + match["kept"] + "}"
    name = match["name"]
    return match[0] if keyword.iskeyword(name) else as_text(name, namespace[name])
