"""What our relay adds to a provider's stream: time to the first token, CPU an event, memory, lost events.

Three processes: a fake provider, the server, and the load client, which talks to the provider directly and
then through the server. `python -m benchmarks.relay [--streams 1 50 200 500] [--speed 50] [--tokens 200]`.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil

from tests.fixtures_server import TOKEN, RunningServer

ROOT = Path(__file__).resolve().parents[1]
QUESTION = "How long is a piece of string?"


# -- the load client, a process of its own -------------------------------------------------------


@dataclass
class Stream:
    """One stream as the client saw it (seconds)."""

    first: float
    total: float
    text: str
    frames: int


class Connection:
    """A kept-alive HTTP/1.1 connection that is open before the clock starts."""

    def __init__(self, address: str) -> None:
        self._url = urlsplit(address)

    async def open(self) -> Connection:
        self._reader, self._writer = await asyncio.open_connection(
            self._url.hostname, self._url.port, limit=1 << 20
        )
        return self

    async def stream(self, path: str, body: dict[str, Any], headers: dict[str, str], delta: Any) -> Stream:
        """Post and read the events to the end; `delta` finds the answer's text in a data line."""
        raw = json.dumps(body).encode()
        head = {
            "host": self._url.netloc,
            "content-type": "application/json",
            "content-length": str(len(raw)),
            **headers,
        }
        request = f"POST {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in head.items()) + "\r\n"
        began = time.perf_counter()
        self._writer.write(request.encode() + raw)
        status = await self._reader.readline()
        if b" 200 " not in status:
            raise RuntimeError(f"{path}: {status!r} {await self._reader.read(2000)!r}")
        chunked = b"chunked" in (await self._reader.readuntil(b"\r\n\r\n")).lower()
        first, parts, frames, rest = 0.0, [], 0, b""
        async for data in self._chunks() if chunked else self._rest():
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                if line.startswith(b"data: {") and (text := delta(json.loads(line[6:]))):
                    first = first or time.perf_counter() - began
                    parts.append(text)
                    frames += 1
        self._writer.close()
        return Stream(first, time.perf_counter() - began, "".join(parts), frames)

    async def _chunks(self) -> Any:
        while size := int(await self._reader.readline(), 16):
            yield await self._reader.readexactly(size)
            await self._reader.readline()
        await self._reader.readline()

    async def _rest(self) -> Any:
        while data := await self._reader.read(1 << 16):
            yield data


def openai_delta(event: dict[str, Any]) -> str:
    choices = event.get("choices")
    return (choices[0]["delta"].get("content") or "") if choices else ""


def our_delta(event: dict[str, Any]) -> str:
    return event.get("text") or ""


class Load:
    """Streams of one kind: straight from the provider, or through the server."""

    def __init__(self, plan: dict[str, Any]) -> None:
        self._plan = plan
        self._sessions = iter(plan["sessions"])

    async def one(self, connection: Connection) -> Stream:
        if self._plan["kind"] == "direct":
            body = {"model": "m", "stream": True, "messages": [{"role": "user", "content": QUESTION}]}
            return await connection.stream("/v1/chat/completions", body, {}, openai_delta)
        path = f"{self._plan['base']}chat/sessions/{next(self._sessions)}/messages"
        headers = {"authorization": f"token {TOKEN}", "accept": "text/event-stream"}
        return await connection.stream(path, {"content": QUESTION}, headers, our_delta)

    async def run(self) -> dict[str, Any]:
        """Start the background, then the probes one by one; or all at once when there are no probes."""
        plan = self._plan
        opened = [await Connection(plan["address"]).open() for _ in range(plan["streams"] + plan["probes"])]
        began = time.perf_counter()
        running = [asyncio.create_task(self.one(connection)) for connection in opened[: plan["streams"]]]
        probes = []
        if plan["probes"]:
            await asyncio.sleep(1)
            for connection in opened[plan["streams"] :]:
                task = asyncio.create_task(self.one(connection))
                await asyncio.sleep(0.1)
                probes.append(task)
        streams = await asyncio.gather(*running)
        return {
            "streams": [asdict(stream) for stream in streams],
            "probes": [asdict(await probe) for probe in probes],
            "seconds": time.perf_counter() - began,
        }


def client() -> None:
    """Read a plan from standard input and print what was seen."""
    plan = json.load(sys.stdin)
    with contextlib.suppress(ImportError):
        import uvloop

        uvloop.install()
    json.dump(asyncio.run(Load(plan).run()), sys.stdout)


# -- the measurement -----------------------------------------------------------------------------


@contextlib.contextmanager
def provider(speed: float, tokens: int) -> Iterator[str]:
    """Run the fake provider."""
    command = [sys.executable, "-m", "tests.fakes.openai", "--speed", str(speed), "--tokens", str(tokens)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().split()[1]
    finally:
        process.kill()
        process.wait()


@dataclass
class Measured:
    """One run of the load client, with what it cost the server."""

    firsts: list[float]
    probes: list[float]
    texts: list[str]
    frames: int
    seconds: float
    cpu: float = 0.0
    memory_mb: float = 0.0


def run_client(plan: dict[str, Any], server: psutil.Process | None = None) -> Measured:
    before = _cpu(server)
    command = [sys.executable, "-m", "benchmarks.relay", "--client"]
    done = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert done.stdin is not None
    assert done.stdout is not None
    done.stdin.write(json.dumps(plan))
    done.stdin.close()
    output = done.stdout.read()
    if done.wait():
        raise RuntimeError("the load client failed")
    seen = json.loads(output)
    streams = seen["streams"] + seen["probes"]
    return Measured(
        firsts=[stream["first"] for stream in seen["streams"]],
        probes=[stream["first"] for stream in seen["probes"]],
        texts=[stream["text"] for stream in streams],
        frames=sum(stream["frames"] for stream in streams),
        seconds=seen["seconds"],
        cpu=_cpu(server) - before,
        memory_mb=server.memory_info().rss / 1e6 if server else 0.0,
    )


def _cpu(process: psutil.Process | None) -> float:
    if process is None:
        return 0.0
    times = process.cpu_times()
    return float(times.user + times.system)


class Bench:
    """The server with a configuration that points at the fake provider."""

    def __init__(self, server: RunningServer, endpoint: str, tokens: int) -> None:
        self._server, self._endpoint, self._tokens = server, endpoint, tokens
        assert server.process is not None
        self._process = psutil.Process(server.process.pid)
        self._client = server.client()
        self._config = self._client.model_configs.create(
            name="fake", provider_id="custom", endpoint=endpoint, model="m", api_key="x"
        ).id

    def sessions(self, count: int) -> list[int]:
        """Make sessions that have a title, so that no model is asked for one."""
        return [self._client.sessions.create("x", model=self._config).id for _ in range(count)]

    def measure(self, streams: int, probes: int = 0) -> tuple[Measured, Measured]:
        """Return the run straight at the provider, and the one through the server."""
        plan = {"streams": streams, "probes": probes}
        upstream = urlsplit(self._endpoint)
        direct = run_client(
            {**plan, "kind": "direct", "address": f"http://127.0.0.1:{upstream.port}", "sessions": []}
        )
        url = urlsplit(self._server.url)
        relay = run_client(
            {
                **plan,
                "kind": "relay",
                "address": f"http://127.0.0.1:{url.port}",
                "base": url.path + "llmops/api/v1/",
                "sessions": self.sessions(streams + probes),
            },
            self._process,
        )
        return direct, relay

    def lost(self, measured: Measured) -> int:
        """Count the streams whose text is not what the provider said."""
        expected = "".join(f" word{i}" for i in range(self._tokens))
        return sum(text != expected for text in measured.texts)

    def row(self, name: str, streams: int, probes: int = 0) -> list[str]:
        """Measure and return a line of the table."""
        direct, relay = self.measure(streams, probes)
        ours, theirs = (relay.probes, direct.probes) if probes else (relay.firsts, direct.firsts)
        added = [_ms(_quantile(ours, q) - _quantile(theirs, q)) for q in (0.5, 0.99)]
        events = (streams + probes) * self._tokens
        return [
            name,
            _ms(_quantile(theirs, 0.5)),
            *added,
            f"{relay.cpu / events * 1e6:.0f}",
            f"{relay.frames / events:.2f}",
            f"{relay.seconds / direct.seconds:.2f}",
            f"{relay.memory_mb:.0f}",
            str(self.lost(relay)),
        ]


HEADER = [
    "streams", "direct first token ms", "added p50 ms", "added p99 ms", "CPU µs/event", "events out/in",
    "time ratio", "RSS MB", "lost",
]  # fmt: skip


def _quantile(values: Sequence[float], q: float) -> float:
    ordered = sorted(values)
    return statistics.median(ordered) if q == 0.5 else ordered[min(len(ordered) - 1, int(len(ordered) * q))]


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f}"


def table(rows: list[list[str]]) -> str:
    lines = [HEADER, ["---"] * len(HEADER), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--client", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--streams", type=int, nargs="*", default=[1, 50, 200, 500])
    parser.add_argument("--speed", type=float, default=50.0)
    parser.add_argument("--tokens", type=int, default=200)
    options = parser.parse_args()
    if options.client:
        client()
        return
    with tempfile.TemporaryDirectory() as folder, provider(options.speed, options.tokens) as endpoint:
        server = RunningServer(Path(folder), embedded=False).start()
        try:
            bench = Bench(server, endpoint, options.tokens)
            bench.measure(5)  # warm caches and connections
            idle = bench._process.memory_info().rss / 1e6
            rows = [bench.row("one more while 50 run", 50, probes=30)]
            rows += [bench.row(f"{streams} at once", streams) for streams in options.streams]
        finally:
            server.stop()
    print(
        f"{platform.processor() or platform.machine()}, {psutil.cpu_count()} cores, "
        f"Python {platform.python_version()};"
    )
    print(f"{options.speed:g} tokens/s a stream, {options.tokens} tokens; server idle at {idle:.0f} MB\n")
    print(table(rows))


if __name__ == "__main__":
    main()
