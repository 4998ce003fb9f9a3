"""The OpenAI chat completions protocol, as spoken by most servers there are."""

from __future__ import annotations

import base64
from collections.abc import AsyncGenerator, Mapping
from typing import Any

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
from ..capabilities import guess_capabilities, guess_parameter_size, guess_quantization
from ..http import HttpPool
from ..problems import Interrupted
from ..quirks import plan
from ..splitter import ReasoningSplitter
from .exchange import check_key, get_json, nonsense, post_json, raise_for, stream_problem

__all__ = ["OpenAIProtocol", "OpenAIReading", "request_body"]


class OpenAIProtocol(Protocol):
    """`POST {endpoint}/chat/completions` with server-sent events; `GET {endpoint}/models`."""

    id = "openai"

    def __init__(self, http: HttpPool) -> None:
        self._http = http

    async def stream(self, target: Target, request: ChatRequest) -> AsyncGenerator[Piece]:
        """Yield the answer piece by piece, ending with `Finish`."""
        body, notices = request_body(target, request)
        for notice in notices:
            yield notice
        reading = OpenAIReading(target, request)
        url = f"{_base(target)}/chat/completions"
        async with post_json(self._http, url, _headers(target), body) as reply:
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
        """Return the models of `GET {endpoint}/models`."""
        document = await get_json(self._http, target, f"{_base(target)}/models", _headers(target))
        rows = document.get("data") if isinstance(document, Mapping) else document
        if not isinstance(rows, list):
            raise nonsense(orjson.dumps(document), target)
        return [_model(row) for row in rows if isinstance(row, Mapping) and row.get("id")]


def _base(target: Target) -> str:
    """Return the endpoint, also where the whole address of the method was entered."""
    return target.endpoint.rstrip("/").removesuffix("/chat/completions")


def _headers(target: Target) -> dict[str, str]:
    key = check_key(target)
    return {"authorization": f"Bearer {key}"} if key else {}


def request_body(target: Target, request: ChatRequest) -> tuple[dict[str, Any], tuple[Piece, ...]]:
    """Return the JSON body of a request, and notices about what could not go into it."""
    sent = plan(target.provider_id, request.model, request.parameters)
    body: dict[str, Any] = {
        "model": request.model,
        "messages": [_message(message) for message in request.messages],
        "stream": True,
        **sent.body,
    }
    if sent.usage_option:
        body["stream_options"] = {"include_usage": True}
    return body | sent.extra, sent.notices


def _message(message: ChatMessage) -> dict[str, Any]:
    if not message.images:
        return {"role": message.role, "content": message.content}
    parts: list[dict[str, Any]] = [
        {
            "type": "image_url",
            "image_url": {"url": f"data:{image.media_type};base64,{base64.b64encode(image.data).decode()}"},
        }
        for image in message.images
    ]
    if message.content:
        parts.insert(0, {"type": "text", "text": message.content})
    return {"role": message.role, "content": parts}


class OpenAIReading:
    """Turn the lines of one answer into pieces. Pure."""

    def __init__(self, target: Target, request: ChatRequest) -> None:
        self.began = False
        self.done = False
        self._target = target
        self._request = request
        self._splitter = ReasoningSplitter(target.thinking_start)
        self._separated = False
        self._finish = ""
        self._usage: Usage | None = None
        self._strange = b""

    def feed(self, line: bytes) -> list[Piece]:
        """Return the pieces in one line."""
        if not line.startswith(b"data:"):
            self._look_at(line)
            return []
        data = line[5:].strip()
        if data == b"[DONE]":
            self.done = True
            return []
        return self._read(data) if data else []

    def close(self) -> list[Piece]:
        """Return the last pieces, or raise when this was no complete answer."""
        if self._strange and not self.began:
            # A server that ignores `stream` sends one document instead, maybe over several lines.
            pieces = self._read(self._strange)
        elif not self.began:
            raise nonsense(b"", self._target)
        else:
            pieces = []
        if not self.done and not self._finish:
            raise Interrupted()
        pieces += self._splitter.close()
        if self._usage is not None:
            pieces.append(self._usage)
        return [*pieces, Finish(self._finish or "stop")]

    def _look_at(self, line: bytes) -> None:
        """Keep what is neither event, comment nor other field of an event stream."""
        if not line.startswith((b":", b"event:", b"id:", b"retry:")) and len(self._strange) < 4 * 1024 * 1024:
            self._strange += line

    def _read(self, data: bytes) -> list[Piece]:
        try:
            event = orjson.loads(data)
        except orjson.JSONDecodeError:
            raise nonsense(data, self._target) from None
        if not isinstance(event, dict):
            raise nonsense(data, self._target)
        choices = event.get("choices")
        if choices is None and "usage" not in event:
            raise stream_problem(event, self._target, self._request)
        if event.get("error"):
            raise stream_problem(event, self._target, self._request)
        self.began = True
        if event.get("usage"):
            self._usage = _usage(event["usage"])
        return self._choice(choices[0]) if choices else []

    def _choice(self, choice: Mapping[str, Any]) -> list[Piece]:
        pieces: list[Piece] = []
        delta = choice.get("delta") or choice.get("message")
        if delta:
            thinking = delta.get("reasoning_content") or delta.get("reasoning")
            if thinking:
                self._separate()
                pieces.append(ThinkingDelta(thinking))
            content = delta.get("content") or delta.get("refusal")
            if content:
                pieces += self._splitter.feed(content) if type(content) is str else self._parts(content)
            if delta.get("tool_calls"):
                pieces += [_tool_call(call) for call in delta["tool_calls"]]
        if choice.get("finish_reason"):
            self._finish = choice["finish_reason"]
        return pieces

    def _separate(self) -> None:
        """Trust a server that separates the reasoning itself: tags in its content are text."""
        if not self._separated:
            self._separated = True
            self._splitter = ReasoningSplitter("off")

    def _parts(self, parts: list[Mapping[str, Any]]) -> list[Piece]:
        """Read content in parts, as Mistral's reasoning models send it."""
        pieces: list[Piece] = []
        for part in parts:
            if part.get("type") == "thinking":
                self._separate()
                pieces += [
                    ThinkingDelta(inner["text"]) for inner in part.get("thinking", ()) if inner.get("text")
                ]
            elif part.get("text"):
                pieces.append(AnswerDelta(part["text"]))
        return pieces


def _tool_call(call: Mapping[str, Any]) -> ToolCall:
    function = call.get("function") or {}
    return ToolCall(
        call.get("index") or 0,
        call.get("id") or "",
        function.get("name") or "",
        function.get("arguments") or "",
    )


def _usage(usage: Mapping[str, Any]) -> Usage:
    prompt, completion = usage.get("prompt_tokens") or 0, usage.get("completion_tokens") or 0
    cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens")
    return Usage(
        prompt,
        completion,
        usage.get("total_tokens") or prompt + completion,
        (usage.get("completion_tokens_details") or {}).get("reasoning_tokens"),
        usage.get("prompt_cache_hit_tokens") if cached is None else cached,
    )


def _model(row: Mapping[str, Any]) -> ModelInfo:
    model = str(row["id"])
    meta = row.get("meta") or {}
    return ModelInfo(
        model,
        str(row.get("name") or model),
        _capabilities(row, model),
        context_length=row.get("max_model_len") or row.get("context_length") or meta.get("n_ctx_train"),
        parameter_size=guess_parameter_size(model),
        quantization=guess_quantization(model),
    )


def _capabilities(row: Mapping[str, Any], model: str) -> frozenset[str]:
    """Return what the row says (OpenRouter does), else what the name suggests."""
    architecture = row.get("architecture")
    supported = row.get("supported_parameters")
    if not isinstance(architecture, Mapping) or not isinstance(supported, list):
        return guess_capabilities(model)
    found = {"chat"}
    if "image" in (architecture.get("input_modalities") or ()):
        found.add("vision")
    if "tools" in supported:
        found.add("tools")
    if "reasoning" in supported:
        found.add("reasoning")
    return frozenset(found)
