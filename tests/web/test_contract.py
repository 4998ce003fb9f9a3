"""Requests made from the contract, good and bad, never break the server, and its answers keep the contract.

`FUZZ_EXAMPLES=500 pytest tests/web/test_contract.py` looks deeper than the few examples of each run.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from schemathesis import Case, GenerationMode
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import negative_data_rejection, response_schema_conformance

from jupyter_llmops.container import ROUTES
from jupyter_llmops.web.openapi import document

from ..fixtures_server import TOKEN, RunningServer

pytestmark = [pytest.mark.spec("OPS-3"), pytest.mark.slow]

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "8"))
SEED = 20261122
TIMEOUT_S = 60
PROVIDER_STATUSES = {502, 504}
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PROBLEM_FIELDS = {"type", "title", "status", "detail", "code", "errors", "remedy", "request_id"}
SCHEMA = schemathesis.openapi.from_dict(document(ROUTES, "0"))


def operations() -> dict[str, APIOperation]:
    """Return every operation of the contract by its label, such as `GET /me`."""
    found = [result.ok() for result in SCHEMA.get_all_operations()]
    return {operation.label: operation for operation in found}


OPERATIONS = operations()


@pytest.fixture(scope="module")
def session() -> requests.Session:
    """Give a signed-in HTTP client."""
    client = requests.Session()
    client.headers["Authorization"] = f"token {TOKEN}"
    client.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # a sign-in would outlive its token
    return client


class Api:
    """The contract spoken to a running server; each answer is checked."""

    def __init__(self, server: RunningServer, session: requests.Session) -> None:
        self.base = f"{server.url}llmops/api/v1"
        self.session = session

    def send(self, case: Case, *checks: Callable[..., Any]) -> Any:
        """Send a case and check the answer."""
        response = case.call(base_url=self.base, session=self.session, timeout=TIMEOUT_S)
        check_problem(response)
        case.validate_response(response, checks=[response_schema_conformance, *checks])
        return response

    def make(self, path: str, body: Any) -> Any:
        """Create something and return it."""
        answer = self.session.post(self.base + path, json=body, timeout=TIMEOUT_S)
        assert answer.status_code in (201, 202), answer.text
        return answer.json()


@pytest.fixture(scope="module")
def contract(faked_server: RunningServer, session: requests.Session) -> Api:
    """Give the server to be asked."""
    return Api(faked_server, session)


def check_problem(response: Any) -> None:
    """Check that an error is one of ours, and none that only a defect brings."""
    if response.status_code < 400:
        return
    where = (
        f"{response.request.method} {response.request.url}: {response.status_code} {response.content[:500]!r}"
    )
    assert response.status_code < 500 or response.status_code in PROVIDER_STATUSES, where
    kind = response.headers.get("content-type") or ""  # schemathesis keeps lists of values
    assert (kind if isinstance(kind, str) else kind[0]) == "application/problem+json", where
    problem = response.json()
    assert set(problem) == PROBLEM_FIELDS, where
    assert problem["status"] == response.status_code, where
    assert all(problem[name] for name in ("title", "detail", "code", "remedy", "request_id")), where


def check_all(api: Api, strategy: Any, examples: int, *checks: Callable[..., Any]) -> None:
    """Send examples of a strategy and check the answers."""
    check_examples(strategy, examples, lambda case: api.send(case, *checks))


def check_examples(strategy: Any, examples: int, check: Callable[[Case], Any]) -> None:
    """Check examples of a strategy, the same ones at each run."""

    @seed(SEED)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(case=strategy)
    def example(case: Case) -> None:
        check(case)

    example()


@pytest.mark.parametrize("label", OPERATIONS)
def test_no_request_of_the_contract_breaks_the_server(label: str, contract: Api) -> None:
    check_all(contract, OPERATIONS[label].as_strategy(GenerationMode.POSITIVE), EXAMPLES)


WITH_INPUT = [
    label
    for label, operation in OPERATIONS.items()
    if operation.body or operation.query or operation.path_parameters
]


@pytest.mark.parametrize("label", WITH_INPUT)
def test_what_breaks_the_contract_is_refused(label: str, contract: Api) -> None:
    strategy = OPERATIONS[label].as_strategy(GenerationMode.NEGATIVE)
    check_all(contract, strategy, EXAMPLES, negative_data_rejection)


@pytest.fixture
def things(contract: Api) -> dict[str, Any]:
    """Make one of everything and return the ids by the name of the path's parameter."""
    contract.session.patch(f"{contract.base}/providers/vllm", json={"enabled": True}, timeout=TIMEOUT_S)
    config = contract.make(
        "/model-configs", {"name": os.urandom(8).hex(), "provider_id": "vllm", "model": "fake"}
    )
    session = contract.make("/chat/sessions", {"model_config_id": config["id"]})
    picture = {"media_type": "image/png", "data": PNG}
    asked = contract.make(
        f"/chat/sessions/{session['id']}/messages", {"content": "Hello?", "images": [picture]}
    )
    return {
        "config_id": config["id"],
        "session_id": session["id"],
        "message_id": asked["message"]["id"],
        "image_id": asked["user_message"]["images"][0]["id"],
        "provider_id": "vllm",
    }


WITH_IDS = [label for label, operation in OPERATIONS.items() if operation.path_parameters]


@pytest.mark.parametrize("label", WITH_IDS)
def test_requests_about_things_that_exist_keep_the_contract(
    label: str, contract: Api, things: dict[str, Any]
) -> None:
    operation = OPERATIONS[label]
    ids = {parameter.name: things[parameter.name] for parameter in operation.path_parameters}
    strategy = operation.as_strategy(GenerationMode.POSITIVE, path_parameters=ids)
    check_all(contract, strategy, EXAMPLES)


def test_the_edges_of_every_parameter_are_answered(contract: Api) -> None:
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
    for operation in OPERATIONS.values():
        cases = SCHEMA.iter_coverage_cases(
            operation, generation_modes=modes, generation_config=SCHEMA.config.generation
        )
        for case in cases:
            contract.send(case)


@pytest.mark.parametrize(
    ("label", "one", "kept"),
    [
        ("POST /chat/sessions", "/chat/sessions/{id}", ("title", "system_prompt")),
        ("POST /model-configs", "/model-configs/{id}", ("name", "notes", "model", "system_prompt")),
    ],
)
def test_whatever_can_be_created_can_be_read_and_deleted(
    label: str, one: str, kept: tuple[str, ...], contract: Api
) -> None:
    def life(case: Case) -> None:
        made = contract.send(case)
        if made.status_code != 201:
            return
        address = contract.base + one.format(id=made.json()["id"])
        read = contract.session.get(address, timeout=TIMEOUT_S)
        assert {name: read.json()[name] for name in kept} == {name: made.json()[name] for name in kept}
        # twice: a session goes by way of the trash
        deleted = [contract.session.delete(address, timeout=TIMEOUT_S).status_code for _ in range(2)]
        assert deleted in ([204, 204], [204, 404])
        gone = contract.session.get(address, timeout=TIMEOUT_S)
        check_problem(gone)
        assert gone.status_code == 404

    check_examples(OPERATIONS[label].as_strategy(GenerationMode.POSITIVE), EXAMPLES, life)
