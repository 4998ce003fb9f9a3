"""What can go wrong with what people enter: told in their language, with a remedy; nothing typed is lost."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from ..fakes.server import Script
from ..fixtures_provider import FakeProviders
from ..fixtures_server import TOKEN, RunningServer

pytestmark = [pytest.mark.spec("UI-5", "UI-6"), pytest.mark.slow]

LIMIT_S = 60
LANGUAGES = ("en", "zh-CN")
CHINESE = range(0x4E00, 0xA000)


@dataclass
class Person:
    """Somebody who uses the program in a language."""

    server: RunningServer
    language: str

    def send(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        """Send a request."""
        headers = {"Authorization": f"token {TOKEN}", "Accept-Language": self.language}
        address = f"{self.server.url}llmops/api/v1{path}"
        return requests.request(method, address, json=body, headers=headers, timeout=LIMIT_S, **options)

    def make(self, path: str, body: Any) -> dict[str, Any]:
        """Create something."""
        answer = self.send("POST", path, body)
        assert answer.status_code in (201, 202), answer.text
        made: dict[str, Any] = answer.json()
        return made

    def asks(self, content: str = "What I typed", **config: Any) -> dict[str, Any]:
        """Ask a model; return question and answer when it has ended."""
        values = {"name": f"{time.monotonic_ns()}", "provider_id": "vllm", "model": "fake", **config}
        model = self.make("/model-configs", values)
        session = self.make("/chat/sessions", {"model_config_id": model["id"], "title": "t"})
        asked = self.make(f"/chat/sessions/{session['id']}/messages", {"content": content})
        limit = time.monotonic() + LIMIT_S
        while True:
            answer: dict[str, Any] = self.send("GET", f"/chat/messages/{asked['message']['id']}").json()
            if answer["status"] != "streaming":
                return {"question": asked["user_message"], "answer": answer}
            assert time.monotonic() < limit
            time.sleep(0.02)

    def reads(self, *texts: str) -> None:
        """Check that each text is in the language of the person."""
        for text in texts:
            assert text.strip(), texts
            assert any(ord(mark) in CHINESE for mark in text) == (self.language != "en"), text


@pytest.fixture(params=LANGUAGES)
def person(request: pytest.FixtureRequest, faked_server: RunningServer) -> Person:
    """Give somebody who reads English, and somebody who reads Chinese."""
    return Person(faked_server, request.param)


FAILURES: dict[str, tuple[Script | None, str]] = {
    "unreachable": (None, "unreachable"),
    "wrong key": (Script(status=401, message="Incorrect API key provided"), "invalid_key"),
    "unknown model": (
        Script(status=404, message="The model does not exist", code="model_not_found"),
        "model_not_found",
    ),
    "too long": (
        Script(
            status=400,
            message="This model's maximum context length is 4096 tokens",
            code="context_length_exceeded",
        ),
        "context_too_long",
    ),
}


@pytest.mark.spec("PROV-7", "CHAT-2")
@pytest.mark.parametrize("case", FAILURES)
def test_a_failed_question_says_why_and_keeps_what_was_typed(
    person: Person, fake_providers: FakeProviders, case: str
) -> None:
    script, code = FAILURES[case]
    place: dict[str, Any] = {}
    if script is None:
        place = {"provider_id": "custom", "endpoint": "http://127.0.0.1:9/v1"}
    else:
        fake_providers.openai.scripts["failing"] = script
        place = {"model": "failing"}
    ended = person.asks("Precious words", **place)
    assert ended["question"]["content"] == "Precious words"
    error = ended["answer"]["error"]
    assert error["code"] == code
    assert ended["answer"]["status"] == "failed"
    person.reads(error["message"], error["remedy"])


@pytest.mark.spec("PROV-7")
@pytest.mark.parametrize("case", FAILURES)
def test_the_test_button_says_the_same(person: Person, fake_providers: FakeProviders, case: str) -> None:
    script, code = FAILURES[case]
    request = {"provider_id": "custom", "endpoint": "http://127.0.0.1:9/v1", "model": "failing"}
    if script is not None:
        fake_providers.openai.scripts["failing"] = script
        request["endpoint"] = fake_providers.openai.endpoint
    answer = person.send("POST", "/model-configs/test", request)
    assert answer.status_code == 200
    problem = answer.json()["problem"]
    assert problem["code"] == code
    person.reads(problem["message"], problem["remedy"])


PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PICTURES = {
    "cut off": PNG[:40],
    "no picture": b"%PDF-1.7 nothing",
    "markup": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
}


@pytest.mark.spec("LLM-6")
@pytest.mark.parametrize("case", [*PICTURES, "no base64"])
def test_a_broken_picture_is_named(person: Person, case: str) -> None:
    data = base64.b64encode(PICTURES[case]).decode() if case in PICTURES else "data:image/png;base64,!!"
    config = person.make(
        "/model-configs", {"name": str(time.monotonic_ns()), "provider_id": "vllm", "model": "m"}
    )
    session = person.make("/chat/sessions", {"model_config_id": config["id"]})
    body = {"content": "Look", "images": [{"media_type": "image/png", "data": data}]}
    answer = person.send("POST", f"/chat/sessions/{session['id']}/messages", body)
    problem = answer.json()
    assert answer.status_code == 422, problem
    assert [error["field"] for error in problem["errors"]] == ["images.0"]
    person.reads(problem["title"], problem["remedy"], problem["errors"][0]["message"])
    # Nothing half was stored: the composer can simply send again.
    assert person.send("GET", f"/chat/sessions/{session['id']}/messages").json()["items"] == []


@pytest.mark.spec("CHAT-8")
@pytest.mark.parametrize("data", [b"%PDF-1.7", b"PK\x03\x04broken", b'{"a": 1}', b""])
def test_a_file_of_the_wrong_kind_is_named(person: Person, data: bytes) -> None:
    answer = person.send("POST", "/chat/import", files={"file": ("my.pdf", data)})
    problem = answer.json()
    assert answer.status_code == 422, problem
    assert [error["field"] for error in problem["errors"]] == ["file"]
    person.reads(problem["title"], problem["remedy"], problem["errors"][0]["message"])


FIELDS: list[tuple[str, Callable[[dict[str, Any]], None]]] = [
    ("name", lambda body: body.update(name=" ")),
    ("name", lambda body: body.update(name="x" * 101)),
    ("provider_id", lambda body: body.update(provider_id="nobody")),
    ("endpoint", lambda body: body.update(endpoint="ftp://x")),
    ("endpoint", lambda body: body.update(endpoint="http://169.254.169.254/latest")),
    ("endpoint", lambda body: body.update(endpoint="http://user:pass@127.0.0.1/v1")),
    ("api_key", lambda body: body.update(api_key="ключ")),
    ("model", lambda body: body.pop("model")),
    ("parameters.temperature", lambda body: body.update(parameters={"temperature": 3})),
    ("parameters.top_p", lambda body: body.update(parameters={"top_p": "x"})),
    ("parameters.extra", lambda body: body.update(parameters={"extra": {"model": "x"}})),
    ("parameters.reasoning_effort", lambda body: body.update(parameters={"reasoning_effort": "x"})),
    ("colour", lambda body: body.update(colour="red")),
]


@pytest.mark.spec("PROV-5")
@pytest.mark.parametrize(("field", "spoil"), FIELDS)
def test_a_bad_field_of_the_form_is_named(
    person: Person, field: str, spoil: Callable[[dict[str, Any]], None]
) -> None:
    body = {"name": "a name", "provider_id": "custom", "endpoint": "http://127.0.0.1:9/v1", "model": "m"}
    spoil(body)
    answer = person.send("POST", "/model-configs", body)
    problem = answer.json()
    assert answer.status_code == 422, problem
    assert field in [error["field"] for error in problem["errors"]], problem
    person.reads(problem["title"], problem["remedy"], *(error["message"] for error in problem["errors"]))
