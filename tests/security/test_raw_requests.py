"""Requests that no client of ours would send: strange methods, ids, encodings, headers and bodies."""

from __future__ import annotations

import io
import json
import socket
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from jupyter_llmops.container import ROUTES
from jupyter_llmops.web.openapi import METHODS
from jupyter_llmops.web.routes import parameters
from jupyter_llmops.web.verbs import scope_of

from ..fixtures_server import TOKEN, RunningServer
from ..web.test_contract import check_problem

pytestmark = [pytest.mark.spec("OPS-3"), pytest.mark.slow]

TIMEOUT_S = 60
ZEROS = 20 << 20


@pytest.fixture(scope="module")
def api(faked_server: RunningServer) -> Api:
    return Api(faked_server.url)


class Api:
    """Sends requests exactly as written."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.url = url
        self.place = (str(parts.hostname), int(parts.port or 80))
        self.path = f"{parts.path}llmops/api/v1"
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"token {TOKEN}"

    def send(self, method: str, path: str, **options: Any) -> requests.Response:
        """Send with a well-behaved client."""
        response = self.session.request(
            method, f"{self.url}llmops/api/v1{path}", timeout=TIMEOUT_S, **options
        )
        check_problem(response)
        return response

    def raw(self, request_line: bytes, *headers: bytes, body: bytes = b"") -> tuple[int, bytes, bytes]:
        """Send bytes and return status, head and body of the answer."""
        host = f"Host: {self.place[0]}:{self.place[1]}".encode()
        token = f"Authorization: token {TOKEN}".encode()
        lines = [request_line, host, b"Connection: close", token, *headers]
        with self.connection() as sock:
            sock.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + body)
            answer = b"".join(iter(lambda: sock.recv(65536), b""))
        head, _, rest = answer.partition(b"\r\n\r\n")
        return int(head.split()[1]), head, rest

    @contextmanager
    def connection(self) -> Iterator[socket.socket]:
        with socket.create_connection(self.place, timeout=TIMEOUT_S) as sock:
            yield sock


def plain(path: str) -> str:
    for name, kind in parameters(path).items():
        path = path.replace(f"{{{name}:{kind}}}", "vllm").replace(f"{{{name}}}", "1")
    return path


@pytest.mark.parametrize("method", ["PUT", "TRACE", "PATCH", "DELETE", "POST", "GET", "PROPFIND"])
def test_methods_that_a_path_does_not_take_are_refused(api: Api, method: str) -> None:
    for path, handler in ROUTES:
        if method.lower() in METHODS and scope_of(getattr(handler, method.lower(), None)):
            continue
        response = api.send(method, plain(path))
        assert response.status_code == 405, (method, path)
        assert response.json()["code"] == "method_not_allowed"


@pytest.mark.parametrize(
    "number",
    [
        "0",
        "9" * 18,
        "9" * 19,
        "9" * 400,
        "18446744073709551616",
        "-1",
        "1.5",
        "1e3",
        "0x1",
        "%39" * 9,  # 999,999,999, escaped
        "١",
        "1%00",
    ],
)
def test_an_id_of_any_size_is_answered(api: Api, number: str) -> None:
    for path, handler in ROUTES:
        if "int" not in parameters(path).values():
            continue
        for method in METHODS:
            if scope_of(getattr(handler, method, None)) is None:
                continue
            address = plain(path).replace("/1", f"/{number}", 1)
            body = {} if method in ("post", "patch") else None
            assert api.send(method.upper(), address, json=body).status_code in (200, 404, 409, 422), address


@pytest.mark.parametrize(
    "target",
    [
        b"/providers/%ff%fe/models",
        b"/providers/%00/models",
        b"/providers/..%2f..%2fetc/models",
        b"/providers/\xff\xfe/models",
        b"/chat/search?q=%ff%fe%00",
        b"/chat/search?q=%ED%A0%80",
        b"/chat/search?q=a&q=b&q=",
        b"/chat/sessions?limit=%F0%9D%9F%9C",
        b"/chat/sessions?%00=%00",
        b"/chat/sessions?cursor=bnVsbA",
        b"/chat/sessions?cursor=%FF",
        b"/me?" + b"a=b&" * 5000,
    ],
)
def test_any_encoding_of_an_address_is_answered(api: Api, target: bytes) -> None:
    status, _, body = api.raw(b"GET " + api.path.encode() + target + b" HTTP/1.1")
    assert status in (200, 400, 404, 414, 422), body[:300]


def test_a_strange_host_is_refused(api: Api) -> None:
    # Jupyter Server's guard against names that were made to point at this machine.
    response = api.session.get(
        f"{api.url}llmops/api/v1/me", headers={"Host": "evil.example"}, timeout=TIMEOUT_S
    )
    assert response.status_code == 403
    check_problem(response)


@pytest.mark.parametrize(
    "header",
    [
        b"Accept-Language: \xff\xfe;q=zz,,;;=",
        b"Accept-Language: " + b"zh-CN;q=0.1," * 2000,
        b"X-Request-Id: \x80\x81",
        b"Last-Event-ID: \xd9\xa1",
        b"Last-Event-ID: -1",
        b"Cookie: _xsrf=\xff; a",
        b"Authorization: \xff",
        b"Accept: \xff",
        b"Content-Type: \xff/;=",
        b"X-Long: " + b"x" * 30000,
    ],
)
def test_any_header_is_answered(api: Api, header: bytes) -> None:
    for path in (b"/me", b"/chat/messages/1/events"):
        status, _, body = api.raw(b"GET " + api.path.encode() + path + b" HTTP/1.1", header)
        assert status in (200, 400, 401, 403, 404, 422, 431), body[:300]


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/json", b"\xff\xfe\x00"),
        ("application/json", b"[" * 200_000),
        ("application/json", b"{" * 9),
        ("application/json", b'{"content":"\\ud800"}'),
        ("application/json", b'{"content":"\\u0000"}'),
        ("application/json", b'{"content": 1e999}'),
        ("application/json", b'{"a":1,"a":2}'),
        ("application/json", b"NaN"),
        ("text/plain", b"{}"),
        ("application/xml", b"<a/>"),
        ("application/x-www-form-urlencoded", b"%ff=%ff"),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("multipart/form-data", b"no boundary"),
    ],
)
def test_any_body_is_answered(api: Api, media_type: str, body: bytes) -> None:
    for method, path in (
        ("POST", "/chat/sessions/999999999/messages"),  # nobody has it
        ("POST", "/model-configs"),
        ("PATCH", "/me/settings"),
    ):
        response = api.send(method, path, data=body, headers={"Content-Type": media_type})
        assert response.status_code in (200, 400, 404, 422), response.text


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("_", "."), data)
    return packed.getvalue()


def deep(levels: int) -> bytes:
    return b'{"a":' * levels + b"1" + b"}" * levels


BROKEN = {
    "nothing": b"",
    "noise": bytes(range(256)) * 40,
    "zeros": b"\0" * ZEROS,
    "no JSON": b"{'a': 1}",
    "deep": deep(100_000),
    "deep lists": b"[" * 5000 + b"]" * 5000,
    "a number": b"1",
    "text": b'"conversations"',
    "half a ZIP": zipped(conversations_json=b"[]")[:40],
    "an empty ZIP": zipped(),
    "a ZIP of noise": zipped(conversations_json=b"\xff\xfe"),
    "a path out of it": zipped(**{"../../evil_json": b'[{"mapping": 1}]'}),
    "a wrong mapping": b'[{"mapping": {"a": {"message": 1, "children": 5, "parent": "a"}}}]',
    "a circle": b'[{"mapping": {"a": {"id": "a", "parent": "b"}, "b": {"id": "b", "parent": "a"}}}]',
    "wrong kinds": b'{"format": "jupyter-llmops/chat", "version": 1, "sessions": [1, {"messages": {}}]}',
    "wrong version": b'{"format": "jupyter-llmops/chat", "version": "x", "sessions": []}',
    "huge numbers": b'[{"title": 1e999, "create_time": 1e308, "mapping": {}}]',
    "wrong images": json.dumps(
        {
            "format": "jupyter-llmops/chat",
            "version": 1,
            "sessions": [
                {
                    "title": "t",
                    "messages": [
                        {
                            "id": 1,
                            "parent_id": None,
                            "role": "user",
                            "content": "x",
                            "images": [{"media_type": "image/png", "data": "AAAA"}],
                        }
                    ],
                }
            ],
        }
    ).encode(),
}


@pytest.mark.spec("CHAT-8")
@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("form", [True, False])
def test_a_file_that_is_no_export_says_so(api: Api, name: str, form: bool) -> None:
    data = BROKEN[name]
    response = api.send(
        "POST", "/chat/import", **({"files": {"file": ("x.json", data)}} if form else {"data": data})
    )
    if response.status_code == 201:
        report = response.json()
        assert report["problems"], report
    else:
        assert response.status_code in (400, 413, 422), response.text
        assert response.json()["errors"] or response.status_code != 422


@pytest.mark.spec("CHAT-8")
def test_a_bomb_of_a_zip_is_refused_before_it_is_unpacked(api: Api) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(12):
            with archive.open(f"{number}.json", "w") as file:
                for _ in range(100):
                    file.write(b" " * (1 << 20))
    assert api.send("POST", "/chat/import", data=packed.getvalue()).status_code == 413
