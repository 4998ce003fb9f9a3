"""Carries requests of a panel in the browser to the server, and the answers back.

The page of a notebook cannot reach the server itself (it may be served from elsewhere, it has no
token), so the panel sends each request as a message to the kernel. Bodies go back in numbered
chunks with a count at the end, so that the panel notices a message that got lost.
"""

from __future__ import annotations

import asyncio
import codecs
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import monotonic
from typing import Any
from urllib.parse import unquote

from ..client.connection import Connection, RawResponse
from ..client.errors import LLMOpsAPIError
from ..core.i18n import msg, translator

__all__ = ["Forwarder", "Pace", "is_allowed"]

# `send(content, buffers)` as ipywidgets has it; may be called from the client's own thread.
Send = Callable[[dict[str, Any], list[bytes]], None]
# Called with method, path and status after each request has ended, aborted or not.
Ended = Callable[[str, str, int], None]
# Awaited before the panel learns that an answer is done.
Answered = Callable[[], Awaitable[None]]

METHODS = frozenset({"GET", "POST", "PATCH", "DELETE"})
PLACES = frozenset({"chat", "me", "model-configs", "model-templates", "providers"})
REQUEST_HEADERS = frozenset({"accept", "accept-language", "content-type", "last-event-id"})
RESPONSE_HEADERS = frozenset({"content-type", "content-disposition", "retry-after", "x-request-id"})
_PATH = re.compile(r"/?[A-Za-z0-9._~-]+(/[A-Za-z0-9._~:@-]+)*(\?[^#\s]*)?")

# Jupyter Server drops a kernel's messages above 1,000 a second and above 1 MB a second (measured
# over 3 s), for all panels of the kernel together: stay well below.
DONE = b"event: done"
BATCH_SECONDS = 0.025
CHUNK_BYTES = 16_384
BYTES_PER_SECOND = 400_000
BUFFER_BYTES = 1 << 20


def is_allowed(method: str, path: str) -> bool:
    """Tell whether a panel may send this request: the chat's own paths, nothing cleverly written."""
    if method not in METHODS or not _PATH.fullmatch(path):
        return False
    segments = unquote(path).partition("?")[0].strip("/").split("/")
    return segments[0] in PLACES and not {".", ".."} & set(segments)


class Pace:
    """Spreads bytes over time. One for all requests of a panel."""

    def __init__(self, bytes_per_second: float = BYTES_PER_SECOND) -> None:
        self._rate = bytes_per_second
        self._free_at = 0.0

    async def turn(self, size: int) -> None:
        """Wait until so many bytes may go; a second's worth may go at once."""
        self._free_at = max(self._free_at, monotonic() - 1.0) + size / self._rate
        await asyncio.sleep(max(0.0, self._free_at - monotonic()))


class Forwarder:
    """Runs the requests of one panel, several at once, on the client's event loop."""

    def __init__(
        self,
        connection: Connection,
        send: Send,
        ended: Ended = lambda method, path, status: None,
        answered: Answered | None = None,
    ) -> None:
        self._connection = connection
        self._send = send
        self._ended = ended
        self._answered = answered
        self._pace = Pace()
        self._running: dict[str, asyncio.Task[None]] = {}

    async def take(self, message: Mapping[str, Any], buffers: Sequence[Any] = ()) -> None:
        """Take a message of the panel: start a request, or abort one."""
        identity = str(message.get("id", ""))
        if message.get("kind") == "abort":
            running = self._running.pop(identity, None)
            if running is not None:
                running.cancel()
        elif message.get("kind") == "request" and identity not in self._running:
            task = asyncio.create_task(self._run(identity, message, buffers))
            self._running[identity] = task
            task.add_done_callback(lambda _: self._running.pop(identity, None))

    async def close(self) -> None:
        """Abort everything."""
        tasks = [*self._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, identity: str, message: Mapping[str, Any], buffers: Sequence[Any]) -> None:
        method, path = str(message.get("method") or "GET").upper(), str(message.get("path", ""))
        if not is_allowed(method, path):
            self._refuse(identity)
            return
        status = 0
        try:
            async with self._connection.raw(
                method,
                path.lstrip("/"),
                body=None if buffers else message.get("body"),
                content=bytes(buffers[0]) if buffers else None,
                headers=_passed(message.get("headers") or {}, REQUEST_HEADERS),
            ) as response:
                status = response.status
                await _Relay(identity, response, self._send, self._pace, self._answered).run()
        except LLMOpsAPIError as error:
            self._send({"kind": "error", "id": identity, "message": error.detail}, [])
        finally:  # a panel aborts a stream as soon as it has read `done`
            if status:
                self._ended(method, path, status)

    def _refuse(self, identity: str) -> None:
        text = translator(self._connection.language)(msg("A chat panel may not send this request"))
        self._send({"kind": "error", "id": identity, "message": text}, [])


class _Relay:
    """One response on its way to the panel: a head, numbered chunks, the count."""

    def __init__(
        self, identity: str, response: RawResponse, send: Send, pace: Pace, answered: Answered | None
    ) -> None:
        self._id = identity
        self._answered = answered
        self._response = response
        self._send = send
        self._pace = pace
        self._is_text = _is_text(response.headers.get("content-type", ""))
        self._buffer = bytearray()
        self._changed = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._complete = False

    async def run(self) -> None:
        """Relay the response to its end."""
        headers = _passed(self._response.headers, RESPONSE_HEADERS)
        head = {"kind": "head", "id": self._id, "status": self._response.status, "headers": headers}
        self._send({**head, "binary": not self._is_text}, [])
        reader = asyncio.create_task(self._read())
        try:
            count = await self._write()
            await reader  # raises what broke the response off
        finally:
            reader.cancel()
        self._send({"kind": "end", "id": self._id, "n": count}, [])

    async def _read(self) -> None:
        try:
            async for piece in self._response.pieces():
                self._buffer += piece
                self._changed.set()
                if len(self._buffer) > BUFFER_BYTES:  # the panel is slower than the server
                    self._room.clear()
                await self._room.wait()
        finally:
            self._complete = True
            self._changed.set()

    async def _write(self) -> int:
        """Send what has been read, at most one chunk in 25 ms; return how many."""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        count = 0
        while True:
            await self._changed.wait()
            piece = bytes(self._buffer[:CHUNK_BYTES])
            del self._buffer[: len(piece)]
            if len(self._buffer) <= BUFFER_BYTES:
                self._room.set()
            if not self._buffer and not self._complete:
                self._changed.clear()
            if piece:
                if self._answered and DONE in piece:
                    await self._answered()
                await self._pace.turn(len(piece))
                count += self._chunk(count, piece, decoder)
                await asyncio.sleep(0 if self._complete else BATCH_SECONDS)
            elif self._complete:
                return count

    def _chunk(self, number: int, piece: bytes, decoder: codecs.IncrementalDecoder) -> int:
        chunk = {"kind": "chunk", "id": self._id, "n": number}
        if not self._is_text:
            self._send({**chunk, "text": ""}, [piece])
            return 1
        text = decoder.decode(piece)
        if text:
            self._send({**chunk, "text": text}, [])
        return int(bool(text))


def _is_text(content_type: str) -> bool:
    kind = content_type.partition(";")[0].strip().lower()
    return kind.startswith("text/") or kind.endswith(("json", "xml")) or not kind


def _passed(headers: Mapping[str, Any], names: frozenset[str]) -> dict[str, str]:
    return {name.lower(): str(value) for name, value in headers.items() if name.lower() in names}
