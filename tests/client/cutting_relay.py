"""A relay on the loopback that breaks connections after so many bytes, as a bad network does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

__all__ = ["cutting_relay"]


class Cuts:
    """How many bytes of answers pass before a break; how many breaks are left and were made."""

    def __init__(self, after: int, times: int) -> None:
        self.after = after
        self.left = times
        self.made = 0


@asynccontextmanager
async def cutting_relay(port: int, after: int, times: int) -> AsyncIterator[tuple[int, Cuts]]:
    """Relay to a port; each of the first connections is cut after `after` bytes of answers."""
    cuts = Cuts(after, times)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        upstream_reader, upstream_writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(_copy(reader, upstream_writer, None))
                group.create_task(_copy(upstream_reader, writer, cuts))
        except* (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            for each in (writer, upstream_writer):
                each.transport.abort()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], cuts


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, cuts: Cuts | None) -> None:
    passed = 0
    while data := await reader.read(4096):
        # Only streams are cut: the client may not repeat any other request by itself.
        streams = cuts is not None and (passed or b"text/event-stream" in data)
        passed += len(data) if streams else 0
        if cuts is not None and passed > cuts.after and cuts.left:
            cuts.left -= 1
            cuts.made += 1
            raise ConnectionResetError
        writer.write(data)
        await writer.drain()
    writer.write_eof()
