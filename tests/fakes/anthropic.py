"""A server that speaks Anthropic's messages protocol. `python -m tests.fakes.anthropic --help`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from .server import FakeServer, Reply, Script, Seen, scripted, serve

__all__ = ["FakeAnthropic"]

_KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
    529: "overloaded_error",
}
_FINISH = {"stop": "end_turn", "length": "max_tokens", "tool_calls": "tool_use", "content_filter": "refusal"}
_PAGE = 2


class FakeAnthropic(FakeServer):
    """`/v1/messages` and `/v1/models` in pages of two."""

    def route(self, seen: Seen) -> Reply:
        """Return the reply to a request."""
        if seen.path == "/v1/messages":
            return self._messages(seen)
        if seen.path == "/v1/models":
            return self._page(seen)
        return self.refuse(Script(status=404, message="Not found"))

    def _messages(self, seen: Seen) -> Reply:
        if "anthropic-version" not in seen.headers:
            return self.refuse(Script(status=400, message="anthropic-version: header is required"))
        if "max_tokens" not in seen.body:
            return self.refuse(Script(status=400, message="max_tokens: Field required"))
        if self.models and seen.body["model"] not in self.models:
            return self.refuse(Script(status=404, message=f"model: {seen.body['model']}"))
        return self.answer(seen, "text/event-stream; charset=utf-8")

    def _page(self, seen: Seen) -> Reply:
        after = dict(pair.split("=") for pair in seen.query.split("&") if pair).get("after_id")
        start = self.models.index(after) + 1 if after else 0
        rows = [_row(model) for model in self.models[start : start + _PAGE]]
        more = start + _PAGE < len(self.models)
        ids = [row["id"] for row in rows] or [None]
        return self.document({"data": rows, "has_more": more, "first_id": ids[0], "last_id": ids[-1]})

    def refusal(self, status: int, message: str, code: str) -> Any:
        """Return `{"type": "error", "error": {…}}`."""
        error = {"type": _KINDS.get(status, "api_error"), "message": message}
        return {"type": "error", "error": error, "request_id": "req_fake"}

    def frames(self, script: Script, seen: Seen) -> Iterator[bytes]:
        """Yield named events, from `message_start` to `message_stop`."""
        error = {"type": "error", "error": {"type": "overloaded_error", "message": script.message}}
        yield _event(_start(seen.body["model"]))
        yield from scripted(script, _tokens(script), _event(error))
        usage = {"output_tokens": len(script.pieces) + len(script.thoughts)} if script.usage else {}
        delta = {"stop_reason": _FINISH.get(script.finish, script.finish), "stop_sequence": None}
        yield _event({"type": "message_delta", "delta": delta, "usage": usage})
        yield _event({"type": "message_stop"})


def _start(model: str) -> dict[str, Any]:
    message: dict[str, Any] = {
        "id": "msg_fake",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": 5, "cache_read_input_tokens": 2},
    }
    return {"type": "message_start", "message": message}


@lru_cache(maxsize=64)
def _tokens(script: Script) -> tuple[bytes, ...]:
    return tuple(_blocks(script))


def _blocks(script: Script) -> Iterator[bytes]:
    yield _event({"type": "ping"})
    index = 0
    if script.thoughts:
        deltas = [{"type": "thinking_delta", "thinking": thought} for thought in script.thoughts]
        deltas.append({"type": "signature_delta", "signature": "abc"})
        yield from _block(index, {"type": "thinking", "thinking": "", "signature": ""}, deltas)
        index += 1
    if script.tool:
        deltas = [{"type": "input_json_delta", "partial_json": part} for part in ('{"q"', ": 1}")]
        yield from _block(
            index, {"type": "tool_use", "id": "toolu_1", "name": script.tool, "input": {}}, deltas
        )
        index += 1
    deltas = [{"type": "text_delta", "text": piece} for piece in script.pieces]
    yield from _block(index, {"type": "text", "text": ""}, deltas)


def _block(index: int, block: dict[str, Any], deltas: list[dict[str, str]]) -> Iterator[bytes]:
    yield _event({"type": "content_block_start", "index": index, "content_block": block})
    for delta in deltas:
        yield _event({"type": "content_block_delta", "index": index, "delta": delta})
    yield _event({"type": "content_block_stop", "index": index})


def _event(document: dict[str, Any]) -> bytes:
    return f"event: {document['type']}\ndata: {json.dumps(document, ensure_ascii=False)}\n\n".encode()


def _row(model: str) -> dict[str, Any]:
    return {
        "type": "model",
        "id": model,
        "display_name": model.title(),
        "created_at": "2026-01-01T00:00:00Z",
        "lifecycle": "active",
        "max_input_tokens": 200_000,
    }


if __name__ == "__main__":
    serve(FakeAnthropic(models=()))
