"""Whatever goes wrong is answered with problem details: field, reason, remedy, in the reader's language."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from .conftest import Call, Server, problem

pytestmark = pytest.mark.spec("UI-6")


async def test_an_unknown_field_is_named(call: Call) -> None:
    details = problem(await call("PATCH", "/me/settings", {"colour": "red"}))
    assert (details["status"], details["code"]) == (422, "invalid")
    assert details["errors"][0]["field"] == "colour"
    assert "not known" in details["errors"][0]["message"]


async def test_the_message_is_chinese_for_a_chinese_reader(call: Call) -> None:
    headers = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"}
    details = problem(await call("PATCH", "/me/settings", {"theme": "pink"}, headers=headers))
    assert details["title"] == "有些字段无效"
    assert "必须是以下之一" in details["errors"][0]["message"]


@pytest.mark.parametrize("body", ["{", "nonsense", "[1,", '"\\ud800"', b"\xff\xfe", "[]", "null", "1" * 5000])
async def test_a_broken_body_is_a_client_error(call: Call, body: Any) -> None:
    response = await call("PATCH", "/me/settings", body)
    assert problem(response)["status"] in (400, 422)


async def test_an_unknown_path_is_not_found(call: Call) -> None:
    assert problem(await call("GET", "/no/such/path"))["code"] == "not_found"


async def test_an_unknown_method_is_named(call: Call) -> None:
    assert problem(await call("DELETE", "/me"))["code"] == "method_not_allowed"


async def test_a_defect_answers_neutrally_and_logs_its_traceback(
    call: Call, server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await server.state.ready()
    account = server.state.services.account

    async def fail(*_: object) -> None:
        raise RuntimeError("/home/alice/secret sk-1234567890abcdef")

    monkeypatch.setattr(type(account), "me", fail)
    with caplog.at_level(logging.ERROR, "jupyter_llmops.web"):
        response = await call("GET", "/me")
    details = problem(response)
    assert (details["status"], details["code"]) == (500, "internal")
    assert "alice" not in response.body.decode()
    assert any("RuntimeError" in getattr(record, "traceback", "") for record in caplog.records)


async def test_a_given_request_id_is_kept_and_a_strange_one_is_not(call: Call) -> None:
    kept = await call("GET", "/me", headers={"X-Request-Id": "abc-123_456"})
    assert kept.headers["X-Request-Id"] == "abc-123_456"
    strange = await call("GET", "/me", headers={"X-Request-Id": "a b<script>"})
    assert strange.headers["X-Request-Id"] not in ("", "a b<script>")


async def test_settings_are_merged_and_kept(call: Call) -> None:
    await call("PATCH", "/me/settings", {"theme": "dark"})
    await call("PATCH", "/me/settings", {"answers_only": True})
    settings = json.loads((await call("GET", "/me")).body)["settings"]
    assert settings["theme"] == "dark"
    assert settings["answers_only"] is True
    assert settings["language"] == "auto"
