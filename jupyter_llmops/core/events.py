"""The numbered events of one activity, and any number of followers that read them from any number.

An event is encoded once, as the bytes of its SSE frame, however many followers it has. The log keeps
the latest events only; a follower who asks for older ones gets a replay made by `snapshot` instead
(first of it `start {reset: true}`: drop what you have), then goes on with the live events.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

import orjson

__all__ = ["PING", "Event", "EventLog", "encode_event", "read_events"]

PING = b": ping\n\n"

Snapshot = Callable[[], Iterable[tuple[str, Mapping[str, Any]]]]


@dataclass(frozen=True, slots=True)
class Event:
    """One event as a follower inside the process reads it."""

    id: int
    name: str
    data: Any


def encode_event(number: int, name: str, data: Mapping[str, Any]) -> bytes:
    """Return the SSE frame of an event; JSON as orjson writes it holds no line break."""
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (number, name.encode(), orjson.dumps(data))


def read_events(frames: bytes) -> list[Event]:
    """Return the events in whole frames as `encode_event` wrote them; pings are left out."""
    return [_read_event(frame) for frame in frames.split(b"\n\n") if frame and not frame.startswith(b":")]


def _read_event(frame: bytes) -> Event:
    number, name, data = frame.split(b"\n")
    return Event(int(number[4:]), name[7:].decode(), orjson.loads(data[6:]))


class EventLog:
    """Append events on one side, follow them on the other; both on the same event loop.

    With a `snapshot` the log keeps between `keep` and twice as many events, without one all of them.
    `snapshot()` returns what brings a newcomer up to date: name and data of a few events.
    `first` is the number of the first event.
    """

    def __init__(self, snapshot: Snapshot | None = None, keep: int = 500, first: int = 1) -> None:
        self._snapshot = snapshot
        self._keep = keep
        # The frame of event `_first + i`. A replay takes numbers too, so that they keep increasing for
        # its reader: None holds the place of a frame in the midst of a replay, b"" that of its last one.
        self._frames: list[bytes | None] = []
        self._first = first
        self._waiting: set[asyncio.Future[bool]] = set()
        self.closed = False

    @property
    def last_id(self) -> int:
        """The number of the newest event; 0 before the first."""
        return self._first + len(self._frames) - 1

    def append(self, name: str, data: Mapping[str, Any]) -> int:
        """Add an event, wake the followers, and return its number. A closed log takes no more."""
        if self.closed:
            raise ValueError("this log is closed")
        number = self._first + len(self._frames)
        self._frames.append(encode_event(number, name, data))
        if len(self._frames) > 2 * self._keep and self._snapshot is not None:
            self._drop(len(self._frames) - self._keep)
        if self._waiting:
            self._wake()
        return number

    def close(self) -> None:
        """End the log: followers finish with the events that are there."""
        self.closed = True
        self._wake()

    async def follow(self, after: int = 0, ping: float | None = None) -> AsyncGenerator[bytes, None]:
        """Yield the frames after the given number as they come, all that are there at a time.

        With `ping` a comment frame comes whenever nothing else did for so many seconds.
        """
        while True:
            if self._is_lost(after):
                frames = self._replay()
                after = self.last_id
                yield frames
            elif after < self.last_id:
                frames = self._frames_after(after)
                after = self.last_id
                if frames:
                    yield frames
            elif self.closed:
                return
            elif not await self._change(ping):
                yield PING

    async def events(self, after: int = 0) -> AsyncGenerator[Event, None]:
        """Yield the events after the given number, decoded, for a follower inside the process."""
        async with aclosing(self.follow(after)) as stream:
            async for frames in stream:
                for event in read_events(frames):
                    yield event

    def _drop(self, count: int) -> None:
        del self._frames[:count]
        self._first += count

    def _is_lost(self, after: int) -> bool:
        """Tell whether the events that follow cannot be had from the kept frames alone."""
        if after < self._first - 1 or after > self.last_id:
            return True
        return after >= self._first and self._frames[after - self._first] is None

    def _frames_after(self, after: int) -> bytes:
        return b"".join([frame for frame in self._frames[after - self._first + 1 :] if frame])

    def _replay(self) -> bytes:
        if self._snapshot is None:
            return self._frames_after(self._first - 1)
        # A reader cut off in the midst of the replay asks for what follows one of its numbers, finds
        # None there, and is given a new replay.
        events = list(self._snapshot())
        number = self.last_id + 1
        self._frames += [None] * (len(events) - 1) + [b""]
        return b"".join([encode_event(number + i, name, data) for i, (name, data) in enumerate(events)])

    def _wake(self) -> None:
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            _settle(future, True)

    async def _change(self, limit: float | None) -> bool:
        """Wait until something was appended or the log closed; False when the limit (s) came first."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[bool] = loop.create_future()
        self._waiting.add(future)
        timer = loop.call_later(limit, _settle, future, False) if limit else None
        try:
            return await future
        finally:
            self._waiting.discard(future)
            if timer:
                timer.cancel()


def _settle(future: asyncio.Future[bool], result: bool) -> None:
    if not future.done():
        future.set_result(result)
