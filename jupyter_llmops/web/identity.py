"""Whom a request speaks for.

In local mode there is one person; Jupyter Server's own check (token, password, XSRF) has already
let the request in. Kernels of that server bring a token of their own, made at each start, so that
they can call us under password sign-in too and never hold the server's token.
"""

from __future__ import annotations

import hmac
from typing import Any

from tornado.httputil import HTTPServerRequest

from ..core.actor import Actor, local_actor

__all__ = ["actor_of", "is_kernel"]


def actor_of(user: Any, language: str) -> Actor:
    """Return the actor for the signed-in user of Jupyter Server."""
    return local_actor(language, getattr(user, "display_name", "") or "")


def is_kernel(request: HTTPServerRequest, kernel_token: str) -> bool:
    """Tell whether the request brings the token that this server gave to its kernels."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if not kernel_token or scheme.lower() not in ("token", "bearer"):
        return False
    return hmac.compare_digest(token.strip().encode(), kernel_token.encode())
