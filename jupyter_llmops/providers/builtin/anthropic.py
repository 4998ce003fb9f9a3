"""Anthropic's messages protocol: named events, content in blocks, no `[DONE]`."""

from __future__ import annotations

import base64
from collections.abc import AsyncGenerator, Mapping
from typing import Any
from urllib.parse import quote

import orjson

from ..base import (
    AnswerDelta,
    ChatMessage,
    ChatRequest,
    Finish,
    ModelInfo,
    Piece,
    Protocol,
    Target,
    ThinkingDelta,
    ToolCall,
    Usage,
)
from ..capabilities import guess_capabilities
from ..http import HttpPool
from ..problems import Interrupted
from ..quirks import plan
from ..splitter import ReasoningSplitter
from .exchange import check_key, get_json, nonsense, post_json, raise_for, stream_problem

__all__ = ["AnthropicProtocol", "AnthropicReading", "request_body"]

_VERSION = "2023-06-01"
_DEFAULT_MAX_TOKENS = 4096  # the protocol demands a limit
_FINISH = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "content_filter",
}


class AnthropicProtocol(Protocol):
    """`POST {endpoint}/v1/messages` with server-sent events; `GET {endpoint}/v1/models`."""

    id = "anthropic"

    def __init__(self, http: HttpPool) -> None:
        self._http = http

    async def stream(self, target: Target, request: ChatRequest) -> AsyncGenerator[Piece]:
        """Yield the answer piece by piece, ending with `Finish`."""
        body, notices = request_body(target, request)
        for notice in notices:
            yield notice
        reading = AnthropicReading(target, request)
        async with post_json(self._http, f"{_base(target)}/messages", _headers(target), body) as reply:
            await raise_for(reply, target, request)
            while not reading.done and (lines := await reply.lines()) is not None:
                for line in lines:
                    for piece in reading.feed(line):
                        yield piece
                if reading.began:
                    reply.began()
        for piece in reading.close():
            yield piece

    async def models(self, target: Target) -> list[ModelInfo]:
        """Return the models of all pages of `GET {endpoint}/v1/models`."""
        found: list[ModelInfo] = []
        query = "limit=1000"
        while query:
            page = await get_json(self._http, target, f"{_base(target)}/models", _headers(target), query)
            rows = page.get("data") if isinstance(page, Mapping) else None
            if not isinstance(rows, list):
                raise nonsense(orjson.dumps(page), target)
            found += [_model(row) for row in rows if row.get("id")]
            more = page.get("has_more") and page.get("last_id") and len(found) < 10_000
            query = f"limit=1000&after_id={quote(page['last_id'], safe='')}" if more else ""
        return found


def _base(target: Target) -> str:
    return target.endpoint.rstrip("/").removesuffix("/v1") + "/v1"


def _headers(target: Target) -> dict[str, str]:
    key = check_key(target)
    return {"anthropic-version": _VERSION, **({"x-api-key": key} if key else {})}


def request_body(target: Target, request: ChatRequest) -> tuple[dict[str, Any], tuple[Piece, ...]]:
    """Return the JSON body of a request, and notices about what could not go into it."""
    sent = plan(target.provider_id, request.model, request.parameters)
    system = "\n\n".join(message.content for message in request.messages if message.role == "system")
    body: dict[str, Any] = {
        "model": request.model,
        # Empty text is refused, and so is a turn of only that.
        "messages": [
            _message(message)
            for message in request.messages
            if message.role != "system" and (message.content or message.images)
        ],
        "max_tokens": _DEFAULT_MAX_TOKENS,
        "stream": True,
        **sent.body,
    }
    if system:
        body["system"] = system
    if isinstance(body.get("stop_sequences"), str):
        body["stop_sequences"] = [body["stop_sequences"]]
    budget = (body.get("thinking") or {}).get("budget_tokens", 0)
    if body["max_tokens"] <= budget:  # the limit counts the reasoning too
        body["max_tokens"] += budget
    return body | sent.extra, sent.notices


def _message(message: ChatMessage) -> dict[str, Any]:
    if not message.images:
        return {"role": message.role, "content": message.content}
    blocks: list[dict[str, Any]] = [
        {
            "type": "image",
            "source": {
                "type": "base64",
                "media_type": image.media_type,
                "data": base64.b64encode(image.data).decode(),
            },
        }
        for image in message.images
    ]
    if message.content:
        blocks.append({"type": "text", "text": message.content})
    return {"role": message.role, "content": blocks}


class AnthropicReading:
    """Turn the lines of one answer into pieces. Pure."""

    def __init__(self, target: Target, request: ChatRequest) -> None:
        self.began = False
        self.done = False
        self._target = target
        self._request = request
        # Thinking comes in blocks of its own, but some servers put tags into the text all the same.
        self._splitter = ReasoningSplitter(target.thinking_start)
        self._usage: dict[str, int] = {}
        self._finish = ""
        self._strange = b""

    def feed(self, line: bytes) -> list[Piece]:
        """Return the pieces in one line; the event's name stands in its data too."""
        if not line.startswith(b"data:"):
            if not line.startswith((b"event:", b":", b"id:")) and len(self._strange) < 64 * 1024:
                self._strange += line
            return []
        try:
            event = orjson.loads(line[5:])
        except orjson.JSONDecodeError:
            raise nonsense(line[5:], self._target) from None
        if not isinstance(event, dict):
            raise nonsense(line[5:], self._target)
        return self._read(event)

    def close(self) -> list[Piece]:
        """Return the last pieces, or raise when this was no complete answer."""
        if not self.began:
            raise nonsense(self._strange, self._target)
        if not self.done:
            raise Interrupted()
        return [
            *self._splitter.close(),
            *_usage(self._usage),
            Finish(_FINISH.get(self._finish, self._finish) or "stop"),
        ]

    def _read(self, event: Mapping[str, Any]) -> list[Piece]:
        match event.get("type"):
            case "content_block_delta":
                return self._delta(event)
            case "content_block_start":
                return _block_start(event)
            case "message_start":
                self.began = True
                self._count((event.get("message") or {}).get("usage"))
            case "message_delta":
                self._finish = (event.get("delta") or {}).get("stop_reason") or self._finish
                self._count(event.get("usage"))
            case "message_stop":
                self.done = True
            case "error":
                raise stream_problem(event, self._target, self._request)
        return []

    def _delta(self, event: Mapping[str, Any]) -> list[Piece]:
        delta = event.get("delta") or {}
        match delta.get("type"):
            case "text_delta":
                return self._splitter.feed(delta["text"])
            case "thinking_delta":
                return [ThinkingDelta(delta["thinking"])] if delta["thinking"] else []
            case "input_json_delta":
                return [ToolCall(event["index"], "", "", delta["partial_json"])]
        return []  # signatures, citations

    def _count(self, usage: Mapping[str, Any] | None) -> None:
        self._usage.update({key: value for key, value in (usage or {}).items() if isinstance(value, int)})


def _block_start(event: Mapping[str, Any]) -> list[Piece]:
    block = event.get("content_block") or {}
    match block.get("type"):
        case "tool_use":
            return [ToolCall(event["index"], block.get("id") or "", block.get("name") or "", "")]
        case "text" if block.get("text"):
            return [AnswerDelta(block["text"])]
        case "thinking" if block.get("thinking"):
            return [ThinkingDelta(block["thinking"])]
    return []


def _usage(counts: Mapping[str, int]) -> list[Usage]:
    """Return the usage; what was read from or written to the cache is part of the prompt."""
    if "output_tokens" not in counts:
        return []
    cached = counts.get("cache_read_input_tokens", 0)
    prompt = counts.get("input_tokens", 0) + cached + counts.get("cache_creation_input_tokens", 0)
    completion = counts["output_tokens"]
    return [Usage(prompt, completion, prompt + completion, cached_tokens=cached)]


def _model(row: Mapping[str, Any]) -> ModelInfo:
    model = str(row["id"])
    return ModelInfo(
        model,
        str(row.get("display_name") or model),
        _capabilities(row.get("capabilities"), model),
        context_length=row.get("max_input_tokens"),
        available=row.get("lifecycle") != "retired",
    )


def _capabilities(said: object, model: str) -> frozenset[str]:
    if not isinstance(said, Mapping):
        return guess_capabilities(model)
    names = {"image_input": "vision", "thinking": "reasoning"}
    found = {names[key] for key in names if (said.get(key) or {}).get("supported")}
    return frozenset({"chat", "tools", *found})
