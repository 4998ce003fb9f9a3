"""A server that speaks Ollama's protocol. `python -m tests.fakes.ollama --help`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from .server import FakeServer, Reply, Script, Seen, scripted, serve

__all__ = ["FakeOllama"]

_TIME = "2026-01-01T00:00:00.000000Z"


class FakeOllama(FakeServer):
    """`/api/chat`, `/api/tags` and `/api/show`."""

    def route(self, seen: Seen) -> Reply:
        """Return the reply to a request."""
        if seen.path == "/api/chat":
            if self.models and seen.body["model"] not in self.models:
                message = f"model '{seen.body['model']}' not found, try pulling it first"
                return self.refuse(Script(status=404, message=message))
            return self.answer(seen, "application/x-ndjson")
        if seen.path == "/api/tags":
            return self.document({"models": [_row(model) for model in self.models]})
        if seen.path == "/api/show":
            return self.document(_shown())
        return self.refuse(Script(status=404, error="404 page not found"))

    def refusal(self, status: int, message: str, code: str) -> Any:
        """Return `{"error": "text"}`."""
        return {"error": message}

    def frames(self, script: Script, seen: Seen) -> Iterator[bytes]:
        """Yield one document a line, the last with counts."""
        model = seen.body["model"]
        yield from scripted(script, _tokens(script, model), _line({"error": script.message}))
        counts = {"prompt_eval_count": 7, "eval_count": len(script.pieces) + len(script.thoughts)}
        last = {"model": model, "created_at": _TIME, "message": {"role": "assistant", "content": ""}}
        yield _line({**last, "done": True, "done_reason": script.finish, **(counts if script.usage else {})})


@lru_cache(maxsize=64)
def _tokens(script: Script, model: str) -> tuple[bytes, ...]:
    return tuple(_make_tokens(script, model))


def _make_tokens(script: Script, model: str) -> Iterator[bytes]:
    for thought in script.thoughts:
        yield _message(model, {"content": "", "thinking": thought})
    if script.tool:
        yield _message(
            model, {"content": "", "tool_calls": [{"function": {"name": script.tool, "arguments": {"q": 1}}}]}
        )
    for piece in script.pieces:
        yield _message(model, {"content": piece})


def _message(model: str, fields: dict[str, Any]) -> bytes:
    return _line(
        {"model": model, "created_at": _TIME, "message": {"role": "assistant", **fields}, "done": False}
    )


def _line(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode() + b"\n"


def _row(model: str) -> dict[str, Any]:
    details = {"format": "gguf", "family": "qwen3", "parameter_size": "8.2B", "quantization_level": "Q4_K_M"}
    return {"name": model, "model": model, "modified_at": _TIME, "size": 5, "digest": "0", "details": details}


def _shown() -> dict[str, Any]:
    return {
        "capabilities": ["completion", "tools", "thinking"],
        "model_info": {"general.architecture": "qwen3", "qwen3.context_length": 40960},
        "details": {"parameter_size": "8.2B", "quantization_level": "Q4_K_M"},
    }


if __name__ == "__main__":
    serve(FakeOllama(models=()))
