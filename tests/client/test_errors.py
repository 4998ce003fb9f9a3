"""What an error tells, and what it never tells."""

from __future__ import annotations

import traceback

import httpx
import pytest

from jupyter_llmops.client import AsyncLLMOps, LLMOps, LLMOpsAPIError, errors

from .conftest import TOKEN
from .scripted import Scripted, problem

STATUSES = {
    400: errors.RequestError,
    401: errors.AuthenticationError,
    403: errors.PermissionDeniedError,
    404: errors.NotFoundError,
    409: errors.ConflictError,
    413: errors.TooLargeError,
    422: errors.InvalidFieldsError,
    429: errors.RateLimitedError,
    500: errors.ServerError,
    502: errors.ProviderFailedError,
    503: errors.NotReadyError,
    504: errors.ProviderTimeoutError,
    507: errors.StorageFullError,
    418: LLMOpsAPIError,
}


@pytest.mark.parametrize(("status", "kind"), STATUSES.items())
async def test_each_status_is_an_error_of_its_own(
    server: Scripted, allm: AsyncLLMOps, status: int, kind: type[LLMOpsAPIError]
) -> None:
    server.answers["GET me"] = problem(status, "some_code", "In words.", remedy="Do this.", request_id="r-1")
    with pytest.raises(LLMOpsAPIError) as caught:
        await allm.me()
    assert type(caught.value) is kind
    assert (caught.value.status, caught.value.code) == (status, "some_code")
    assert str(caught.value) == "In words. (some_code)\nDo this.\nrequest id r-1"


async def test_a_refused_field_is_named(server: Scripted, allm: AsyncLLMOps) -> None:
    named = [{"field": "name", "message": "too long"}]
    server.answers["POST model-configs"] = problem(422, "invalid", "Some fields are not valid", errors=named)
    with pytest.raises(errors.InvalidFieldsError, match="name: too long") as caught:
        await allm.model_configs.create("x" * 999, "ollama", "m")
    assert caught.value.errors == (errors.FieldProblem("name", "too long"),)


async def test_retry_after_is_seconds(server: Scripted, allm: AsyncLLMOps) -> None:
    server.answers["GET me"] = problem(429, "too_many_requests", "Slow down")
    server.answers["GET me"].headers["retry-after"] = "7"
    with pytest.raises(errors.RateLimitedError) as caught:
        await allm.me()
    assert caught.value.retry_after == 7


async def test_a_page_that_is_not_ours_is_told_apart(server: Scripted, allm: AsyncLLMOps) -> None:
    server.answers["GET me"] = httpx.Response(200, text="<html>sign in</html>")
    with pytest.raises(errors.NotFoundError, match="No jupyter-llmops at"):
        await allm.me()


@pytest.mark.spec("PROV-8")
async def test_the_token_is_in_no_repr_and_no_error(server: Scripted, allm: AsyncLLMOps) -> None:
    server.answers["GET me"] = httpx.ConnectError("refused")
    with pytest.raises(errors.ServerUnreachableError) as caught:
        await allm.me()
    told = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    shown = [repr(allm), repr(allm.sessions), repr(allm.connection), repr(caught.value), told]
    assert all(TOKEN not in text for text in shown)
    assert server.requests[0].headers["authorization"] == f"token {TOKEN}"


@pytest.mark.spec("UI-5")
def test_errors_of_this_side_are_in_the_language_of_the_client(server: Scripted) -> None:
    server.answers["GET model-configs"] = {"items": [], "next": None, "total": 0}
    with LLMOps("http://localhost:1/", "t", language="zh-CN", transport=server) as llm:
        with pytest.raises(errors.UnknownModelError, match="没有名为"):
            llm.model_configs.get("nobody")
        assert server.requests[0].headers["accept-language"] == "zh-CN"
