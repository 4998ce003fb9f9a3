"""What the built-in protocols share: credentials, sending, and refusals read in one way."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

import orjson

from ...core.i18n import msg
from ..base import ChatRequest, Target
from ..classification import classify
from ..http import HttpPool, Reply, Timeouts
from ..problems import BadResponse, InvalidKey, ProviderError
from ..redaction import redact

__all__ = ["check_key", "get_json", "nonsense", "post_json", "raise_for", "read_json", "stream_problem"]

# A list of models is asked for while a person waits.
LIST_TIMEOUTS = Timeouts(connect=5.0, first_token=15.0, idle=10.0)


def check_key(target: Target) -> str:
    """Return the key if it can stand in a header; a pasted line break or quote must not break HTTP."""
    key = target.api_key.strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise InvalidKey(msg("The API key contains characters that no key has."))
    return key


def post_json(
    http: HttpPool,
    url: str,
    headers: Mapping[str, str],
    document: Mapping[str, Any],
    timeouts: Timeouts | None = None,
) -> AbstractAsyncContextManager[Reply]:
    """Open a POST of a JSON document."""
    fields = {"content-type": "application/json", **headers}
    return http.request("POST", url, headers=fields, body=orjson.dumps(document), timeouts=timeouts)


async def get_json(
    http: HttpPool, target: Target, url: str, headers: Mapping[str, str], query: str = ""
) -> Any:
    """Return the JSON document at a URL."""
    async with http.request("GET", url, headers=headers, query=query, timeouts=LIST_TIMEOUTS) as reply:
        await raise_for(reply, target)
        return read_json(await reply.body(), target)


def read_json(body: bytes, target: Target) -> Any:
    """Parse a JSON document of the provider."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise nonsense(body, target) from None


async def raise_for(reply: Reply, target: Target, request: ChatRequest | None = None) -> None:
    """Raise what the provider means when it does not answer 200."""
    if reply.status == 200:
        return
    raise classify(
        reply.status,
        (await reply.body())[: 64 * 1024],
        reply.headers,
        provider=target.name,
        model=request.model if request else "",
        path=target.endpoint,
        secret=target.api_key,
    )


def stream_problem(event: Mapping[str, Any], target: Target, request: ChatRequest) -> ProviderError:
    """Return what an error event inside a stream means."""
    return classify(0, event, provider=target.name, model=request.model, secret=target.api_key)


def nonsense(body: bytes, target: Target) -> BadResponse:
    """Return the error for text that is not of the protocol, with the beginning of it."""
    said = redact(body[:2000].decode("utf-8", "replace"), target.api_key, limit=120)
    return BadResponse(
        msg("{provider} answered with something that is not of its protocol: {said}"),
        provider=target.name,
        said=said or "…",
    )
