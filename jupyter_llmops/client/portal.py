"""A private event loop in a thread of its own, and a door into it.

So the synchronous face works everywhere: in a script, in a notebook whose kernel already runs a
loop, and in a thread.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine, Generator, Iterator
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

__all__ = ["Portal", "Stream"]

T = TypeVar("T")

_END = object()
# How long an interrupted call waits for its work to unwind: closing a connection takes no time.
UNWIND_SECONDS = 2.0


class Portal:
    """Runs coroutines for callers that cannot await."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self.is_closed = False

    @property
    def is_here(self) -> bool:
        """Tell whether the caller runs on the portal's own thread."""
        return threading.current_thread() is self._thread

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(
                    target=_serve, args=(self._loop,), name="llmops-client", daemon=True
                )
                self._thread.start()
            return self._loop

    def start(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Start the coroutine on the loop and return at once."""
        if self.is_closed:
            work.close()
            raise RuntimeError("This client is closed")
        return asyncio.run_coroutine_threadsafe(work, self._running())

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Run the coroutine on the loop and return its result; an interrupt cancels it."""
        if self.is_here or self.is_closed:
            work.close()
            raise RuntimeError(
                "This client is closed"
                if self.is_closed
                else "The synchronous client cannot be used on its own event loop"
            )
        ended = threading.Event()
        future = self.start(_announce(work, ended))
        try:
            return future.result()
        except BaseException:  # above all KeyboardInterrupt: do not leave the work behind
            if future.cancel():
                ended.wait(UNWIND_SECONDS)
            raise

    def close(self) -> None:
        """Stop the loop, cancelling what still runs."""
        with self._lock:
            loop, self._loop = self._loop, None
            self.is_closed = True
        if loop is not None:
            loop.call_soon_threadsafe(loop.stop)
            if self._thread is not None and not self.is_here:
                self._thread.join(timeout=5)


async def _announce(work: Coroutine[Any, Any, T], ended: threading.Event) -> T:
    try:
        return await work
    finally:
        ended.set()


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
    finally:
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


class Stream(Generic[T]):
    """An async stream as a plain iterator. Leaving the loop or the `with` block closes it."""

    def __init__(self, portal: Portal, source: AsyncIterator[T]) -> None:
        # The generator must not know this object: its `finally` has to run as soon as the loop over
        # it is left, and a circle of references would put that off.
        self._items = _iterate(portal, source)

    def __iter__(self) -> Iterator[T]:
        return self._items

    def __next__(self) -> T:
        item: T = next(self._items)
        return item

    def __enter__(self) -> Stream[T]:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the stream and its connection."""
        self._items.close()


def _iterate(portal: Portal, source: AsyncIterator[Any]) -> Generator[Any, None, None]:
    try:
        while (item := portal.call(_next(source))) is not _END:
            yield item
    finally:
        _release(portal, source)


def _release(portal: Portal, source: AsyncIterator[Any]) -> None:
    if portal.is_closed:
        return  # and the stream with it
    if portal.is_here:  # the garbage collector chose this thread
        portal.start(_close(source))
    else:
        portal.call(_close(source))


async def _next(source: AsyncIterator[Any]) -> Any:
    return await anext(source, _END)


async def _close(source: AsyncIterator[Any]) -> None:
    aclose = getattr(source, "aclose", None)
    if aclose is not None:
        await aclose()
