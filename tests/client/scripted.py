"""A server that answers what a test wrote down, and breaks off where the test says so."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

import httpx

CUT = object()  # in a stream: the connection breaks here


class Stream(httpx.AsyncByteStream):
    """A body in pieces; knows whether it was closed."""

    def __init__(self, pieces: Sequence[Any]) -> None:
        self.pieces = pieces
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self.pieces:
            if piece is CUT:
                raise httpx.ReadError("the connection broke")
            if callable(piece):  # a wait: returns an awaitable
                await piece()
                continue
            yield piece

    async def aclose(self) -> None:
        self.closed = True


Answer = Any  # a JSON value, an httpx.Response, an exception, or a function of the request


class Scripted(httpx.AsyncBaseTransport):
    """Answers each request from a table `"GET chat/sessions" -> answer`; a list is used up in turn."""

    def __init__(self, answers: Mapping[str, Answer] | None = None) -> None:
        self.answers: dict[str, Answer] = dict(answers or {})
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self.requests.append(request)
        path = request.url.path.partition("/api/v1/")[2]
        key = f"{request.method} {path}"
        if key not in self.answers:
            return problem(404, "not_found", f"nothing at {key}")
        answer = self.answers[key]
        if isinstance(answer, list):
            answer = answer.pop(0)
        return _response(answer, request)

    @property
    def seen(self) -> list[str]:
        """The requests so far, as the table names them."""
        return [f"{each.method} {each.url.path.partition('/api/v1/')[2]}" for each in self.requests]

    def body(self, index: int = -1) -> Any:
        """The JSON body of a request."""
        return json.loads(self.requests[index].content or b"null")


def _response(answer: Answer, request: httpx.Request) -> httpx.Response:
    if isinstance(answer, Exception):
        raise answer
    if isinstance(answer, Callable):  # type: ignore[arg-type]
        answer = answer(request)
    if isinstance(answer, httpx.Response):
        return answer
    if answer is None:
        return httpx.Response(204)
    return httpx.Response(200, json=answer)


def problem(status: int, code: str, detail: str, **members: Any) -> httpx.Response:
    """A problem+json response."""
    body = {"title": detail, "status": status, "detail": detail, "code": code, "remedy": "", **members}
    return httpx.Response(status, json=body, headers={"content-type": "application/problem+json"})


def event(number: int, name: str, **data: Any) -> bytes:
    """One server-sent event."""
    return f"id: {number}\nevent: {name}\ndata: {json.dumps(data)}\n\n".encode()


def stream(*pieces: Any) -> httpx.Response:
    """A response that streams events."""
    return httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=Stream(pieces))


def page(*items: Any, following: str | None = None, total: int | None = None) -> dict[str, Any]:
    """A page of a list."""
    return {"items": [*items], "next": following, "total": len(items) if total is None else total}


ANSWER = (
    event(1, "start", message_id=8, user_message_id=7, model="tiny"),
    event(2, "thinking", text="Hm. "),
    event(3, "answer", text="Hello"),
    event(4, "answer", text=" there"),
    event(
        5,
        "usage",
        prompt_tokens=3,
        completion_tokens=2,
        total_tokens=5,
        estimated=False,
        cost=None,
        ttft_ms=12,
        total_ms=40,
        thinking_ms=9,
    ),
    event(6, "title", title="Greeting"),
    event(7, "done", status="complete", finish_reason="stop"),
)
