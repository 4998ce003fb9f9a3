"""A server that speaks OpenAI's chat completions protocol. `python -m tests.fakes.openai --help`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from .server import FakeServer, Reply, Script, Seen, scripted, serve

__all__ = ["FakeOpenAI"]


class FakeOpenAI(FakeServer):
    """`/v1/chat/completions` and `/v1/models`."""

    @property
    def endpoint(self) -> str:
        """Base URL as OpenAI's SDK wants it."""
        return f"{super().endpoint}/v1"

    def route(self, seen: Seen) -> Reply:
        """Return the reply to a request."""
        if seen.path == "/v1/chat/completions":
            if self.models and seen.body["model"] not in self.models:
                return self.refuse(
                    Script(
                        status=404,
                        message=f"The model `{seen.body['model']}` does not exist",
                        code="model_not_found",
                    )
                )
            if not seen.body.get("stream"):
                return self._whole(seen)
            return self.answer(seen, "text/event-stream; charset=utf-8")
        if seen.path == "/v1/models":
            rows = [
                {"id": model, "object": "model", "created": 0, "owned_by": "fake"} for model in self.models
            ]
            return self.document({"object": "list", "data": rows})
        return self.refuse(Script(status=404, error="404 page not found"))

    def refusal(self, status: int, message: str, code: str) -> Any:
        """Return `{"error": {…}}`."""
        kind = "invalid_request_error" if status in (400, 401, 404) else "server_error"
        parameter = message.split("'")[1] if message.startswith("Unsupported parameter") else None
        return {"error": {"message": message, "type": kind, "param": parameter, "code": code or None}}

    def frames(self, script: Script, seen: Seen) -> Iterator[bytes]:
        """Yield chunks, then the finish reason, usage and `[DONE]`."""
        error = _event({"error": {"message": script.message, "code": script.code or None}})
        model = seen.body["model"]
        yield from scripted(script, _tokens(script, model), error)
        yield _chunk(model, {}, script.finish)
        if script.usage and (seen.body.get("stream_options") or {}).get("include_usage"):
            yield _event({**_base(model), "choices": [], "usage": _usage(script)})
        yield b"data: [DONE]\n\n"

    def _whole(self, seen: Seen) -> Reply:
        """Return the answer as one document, for clients that do not stream."""
        script = self.script_for(seen.body["model"])
        message = {"role": "assistant", "content": "".join(script.pieces)}
        choice = {"index": 0, "message": message, "finish_reason": script.finish}
        document = {
            **_base(seen.body["model"]),
            "object": "chat.completion",
            "choices": [choice],
            "usage": _usage(script),
        }
        return self.document(document)


@lru_cache(maxsize=64)
def _tokens(script: Script, model: str) -> tuple[bytes, ...]:
    return tuple(_make_tokens(script, model))


def _make_tokens(script: Script, model: str) -> Iterator[bytes]:
    yield b": keep-alive\n\n" + _chunk(model, {"role": "assistant", "content": None})
    name = {"field": "reasoning_content", "reasoning": "reasoning", "tags": "content"}[script.style]
    tags = script.thoughts and script.style == "tags"
    if tags:
        yield _chunk(model, {"content": "<think>\n"})
    for thought in script.thoughts:
        yield _chunk(model, {name: thought})
    if tags:
        yield _chunk(model, {"content": "\n</think>\n\n"})
    if script.tool:
        call = {
            "index": 0,
            "id": "call_1",
            "type": "function",
            "function": {"name": script.tool, "arguments": ""},
        }
        yield _chunk(model, {"tool_calls": [call]})
        for part in ('{"q"', ": 1}"):
            yield _chunk(model, {"tool_calls": [{"index": 0, "function": {"arguments": part}}]})
    for piece in script.pieces:
        yield _chunk(model, {"content": piece})


def _base(model: str) -> dict[str, Any]:
    return {"id": "chatcmpl-fake", "object": "chat.completion.chunk", "created": 0, "model": model}


def _chunk(model: str, delta: dict[str, Any], finish: str | None = None) -> bytes:
    return _event({**_base(model), "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})


def _event(document: Any) -> bytes:
    return b"data: " + json.dumps(document, ensure_ascii=False).encode() + b"\n\n"


def _usage(script: Script) -> dict[str, Any]:
    completion = len(script.pieces) + len(script.thoughts)
    return {
        "prompt_tokens": 7,
        "completion_tokens": completion,
        "total_tokens": 7 + completion,
        "completion_tokens_details": {"reasoning_tokens": len(script.thoughts)},
    }


if __name__ == "__main__":
    serve(FakeOpenAI(models=()))
