"""Tell what is wrong from a provider's refusal, whatever its shape and language. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

from . import problems
from .problems import ProviderError, RequestRefused
from .redaction import redact

__all__ = ["ErrorInfo", "classify", "error_info"]


@dataclass(frozen=True, slots=True)
class ErrorInfo:
    """What an error body says, whatever its shape."""

    message: str = ""
    code: str = ""
    kind: str = ""
    parameter: str = ""


def error_info(body: bytes | Mapping[str, Any]) -> ErrorInfo:
    """Read an error body.

    Seen: `{"error": {message, type, code, param}}` (OpenAI, DeepSeek), `{"type": "error", "error":
    {type, message}}` (Anthropic), `{"error": "text"}` (Ollama), `{"object": "error", message, …}`
    (vLLM, flat), `{code, message, data}` (SiliconFlow), `{"detail": …}` (FastAPI), `{"error": {code:
    "1113"}}` (Zhipu), plain text and HTML.
    """
    if isinstance(body, bytes):
        try:
            document = orjson.loads(body)
        except orjson.JSONDecodeError:
            return ErrorInfo(body.decode("utf-8", "replace"))
    else:
        document = body
    if isinstance(document, str):
        return ErrorInfo(document)
    if not isinstance(document, Mapping):
        return ErrorInfo()
    inner = document.get("error") or document.get("errors") or document
    if isinstance(inner, list) and inner:
        inner = inner[0]
    if not isinstance(inner, Mapping):
        return ErrorInfo(_text(inner), _text(document.get("code")))
    message = inner.get("message") or inner.get("msg") or inner.get("detail") or document.get("message")
    return ErrorInfo(
        _text(message) or _text(inner),
        _text(inner.get("code")),
        _text(inner.get("type")),
        _text(inner.get("param")),
    )


def _text(value: object) -> str:
    if value is None:
        return ""
    if (
        isinstance(value, list)
        and value
        and all(isinstance(item, Mapping) and "msg" in item for item in value)
    ):
        # FastAPI's list of what it found wrong.
        return "; ".join(f"{'.'.join(map(str, item.get('loc', ())))}: {item['msg']}" for item in value)
    return value if isinstance(value, str) else orjson.dumps(value, default=str).decode()


@dataclass(frozen=True, slots=True)
class _Rule:
    """A refusal is of this kind by its status or its code alone, or by its words."""

    kind: type[ProviderError]
    statuses: frozenset[int] = frozenset()
    codes: frozenset[str] = frozenset()
    words: re.Pattern[str] | None = None
    # The words count with these statuses only; 0 stands for an error inside a stream.
    words_with: frozenset[int] = frozenset({0, *range(400, 600)})

    def applies(self, status: int, info: ErrorInfo) -> bool:
        if status in self.statuses or info.code in self.codes or info.kind in self.codes:
            return True
        if self.words is None or status not in self.words_with:
            return False
        return self.words.search(f"{info.code} {info.kind} {info.message}") is not None


def _says(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words), re.IGNORECASE)


_ABSENT = "not.?found|does not exist|no such|unknown|not available|not exist|不存在"

# The first rule that applies wins, so the more telling ones stand first.
# Zhipu's numbers: 1113 no balance, 1211 no such model, 1261 too long, 1301 filter, 1302 too fast.
_RULES = (
    _Rule(
        problems.NoBalance,
        frozenset({402}),
        frozenset({"1113", "insufficient_quota", "insufficient_balance", "billing_not_active"}),
        _says(r"insufficient.?(balance|quota|funds|credit)", r"credit balance|no balance", "余额不足|欠费"),
    ),
    _Rule(
        problems.ContextTooLong,
        codes=frozenset({"1261", "context_length_exceeded", "exceed_context_size_error"}),
        words=_says(
            "context.?(length|window|size)|maximum context|max_model_len",
            "too many tokens|(prompt|input) is too long|exceeds? the (available|max)",
            "上下文.*(超|长)",
        ),
        words_with=frozenset({0, 400, 413, 422, 500}),
    ),
    _Rule(
        problems.NoVision,
        words=_says(
            "image input|mmproj|unknown variant `image_url`|at most 0 image",
            "(does not|doesn't) support (images?|vision|multimodal)|not a multimodal",
        ),
    ),
    _Rule(
        problems.ModelNotFound,
        codes=frozenset({"1211", "model_not_found"}),
        words=_says(
            f"(model|模型).*({_ABSENT})|({_ABSENT}).*(model|模型)|try pulling|^ ?not_found_error model:"
        ),
        words_with=frozenset({0, 400, 404, 500}),
    ),
    _Rule(problems.RateLimited, frozenset({429}), frozenset({"1302", "1303", "rate_limit_error"})),
    _Rule(
        problems.Overloaded,
        frozenset({503, 529}),
        frozenset({"1305", "overloaded_error"}),
        _says("overloaded|loading model|engine is currently|too busy|server busy|繁忙"),
    ),
    _Rule(problems.InvalidKey, frozenset({401, 403}), frozenset({"authentication_error", "invalid_api_key"})),
    _Rule(problems.PathNotFound, frozenset({404, 405})),
    _Rule(
        problems.ContentFiltered,
        frozenset({451}),
        frozenset({"1301", "content_filter"}),
        _says("content.?(filter|policy|management)|moderation|data_inspection|敏感"),
        frozenset({0, 400, 422}),
    ),
    _Rule(RequestRefused, frozenset(range(400, 500)), frozenset({"invalid_request_error"})),
    _Rule(problems.InvalidKey, words=_says("api.?key|unauthorized|令牌"), words_with=frozenset({0})),
    _Rule(
        problems.RateLimited,
        words=_says("rate.?limit|too many requests|速率|频率|并发"),
        words_with=frozenset({0}),
    ),
)


def classify(
    status: int,
    body: bytes | Mapping[str, Any],
    headers: Mapping[str, str] | None = None,
    *,
    provider: str,
    model: str = "",
    path: str = "",
    secret: str = "",
) -> ProviderError:
    """Return the error for a refusal; status 0 means that it came inside a stream of status 200."""
    info = error_info(body)
    kind = next((rule.kind for rule in _RULES if rule.applies(status, info)), ProviderError)
    said = redact(info.message, secret) or (f"HTTP {status}" if status else "?")
    problem = kind(
        problems.SAYS[kind],
        retry_after=_retry_after(headers or {})
        if kind in (problems.RateLimited, problems.Overloaded)
        else None,
        provider=provider,
        model=model,
        path=path,
        said=said,
    )
    if isinstance(problem, RequestRefused):
        problem.parameter = info.parameter
    return problem


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of a Retry-After header (lower-case names), a number or a date."""
    if milliseconds := headers.get("retry-after-ms"):
        return _number(milliseconds, 0.001)
    value = headers.get("retry-after", "")
    seconds = _number(value, 1)
    if seconds is not None or not value:
        return seconds
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _number(value: str, factor: float) -> float | None:
    try:
        return max(0.0, float(value) * factor)
    except ValueError:
        return None
