"""Each call is the request of the REST contract that it stands for."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from jupyter_llmops.client import LLMOps
from jupyter_llmops.client.errors import ImageError, UnknownModelError

from .scripted import ANSWER, Scripted, page, stream

PNG = b"\x89PNG\r\n\x1a\n rest"
SESSION, MESSAGE, CONFIG = {"id": 5}, {"id": 8}, {"id": 3, "name": "mine", "model": "m"}

# (call, request, its JSON body, answer)
CALLS: list[tuple[Callable[[LLMOps], Any], str, Any, Any]] = [
    (lambda llm: llm.me(), "GET me", None, {"name": "local"}),
    (lambda llm: llm.health(), "GET health", None, {"status": "ok"}),
    (
        lambda llm: llm.update_settings(theme="dark"),
        "PATCH me/settings",
        {"theme": "dark"},
        {"theme": "dark"},
    ),
    (lambda llm: llm.search("x"), "GET chat/search", None, page({"message_id": 8, "session_id": 5})),
    (lambda llm: llm.sessions.get(5), "GET chat/sessions/5", None, SESSION),
    (lambda llm: llm.sessions.create("t"), "POST chat/sessions", {"title": "t"}, SESSION),
    (lambda llm: llm.sessions.update(5, pinned=True), "PATCH chat/sessions/5", {"pinned": True}, SESSION),
    (lambda llm: llm.sessions.clear(5), "POST chat/sessions/5/clear", None, SESSION),
    (lambda llm: llm.sessions.delete(5), "DELETE chat/sessions/5", None, None),
    (lambda llm: llm.sessions.delete(5, 6), "POST chat/sessions/delete", {"ids": [5, 6]}, {"deleted": 2}),
    (lambda llm: llm.sessions.restore(5), "POST chat/sessions/5/restore", None, SESSION),
    (lambda llm: llm.messages.stop(8), "POST chat/messages/8/stop", None, MESSAGE),
    (lambda llm: llm.messages.get(8), "GET chat/messages/8", None, MESSAGE),
    (lambda llm: llm.messages.rate(8, 1), "PATCH chat/messages/8", {"rating": 1}, MESSAGE),
    (lambda llm: llm.messages.wait(8), "GET chat/messages/8/events", None, lambda _: stream(*ANSWER)),
    (
        lambda llm: llm.messages.regenerate(8),
        "POST chat/messages/8/regenerate",
        {},
        lambda _: stream(*ANSWER),
    ),
    (
        lambda llm: list(llm.messages.events(8, after=2)),
        "GET chat/messages/8/events",
        None,
        lambda _: stream(*ANSWER),
    ),
    (
        lambda llm: llm.messages.send(5, "hi", parent_id=0),
        "POST chat/sessions/5/messages",
        {"content": "hi", "parent_id": 0},
        {"user_message": {"id": 7}, "message": MESSAGE},
    ),
    (
        lambda llm: llm.messages.image(2),
        "GET chat/images/2",
        None,
        lambda _: httpx.Response(200, content=PNG),
    ),
    (
        lambda llm: llm.exports.session(5),
        "GET chat/sessions/5/export",
        None,
        lambda _: httpx.Response(200, text="#"),
    ),
    (
        lambda llm: llm.exports.sessions([5, 6], "txt"),
        "POST chat/export",
        {"ids": [5, 6], "format": "txt"},
        lambda _: httpx.Response(200, content=b"PK"),
    ),
    (
        lambda llm: llm.exports.load(b'[{"a": 1}]'),
        "POST chat/import",
        [{"a": 1}],
        {"sessions": [], "messages": 0},
    ),
    (lambda llm: llm.providers.list(), "GET providers", None, page({"id": "ollama"})),
    (lambda llm: llm.providers.models("ollama"), "GET providers/ollama/models", None, page({"id": "m"})),
    (
        lambda llm: llm.providers.add_model("vllm", "m"),
        "POST providers/vllm/models",
        {"id": "m"},
        {"id": "m"},
    ),
    (
        lambda llm: llm.providers.update("ollama", enabled=False),
        "PATCH providers/ollama",
        {"enabled": False},
        {"id": "ollama"},
    ),
    (lambda llm: llm.model_configs.list(), "GET model-configs", None, page(CONFIG)),
    (lambda llm: llm.model_configs.get(3), "GET model-configs/3", None, CONFIG),
    (
        lambda llm: llm.model_configs.create("mine", "ollama", "m", api_key="k"),
        "POST model-configs",
        {"name": "mine", "provider_id": "ollama", "model": "m", "api_key": "k"},
        CONFIG,
    ),
    (lambda llm: llm.model_configs.update(3, name="n"), "PATCH model-configs/3", {"name": "n"}, CONFIG),
    (lambda llm: llm.model_configs.delete(3), "DELETE model-configs/3", None, None),
    (lambda llm: llm.model_configs.delete(3, 4), "POST model-configs/delete", {"ids": [3, 4]}, None),
    (lambda llm: llm.model_configs.duplicate(3), "POST model-configs/3/duplicate", None, CONFIG),
    (lambda llm: llm.model_configs.set_default(3), "POST model-configs/3/default", None, CONFIG),
    (lambda llm: llm.model_configs.versions(3), "GET model-configs/3/versions", None, page({"version": 1})),
    (lambda llm: llm.model_configs.rollback(3, 1), "POST model-configs/3/rollback", {"version": 1}, CONFIG),
    (lambda llm: llm.model_configs.templates(), "GET model-templates", None, page({"id": "precise"})),
    (lambda llm: llm.model_configs.test(3), "POST model-configs/test", {"id": 3}, {"ok": True}),
]


@pytest.mark.spec("OPS-3")
@pytest.mark.parametrize(("call", "request_line", "body", "answer"), CALLS, ids=[each[1] for each in CALLS])
def test_a_call_sends_its_request(
    server: Scripted, llm: LLMOps, call: Callable[[LLMOps], Any], request_line: str, body: Any, answer: Any
) -> None:
    server.answers[request_line] = answer
    call(llm)
    assert server.seen == [request_line]
    assert server.body() == body


@pytest.mark.spec("CHAT-1")
def test_a_list_follows_its_pages(server: Scripted, llm: LLMOps) -> None:
    server.answers["GET chat/sessions"] = [page({"id": 1}, following="c1", total=2), page({"id": 2}, total=2)]
    found = llm.sessions.list("q", archived=False, limit=None)
    assert [session.id for session in found] == [1, 2]
    assert dict(server.requests[0].url.params) == {"q": "q", "archived": "false", "limit": "100"}
    assert server.requests[1].url.params["cursor"] == "c1"


def test_a_list_stops_at_its_limit(server: Scripted, llm: LLMOps) -> None:
    server.answers["GET chat/sessions"] = page({"id": 1}, {"id": 2}, following="c1", total=70)
    assert len(llm.sessions.list(limit=2)) == 2
    assert server.seen == ["GET chat/sessions"]


@pytest.mark.spec("PROV-6")
def test_a_model_is_named_by_its_configuration_or_its_own_name(server: Scripted, llm: LLMOps) -> None:
    other = {"id": 4, "name": "other", "model": "mine"}
    server.answers["GET model-configs"] = page(other, CONFIG)
    assert llm.model_configs.resolve("mine") == 3
    assert llm.model_configs.resolve("m") == 3
    with pytest.raises(UnknownModelError, match='Choose one of these: "other", "mine"'):
        llm.model_configs.resolve("nobody")


@pytest.mark.spec("LLM-6")
def test_an_image_may_be_a_path_bytes_or_a_picture(server: Scripted, llm: LLMOps, tmp_path: Path) -> None:
    from PIL import Image

    (tmp_path / "a.png").write_bytes(PNG)
    server.answers["POST chat/sessions/5/messages"] = {"user_message": {"id": 7}, "message": MESSAGE}
    llm.messages.send(5, "see", images=[tmp_path / "a.png", PNG, Image.new("RGB", (2, 2))])
    sent = server.body()["images"]
    assert [each["media_type"] for each in sent] == ["image/png"] * 3
    assert base64.b64decode(sent[0]["data"]) == PNG


@pytest.mark.spec("LLM-6")
def test_what_is_no_image_is_refused_before_it_is_sent(server: Scripted, llm: LLMOps) -> None:
    with pytest.raises(ImageError, match="bytes is not a PNG, JPEG, GIF or WebP image"):
        llm.messages.send(5, "see", images=[b"%PDF-1.7"])
    assert server.seen == []


@pytest.mark.spec("PROV-7")
def test_a_test_result_is_true_when_it_went_well(server: Scripted, llm: LLMOps) -> None:
    trouble = {"code": "unauthorised", "message": "Wrong key", "remedy": "Check it"}
    server.answers["POST model-configs/test"] = {"ok": False, "problem": trouble}
    result = llm.model_configs.test(provider_id="openai", endpoint="https://x", api_key="k", model="m")
    assert not result
    assert result.problem is not None
    assert result.problem.remedy == "Check it"
