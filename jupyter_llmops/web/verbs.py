"""What a verb says about itself: the scope it needs and the types it speaks.

Both decorators only note facts on the method. `BaseHandler.prepare` enforces the scope,
`web.openapi` writes the contract from the types.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from ..core import scopes

__all__ = ["Operation", "api", "needs_scope", "operation_of", "public", "scope_of"]

Method = TypeVar("Method", bound=Callable[..., Any])

PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Operation:
    """One verb of one path, as the OpenAPI document shows it."""

    summary: str
    body: Any = None
    query: Any = None
    reply: Any = None
    status: int = 200
    events: bool = False
    media_types: tuple[str, ...] = ()
    body_required: bool = True
    upload: bool = False


def needs_scope(scope: str) -> Callable[[Method], Method]:
    """Let only holders of the scope call this verb; a typo fails at import."""
    if scope not in scopes.ALL:
        raise ValueError(f"unknown scope {scope!r}; known: {sorted(scopes.ALL)}")

    def note(method: Method) -> Method:
        method.__llmops_scope__ = scope  # type: ignore[attr-defined]
        return method

    return note


def public(method: Method) -> Method:
    """Let anybody call this verb, signed in or not."""
    method.__llmops_scope__ = PUBLIC  # type: ignore[attr-defined]
    # Jupyter Server walks its own routes for this mark.
    method.__allow_unauthenticated = True  # type: ignore[attr-defined]
    return method


def api(
    summary: str,
    *,
    body: Any = None,
    query: Any = None,
    reply: Any = None,
    status: int = 200,
    events: bool = False,
    media_types: tuple[str, ...] = (),
    body_required: bool = True,
    upload: bool = False,
) -> Callable[[Method], Method]:
    """Describe a verb for the OpenAPI document.

    `events`: the verb (also) answers `text/event-stream`. `media_types`: it sends a file.
    `upload`: it takes one, as the body or as the form field `file`.
    """
    operation = Operation(summary, body, query, reply, status, events, media_types, body_required, upload)

    def note(method: Method) -> Method:
        method.__llmops_operation__ = operation  # type: ignore[attr-defined]
        return method

    return note


def scope_of(method: object) -> str | None:
    """Return the scope a verb needs, `"public"`, or None when it forgot to say."""
    return getattr(method, "__llmops_scope__", None)


def operation_of(method: object) -> Operation | None:
    """Return the description of a verb."""
    return getattr(method, "__llmops_operation__", None)
