"""The error tree. An error knows its code, its HTTP status and what to do about it.

LLMOpsError
  ├─ BadRequest            400 malformed
  ├─ Unauthenticated       401
  ├─ Forbidden             403 scope missing
  ├─ NotFound              404 absent, or not yours
  ├─ Conflict              409 not in this state
  ├─ TooLarge              413
  ├─ Invalid               422 with one FieldError per field
  ├─ TooManyRequests       429 with Retry-After
  ├─ ProviderError         502 the provider said no (providers.problems has its subclasses)
  ├─ NotReady              503 still starting
  ├─ ProviderTimeout       504
  └─ StorageFull           507 no room on the disk
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from .i18n import Translate, msg, render, translator

__all__ = [
    "BadRequest",
    "Conflict",
    "FieldError",
    "Forbidden",
    "Invalid",
    "LLMOpsError",
    "NotFound",
    "NotReady",
    "ProviderError",
    "ProviderTimeout",
    "StorageFull",
    "TooLarge",
    "TooManyRequests",
    "Unauthenticated",
]


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field of the input, and in words what is wrong with it."""

    field: str
    message: str
    params: tuple[tuple[str, object], ...] = ()

    def as_json(self, translate: Translate) -> dict[str, str]:
        """Return `{field, message}` in the reader's language."""
        return {"field": self.field, "message": render(self.message, dict(self.params), translate)}


class LLMOpsError(Exception):
    """Base of all expected errors.

    `detail` and `remedy` are templates marked with `core.i18n.msg`; `params` fill their `{fields}`.
    Neither may hold a secret, a path or another user's data: both go to the user as they are.
    """

    status: ClassVar[int] = 500
    code: str = "internal"
    title: ClassVar[str] = msg("Something went wrong on the server")
    remedy: str = msg("Try again. If it stays, give the request id to your administrator.")

    def __init__(
        self,
        detail: str = "",
        *,
        code: str | None = None,
        remedy: str | None = None,
        errors: Sequence[FieldError] = (),
        retry_after: float | None = None,
        **params: object,
    ) -> None:
        self.detail = detail or self.title
        self.code = code or self.code
        self.remedy = self.remedy if remedy is None else remedy
        self.errors = tuple(errors)
        self.retry_after = retry_after
        self.params = params
        super().__init__(render(self.detail, params, translator("en")))

    def message(self, language: str = "en") -> str:
        """Return the detail in words of the given language."""
        return render(self.detail, self.params, translator(language))

    def advice(self, language: str = "en") -> str:
        """Return what to do about it, in the given language; may be empty."""
        return render(self.remedy, self.params, translator(language))

    def problem(self, language: str = "en", request_id: str = "") -> dict[str, Any]:
        """Return the problem details object (RFC 9457) with our extension members."""
        translate = translator(language)
        return {
            "type": f"urn:llmops:problem:{self.code}",
            "title": translate(self.title),
            "status": self.status,
            "detail": self.message(language),
            "code": self.code,
            "errors": [error.as_json(translate) for error in self.errors],
            "remedy": self.advice(language),
            "request_id": request_id,
        }


class BadRequest(LLMOpsError):
    """The request cannot be read."""

    status, code, title = 400, "malformed", msg("The request cannot be read")
    remedy = msg("Send a request as the API reference describes it.")


class Unauthenticated(LLMOpsError):
    """Nobody is signed in."""

    status, code, title = 401, "unauthenticated", msg("Sign in first")
    remedy = msg("Sign in, or send a valid token.")


class Forbidden(LLMOpsError):
    """The actor lacks the scope."""

    status, code, title = 403, "forbidden", msg("You are not allowed to do this")
    remedy = msg("Ask an administrator for the right.")


class NotFound(LLMOpsError):
    """The thing does not exist, or is not the actor's."""

    status, code, title = 404, "not_found", msg("Not found")
    remedy = msg("It may have been deleted. Reload the list.")


class Conflict(LLMOpsError):
    """The thing is not in a state that allows this."""

    status, code, title = 409, "conflict", msg("Not possible in the present state")
    remedy = msg("Reload and try again.")


class TooLarge(LLMOpsError):
    """The body or one of its parts is too large."""

    status, code, title = 413, "too_large", msg("Too large")
    remedy = msg("Send less at once.")


class Invalid(LLMOpsError):
    """Some fields are not valid; `errors` names each."""

    status, code, title = 422, "invalid", msg("Some fields are not valid")
    remedy = msg("Correct the named fields and send again.")

    @classmethod
    def field(cls, field: str, message: str, **params: object) -> Invalid:
        """Return the error for a single field."""
        return cls(errors=[FieldError(field, message, tuple(params.items()))])


class TooManyRequests(LLMOpsError):
    """A limit of ours was reached; `retry_after` says when to come back (seconds)."""

    status, code, title = 429, "too_many_requests", msg("Too many requests")
    remedy = msg("Wait a moment and try again.")


class ProviderError(LLMOpsError):
    """The provider refused or broke; subclasses say how."""

    status, code, title = 502, "provider_error", msg("The model provider reported an error")
    remedy = msg("Try again, or choose another model.")


class NotReady(LLMOpsError):
    """The service is still starting."""

    status, code, title = 503, "starting", msg("The service is still starting")
    remedy = msg("Try again in a few seconds.")


class ProviderTimeout(LLMOpsError):
    """The provider did not answer in time."""

    status, code, title = 504, "provider_timeout", msg("The model provider did not answer in time")
    remedy = msg("Try again, or choose another model.")


class StorageFull(LLMOpsError):
    """The disk or the database has no room left."""

    status, code, title = 507, "storage_full", msg("There is no room left on the disk")
    remedy = msg("Free some space on the disk of the server, then try again. Nothing you typed is lost.")
