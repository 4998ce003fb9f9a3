"""A JupyterLab that knows fake providers only, and a server elsewhere that nobody may ever call."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from ..e2e.conftest import Lab, browser_type_launch_args, new_page
from ..fixtures_provider import FakeProviders

__all__ = ["browser_type_launch_args", "new_page"]


class Sink:
    """A server of somebody else: what is asked for is remembered."""

    def __init__(self) -> None:
        hits: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hits.append(self.path)
                self.send_response(200)
                self.send_header("Content-Type", "image/gif")
                self.end_headers()

            do_POST = do_GET  # noqa: N815 - the name that http.server looks for

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.hits = hits
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def sink() -> Iterator[Sink]:
    """Give a server that counts who calls it."""
    one = Sink()
    yield one
    one.close()


@pytest.fixture(scope="module")
def faked_lab(tmp_path_factory: pytest.TempPathFactory, fake_providers: FakeProviders) -> Iterator[Lab]:
    """Start a JupyterLab whose every provider is a fake."""
    lab = Lab(tmp_path_factory.mktemp("faked-lab"))
    presets = fake_providers.write_presets(lab.home / "presets.toml")
    config = lab.home / "config" / "jupyter_jupyter_llmops_config.json"
    config.parent.mkdir(parents=True)
    config.write_text(json.dumps({"LLMOpsApp": {"embedded": False, "presets_file": str(presets)}}))
    exposed = {"LabApp": {"expose_app_in_browser": True}}
    config.with_name("jupyter_lab_config.json").write_text(json.dumps(exposed))
    lab.start()
    yield lab
    lab.stop()
