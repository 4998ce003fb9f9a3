"""Many files as one ZIP that is sent while it grows."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import AsyncGenerator
from contextlib import aclosing

__all__ = ["stream_zip"]


class _Outlet(io.RawIOBase):
    """A file to write into whose content is taken away piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._pieces.append(piece)
        return len(piece)

    def take(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


async def stream_zip(files: AsyncGenerator[tuple[str, bytes], None]) -> AsyncGenerator[bytes, None]:
    """Yield the ZIP of the files, one at a time in memory; compression runs in a thread."""
    outlet = _Outlet()
    archive = zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED)
    async with aclosing(files):
        async for name, content in files:
            await asyncio.to_thread(archive.writestr, name, content)
            yield outlet.take()
    archive.close()
    yield outlet.take()
