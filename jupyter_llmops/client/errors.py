"""What can go wrong, as the caller of the SDK sees it.

LLMOpsAPIError
  ├─ RequestError             400 malformed
  ├─ AuthenticationError      401
  ├─ PermissionDeniedError    403
  ├─ NotFoundError            404
  ├─ ConflictError            409
  ├─ TooLargeError            413
  ├─ InvalidFieldsError       422, `errors` names each field
  ├─ RateLimitedError         429, `retry_after` in seconds
  ├─ ServerError              500 and above
  │    ├─ ProviderFailedError     502
  │    ├─ NotReadyError           503
  │    ├─ ProviderTimeoutError    504
  │    └─ StorageFullError        507
  ├─ AnswerFailedError        the answer ended with an error event; `answer` holds what came
  └─ ClientError              found on this side of the wire
       ├─ ServerNotFoundError     no server with jupyter-llmops was found
       ├─ ServerUnreachableError  the connection failed
       ├─ StreamCutError          a cut stream could not be taken up again
       ├─ UnknownModelError       no configuration of that name
       └─ ImageError              an image that cannot be sent
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from ..core.i18n import msg, render, translator

if TYPE_CHECKING:
    from .answer import Answer

__all__ = [
    "AnswerFailedError",
    "AuthenticationError",
    "ClientError",
    "ConflictError",
    "FieldProblem",
    "ImageError",
    "InvalidFieldsError",
    "LLMOpsAPIError",
    "NotFoundError",
    "NotReadyError",
    "PermissionDeniedError",
    "ProviderFailedError",
    "ProviderTimeoutError",
    "RateLimitedError",
    "RequestError",
    "ServerError",
    "ServerNotFoundError",
    "ServerUnreachableError",
    "StorageFullError",
    "StreamCutError",
    "TooLargeError",
    "UnknownModelError",
    "error_of",
]


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field of the request, and in words what is wrong with it."""

    field: str
    message: str


class LLMOpsAPIError(Exception):
    """Base of all errors of the SDK: what happened, its code and status, and what to do."""

    def __init__(
        self,
        detail: str,
        *,
        code: str = "internal",
        status: int = 0,
        remedy: str = "",
        errors: Sequence[FieldProblem] = (),
        request_id: str = "",
        retry_after: float | None = None,
    ) -> None:
        self.detail = detail
        self.code = code
        self.status = status
        self.remedy = remedy
        self.errors = tuple(errors)
        self.request_id = request_id
        self.retry_after = retry_after
        super().__init__(self._text())

    def _text(self) -> str:
        lines = [f"{self.detail} ({self.code})"]
        lines += [f"  {error.field}: {error.message}" for error in self.errors]
        lines += [self.remedy] if self.remedy else []
        lines += [f"request id {self.request_id}"] if self.request_id else []
        return "\n".join(lines)


class RequestError(LLMOpsAPIError):
    """The server cannot read the request."""


class AuthenticationError(LLMOpsAPIError):
    """The token is missing, wrong or expired."""


class PermissionDeniedError(LLMOpsAPIError):
    """The token lacks the scope."""


class NotFoundError(LLMOpsAPIError):
    """The thing does not exist, or is not yours."""


class ConflictError(LLMOpsAPIError):
    """The thing is not in a state that allows this."""


class TooLargeError(LLMOpsAPIError):
    """The request is too large."""


class InvalidFieldsError(LLMOpsAPIError):
    """Some fields are not valid."""


class RateLimitedError(LLMOpsAPIError):
    """A limit was reached; come back after `retry_after` seconds."""


class ServerError(LLMOpsAPIError):
    """The server failed."""


class ProviderFailedError(ServerError):
    """The model provider refused or broke."""


class NotReadyError(ServerError):
    """The server is still starting."""


class ProviderTimeoutError(ServerError):
    """The model provider did not answer in time."""


class StorageFullError(ServerError):
    """The server has no room left."""


class AnswerFailedError(LLMOpsAPIError):
    """The model's answer ended with an error; `answer` holds the text that came before it."""

    def __init__(self, answer: Answer, *, code: str, detail: str, remedy: str) -> None:
        super().__init__(detail, code=code, remedy=remedy)
        self.answer = answer


class ClientError(LLMOpsAPIError):
    """Found on this side of the wire; no request id, no status."""

    kind: ClassVar[str] = "client"
    template: ClassVar[str] = ""
    advice: ClassVar[str] = ""

    def __init__(self, language: str = "en", **params: object) -> None:
        translate = translator(language)
        super().__init__(
            render(self.template, params, translate),
            code=self.kind,
            remedy=render(self.advice, params, translate),
        )


class ServerNotFoundError(ClientError):
    """Neither the environment nor the running servers lead to jupyter-llmops."""

    kind = "server_not_found"
    template = msg("No running Jupyter server with jupyter-llmops was found")
    advice = msg(
        'Start one with "jupyter lab", or name it: LLMOps("http://localhost:8888/?token=…"). '
        'If it is running, "jupyter llmops doctor" tells what is missing.'
    )


class ServerUnreachableError(ClientError):
    """The connection to the server failed."""

    kind = "server_unreachable"
    template = msg("The server at {url} cannot be reached: {reason}")
    advice = msg("Check that the Jupyter server is running and that the address is right.")


class StreamCutError(ClientError):
    """The stream was cut and taking it up again failed too often."""

    kind = "stream_cut"
    template = msg("The connection was lost in the middle of the answer")
    advice = msg("The answer goes on without you: read it with llm.sessions.messages({session_id}).")


class UnknownModelError(ClientError):
    """No model configuration has this name."""

    kind = "unknown_model"
    template = msg('There is no model configuration "{name}"')
    advice = msg("Choose one of these: {names}. llm.model_configs.create(…) makes a new one.")


class ImageError(ClientError):
    """The image is of no kind that models read."""

    kind = "bad_image"
    template = msg("{name} is not a PNG, JPEG, GIF or WebP image")
    advice = msg("Give a file path, the bytes of an image, a PIL image or a figure.")


_BY_STATUS: Mapping[int, type[LLMOpsAPIError]] = {
    400: RequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    413: TooLargeError,
    422: InvalidFieldsError,
    429: RateLimitedError,
    502: ProviderFailedError,
    503: NotReadyError,
    504: ProviderTimeoutError,
    507: StorageFullError,
}


def error_of(status: int, problem: Mapping[str, Any], retry_after: str | None = None) -> LLMOpsAPIError:
    """Return the error for a response: its status and its problem+json members (may be empty)."""
    kind = _BY_STATUS.get(status, ServerError if status >= 500 else LLMOpsAPIError)
    return kind(
        str(problem.get("detail") or problem.get("message") or problem.get("title") or f"HTTP {status}"),
        code=str(problem.get("code") or f"http_{status}"),
        status=status,
        remedy=str(problem.get("remedy") or ""),
        errors=[
            FieldProblem(str(each.get("field", "")), str(each.get("message", "")))
            for each in problem.get("errors") or ()
        ],
        request_id=str(problem.get("request_id") or ""),
        retry_after=_seconds(retry_after),
    )


def _seconds(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:  # the other form is a date; our server sends seconds
        return None
