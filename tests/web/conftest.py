"""A Jupyter Server in this process with our extension on, as `jupyter server` would load it."""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.serverapp import ServerApp
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPResponse
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from traitlets.config import Config

Call = Callable[..., Awaitable[HTTPResponse]]

BASE_URL = "/some/base/"
TOKEN = "a-token-for-tests"


@dataclass(frozen=True)
class Server:
    """A running server and how to speak to it."""

    app: ServerApp
    url: str

    @property
    def state(self) -> Any:
        """What our extension keeps in the server's settings."""
        return self.app.web_app.settings["llmops"]

    async def send(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> HTTPResponse:
        """Return the response to a request below the base URL, whatever its status."""
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        if body is None and method in ("POST", "PATCH", "PUT"):
            body = ""
        try:
            return await AsyncHTTPClient(force_instance=True).fetch(
                self.url + path,
                method=method,
                body=body,
                headers=headers,
                follow_redirects=False,
                request_timeout=60,
            )
        except HTTPClientError as error:
            if error.response is None:
                raise
            return error.response


@pytest.fixture
def extra_config() -> dict[str, Any]:
    """Traits of LLMOpsApp that a test wants to be otherwise."""
    return {}


@pytest.fixture
async def server(
    tmp_path: Path, extra_config: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Server]:
    """Start a server that has not built our rooms yet."""
    ServerApp.clear_instance()
    config = Config(
        {
            "ServerApp": {
                "jpserver_extensions": {"jupyter_llmops": True},
                "base_url": BASE_URL,
                "root_dir": str(tmp_path),
                "allow_root": True,
                "open_browser": False,
            },
            "IdentityProvider": {"token": TOKEN},
            "LLMOpsApp": {"data_dir": str(tmp_path / "llmops"), **extra_config},
        }
    )
    app = ServerApp.instance(config=config)
    app.initialize(argv=[], find_extensions=False, new_httpserver=False)
    socket, port = bind_unused_port()
    http = HTTPServer(app.web_app)
    http.add_socket(socket)
    yield Server(app, f"http://127.0.0.1:{port}{BASE_URL}")
    http.stop()
    await http.close_all_connections()
    await app.web_app.settings["llmops"].stop()
    await app.cleanup_extensions()
    ServerApp.clear_instance()
    for name in ("LLMOPS_URL", "LLMOPS_TOKEN"):
        os.environ.pop(name, None)


@pytest.fixture
def call(server: Server) -> Call:
    """Return `await call("GET", "/me", body=…)` as the signed-in owner."""

    async def send(
        method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> HTTPResponse:
        headers = {"Authorization": f"token {TOKEN}", **(headers or {})}
        return await server.send(method, "llmops/api/v1" + path, body, headers)

    return send


def problem(response: HTTPResponse) -> dict[str, Any]:
    """Return the problem details of a response and check that they are complete."""
    assert response.headers["Content-Type"] == "application/problem+json"
    details: dict[str, Any] = json.loads(response.body)
    wanted = {"type", "title", "status", "detail", "code", "errors", "remedy", "request_id"}
    assert set(details) == wanted
    assert details["status"] == response.code
    assert details["request_id"] == response.headers.get("X-Request-Id", "")
    return details
