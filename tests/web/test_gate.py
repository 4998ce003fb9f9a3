"""Jupyter Server starts at once; requests wait for the rooms; a failed start says why and is retried."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from jupyter_llmops.core.errors import StorageFull

from .conftest import Call, Server, problem


async def test_requests_in_the_gap_wait_and_are_answered(call: Call, server: Server) -> None:
    state = server.state
    assert not state.started
    answers = await asyncio.gather(*(call("GET", "/me") for _ in range(5)))
    assert [answer.code for answer in answers] == [200] * 5
    assert state.started


async def test_health_says_starting_until_ready(call: Call, server: Server) -> None:
    assert (await call("GET", "/health")).code == 503
    await server.state.ready()
    assert (await call("GET", "/health")).code == 200


async def test_a_failed_start_is_explained_and_tried_again(
    call: Call, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = server.state
    build = state._build

    async def full() -> Any:
        raise StorageFull()

    monkeypatch.setattr(state, "_build", full)
    details = problem(await call("GET", "/me"))
    assert details["code"] == "storage_full"
    assert json.loads((await call("GET", "/health")).body)["status"] == "failed"
    monkeypatch.setattr(state, "_build", build)
    assert (await call("GET", "/me")).code == 200
