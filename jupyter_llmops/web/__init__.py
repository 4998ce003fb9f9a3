"""The Tornado adapter: base handler, problem details, event streams, OpenAPI."""

from .base import BaseHandler
from .routes import Route
from .verbs import api, needs_scope, public

__all__ = ["BaseHandler", "Route", "api", "needs_scope", "public"]
