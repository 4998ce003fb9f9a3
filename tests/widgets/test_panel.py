"""`ChatPanel` from Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from jupyter_llmops.client import LLMOps
from jupyter_llmops.client.errors import UnknownModelError
from jupyter_llmops.widgets import ChatPanel
from tests.client.scripted import ANSWER, Scripted, page, stream

pytestmark = pytest.mark.spec("UI-3")

Until = Callable[[Callable[[], Any]], None]
MESSAGES = page(
    {"id": 7, "role": "user", "content": "hi"}, {"id": 8, "role": "assistant", "content": "Hello"}
)


@pytest.fixture
def panel(server: Scripted, llm: LLMOps) -> ChatPanel:
    server.answers["GET chat/sessions/5/messages"] = MESSAGES
    server.answers["POST chat/sessions"] = {"id": 5}
    return ChatPanel(llm)


def contents(panel: ChatPanel) -> list[str]:
    return [message["content"] for message in panel.messages]


def test_an_unknown_argument_is_refused_with_the_known_ones(llm: LLMOps) -> None:
    with pytest.raises(TypeError, match=r"no argument modle\. It has llm, session_id, model, system_prompt"):
        ChatPanel(llm, modle="x")


def test_a_panel_of_a_session_has_its_messages(server: Scripted, llm: LLMOps) -> None:
    server.answers["GET chat/sessions/5/messages"] = MESSAGES
    panel = ChatPanel(llm, session_id=5)
    assert contents(panel) == ["hi", "Hello"]
    assert panel.messages[1]["role"] == "assistant"


def test_messages_follow_the_session_the_browser_shows(panel: ChatPanel, until: Until) -> None:
    assert panel.messages == []
    panel.comm.set(session_id=5)
    until(lambda: contents(panel) == ["hi", "Hello"])
    panel.comm.set(session_id=None)
    until(lambda: panel.messages == [])


def test_messages_follow_an_answer_in_the_browser(server: Scripted, panel: ChatPanel, until: Until) -> None:
    server.answers["GET chat/sessions/5/messages"] = page()
    panel.session_id = 5
    until(lambda: server.seen == ["GET chat/sessions/5/messages"])
    server.answers["GET chat/sessions/5/messages"] = MESSAGES
    server.answers["POST chat/sessions/5/messages"] = stream(*ANSWER)
    path = "/chat/sessions/5/messages"
    panel.comm.say({"kind": "request", "id": "a", "method": "POST", "path": path, "body": {"content": "hi"}})
    until(lambda: contents(panel) == ["hi", "Hello"])
    until(lambda: panel.comm.of("a", "end"))


def test_messages_are_there_before_the_browser_knows_that_the_answer_is_done(
    server: Scripted, panel: ChatPanel, until: Until
) -> None:
    seen: list[tuple[bool, list[str]]] = []
    panel.session_id = 5
    receive = panel.comm.publish_msg

    def publish(kind: str, data: Any = None, *rest: Any, **options: Any) -> None:
        if data and data.get("content", {}).get("kind") == "chunk":
            seen.append(("event: done" in data["content"]["text"], contents(panel)))
        receive(kind, data, *rest, **options)

    panel.comm.publish_msg = publish
    server.answers["GET chat/messages/8/events"] = stream(*ANSWER)
    panel.comm.say({"kind": "request", "id": "a", "method": "GET", "path": "/chat/messages/8/events"})
    until(lambda: panel.comm.of("a", "end"))
    assert seen[-1] == (True, ["hi", "Hello"])


def test_messages_follow_an_answer_of_another_tab(server: Scripted, llm: LLMOps, until: Until) -> None:
    running = {"id": 8, "role": "assistant", "content": "Hel", "status": "streaming"}
    server.answers["GET chat/sessions/5/messages"] = [page(running), MESSAGES]
    server.answers["GET chat/messages/8/events"] = stream(*ANSWER)
    panel = ChatPanel(llm, session_id=5)
    until(lambda: contents(panel) == ["hi", "Hello"])


def test_a_session_begun_in_the_browser_gets_the_panels_model_and_prompt(
    server: Scripted, llm: LLMOps, until: Until
) -> None:
    server.answers["GET model-configs"] = page({"id": 3, "name": "tiny"})
    server.answers["POST chat/sessions"] = {"id": 5}
    panel = ChatPanel(llm, model="tiny", system_prompt="Be brief")
    panel.comm.say({"kind": "request", "id": "a", "method": "POST", "path": "/chat/sessions", "body": {}})
    until(lambda: panel.comm.of("a", "end"))
    assert server.body() == {"model_config_id": 3, "system_prompt": "Be brief"}


def test_what_the_user_chose_in_the_browser_wins(server: Scripted, llm: LLMOps, until: Until) -> None:
    server.answers["POST chat/sessions"] = {"id": 5}
    server.answers["GET model-configs"] = page({"id": 3, "name": "tiny"})
    panel = ChatPanel(llm, model="tiny", system_prompt="Be brief")
    body = {"model_config_id": 9, "system_prompt": "Be long"}
    panel.comm.say({"kind": "request", "id": "a", "method": "POST", "path": "/chat/sessions", "body": body})
    until(lambda: panel.comm.of("a", "end"))
    assert server.body() == body


def test_a_model_that_does_not_exist_is_told_at_once(server: Scripted, llm: LLMOps) -> None:
    server.answers["GET model-configs"] = page()
    with pytest.raises(UnknownModelError, match="nobody"):
        ChatPanel(llm, model="nobody")


def test_a_model_that_is_gone_is_told_to_the_browser(
    server: Scripted, panel: ChatPanel, until: Until
) -> None:
    server.answers["GET model-configs"] = page()
    panel.model = "gone"
    panel.comm.say({"kind": "request", "id": "a", "method": "POST", "path": "/chat/sessions", "body": {}})
    until(lambda: panel.comm.of("a", "error"))
    assert "gone" in panel.comm.of("a", "error")[0]["message"]


def test_python_can_ask_and_wait(server: Scripted, panel: ChatPanel) -> None:
    sent = {"user_message": {"id": 7}, "message": {"id": 8}}
    server.answers["POST chat/sessions/5/messages"] = sent
    server.answers["GET chat/messages/8/events"] = stream(*ANSWER)
    answer = panel.send("hi", wait=True)
    assert str(answer) == "Hello there"
    assert panel.session_id == 5
    assert contents(panel) == ["hi", "Hello"]
    notice = {"kind": "changed", "session_id": 5, "message_id": 8}
    assert [content for content, _ in panel.comm.received] == [notice]


def test_python_can_ask_and_go_on(server: Scripted, panel: ChatPanel, until: Until) -> None:
    server.answers["POST chat/sessions/5/messages"] = {"user_message": {"id": 7}, "message": {"id": 8}}
    server.answers["GET chat/messages/8/events"] = stream(*ANSWER)
    assert panel.send("hi") is None
    until(lambda: "GET chat/messages/8/events" in server.seen and contents(panel) == ["hi", "Hello"])


@pytest.mark.spec("UI-5")
def test_the_panel_brings_its_texts(llm: LLMOps) -> None:
    panel = ChatPanel(llm)
    assert panel.strings[""]["language"] == "zh-CN"
    panel.language = "en"
    assert panel.strings == {}
    assert ChatPanel(llm, language="zh-CN").strings[""]["language"] == "zh-CN"


def test_closing_the_panel_ends_its_requests(server: Scripted, panel: ChatPanel, until: Until) -> None:
    import asyncio

    from httpx import Response

    from tests.client.scripted import Stream

    body = Stream([ANSWER[0], lambda: asyncio.Event().wait()])
    server.answers["GET chat/messages/8/events"] = Response(200, stream=body)
    browser = panel.comm
    browser.say({"kind": "request", "id": "a", "method": "GET", "path": "/chat/messages/8/events"})
    until(lambda: browser.of("a", "chunk"))
    panel.close()
    until(lambda: body.closed)


def test_the_state_that_is_saved_with_a_notebook_holds_no_message_and_no_token(
    server: Scripted, llm: LLMOps
) -> None:
    server.answers["GET chat/sessions/5/messages"] = MESSAGES
    panel = ChatPanel(llm, session_id=5)
    state = {name: value for name, value in panel.get_state().items() if name != "strings"}
    assert "Hello" not in str({name: state[name] for name in state if name not in ("_esm", "_css")})
    assert "s3cret" not in str(state)
