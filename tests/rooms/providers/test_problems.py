"""Every way a provider says no becomes the right problem, with words, remedy and no key."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from jupyter_llmops.core.errors import ProviderError, ProviderTimeout
from jupyter_llmops.providers import problems
from jupyter_llmops.providers.classification import classify, error_info
from jupyter_llmops.providers.redaction import redact

pytestmark = pytest.mark.spec("PROV-7")

KEY = "sk-canary-7f3a9c1e5b2d8460"


def openai(
    message: str, code: str | None = None, kind: str = "invalid_request_error", param: str | None = None
) -> Any:
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


# ruff: noqa: E501 - a table of bodies as they were seen, one a line
# status (0: inside a stream), body, code of the problem
CASES: list[tuple[int, Any, str]] = [
    (401, openai("Incorrect API key provided: sk-ab***yz.", "invalid_api_key"), "invalid_key"),
    (403, {"error": "forbidden"}, "invalid_key"),
    (401, {"type": "error", "error": {"type": "authentication_error", "message": "invalid x-api-key"}}, "invalid_key"),
    (402, {"error": {"message": "Insufficient Balance", "code": "invalid_request_error"}}, "no_balance"),
    (429, openai("You exceeded your current quota", "insufficient_quota"), "no_balance"),
    (429, {"error": {"code": "1113", "message": "您的账户已欠费，请充值后重试"}}, "no_balance"),
    (400, {"type": "error", "error": {"message": "Your credit balance is too low"}}, "no_balance"),
    (429, {"error": {"code": "1302", "message": "您的账户已达到速率限制"}}, "rate_limited"),
    (429, openai("Rate limit reached", "rate_limit_exceeded"), "rate_limited"),
    (429, "Too Many Requests", "rate_limited"),
    (404, openai("The model `x` does not exist", "model_not_found"), "model_not_found"),
    (404, {"error": "model 'x' not found, try pulling it first"}, "model_not_found"),
    (404, {"object": "error", "message": "The model `x` does not exist.", "code": 404}, "model_not_found"),
    (404, {"type": "error", "error": {"type": "not_found_error", "message": "model: x"}}, "model_not_found"),
    (400, {"code": 20012, "message": "Model does not exist. Please check it carefully.", "data": None}, "model_not_found"),
    (400, {"error": {"code": "1211", "message": "模型不存在，请检查模型代码。"}}, "model_not_found"),
    (404, "404 page not found", "path_not_found"),
    (404, {"detail": "Not Found"}, "path_not_found"),
    (405, {"detail": "Method Not Allowed"}, "path_not_found"),
    (400, openai("maximum context length is 8192 tokens", "context_length_exceeded"), "context_too_long"),
    (400, {"error": {"type": "exceed_context_size_error", "message": "too big"}}, "context_too_long"),
    (400, {"type": "error", "error": {"message": "prompt is too long: 250000 tokens > 200000"}}, "context_too_long"),
    (400, {"object": "error", "message": "maximum context length is 4096"}, "context_too_long"),
    (400, openai("image input is not supported - hint: provide the mmproj"), "no_vision"),
    (500, {"error": {"message": "At most 0 image(s) may be provided in one prompt."}}, "no_vision"),
    (400, openai("Unsupported parameter: 'temperature'", param="temperature"), "request_refused"),
    (422, {"detail": [{"loc": ["body", "top_k"], "msg": "extra fields not permitted"}]}, "request_refused"),
    (400, openai("violates our content policy", "content_filter"), "content_filtered"),
    (400, {"error": {"code": "1301", "message": "系统检测到输入或生成内容可能包含不安全或敏感内容"}}, "content_filtered"),
    (503, {"error": {"message": "Loading model", "type": "unavailable_error"}}, "overloaded"),
    (529, {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}, "overloaded"),
    (500, {"error": {"message": "kaboom"}}, "provider_error"),
    (502, "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>", "provider_error"),
    (500, "", "provider_error"),
    (500, [], "provider_error"),
    (500, 7, "provider_error"),
    (0, {"error": "an error was encountered while running the model"}, "provider_error"),
    (0, {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}, "overloaded"),
    (0, {"error": {"message": "Invalid API key"}}, "invalid_key"),
    (0, {"error": {"message": "Rate limit reached"}}, "rate_limited"),
    (0, {"error": "model 'x' not found"}, "model_not_found"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "code"), CASES)
def test_a_refusal_is_told_apart(status: int, body: Any, code: str) -> None:
    raw = body.encode() if isinstance(body, str) else json.dumps(body, ensure_ascii=False).encode()
    problem = classify(status, raw, provider="Acme", model="x", path="/v1", secret=KEY)
    assert problem.code == code
    for language in ("en", "zh-CN"):
        assert not re.search(r"\{[a-z]+\}", problem.message(language))
        assert problem.advice(language)
    assert "<html" not in problem.message()


def test_every_kind_of_problem_reads_in_both_languages() -> None:
    kinds = [getattr(problems, name) for name in problems.__all__ if name != "SAYS"]
    codes = [kind.code for kind in kinds]
    assert len(set(codes)) == len(codes)
    for kind in kinds:
        problem = kind()
        assert isinstance(problem, (ProviderError, ProviderTimeout))
        assert problem.message("zh-CN") != problem.message("en")
        assert problem.advice("zh-CN") != problem.advice("en")


def test_the_parameter_a_refusal_names_is_kept() -> None:
    problem = classify(400, openai("no", param="top_k"), provider="Acme")
    assert isinstance(problem, problems.RequestRefused)
    assert problem.parameter == "top_k"


@pytest.mark.spec("LLM-3")
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "250"}, 0.25),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, 0),
        ({}, None),
    ],
)
def test_retry_after_is_read(headers: dict[str, str], seconds: float | None) -> None:
    assert classify(429, b"", headers, provider="Acme").retry_after == seconds


@pytest.mark.spec("LLM-3")
def test_retry_after_may_be_a_date() -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    retry_after = classify(503, b"", {"retry-after": moment}, provider="Acme").retry_after
    assert retry_after is not None
    assert 60 < retry_after <= 90


@pytest.mark.spec("PROV-8")
@pytest.mark.parametrize(
    "text",
    [
        f"bad key {KEY}",
        f'{{"key":"{KEY}"}}',
        "Incorrect API key provided: sk-proj-********************wxyz. You can find it",
        "key sk-ant-api03-AbCdEf123456 is wrong",
        "Authorization: Bearer abc.def-123",
        "token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc is bad",
        "id 9f8e7d6c5b4a39281706f5e4d3c2b1a0 used as key",
        "x" * 290 + KEY + "x" * 4000,
    ],
)
def test_nothing_like_a_key_is_shown(text: str) -> None:
    shown = redact(text, KEY)
    for part in (KEY, "sk-proj", "sk-ant", "wxyz", "abc.def", "eyJ", "9f8e7d6c", KEY[:9]):
        assert part not in shown
    assert len(shown) <= 300


def test_what_a_provider_says_is_one_clean_line() -> None:
    said = redact("  a\n\tb\x00c \u202e <b>bold</b><script>alert(1)</script> <img src=x onerror=y> d")
    assert said == "a b c bold d"
    assert redact("The model `Qwen/Qwen3-30B-A3B-Instruct-2507` does not exist") == (
        "The model `Qwen/Qwen3-30B-A3B-Instruct-2507` does not exist"
    )


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{}", b'"text"', b"[1]", b"\xff\xfe", b'{"error": []}', b'{"error": 5}']
)
def test_no_body_breaks_the_reader(body: bytes) -> None:
    assert isinstance(error_info(body).message, str)
