"""The adapter between Tornado and the rooms: who asks, what they sent, how we answer."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import traceback
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from typing import Any, ClassVar, TypeVar
from typing import Protocol as TypingProtocol
from urllib.parse import quote

import orjson
from jupyter_server.base.handlers import APIHandler
from pydantic import BaseModel, ValidationError
from tornado import web
from tornado.iostream import StreamClosedError

from ..core.actor import Actor, local_actor
from ..core.errors import (
    BadRequest,
    Forbidden,
    LLMOpsError,
    NotFound,
    NotReady,
    TooLarge,
    Unauthenticated,
)
from ..core.i18n import choose_language, msg
from .identity import actor_of, is_kernel
from .logs import request_id
from .validation import invalid_from, query_values
from .verbs import PUBLIC, scope_of

__all__ = ["BaseHandler"]

Model = TypeVar("Model", bound=BaseModel)

log = logging.getLogger("jupyter_llmops.web")

PING_SECONDS = 15.0
MAX_JSON_BYTES = 256 << 20  # eight images of 20 MB as base64, and imports
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


class BaseHandler(APIHandler):
    """Answer one path. Verbs parse, call once and reply."""

    actor: Actor
    _int_fields: Sequence[str]
    _gone = False
    _streaming: asyncio.Task[Any] | None = None
    # Set by the verb-less handlers that answer while the services are still being built.
    waits_for_services: ClassVar[bool] = True

    def initialize(self, kinds: Mapping[str, str] | None = None) -> None:
        """Take the kinds of the path parameters from the route."""
        self._int_fields = [name for name, kind in (kinds or {}).items() if kind == "int"]

    # -- before the verb ------------------------------------------------------------------------

    async def prepare(self) -> None:  # type: ignore[override]
        """Name the request, see who asks, check the scope, convert the path's ids."""
        self.request_id = self._name_request()
        request_id.set(self.request_id)
        self.language = choose_language(self.request.headers.get("Accept-Language"))
        try:
            await self._admit()
        except LLMOpsError as error:
            self.fail(error)

    async def _admit(self) -> None:
        method = getattr(self, self.request.method.lower(), None) if self.request.method else None
        scope = scope_of(method)
        if scope is None:
            raise web.HTTPError(405)
        if scope != PUBLIC:
            await self._authenticate(scope)
        elif not self._finished:
            await super().prepare()
        if self.waits_for_services:
            await self.settings["llmops"].ready()
        ids: dict[str, Any] = {name: int(self.path_kwargs[name]) for name in self._int_fields}
        self.path_kwargs.update(ids)

    async def _authenticate(self, scope: str) -> None:
        if is_kernel(self.request, self.settings["llmops"].kernel_token):
            self.actor = local_actor(self.language)
        else:
            await super().prepare()
            if self._finished:
                return
            if not self.current_user:
                raise Unauthenticated()
            self.actor = actor_of(self.current_user, self.language)
        if not self.actor.may(scope):
            raise Forbidden(msg("This needs the right “{scope}”."), scope=scope)

    def _name_request(self) -> str:
        given = self.request.headers.get("X-Request-Id", "")
        name = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        self.set_header("X-Request-Id", name)
        return name

    def get_login_url(self) -> str:
        """Answer 401 where Jupyter Server would send a browser to its sign-in page."""
        raise Unauthenticated()

    def set_secure_cookie(self, name: str, value: str | bytes, *args: Any, **options: Any) -> None:
        """Leave programs without a sign-in cookie: they send their token each time."""
        if "Authorization" not in self.request.headers:
            super().set_secure_cookie(name, value, *args, **options)

    # -- what was sent --------------------------------------------------------------------------

    @property
    def services(self) -> Any:
        """Return the rooms' services (`container.Services`)."""
        return self.settings["llmops"].services

    def body(self, model: type[Model]) -> Model:
        """Return the JSON body as the given type, or raise with a message per field."""
        raw = self.request.body
        if len(raw) > MAX_JSON_BYTES:
            raise TooLarge(msg("The request is larger than {limit} MB."), limit=MAX_JSON_BYTES >> 20)
        try:
            return model.model_validate_json(raw or b"{}")
        except ValidationError as error:
            raise invalid_from(error) from None
        except ValueError:
            raise BadRequest(msg("The body is not valid JSON.")) from None

    def upload(self) -> bytes:
        """Return the file that was sent: the form field `file`, or else the whole body."""
        files = self.request.files.get("file")
        return files[0]["body"] if files else self.request.body

    def query(self, model: type[Model]) -> Model:
        """Return the query string as the given type, or raise with a message per field."""
        try:
            return model.model_validate(query_values(self.request.query_arguments, model))
        except ValidationError as error:
            raise invalid_from(error) from None

    @property
    def wants_events(self) -> bool:
        """Tell whether the client asked for a stream of events."""
        return "text/event-stream" in self.request.headers.get("Accept", "")

    @property
    def last_event_id(self) -> int:
        """Return the number after which the client wants events; 0 = from the first."""
        text = self.request.headers.get("Last-Event-ID") or self.get_query_argument("after", "") or "0"
        if not re.fullmatch(r"[0-9]{1,18}", text):
            raise BadRequest(msg("Last-Event-ID must be a whole number, as an event of this stream had it."))
        return int(text)

    # -- answers --------------------------------------------------------------------------------

    def reply(self, value: BaseModel | Mapping[str, Any] | list[Any], status: int = 200) -> None:
        """Send a JSON answer."""
        if isinstance(value, BaseModel):
            payload: str | bytes = value.model_dump_json()
        else:
            payload = orjson.dumps(value, default=_jsonable)
        self.set_status(status)
        self.finish_as(payload, "application/json")

    def no_content(self) -> None:
        """Answer that it is done and there is nothing to say."""
        self.set_status(204)
        self.clear_header("Content-Type")
        web.RequestHandler.finish(self)

    def send_file(self, data: bytes | str, media_type: str, filename: str) -> None:
        """Send a file to keep; a browser never shows it in our origin."""
        self.set_header("Content-Disposition", f"attachment; filename*=UTF-8''{quote(filename, safe='')}")
        self.finish_as(data, media_type)

    async def send_pieces(self, pieces: AsyncGenerator[bytes, None], media_type: str, filename: str) -> None:
        """Send a file to keep while it is being made."""
        self.set_header("Content-Disposition", f"attachment; filename*=UTF-8''{quote(filename, safe='')}")
        self.set_header("Content-Type", media_type)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "no-store")
        async with aclosing(pieces):
            async for piece in pieces:
                self.write(piece)
                await self.flush()
        web.RequestHandler.finish(self)

    def finish_as(self, payload: str | bytes, media_type: str) -> None:
        """Finish with the payload under its media type."""
        # APIHandler.finish() would overwrite the media type.
        self.set_header("Content-Type", media_type)
        self.set_header("X-Content-Type-Options", "nosniff")
        if "Cache-Control" not in self._headers:
            self.set_header("Cache-Control", "no-store")
        web.RequestHandler.finish(self, payload)

    def fail(self, error: LLMOpsError) -> None:
        """Answer with problem details (RFC 9457)."""
        if self._finished:
            return
        if self._headers_written:  # in mid-stream: cut; the client resumes with Last-Event-ID
            self.finish()
            return
        self.clear()
        self.set_header("X-Request-Id", self.request_id)
        self.set_status(error.status)
        if error.retry_after is not None:
            self.set_header("Retry-After", str(max(1, round(error.retry_after))))
        problem = error.problem(self.language, self.request_id)
        self.finish_as(orjson.dumps(problem, default=str), "application/problem+json")

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Turn whatever a verb raised into problem details; the only place that does."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if not hasattr(self, "request_id"):  # failed before prepare()
            self.request_id = self._name_request()
            self.language = choose_language(self.request.headers.get("Accept-Language"))
        self.fail(error if isinstance(error, LLMOpsError) else _expected(status_code, error))

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Log what nobody expected with its traceback; expected errors are no news."""
        if isinstance(value, LLMOpsError) and value.status < 500:
            return
        if isinstance(value, (web.HTTPError, StreamClosedError)):
            return
        log.error(
            "%s %s failed: %s",
            self.request.method,
            self.request.path,
            type(value).__name__,
            extra={"traceback": "".join(traceback.format_exception(typ, value, tb))},
        )

    def send_error(self, status_code: int = 500, **kwargs: Any) -> None:
        """Answer an expected error with its own status instead of 500."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, LLMOpsError) and not self._headers_written:
            self.write_error(error.status, **kwargs)
            return
        super().send_error(status_code, **kwargs)

    # -- streams --------------------------------------------------------------------------------

    def on_connection_close(self) -> None:
        """End the stream at once when the client goes."""
        self._gone = True
        if self._streaming is not None:
            self._streaming.cancel()

    async def stream_events(self, log: Followable, after: int = 0) -> None:
        """Send the events after the given number as they come, until the log is closed."""
        self.set_header("Content-Type", "text/event-stream; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Accel-Buffering", "no")
        task = self._streaming = asyncio.current_task()
        try:
            if log.last_id <= after:  # else they go with the first events
                # Headers go at once: the client knows that it is connected before the first token.
                await self.flush()
            async with aclosing(log.follow(after, PING_SECONDS)) as frames:
                async for chunk in frames:
                    self.write(chunk)
                    await self.flush()
        except StreamClosedError:
            return
        except asyncio.CancelledError:
            if not self._gone or task is None:
                raise
            task.uncancel()  # ours, from on_connection_close
            return
        finally:
            self._streaming = None
        web.RequestHandler.finish(self)


class Followable(TypingProtocol):
    """Something with numbered events, as `core.events.EventLog` has them."""

    @property
    def last_id(self) -> int:
        """The number of the newest event."""

    def follow(self, after: int, ping: float) -> AsyncGenerator[bytes, None]:
        """Yield frames after the given number; a ping after so many seconds of silence."""


def _jsonable(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(type(value).__name__)


class _MethodNotAllowed(LLMOpsError):
    status, code, title = 405, "method_not_allowed", msg("This path does not take this method")
    remedy = msg("Send a request as the API reference describes it.")


_BY_STATUS: dict[int, type[LLMOpsError]] = {
    400: BadRequest,
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    405: _MethodNotAllowed,
    413: TooLarge,
    503: NotReady,
}


def _expected(status: int, error: BaseException | None) -> LLMOpsError:
    """Return our error for one of Tornado's or Jupyter Server's."""
    if "_xsrf" in (getattr(error, "log_message", None) or ""):
        return Forbidden(
            msg("The request lacks the token against cross-site requests."),
            code="xsrf",
            remedy=msg("Reload the page. Programs send their token in the Authorization header."),
        )
    return _BY_STATUS.get(status, LLMOpsError)()
