"""Route templates. `("/chat/sessions/{session_id}", Handler)` stands beside its handler.

`{name}` is a positive whole number that fits a database key, `{name:str}` a path segment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

__all__ = ["API_PREFIX", "Route", "parameters", "regex", "tornado_routes"]

API_PREFIX = "llmops/api/v1"

Route = tuple[str, type[Any]]

_FIELD = re.compile(r"\{(?P<name>\w+)(?::(?P<kind>int|str))?\}")
_PATTERNS = {"int": r"[0-9]{1,18}", "str": r"[^/]+"}


def parameters(template: str) -> dict[str, str]:
    """Return the path parameters of a template and their kinds, `int` or `str`."""
    return {field["name"]: field["kind"] or "int" for field in _FIELD.finditer(template)}


def regex(template: str) -> str:
    """Return the regular expression that Tornado matches."""

    def group(field: re.Match[str]) -> str:
        return f"(?P<{field['name']}>{_PATTERNS[field['kind'] or 'int']})"

    return _FIELD.sub(group, template)


def tornado_routes(base_url: str, routes: Iterable[Route]) -> list[tuple[str, type[Any], dict[str, Any]]]:
    """Return the routes as Tornado takes them, below the server's base URL."""
    prefix = re.escape(base_url.rstrip("/") + "/" + API_PREFIX)
    return [(prefix + regex(path), handler, {"kinds": parameters(path)}) for path, handler in routes]
