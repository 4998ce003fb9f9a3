"""Lets Jupyter Server start at once: our rooms are imported and built after it listens.

Until then one light handler holds every request below `/llmops/`, waits for the rooms, and hands
the request over to the real handler. This module must import nothing heavy.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Protocol

from tornado import web

if TYPE_CHECKING:
    from .web.routes import Route

__all__ = ["Gate", "State"]

log = logging.getLogger("jupyter_llmops")

GATE_PATTERN = r"/llmops(/.*)?"


class Built(Protocol):
    """What starting yields: the rooms' services and every route."""

    services: Any
    routes: list[Route]


class State:
    """What `settings["llmops"]` holds: whether we have started, and with what."""

    def __init__(self, version: str, kernel_token: str, build: Callable[[], Awaitable[Built]]) -> None:
        self.version = version
        self.kernel_token = kernel_token
        self._build = build
        self._starting: asyncio.Task[Built] | None = None
        self._built: Built | None = None

    @property
    def started(self) -> bool:
        """Tell whether the rooms can be used."""
        return self._built is not None

    @property
    def status(self) -> str:
        """Return `ok`, `starting`, or `failed` until the next request tries the start again."""
        if self._built is not None:
            return "ok"
        failed = self._starting is not None and self._starting.done()
        return "failed" if failed else "starting"

    @property
    def services(self) -> Any:
        """Return the rooms' services; only after `ready()`."""
        assert self._built is not None
        return self._built.services

    @property
    def routes(self) -> list[Route]:
        """Return every route; only after `ready()`."""
        assert self._built is not None
        return self._built.routes

    async def ready(self) -> None:
        """Return when the rooms can be used; raise what kept them from it.

        A start that failed is tried again by the next caller: the cause (a full disk, a database
        that is down) may be gone by then.
        """
        if self._built is not None:
            return
        if self._starting is None or (self._starting.done() and self._built is None):
            self._starting = asyncio.ensure_future(self._build())
        # shield: a client that goes away must not stop the start for all
        self._built = await asyncio.shield(self._starting)

    async def stop(self) -> None:
        """Close the rooms."""
        if self._starting is not None:
            await asyncio.wait((self._starting,))
        if self._built is not None:
            built, self._built = self._built, None
            await built.services.close()


class Gate(web.RequestHandler):
    """Hold a request until the rooms are there, then let their handler answer it."""

    async def prepare(self) -> None:
        """Wait, then pass the request on; a health check does not wait."""
        state: State = self.settings["llmops"]
        health = self.request.path.endswith("/llmops/api/v1/health")
        try:
            if not health:
                await state.ready()
        except Exception as error:  # noqa: BLE001 - whatever it is, the person must learn it here and now
            self._refuse(error)
            return
        if health and not state.started:
            self._answer(503, {"status": state.status, "version": state.version}, "application/json")
            return
        await self._hand_over()

    async def _hand_over(self) -> None:
        delegate: Any = self.application.find_handler(self.request)
        if delegate.handler_class is type(self):
            raise web.HTTPError(404)
        handler = delegate.handler_class(self.application, self.request, **delegate.handler_kwargs)
        transforms = [transform(self.request) for transform in self.application.transforms]
        await handler._execute(transforms, *delegate.path_args, **delegate.path_kwargs)
        self._finished = True

    def check_xsrf_cookie(self) -> None:
        """Leave the check to the handler that answers."""

    def _refuse(self, error: Exception) -> None:
        from .core.errors import LLMOpsError, NotReady
        from .core.i18n import choose_language, msg

        if not isinstance(error, LLMOpsError):
            log.error("the service cannot start: %s", type(error).__name__, exc_info=error)
            error = NotReady(
                msg("The service cannot start."),
                code="cannot_start",
                remedy=msg("Run “jupyter llmops doctor” on the server; it says what is wrong."),
            )
        problem = error.problem(choose_language(self.request.headers.get("Accept-Language")))
        self._answer(error.status, problem, "application/problem+json")

    def _answer(self, status: int, body: dict[str, Any], media_type: str) -> None:
        self.set_status(status)
        self.set_header("Retry-After", "1")
        self.set_header("Content-Type", media_type)
        self.finish(json.dumps(body))
