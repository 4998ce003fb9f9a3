"""HTTP/1.1 for streams: the only module that speaks to provider servers.

Why not a ready client: here the address of a connection must be the one the policy checked, a
stream must die within milliseconds of being closed, hundreds of streams start at once, and each
piece of text passes through here. This is h11 (the parser that httpx uses) on asyncio streams with a
pool of kept-alive connections per origin; docs/explanation/http-client.md has the measurements.

Never done: redirects, proxies from the environment, cookies, compression.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

import h11

from ..core.errors import ProviderError, ProviderTimeout
from ..core.i18n import msg
from ..core.version import __version__
from .lines import Lines, LineTooLong
from .network import connect, tls_context
from .policy import EndpointPolicy, Origin
from .problems import (
    SAYS,
    BadResponse,
    FirstTokenTimeout,
    IdleTimeout,
    Interrupted,
    Redirected,
    Unreachable,
)
from .redaction import redact

__all__ = ["HttpPool", "Reply", "Timeouts"]

_CHUNK = 64 * 1024
_MAX_HEAD = 64 * 1024
_MAX_BODY = 32 * 1024 * 1024
_IDLE_CONNECTIONS = 100  # kept per origin
_KEPT_ALIVE_FOR = 55.0  # seconds; common servers close after 60
_GOODBYE = 0.05  # seconds to wait for the last bytes of a finished stream, to keep its connection


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Patience in seconds: to connect, until the first event of an answer, between bytes after it."""

    connect: float = 10.0
    first_token: float = 60.0
    idle: float = 30.0


class _Watch:
    """Close a connection that stays silent. One timer, however many pieces pass."""

    def __init__(self, close: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._close = close
        self._timer: asyncio.TimerHandle | None = None
        self._limit = 0.0
        self._since = 0.0
        self._raises: type[ProviderTimeout] = IdleTimeout
        self.expired = False

    def start(self, limit: float, raises: type[ProviderTimeout]) -> None:
        """Begin to count towards a new limit."""
        self.stop()
        self._limit, self._raises = limit, raises
        self.touch()
        self._timer = self._loop.call_later(limit, self._check)

    def touch(self) -> None:
        """Note a sign of life."""
        self._since = self._loop.time()

    def stop(self) -> None:
        """Count no more."""
        if self._timer is not None:
            self._timer.cancel()

    def problem(self) -> ProviderTimeout:
        """Return what the expiry means."""
        template = (
            msg("The provider did not begin its answer within {seconds} s.")
            if self._raises is FirstTokenTimeout
            else msg("Nothing more came from the provider for {seconds} s.")
        )
        return self._raises(template, seconds=round(self._limit, 1))

    def _check(self) -> None:
        left = self._since + self._limit - self._loop.time()
        if left > 0:
            self._timer = self._loop.call_later(left, self._check)
        else:
            self.expired = True
            self._close()


class _Connection:
    """One TCP or TLS connection and the state of HTTP on it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.state = h11.Connection(h11.CLIENT, max_incomplete_event_size=_MAX_HEAD)
        self.heard = False  # since the last request
        self.idle_since = 0.0

    def send(self, request: h11.Request, body: bytes) -> None:
        out = [self.state.send(request)]
        if body:
            out.append(self.state.send(h11.Data(data=body)))
        out.append(self.state.send(h11.EndOfMessage()))
        self.writer.write(b"".join(part for part in out if part))

    async def receive(self) -> None:
        """Wait for more bytes and hand them to the parser; none at the end of the connection."""
        data = await self.reader.read(_CHUNK)
        self.heard = self.heard or bool(data)
        self.state.receive_data(data)

    def abort(self) -> None:
        self.writer.transport.abort()

    @property
    def alive(self) -> bool:
        return not (self.writer.transport.is_closing() or self.reader.at_eof())

    @property
    def reusable(self) -> bool:
        return self.alive and self.state.our_state is h11.DONE and self.state.their_state is h11.DONE


class Reply:
    """The answer to a request: its head at once, its body as it comes."""

    def __init__(self, connection: _Connection, head: h11.Response, watch: _Watch, idle: float) -> None:
        self.status = head.status_code
        self.headers = {name.decode("ascii"): value.decode("latin-1") for name, value in head.headers}
        self._connection = connection
        self._watch = watch
        self._idle = idle
        self._lines = Lines()
        self._began = False
        self._ended = False

    def began(self) -> None:
        """Note the first event of an answer: from now on silence counts, not the whole wait."""
        if not self._began:
            self._began = True
            self._watch.start(self._idle, IdleTimeout)

    async def body(self, limit: int = _MAX_BODY) -> bytes:
        """Return the whole body."""
        self.began()
        parts: list[bytes] = []
        size = 0
        while data := await self.chunk():
            size += len(data)
            if size > limit:
                raise BadResponse(msg("The server's answer is larger than {limit} bytes."), limit=limit)
            parts.append(data)
        return b"".join(parts)

    async def lines(self) -> list[bytes] | None:
        """Return the next lines of the body, as many as came together; None at its end."""
        while data := await self.chunk():
            try:
                batch = self._lines.feed(data)
            except LineTooLong as error:
                limit = error.args[0]
                raise BadResponse(
                    msg("The server sent a line longer than {limit} bytes."), limit=limit
                ) from None
            if batch:
                return batch
        return self._lines.close() or None

    async def chunk(self) -> bytes:
        """Return all of the body that has arrived, waiting for some; empty at its end."""
        ready: list[bytes] = []
        try:
            while not self._ended:
                event = self._connection.state.next_event()
                if type(event) is h11.Data:
                    ready.append(event.data)
                elif event is not h11.NEED_DATA:
                    self._ended = True
                elif ready:
                    break
                else:
                    await self._connection.receive()
                    if self._watch.expired:  # where the end of the connection ends the body
                        raise self._watch.problem()
                    if self._began:
                        self._watch.touch()
        except (h11.RemoteProtocolError, OSError):
            raise self._watch.problem() if self._watch.expired else Interrupted() from None
        return ready[0] if len(ready) == 1 else b"".join(ready)

    async def finish(self) -> None:
        """Read what is left of a finished answer if it is there, so that the connection can be kept."""
        with suppress(TimeoutError, ProviderError, ProviderTimeout):
            async with asyncio.timeout(_GOODBYE):
                while await self.chunk():
                    pass


class HttpPool:
    """Kept-alive connections to providers, by origin. Every request asks the policy first."""

    def __init__(self, policy: Callable[[], EndpointPolicy], timeouts: Timeouts | None = None) -> None:
        self.timeouts = timeouts or Timeouts()
        self._policy = policy
        self._idle: defaultdict[tuple[str, str, int], deque[_Connection]] = defaultdict(deque)
        self._tls: ssl.SSLContext | None = None

    @asynccontextmanager
    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        query: str = "",
        timeouts: Timeouts | None = None,
    ) -> AsyncIterator[Reply]:
        """Send a request and give its reply; leaving early closes the connection at once."""
        patience = timeouts or self.timeouts
        origin = self._policy().check_url(url)
        message = _message(method, origin, query, headers or {}, body)
        connection, watch, head = await self._exchange(origin, message, body, patience)
        try:
            reply = Reply(connection, head, watch, patience.idle)
            _refuse_detours(reply, origin)
            yield reply
            await reply.finish()
            if connection.reusable:
                self._keep(origin, connection)
        finally:
            watch.stop()
            if connection.idle_since == 0.0:
                connection.abort()

    async def aclose(self) -> None:
        """Close the idle connections."""
        for connections in self._idle.values():
            for connection in connections:
                connection.abort()
        self._idle.clear()

    async def _exchange(
        self, origin: Origin, message: h11.Request, body: bytes, patience: Timeouts
    ) -> tuple[_Connection, _Watch, h11.Response]:
        """Send the request and wait for the head of the reply.

        A kept-alive connection may have died just now: then, and only if nothing came back, the
        request goes out once more on a new one.
        """
        kept = self._kept(origin)
        if kept is not None:
            with suppress(_NoAnswer):
                return kept, *await _ask(kept, origin, message, body, patience)
        fresh = await self._connect(origin, patience.connect)
        return fresh, *await _ask(fresh, origin, message, body, patience)

    async def _connect(self, origin: Origin, seconds: float) -> _Connection:
        if origin.scheme == "https" and self._tls is None:
            self._tls = await asyncio.to_thread(tls_context)  # reads hundreds of certificates
        return _Connection(*await connect(origin, self._policy(), seconds, self._tls))

    def _kept(self, origin: Origin) -> _Connection | None:
        """Take a connection that is still open; the latest first, so that the others can expire."""
        idle = self._idle[origin.scheme, origin.host, origin.port]
        oldest = asyncio.get_running_loop().time() - _KEPT_ALIVE_FOR
        while idle:
            connection = idle.pop()
            if connection.alive and connection.idle_since > oldest:
                connection.idle_since = 0.0
                return connection
            connection.abort()
        return None

    def _keep(self, origin: Origin, connection: _Connection) -> None:
        idle = self._idle[origin.scheme, origin.host, origin.port]
        connection.state.start_next_cycle()
        connection.heard = False
        connection.idle_since = asyncio.get_running_loop().time()
        idle.append(connection)
        if len(idle) > _IDLE_CONNECTIONS:
            idle.popleft().abort()


def _message(method: str, origin: Origin, query: str, headers: Mapping[str, str], body: bytes) -> h11.Request:
    fields = {
        "host": origin.authority,
        "user-agent": f"jupyter-llmops/{__version__}",
        "accept-encoding": "identity",
        **headers,
    }
    if body:
        fields["content-length"] = str(len(body))
    target = (origin.path or "/") + (f"?{query}" if query else "")
    return h11.Request(method=method, target=target, headers=list(fields.items()))


async def _ask(
    connection: _Connection, origin: Origin, message: h11.Request, body: bytes, patience: Timeouts
) -> tuple[_Watch, h11.Response]:
    watch = _Watch(connection.abort)
    watch.start(patience.first_token, FirstTokenTimeout)
    head: h11.Response | None = None
    try:
        connection.send(message, body)
        head = await _head(connection)
        return watch, head
    except (h11.RemoteProtocolError, OSError):
        if watch.expired:
            raise watch.problem() from None
        raise _no_answer(origin, connection) from None
    finally:
        if head is None:
            watch.stop()
            connection.abort()


async def _head(connection: _Connection) -> h11.Response:
    while True:
        event = connection.state.next_event()
        if isinstance(event, h11.Response):
            return event
        if event is h11.NEED_DATA:
            await connection.receive()


class _NoAnswer(Unreachable):
    """The connection closed before a single byte came back."""


def _no_answer(origin: Origin, connection: _Connection) -> ProviderError:
    if connection.heard:
        return BadResponse(msg("{host} does not speak HTTP as we understand it."), host=origin.authority)
    return _NoAnswer(msg("{host} closed the connection without an answer."), host=origin.authority)


def _refuse_detours(reply: Reply, origin: Origin) -> None:
    """Raise for redirects, and for a body that we did not ask to be compressed."""
    if 300 <= reply.status < 400:
        where = redact(reply.headers.get("location", "?").partition("?")[0])
        raise Redirected(SAYS[Redirected], provider=origin.authority, said=where)
    if reply.headers.get("content-encoding", "identity") != "identity":
        raise BadResponse(msg("{host} sends compressed answers we did not ask for."), host=origin.authority)
