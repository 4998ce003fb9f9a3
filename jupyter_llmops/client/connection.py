"""The wire: the only module of the SDK that knows the HTTP library."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Any, TypeVar

import httpx

from .discovery import Address, find_server
from .errors import NotFoundError, ServerUnreachableError, error_of
from .listing import Listing
from .sse import Frame, FrameParser
from .types import Record

__all__ = ["Connection", "RawResponse"]

T = TypeVar("T", bound=Record)

PAGE = 100  # what every list request may ask for at once
# The server pings a stream every 15 s; testing a model may take the whole of a provider's time limit.
TIMEOUT = httpx.Timeout(90.0, connect=10.0)
STREAM_TIMEOUT = httpx.Timeout(50.0, connect=10.0)
PROBE_TIMEOUT = httpx.Timeout(2.0)


class _TokenAuth(httpx.Auth):
    """Puts the token into the request; keeps it out of headers dicts that a traceback could show."""

    def __init__(self, address: Address) -> None:
        self._address = address

    def auth_flow(self, request: httpx.Request) -> Any:
        if self._address.token:
            request.headers["Authorization"] = f"token {self._address.token}"
        yield request


class RawResponse:
    """A response as it comes: status, headers, and the body piece by piece."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers

    def pieces(self) -> AsyncIterator[bytes]:
        """Yield the body, decompressed, as it arrives."""
        return self._response.aiter_bytes()

    async def frames(self) -> AsyncGenerator[Frame, None]:
        """Yield the server-sent events of the body."""
        parser = FrameParser()
        async for line in self._response.aiter_lines():
            for frame in parser.feed(line):
                yield frame


class Connection:
    """Requests to one server, in one language. Usable from one event loop after another."""

    def __init__(
        self,
        address: Address | None = None,
        *,
        language: str = "en",
        verify: bool | ssl.SSLContext = True,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._address = address
        self.language = language
        self._verify = verify
        self._transport = transport
        self._client: httpx.AsyncClient | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def __repr__(self) -> str:
        return f"Connection({self.url or 'not connected'})"

    @property
    def url(self) -> str:
        """The root of the interface, or `""` before the server was found."""
        return self._address.url if self._address else ""

    async def connect(self) -> None:
        """Find the server, unless it is known; raise `ServerNotFoundError` if there is none."""
        if self._address is None:
            self._address = await find_server(self._is_ours, language=self.language)

    async def aclose(self) -> None:
        """Close the pooled connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _is_ours(self, address: Address) -> bool:
        async with self._open(address) as client:
            try:
                response = await client.get("health", timeout=PROBE_TIMEOUT)
            except httpx.HTTPError:
                return False
        # 503: ours, still starting. Other programs answer 404, or a page.
        return response.status_code in (200, 503) and "json" in response.headers.get("content-type", "")

    def _open(self, address: Address) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=address.url,
            auth=_TokenAuth(address),
            headers={"Accept-Language": self.language},
            timeout=TIMEOUT,
            verify=self._verify,
            transport=self._transport,
            # A proxy of the environment has no business between a kernel and its own machine.
            trust_env=not address.is_local,
        )

    async def _ready(self) -> httpx.AsyncClient:
        await self.connect()
        assert self._address is not None
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:  # pooled connections belong to their loop
            self._client, self._loop = self._open(self._address), loop
        return self._client

    async def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """Send a request and return the whole response, or raise the error it stands for."""
        client = await self._ready()
        try:
            response = await client.request(
                method, path, params=_params(query), json=body, content=content, headers=headers
            )
        except httpx.HTTPError as error:
            raise self._unreachable(error) from error
        if response.is_error:
            raise _error_of(response)
        return response

    async def json(self, method: str, path: str, **request: Any) -> Any:
        """Send a request and return the JSON of the response; None when it has no body."""
        response = await self.send(method, path, **request)
        if not response.content:
            return None
        try:
            return response.json()
        except ValueError as error:  # a page: there is a web server, but not our interface
            raise NotFoundError(f"No jupyter-llmops at {self.url}", code="not_llmops") from error

    async def items(self, path: str, kind: type[T], query: Mapping[str, Any] | None = None) -> Listing[T]:
        """Return a list that comes whole."""
        found = await self.json("GET", path, query=query)
        return Listing(
            kind.model_validate(item) for item in (found if isinstance(found, list) else found["items"])
        )

    async def listing(
        self, path: str, kind: type[T], limit: int | None = None, query: Mapping[str, Any] | None = None
    ) -> Listing[T]:
        """Return up to `limit` items of a list that comes in pages (all with None)."""
        items: list[T] = []
        cursor: str | None = None
        total: int | None = None
        while limit is None or len(items) < limit:
            size = PAGE if limit is None else min(PAGE, limit - len(items))
            page = await self.json("GET", path, query={**(query or {}), "limit": size, "cursor": cursor})
            items += [kind.model_validate(item) for item in page["items"]]
            total, cursor = page.get("total"), page.get("next")
            if not cursor or not page["items"]:
                break
        return Listing(items, total)

    @asynccontextmanager
    async def raw(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> AsyncIterator[RawResponse]:
        """Open a request whose body is read piece by piece; errors of the server are not raised."""
        client = await self._ready()
        try:
            async with client.stream(
                method,
                path,
                params=_params(query),
                json=body,
                content=content,
                headers=headers,
                timeout=STREAM_TIMEOUT,
            ) as response:
                yield RawResponse(response)
        except httpx.HTTPError as error:
            raise self._unreachable(error) from error

    @asynccontextmanager
    async def events(
        self, method: str, path: str, *, body: Any = None, after: int = 0
    ) -> AsyncIterator[AsyncIterator[Frame]]:
        """Open a stream of events, after the given number if there is one."""
        headers = {"Accept": "text/event-stream"}
        if after:
            headers["Last-Event-ID"] = str(after)
        async with self.raw(method, path, body=body, headers=headers) as response:
            if response.status >= 400:
                content = b"".join([piece async for piece in response.pieces()])
                raise error_of(response.status, _problem(content), response.headers.get("retry-after"))
            async with aclosing(response.frames()) as frames:
                yield frames

    def _unreachable(self, error: httpx.HTTPError) -> ServerUnreachableError:
        reason = str(error) or type(error).__name__
        return ServerUnreachableError(self.language, url=self.url, reason=reason)


def _params(query: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if query is None:
        return None
    return {name: _plain(value) for name, value in query.items() if value is not None}


def _plain(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _error_of(response: httpx.Response) -> Exception:
    return error_of(response.status_code, _problem(response.content), response.headers.get("retry-after"))


def _problem(content: bytes) -> Mapping[str, Any]:
    try:
        problem = json.loads(content)
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}
