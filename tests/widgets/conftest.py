"""A client of a scripted server, and widgets whose messages are kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import comm
import pytest
from comm.base_comm import BaseComm

from tests.client.conftest import llm, server

__all__ = ["llm", "server"]


class Browser(BaseComm):
    """The browser's end of a widget: keeps what the kernel sends."""

    def publish_msg(
        self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **_: Any
    ) -> None:
        sent = data or {}
        if sent.get("method") == "custom":
            self.__dict__.setdefault("received", []).append((sent["content"], buffers or []))

    @property
    def received(self) -> list[tuple[dict[str, Any], list[bytes]]]:
        """Custom messages with their buffers."""
        return self.__dict__.setdefault("received", [])

    def say(self, content: dict[str, Any], buffers: list[bytes] | None = None) -> None:
        """Send a custom message to the kernel."""
        message = {"content": {"data": {"method": "custom", "content": content}}, "buffers": buffers or []}
        self.handle_msg(message)

    def set(self, **traits: Any) -> None:
        """Change synchronised traits as the browser does."""
        self.handle_msg({"content": {"data": {"method": "update", "state": traits}}, "buffers": []})

    def of(self, request: str, kind: str) -> list[dict[str, Any]]:
        """The messages of one kind for one request."""
        return [
            content
            for content, _ in self.received
            if content.get("id") == request and content["kind"] == kind
        ]


@pytest.fixture(autouse=True)
def _browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comm, "create_comm", lambda **options: Browser(**options))


@pytest.fixture
def until() -> Callable[[Callable[[], Any]], None]:
    """Poll a condition, with a generous limit."""

    def poll(condition: Callable[[], Any]) -> None:
        end = time.monotonic() + 30
        while not condition():
            assert time.monotonic() < end, "the condition never came true"
            time.sleep(0.005)

    return poll
