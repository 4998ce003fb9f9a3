"""A small HTTP server that plays a provider by script, and remembers what it was asked.

Light enough to stand for a busy provider in a benchmark: a stream costs one timer and one write a
token, whatever its length.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self, cast

__all__ = ["FakeServer", "Script", "Seen", "serve"]


@dataclass(frozen=True)
class Script:
    """How the server behaves. The default is a short, quick, well-behaved answer."""

    text: str = "Hello from a fake."
    tokens: tuple[str, ...] = ()  # the text as pieces; else it is cut at blanks
    thinking: str = ""
    # Where the thinking goes: "field", "reasoning" (vLLM's newer name) or "tags" in the content.
    style: str = "field"
    speed: float = 0.0  # tokens a second; 0 is at once
    usage: bool = True
    finish: str = "stop"
    tool: str = ""  # name of a tool that is called with {"q": 1}
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    error: Any = field(
        default=None, hash=False
    )  # body of a refusal: text or JSON; None gives the vendor's shape
    message: str = "scripted"  # the words in the vendor's shape
    code: str = ""
    first_byte_after: float = 0.0  # seconds of silence before the head
    hang_after: int | None = None  # tokens, then silence
    cut_after: int | None = None  # tokens, then the connection breaks
    error_after: int | None = None  # tokens, then an error event inside the stream
    garbage_after: int | None = None  # tokens, then something that is no protocol
    endless_line: bool = False
    reject: frozenset[str] = frozenset()  # parameters that are refused with a 400 naming them

    @property
    def pieces(self) -> tuple[str, ...]:
        """The answer as tokens."""
        if self.tokens:
            return self.tokens
        words = self.text.split(" ")
        return tuple(word if i == 0 else " " + word for i, word in enumerate(words))

    @property
    def thoughts(self) -> tuple[str, ...]:
        """The thinking as tokens."""
        return Script(self.thinking).pieces if self.thinking else ()


@dataclass
class Seen:
    """A request as it came."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: Any = None


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes = b""
    frames: Iterator[bytes] | None = None
    script: Script = field(default_factory=Script)


class FakeServer:
    """Base of the fakes: subclasses say what a request is answered with."""

    api_key = ""  # when set, another key is refused

    def __init__(self, script: Script | None = None, models: Iterable[str] = ("fake-model",)) -> None:
        self.script = script or Script()
        self.models = list(models)
        self.scripts: dict[str, Script] = {}  # by model
        self.next: deque[Script] = deque()  # for the next calls, before anything else
        self.requests: list[Seen] = []
        self.connections = 0
        self.disconnects = 0  # clients that went in mid-answer
        self.active = 0  # answers under way
        self._server: asyncio.Server | None = None
        self._open: set[_Connection] = set()

    async def start(self, port: int = 0) -> None:
        """Listen on the loopback address."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", port, backlog=1024)

    async def stop(self) -> None:
        """Close everything, also what is under way."""
        if self._server is not None:
            self._server.close()
        for connection in list(self._open):
            connection.transport.abort()
        await asyncio.sleep(0)

    @property
    def port(self) -> int:
        """The port it listens on."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def endpoint(self) -> str:
        """What a model configuration points at."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def last(self) -> Seen:
        """The latest request for an answer."""
        return [seen for seen in self.requests if seen.method == "POST"][-1]

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self.stop()

    def script_for(self, model: str) -> Script:
        """Take the script for a call."""
        return self.next.popleft() if self.next else self.scripts.get(model, self.script)

    # what a vendor's fake fills in

    def route(self, seen: Seen) -> Reply:
        """Return the reply to a request."""
        raise NotImplementedError

    def refusal(self, status: int, message: str, code: str) -> Any:
        """Return an error body in the vendor's shape."""
        raise NotImplementedError

    def frames(self, script: Script, seen: Seen) -> Iterator[bytes]:
        """Yield the answer, one token a frame."""
        raise NotImplementedError

    # shared by the vendors' fakes

    def answer(self, seen: Seen, content_type: str) -> Reply:
        """Return the scripted answer to a chat request, or the scripted refusal."""
        script = self.script_for(seen.body.get("model", ""))
        if self.api_key and self.api_key not in (
            seen.headers.get("x-api-key"),
            seen.headers.get("authorization", "").removeprefix("Bearer "),
        ):
            return self.refuse(
                Script(status=401, message="Incorrect API key provided", code="invalid_api_key")
            )
        rejected = sorted(script.reject & self.sent_parameters(seen.body))
        if rejected:
            return self.refuse(Script(status=400, message=f"Unsupported parameter: '{rejected[0]}'"))
        if script.status != 200:
            return self.refuse(script)
        return Reply(200, {"content-type": content_type}, frames=self.frames(script, seen), script=script)

    def sent_parameters(self, body: Mapping[str, Any]) -> frozenset[str]:
        """Return the names of the parameters in a request."""
        return frozenset(body) | frozenset(body.get("options") or ())

    def refuse(self, script: Script) -> Reply:
        """Return a refusal in the vendor's shape, or as the script has it."""
        error = script.error
        if error is None:
            error = self.refusal(script.status, script.message, script.code)
        body = error.encode() if isinstance(error, str) else json.dumps(error).encode()
        return Reply(script.status, dict(script.headers), body, script=script)

    def document(self, document: Any, status: int = 200) -> Reply:
        """Return a JSON document."""
        return Reply(status, {"content-type": "application/json"}, json.dumps(document).encode())


class _Connection(asyncio.Protocol):
    """One client: parse, ask the server what to say, say it at the scripted speed."""

    def __init__(self, server: FakeServer) -> None:
        self._server = server
        self._buffer = b""
        self._reply: Reply | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's own kind is no subclass
        self._server.connections += 1
        self._server._open.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._server._open.discard(self)
        if self._timer is not None:
            self._timer.cancel()
        if self._reply is not None:
            self._reply = None
            self._server.active -= 1
            self._server.disconnects += 1

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._reply is None:
            self._next_request()

    def _next_request(self) -> None:
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        request, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", 0))
        if len(rest) < length:
            return
        self._buffer = rest[length:]
        method, target, _ = request.split(" ")
        path, _, query = target.partition("?")
        body = json.loads(rest[:length]) if length else None
        seen = Seen(method, path, query, headers, body)
        self._server.requests.append(seen)
        self._reply = self._server.route(seen)
        self._server.active += 1
        self._after(self._reply.script.first_byte_after, self._begin)

    def _after(self, seconds: float, act: Any) -> None:
        loop = asyncio.get_running_loop()
        if seconds <= 0:
            act()
        else:
            self._timer = loop.call_later(seconds, act)

    def _begin(self) -> None:
        reply = self._reply
        assert reply is not None
        if reply.frames is None:
            self.transport.write(_head(reply, f"content-length: {len(reply.body)}") + reply.body)
            self._finish()
            return
        self.transport.write(_head(reply, "transfer-encoding: chunked"))
        self._due = asyncio.get_running_loop().time()
        self._tick()

    def _tick(self) -> None:
        reply = self._reply
        if reply is None or reply.frames is None:
            return
        speed = reply.script.speed
        loop = asyncio.get_running_loop()
        for frame in reply.frames:
            if frame is HANG:
                return
            if frame is CUT:
                self._close_hard()
                return
            self.transport.write(b"%x\r\n%b\r\n" % (len(frame), frame))
            if speed:
                self._due += 1 / speed
                self._timer = loop.call_at(self._due, self._tick)
                return
            if reply.script.endless_line:
                self._timer = loop.call_later(0.001, self._tick)
                return
        self.transport.write(b"0\r\n\r\n")
        self._finish()

    def _close_hard(self) -> None:
        self._reply = None
        self._server.active -= 1
        self.transport.close()  # what was written still goes out, the end of the answer does not

    def _finish(self) -> None:
        self._reply = None
        self._server.active -= 1
        if self._buffer:
            self._next_request()


# Frames with a meaning of their own.
HANG = b"<hang>"
CUT = b"<cut>"


def scripted(script: Script, tokens: Iterable[bytes], error: bytes) -> Iterator[bytes]:
    """Pass the tokens on until the script has something else in store."""
    if script.endless_line:
        yield b"data: "
        while True:
            yield b"x" * 16_384
    for number, token in enumerate(tokens):
        if number == script.hang_after:
            yield HANG
        if number == script.cut_after:
            yield CUT
        if number == script.garbage_after:
            yield b"data: {not json\n\n"
        if number == script.error_after:
            yield error
            return
        yield token


def _head(reply: Reply, framing: str) -> bytes:
    lines = [
        f"HTTP/1.1 {reply.status} Scripted",
        framing,
        *(f"{name}: {value}" for name, value in reply.headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def serve(server: FakeServer) -> None:
    """Run a fake from the command line until it is interrupted; used by the benchmarks."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--speed", type=float, default=50.0, help="tokens a second of a stream; 0 is at once")
    parser.add_argument("--tokens", type=int, default=200)
    parser.add_argument("--thinking", type=int, default=0, help="tokens of reasoning before the answer")
    options = parser.parse_args()
    server.script = Script(
        tokens=tuple(f" word{i}" for i in range(options.tokens)),
        thinking=" ".join(f"thought{i}" for i in range(options.thinking)),
        speed=options.speed,
    )

    async def forever() -> None:
        await server.start(options.port)
        print(f"READY {server.endpoint}", flush=True)  # noqa: T201 - the caller reads it
        await asyncio.Event().wait()

    try:
        import uvloop
    except ImportError:
        run: Any = asyncio.run
    else:
        run = uvloop.run
    with suppress(KeyboardInterrupt):
        run(forever())
