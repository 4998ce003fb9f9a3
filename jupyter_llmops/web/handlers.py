"""Paths that belong to no room: health, the contract and its reading page."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any, ClassVar

import orjson
from tornado import web

from ..core.scopes import USE
from ..core.wire import Wire
from .base import BaseHandler
from .openapi import document
from .routes import Route
from .verbs import api, needs_scope, public

__all__ = ["Health", "Unknown", "routes"]


class HealthReport(Wire):
    """Whether the service can be used, and its version."""

    status: str
    version: str


class Health(BaseHandler):
    """Tell whether the service can be used; the one path that needs no sign-in."""

    waits_for_services: ClassVar[bool] = False

    @public
    @api("Tell whether the service is ready (503 until then)", reply=HealthReport)
    async def get(self) -> None:
        """Answer 200 when ready, else 503."""
        state = self.settings["llmops"]
        self.reply({"status": state.status, "version": state.version}, 200 if state.started else 503)


class OpenAPI(BaseHandler):
    """The contract."""

    waits_for_services: ClassVar[bool] = False

    @needs_scope(USE)
    @api("Return this document", reply=dict[str, Any])
    async def get(self) -> None:
        """Answer the OpenAPI 3.1 document."""
        state = self.settings["llmops"]
        self.finish_as(_document_bytes(tuple(state.routes), state.version), "application/json")


@lru_cache(maxsize=1)
def _document_bytes(routes: tuple[Route, ...], version: str) -> bytes:
    return orjson.dumps(document(routes, version))


class Docs(BaseHandler):
    """The contract as a page to read; its script and style come from this package."""

    waits_for_services: ClassVar[bool] = False

    @needs_scope(USE)
    @api("Show this document as a page", media_types=("text/html",))
    async def get(self) -> None:
        """Answer the page."""
        self.set_header(
            "Content-Security-Policy", "default-src 'self'; object-src 'none'; frame-ancestors 'self'"
        )
        self.finish_as(_asset("docs.html"), "text/html; charset=utf-8")


class DocsAsset(BaseHandler):
    """The script and the style of the page."""

    waits_for_services: ClassVar[bool] = False

    @needs_scope(USE)
    async def get(self, name: str) -> None:
        """Answer the asset."""
        media_types = {"docs.js": "text/javascript; charset=utf-8", "docs.css": "text/css; charset=utf-8"}
        if name not in media_types:
            raise web.HTTPError(404)
        self.finish_as(_asset(name), media_types[name])


def _asset(name: str) -> bytes:
    return (files("jupyter_llmops.web") / "assets" / name).read_bytes()


class Unknown(BaseHandler):
    """Everything below our prefix that no room answers: 404 as problem details."""

    waits_for_services: ClassVar[bool] = False

    @needs_scope(USE)
    async def get(self) -> None:
        """Answer 404."""
        raise web.HTTPError(404)

    post = put = patch = delete = get


routes: list[Route] = [
    ("/health", Health),
    ("/openapi.json", OpenAPI),
    ("/docs", Docs),
    ("/docs/{name:str}", DocsAsset),
]
