"""A provider that says what a test tells it to, and a store that keeps rows in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Any

from jupyter_llmops.chat.engine import Job
from jupyter_llmops.chat.generation import Answer, Generation
from jupyter_llmops.core.errors import LLMOpsError
from jupyter_llmops.providers.base import AnswerDelta, Finish, Piece

LIMIT = 10.0


class Script:
    """A stream that a test feeds piece by piece."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Piece | BaseException | None] = asyncio.Queue()
        self.opened = asyncio.Event()
        self.closed = asyncio.Event()

    def say(self, *items: Piece | str | BaseException) -> Script:
        """Let the provider say this; an exception is raised in its place."""
        for item in items:
            self._queue.put_nowait(AnswerDelta(item) if isinstance(item, str) else item)
        return self

    def end(self, reason: str = "stop") -> Script:
        """Let the provider finish."""
        self._queue.put_nowait(Finish(reason))
        self._queue.put_nowait(None)
        return self

    async def stream(self, *_: Any) -> AsyncGenerator[Piece, None]:
        self.opened.set()
        try:
            while (item := await self._queue.get()) is not None:
                if isinstance(item, BaseException):
                    raise item
                yield item
        finally:
            self.closed.set()


class Rows:
    """What would be in the database."""

    def __init__(self) -> None:
        self.texts: dict[int, dict[str, Any]] = {}
        self.results: dict[int, dict[str, Any]] = {}
        self.trouble: BaseException | None = None
        self.writes: list[tuple[int, int]] = []

    async def save_answers(self, texts: Sequence[dict[str, Any]], results: Sequence[dict[str, Any]]) -> None:
        await asyncio.sleep(0)
        if self.trouble is not None:
            raise self.trouble
        self.writes.append((len(texts), len(results)))
        self.texts |= {row["key"]: row for row in texts}
        self.results |= {row["key"]: row for row in results}


def answer(number: int = 1, session: int = 1, owner: str = "ann", language: str = "en") -> Answer:
    return Answer(number, number * 1000, session, owner, "tiny", language)


def job(script: Script, title: Callable[[Generation], Any] | None = None) -> Job:
    return Job(script.stream, lambda generation: None, title)


async def events_of(generation: Generation, after: int = 0) -> list[tuple[str, Any]]:
    return [(event.name, event.data) async for event in generation.log.events(after)]


def joined(events: list[tuple[str, Any]], name: str) -> str:
    return "".join(data["text"] for kind, data in events if kind == name)


async def until(condition: Callable[[], Any], limit: float = LIMIT) -> None:
    """Wait until the condition holds."""
    async with asyncio.timeout(limit):
        while not condition():
            await asyncio.sleep(0.002)


class Refused(LLMOpsError):
    status, code, title, remedy = 502, "refused", "No thanks", "Ask another"
