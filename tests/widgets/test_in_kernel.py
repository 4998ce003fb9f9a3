"""The panel in a real kernel: its messages pass through ipykernel's own channels."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from jupyter_client.manager import start_new_kernel

from tests.fixtures_server import TOKEN, RunningServer

pytestmark = [pytest.mark.slow, pytest.mark.spec("UI-3")]

LIMIT_S = 60.0


class Kernel:
    """A kernel and the browser's end of its one panel."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.custom: list[dict[str, Any]] = []
        self.printed = ""
        self.comm = ""
        self.idle: set[str] = set()

    def execute(self, code: str) -> str:
        """Send code, do not wait; return the id of the request."""
        return str(self.client.execute(code, store_history=False))

    def run(self, code: str) -> str:
        """Run code and return what was printed."""
        self.printed = ""
        request = self.execute(code)
        self.until(lambda: request in self.idle)
        return self.printed

    def say(self, **content: Any) -> None:
        """Send a custom message to the panel."""
        data = {"method": "custom", "content": content}
        message = self.client.session.msg("comm_msg", {"comm_id": self.comm, "data": data})
        self.client.shell_channel.send(message)

    def of(self, identity: str, kind: str) -> list[dict[str, Any]]:
        """The panel's messages of one kind for one request."""
        return [each for each in self.custom if each.get("id") == identity and each["kind"] == kind]

    def text(self, identity: str) -> str:
        """The body of an answer that has ended, checked to be whole."""
        chunks = self.of(identity, "chunk")
        assert [chunk["n"] for chunk in chunks] == list(range(self.of(identity, "end")[0]["n"]))
        return "".join(chunk["text"] for chunk in chunks)

    def until(self, condition: Callable[[], Any]) -> None:
        """Read the kernel's messages until the condition holds."""
        limit = time.monotonic() + LIMIT_S
        while not condition():
            assert time.monotonic() < limit, f"never came true; printed: {self.printed}"
            self._take(self.client.get_iopub_msg(timeout=LIMIT_S))

    def _take(self, message: dict[str, Any]) -> None:
        kind, content = message["msg_type"], message["content"]
        if kind == "comm_open" and "_esm" in content["data"].get("state", {}):
            self.comm = content["comm_id"]
        elif kind == "comm_msg" and content["data"].get("method") == "custom":
            self.custom.append(content["data"]["content"])
        elif kind == "stream":
            self.printed += content["text"]
        elif kind == "error":
            raise AssertionError("\n".join(content["traceback"]))
        elif kind == "status" and content["execution_state"] == "idle":
            self.idle.add(message["parent_header"].get("msg_id", ""))


@pytest.fixture
def kernel(running_server: RunningServer) -> Iterator[Kernel]:
    environment = {**running_server.environment, "LLMOPS_URL": running_server.url, "LLMOPS_TOKEN": TOKEN}
    manager, client = start_new_kernel(kernel_name="python3", env=environment)
    kernel = Kernel(client)
    kernel.run("from jupyter_llmops.widgets import ChatPanel; panel = ChatPanel(); print(panel.session_id)")
    yield kernel
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_the_panel_reaches_the_server_through_its_kernel(kernel: Kernel) -> None:
    kernel.say(kind="request", id="a", method="GET", path="/me", headers={})
    kernel.until(lambda: kernel.of("a", "end"))
    assert json.loads(kernel.text("a"))["mode"] == "local"


@pytest.mark.spec("CHAT-2", "PROV-2")
def test_an_answer_streams_while_a_cell_runs_and_is_a_value_afterwards(kernel: Kernel) -> None:
    kernel.say(kind="request", id="s", method="POST", path="/chat/sessions", body={})
    kernel.until(lambda: kernel.of("s", "end"))
    session = json.loads(kernel.text("s"))["id"]
    kernel.run(f"panel.session_id = {session}")
    headers = {"accept": "text/event-stream"}
    question = {"content": "Write a short story about a fisherman."}
    path = f"/chat/sessions/{session}/messages"
    kernel.say(kind="request", id="q", method="POST", path=path, headers=headers, body=question)
    kernel.until(lambda: kernel.of("q", "chunk"))
    cell = kernel.execute("import time\nwhile not panel.messages: time.sleep(0.05)")
    kernel.until(lambda: kernel.of("q", "end"))
    assert cell not in kernel.idle  # the cell was running all the time
    kernel.until(lambda: cell in kernel.idle)
    assert "event: done" in kernel.text("q")
    value = json.loads(kernel.run("import json; print(json.dumps([m['content'] for m in panel.messages]))"))
    assert value[0] == question["content"]
    assert len(value[1]) > 20


def test_python_asks_and_the_panel_is_told(kernel: Kernel) -> None:
    printed = kernel.run("print(len(str(panel.send('Say hello.', wait=True))), len(panel.messages))")
    length, count = map(int, printed.split())
    assert length > 2
    assert count == 2
    kernel.until(lambda: any(each["kind"] == "changed" for each in kernel.custom))
