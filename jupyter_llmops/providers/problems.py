"""What can go wrong with a provider, told apart by what the user can do about it.

    ProviderError (502)
      ├─ Unreachable          no connection, or the name does not resolve
      ├─ TlsFailed            certificate or handshake
      ├─ EndpointNotAllowed   the policy says no (403)
      ├─ Redirected           redirects are never followed
      ├─ InvalidKey · KeyMissing · NoBalance · RateLimited · Overloaded
      ├─ ModelNotFound · PathNotFound
      ├─ RequestRefused       400; `parameter` names what it disliked
      │    └─ ContextTooLong · NoVision · ContentFiltered
      ├─ BadResponse          not the protocol we speak
      └─ Interrupted          cut off in mid-answer
    ProviderTimeout (504)
      └─ ConnectTimeout · FirstTokenTimeout · IdleTimeout

`classification.py` tells from a provider's reply which of them it is.
"""

from __future__ import annotations

from ..core.errors import ProviderError, ProviderTimeout
from ..core.i18n import msg

__all__ = [
    "SAYS",
    "BadResponse",
    "ConnectTimeout",
    "ContentFiltered",
    "ContextTooLong",
    "EndpointNotAllowed",
    "FirstTokenTimeout",
    "IdleTimeout",
    "Interrupted",
    "InvalidKey",
    "KeyMissing",
    "ModelNotFound",
    "NoBalance",
    "NoVision",
    "Overloaded",
    "PathNotFound",
    "ProviderError",
    "ProviderTimeout",
    "RateLimited",
    "Redirected",
    "RequestRefused",
    "TlsFailed",
    "Unreachable",
]


class Unreachable(ProviderError):
    """Nothing answers at the endpoint."""

    code, title = "unreachable", msg("The endpoint cannot be reached")
    remedy = msg("Check that the server runs and that host and port of the endpoint are right.")


class TlsFailed(ProviderError):
    """The secure connection could not be made."""

    code, title = "tls", msg("The secure connection failed")
    remedy = msg(
        "Check that the endpoint begins with https:// only if the server speaks TLS, that its certificate"
        " is valid for this host name, and that this machine trusts whoever signed it."
    )


class EndpointNotAllowed(ProviderError):
    """The endpoint policy does not list this host or address."""

    status, code, title = 403, "endpoint_not_allowed", msg("This endpoint is not allowed")
    remedy = msg("Ask an administrator to allow the host, or use a provider's own endpoint.")


class Redirected(ProviderError):
    """The server sent us elsewhere, where we do not go by ourselves."""

    code, title = "redirected", msg("The endpoint redirects to another address")
    remedy = msg(
        "Enter the final address as the endpoint. To keep your key safe, redirects are not followed."
    )


class InvalidKey(ProviderError):
    """401, or 403 from a provider."""

    code, title = "invalid_key", msg("The API key was not accepted")
    remedy = msg("Check the API key: copied whole, not expired, and meant for this provider and model.")


class KeyMissing(ProviderError):
    """The provider needs a key and none was given."""

    code, title = "key_missing", msg("This provider needs an API key")
    remedy = msg("Enter your API key in the model configuration.")


class NoBalance(ProviderError):
    """The account has no money left; trying again does not help."""

    code, title = "no_balance", msg("The account at the provider has no balance left")
    remedy = msg("Top up the account at the provider, or choose another model.")


class RateLimited(ProviderError):
    """429: too fast."""

    code, title = "rate_limited", msg("The provider limits how often it may be asked")
    remedy = msg("Wait a moment and try again, or choose another model.")


class Overloaded(ProviderError):
    """503 or 529: too busy, or loading the model."""

    code, title = "overloaded", msg("The provider is overloaded or still loading the model")
    remedy = msg("Try again in a minute, or choose another model.")


class ModelNotFound(ProviderError):
    """The provider does not know the model."""

    code, title = "model_not_found", msg("The provider does not have this model")
    remedy = msg("Choose a model from the list or check the spelling. A local model may have to be pulled.")


class PathNotFound(ProviderError):
    """404 that does not speak of a model: most likely the path of the endpoint is wrong."""

    code, title = "path_not_found", msg("The server does not know this path")
    remedy = msg("Check the path of the endpoint: OpenAI-compatible servers usually want it to end with /v1.")


class RequestRefused(ProviderError):
    """The provider understood the request and refused it; `parameter` is its name for the culprit."""

    code, title = "request_refused", msg("The provider refused the request")
    remedy = msg("Read what the provider says, and change the parameters of the model configuration.")
    parameter: str = ""


class ContextTooLong(RequestRefused):
    """More text than the model can read."""

    code, title = "context_too_long", msg("The conversation is too long for this model")
    remedy = msg("Start a new chat, shorten the message, or choose a model with a longer context.")


class NoVision(RequestRefused):
    """An image for a model that reads text only."""

    code, title = "no_vision", msg("This model cannot read images")
    remedy = msg("Choose a model with vision, or send the message without the image.")


class ContentFiltered(RequestRefused):
    """The provider's safety filter stopped it."""

    code, title = "content_filtered", msg("The provider's content filter stopped this request")
    remedy = msg("Rephrase the message, or choose another model.")


class BadResponse(ProviderError):
    """What came back is not what the protocol promises."""

    code, title = "bad_response", msg("The server's answer makes no sense for this protocol")
    remedy = msg("Check that the endpoint is the right one and that the provider type fits the server.")


class Interrupted(ProviderError):
    """The connection broke in mid-answer."""

    code, title = "interrupted", msg("The connection to the provider broke off in the middle of the answer")
    remedy = msg("What came so far is kept. Regenerate the answer to try again.")


class ConnectTimeout(ProviderTimeout):
    """No connection in time."""

    code, title = "timeout_connect", msg("The provider could not be reached in time")
    remedy = msg("Check host and port of the endpoint, the network, and whether a firewall is in between.")


class FirstTokenTimeout(ProviderTimeout):
    """Connected, but silent."""

    code, title = "timeout_first_token", msg("The provider took too long to begin its answer")
    remedy = msg("The model may be loading or busy: try again in a minute, or choose another model.")


class IdleTimeout(ProviderTimeout):
    """Began, then fell silent."""

    code, title = "timeout_idle", msg("The provider fell silent in the middle of the answer")
    remedy = msg("What came so far is kept. Regenerate the answer to try again.")


SAYS = {
    InvalidKey: msg("{provider} does not accept the API key. It says: {said}"),
    NoBalance: msg("The account at {provider} has no balance left. It says: {said}"),
    RateLimited: msg("{provider} limits how often it may be asked. It says: {said}"),
    Overloaded: msg("{provider} is overloaded or still loading the model. It says: {said}"),
    ModelNotFound: msg("{provider} does not have the model “{model}”. It says: {said}"),
    PathNotFound: msg("{provider} does not know the path {path}. It says: {said}"),
    RequestRefused: msg("{provider} refused the request. It says: {said}"),
    ContextTooLong: msg("The conversation is too long for “{model}”. {provider} says: {said}"),
    NoVision: msg("“{model}” cannot read images. {provider} says: {said}"),
    ContentFiltered: msg("The content filter of {provider} stopped this request. It says: {said}"),
    Redirected: msg("{provider} redirects to another address: {said}"),
    ProviderError: msg("{provider} reported an error. It says: {said}"),
}
