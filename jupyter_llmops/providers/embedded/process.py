"""One child process: how it is started, asked for its health, and ended."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import secrets
import sys
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from . import child as child_script
from .catalogue import CONTEXT, SLOTS
from .problems import StartFailed

__all__ = ["Child", "ChildOptions", "default_threads", "scrubbed_environment"]

log = logging.getLogger(__name__)

START_LIMIT = 60.0  # seconds; it takes one or two, more on a machine that is busy
HEALTH_LIMIT = 5.0
STOP_LIMIT = 3.0

# All a child gets to see. No key, token or database URL of ours has one of these names.
_PASSED_ON = frozenset(
    {"HOME", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PATH", "PYTHONHOME", "PYTHONPATH"}
    | {"SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "VIRTUAL_ENV"}
)


def default_threads() -> int:
    """Return one thread less than this process has cores, so that Jupyter stays responsive."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    # A model this small gains nothing from more than eight.
    return min(8, max(1, cores - 1))


@dataclass(frozen=True, slots=True)
class ChildOptions:
    """What to serve and with how much of the machine. Port 0 lets the system choose."""

    model: Path
    alias: str
    mode: str = "instruct"
    slots: int = SLOTS
    context: int = CONTEXT
    threads: int = field(default_factory=default_threads)
    port: int = 0


def scrubbed_environment(environ: Mapping[str, str], key: str) -> dict[str, str]:
    """Return the environment of a child: the allow-list and its own key."""
    passed = {name: value for name, value in environ.items() if name.upper() in _PASSED_ON}
    return passed | {child_script.KEY_VARIABLE: key}


def _command(options: ChildOptions) -> list[str]:
    # -P keeps the working directory, which may be a notebook folder, out of the import path.
    command = [sys.executable, "-P", child_script.__file__, "--parent", str(os.getpid())]
    for name in ("model", "alias", "mode", "slots", "context", "threads", "port"):
        command += [f"--{name}", str(getattr(options, name))]
    return command


class Child:
    """A child process that serves on `port` for those who know `key`."""

    def __init__(self, process: asyncio.subprocess.Process, key: str) -> None:
        self._process = process
        self.key = key
        self.port = 0
        self._last_words: deque[str] = deque(maxlen=20)
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, options: ChildOptions, limit: float = START_LIMIT) -> Child:
        """Start a child and return it when it serves; raise StartFailed when it does not in time."""
        key = secrets.token_urlsafe(32)
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *_command(options),
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
            env=scrubbed_environment(os.environ, key),
            start_new_session=True,  # Ctrl-C in the terminal is for Jupyter, which then stops us in order
        )
        child = cls(process, key)
        try:
            child.port = await asyncio.wait_for(child._reported_port(), limit)
        except (TimeoutError, ValueError, KeyError) as error:
            await child.stop()
            log.error("the embedded model did not start: %s", child.last_words or repr(error))
            raise StartFailed() from error
        except BaseException:
            child.kill()
            raise
        return child

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process has not ended, as far as we heard."""
        return self._process.returncode is None

    @property
    def last_words(self) -> str:
        """The end of what the child wrote to standard error."""
        return "\n".join(self._last_words)

    async def healthy(self, limit: float = HEALTH_LIMIT) -> bool:
        """Ask the server's own health page."""
        try:
            return await asyncio.wait_for(_ask_health(self.port), limit)
        except (TimeoutError, OSError):
            return False

    async def wait(self) -> int:
        """Return the exit code when the process has ended."""
        return await self._process.wait()

    def kill(self) -> None:
        """End the process at once."""
        if self.alive:
            self._process.kill()

    async def stop(self) -> None:
        """End the process, first by the closing of its standard input."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_LIMIT)
        except TimeoutError:
            self.kill()
            await self._process.wait()
        await self._listening

    async def _reported_port(self) -> int:
        assert self._process.stdout is not None
        return int(json.loads(await self._process.stdout.readline())["port"])

    async def _listen(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            text = line.decode(errors="replace").rstrip()
            self._last_words.append(text)
            log.debug("embedded model: %s", text)


async def _ask_health(port: int) -> bool:
    """Send one plain GET: no pool, no proxy settings, no dependency for a line of text."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(b"GET /health HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
        return b" 200 " in await reader.readline()
    finally:
        writer.close()
