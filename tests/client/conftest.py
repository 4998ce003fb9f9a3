"""Clients of a scripted server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from jupyter_llmops.client import AsyncLLMOps, LLMOps

from .scripted import Scripted

URL = "http://localhost:8888/base/"
TOKEN = "s3cret-token-of-the-kernel"


@pytest.fixture
def server() -> Scripted:
    """A server to write answers into."""
    return Scripted()


@pytest.fixture
async def allm(server: Scripted) -> AsyncIterator[AsyncLLMOps]:
    """The awaited client."""
    async with AsyncLLMOps(URL, TOKEN, language="en", transport=server) as client:
        yield client


@pytest.fixture
def llm(server: Scripted) -> Iterator[LLMOps]:
    """The synchronous client."""
    with LLMOps(URL, TOKEN, language="en", transport=server) as client:
        yield client
