"""Ollama's own protocol: one JSON document a line."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncGenerator, Mapping
from typing import Any

import orjson

from ..base import (
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
from ..problems import Interrupted, ProviderError, ProviderTimeout
from ..quirks import plan
from ..splitter import ReasoningSplitter
from .exchange import (
    LIST_TIMEOUTS,
    check_key,
    get_json,
    nonsense,
    post_json,
    raise_for,
    read_json,
    stream_problem,
)

__all__ = ["OllamaProtocol", "OllamaReading", "request_body"]

_DETAILS_AT_ONCE = 8
_CAPABILITIES = {
    "completion": "chat",
    "thinking": "reasoning",
    "vision": "vision",
    "tools": "tools",
    "embedding": "embedding",
}


class OllamaProtocol(Protocol):
    """`POST {endpoint}/api/chat` with NDJSON; `GET {endpoint}/api/tags`, `POST {endpoint}/api/show`."""

    id = "ollama"

    def __init__(self, http: HttpPool) -> None:
        self._http = http

    async def stream(self, target: Target, request: ChatRequest) -> AsyncGenerator[Piece]:
        """Yield the answer piece by piece, ending with `Finish`."""
        body, notices = request_body(target, request)
        for notice in notices:
            yield notice
        reading = OllamaReading(target, request)
        async with post_json(self._http, _api(target, "chat"), _headers(target), body) as reply:
            await raise_for(reply, target, request)
            while not reading.done and (lines := await reply.lines()) is not None:
                for line in lines:
                    for piece in reading.feed(line):
                        yield piece
                reply.began()
        for piece in reading.close():
            yield piece

    async def models(self, target: Target) -> list[ModelInfo]:
        """Return the pulled models with what `/api/show` knows about each."""
        document = await get_json(self._http, target, _api(target, "tags"), _headers(target))
        rows = document.get("models") if isinstance(document, Mapping) else None
        if not isinstance(rows, list):
            raise nonsense(orjson.dumps(document), target)
        gate = asyncio.Semaphore(_DETAILS_AT_ONCE)
        return list(await asyncio.gather(*(self._model(target, row, gate) for row in rows)))

    async def _model(self, target: Target, row: Mapping[str, Any], gate: asyncio.Semaphore) -> ModelInfo:
        async with gate:
            try:
                return _model(row, await self._show(target, row["name"]))
            except (ProviderError, ProviderTimeout):
                return _model(row, {})  # an old server; the list is worth more than its details

    async def _show(self, target: Target, model: str) -> Mapping[str, Any]:
        url, headers = _api(target, "show"), _headers(target)
        async with post_json(self._http, url, headers, {"model": model}, LIST_TIMEOUTS) as reply:
            await raise_for(reply, target)
            document = read_json(await reply.body(), target)
            return document if isinstance(document, Mapping) else {}


def _api(target: Target, method: str) -> str:
    """Return a method's URL, also where the endpoint was entered with `/api` or `/v1`."""
    base = target.endpoint.rstrip("/").removesuffix("/v1").removesuffix("/api")
    return f"{base}/api/{method}"


def _headers(target: Target) -> dict[str, str]:
    key = check_key(target)
    return {"authorization": f"Bearer {key}"} if key else {}


def request_body(target: Target, request: ChatRequest) -> tuple[dict[str, Any], tuple[Piece, ...]]:
    """Return the JSON body of a request, and notices about what could not go into it."""
    sent = plan(target.provider_id, request.model, request.parameters)
    options = dict(sent.body)
    body: dict[str, Any] = {
        "model": request.model,
        "messages": [_message(message) for message in request.messages],
        "stream": True,
    }
    if "think" in options:
        body["think"] = options.pop("think")
    extra = dict(sent.extra)
    options |= extra.pop("options", {})
    if options:
        body["options"] = options
    return body | extra, sent.notices


def _message(message: ChatMessage) -> dict[str, Any]:
    document: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.images:
        document["images"] = [base64.b64encode(image.data).decode() for image in message.images]
    return document


class OllamaReading:
    """Turn the lines of one answer into pieces. Pure."""

    def __init__(self, target: Target, request: ChatRequest) -> None:
        self.done = False
        self._target = target
        self._request = request
        self._splitter = ReasoningSplitter(target.thinking_start)
        self._tool_calls = 0

    def feed(self, line: bytes) -> list[Piece]:
        """Return the pieces in one line."""
        try:
            event = orjson.loads(line)
        except orjson.JSONDecodeError:
            raise nonsense(line, self._target) from None
        if not isinstance(event, dict):
            raise nonsense(line, self._target)
        if event.get("error"):
            raise stream_problem(event, self._target, self._request)
        if "message" not in event and "done" not in event:
            raise nonsense(line, self._target)
        pieces = self._message(event.get("message") or {})
        if event.get("done"):
            self.done = True
            pieces += [*self._splitter.close(), *_usage(event), Finish(event.get("done_reason") or "stop")]
        return pieces

    def close(self) -> list[Piece]:
        """Return nothing, or raise when this was no complete answer."""
        if not self.done:
            raise Interrupted()
        return []

    def _message(self, message: Mapping[str, Any]) -> list[Piece]:
        pieces: list[Piece] = []
        if message.get("thinking"):
            pieces.append(ThinkingDelta(message["thinking"]))
        if message.get("content"):
            pieces += self._splitter.feed(message["content"])
        for call in message.get("tool_calls") or ():
            function = call.get("function") or {}
            arguments = orjson.dumps(function.get("arguments") or {}).decode()
            pieces.append(
                ToolCall(self._tool_calls, call.get("id") or "", function.get("name") or "", arguments)
            )
            self._tool_calls += 1
        return pieces


def _usage(event: Mapping[str, Any]) -> list[Usage]:
    if "eval_count" not in event:
        return []
    prompt, completion = event.get("prompt_eval_count") or 0, event["eval_count"] or 0
    return [Usage(prompt, completion, prompt + completion)]


def _model(row: Mapping[str, Any], shown: Mapping[str, Any]) -> ModelInfo:
    details = row.get("details") or {}
    named = {_CAPABILITIES[word] for word in shown.get("capabilities") or () if word in _CAPABILITIES}
    return ModelInfo(
        row["name"],
        row["name"],
        frozenset(named) or guess_capabilities(row["name"]),
        context_length=_context_length(shown.get("model_info") or {}),
        parameter_size=details.get("parameter_size") or None,
        quantization=details.get("quantization_level") or None,
    )


def _context_length(model_info: Mapping[str, Any]) -> int | None:
    """Return `<architecture>.context_length`."""
    found = [value for key, value in model_info.items() if key.endswith(".context_length")]
    return int(found[0]) if found else None
