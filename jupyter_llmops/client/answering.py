"""Following an answer to its end, across cuts of the connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import Any

from .answer import Answer, AnswerBuilder
from .connection import Connection
from .errors import LLMOpsAPIError, NotReadyError, ServerUnreachableError, StreamCutError
from .events import DoneEvent, Event, StartEvent, event_of

__all__ = ["Events", "collect", "follow"]

Events = AsyncGenerator[Event, None]

# Waits before each attempt to take up a cut stream, in seconds. Twenty seconds in all: a server
# that restarts is back by then. Any event that arrives starts the count again.
BACKOFF = (0.1, 0.2, 0.5, 1.0, 2.0, 4.0, 6.0, 6.0)
STOP_SECONDS = 3.0


async def follow(
    connection: Connection,
    method: str,
    path: str,
    *,
    body: Any = None,
    session_id: int | None = None,
    message_id: int | None = None,
    after: int = 0,
    backoff: tuple[float, ...] = BACKOFF,
) -> Events:
    """Yield the events of an answer, from the request that starts or joins it to `done`.

    A cut is mended by attaching to the message after the last event seen. Raise `StreamCutError`
    when that fails too often, or when the cut came before the server named the message: sending
    the question again could ask it twice.
    """
    cuts = 0
    while True:
        try:
            async with connection.events(method, path, body=body, after=after) as frames:
                async for frame in frames:
                    event = event_of(frame)
                    cuts, after = 0, event.event_id or after
                    if isinstance(event, StartEvent):
                        message_id = event.message_id
                        event = event.model_copy(update={"session_id": event.session_id or session_id})
                    yield event
                    if isinstance(event, DoneEvent):
                        return
        except (ServerUnreachableError, NotReadyError):
            if message_id is None and cuts == 0 and after == 0:
                raise
        if message_id is None or cuts == len(backoff):
            raise StreamCutError(connection.language, session_id=session_id)
        await asyncio.sleep(backoff[cuts])
        cuts += 1
        method, path, body = "GET", f"chat/messages/{message_id}/events", None


async def collect(connection: Connection, events: Events, session_id: int | None = None) -> Answer:
    """Return the whole answer; when the caller gives up waiting, stop the model too."""
    builder = AnswerBuilder(session_id)
    try:
        async with aclosing(events):
            async for event in events:
                builder.add(event)
    except asyncio.CancelledError:
        if builder.answer.message_id is not None:
            await _stop(connection, builder.answer.message_id)
        raise
    return builder.finish()


async def _stop(connection: Connection, message_id: int) -> None:
    # Best effort: the caller is leaving, and the answer ends by itself in any case.
    with suppress(LLMOpsAPIError, TimeoutError):
        async with asyncio.timeout(STOP_SECONDS):
            await connection.json("POST", f"chat/messages/{message_id}/stop")
