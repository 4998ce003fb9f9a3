"""The contract is complete, valid OpenAPI 3.1, and can be read without a network."""

from __future__ import annotations

import json
import re

import pytest

from .conftest import Call

pytestmark = pytest.mark.spec("OPS-3")


async def test_the_document_lists_every_route_and_resolves(call: Call) -> None:
    document = json.loads((await call("GET", "/openapi.json")).body)
    assert document["openapi"] == "3.1.0"
    assert {"/health", "/me", "/me/settings"} <= set(document["paths"])
    text = json.dumps(document)
    for name in set(re.findall(r'"#/components/schemas/([^"]+)"', text)):
        assert name in document["components"]["schemas"], name


async def test_the_reading_page_loads_nothing_from_elsewhere(call: Call) -> None:
    page = await call("GET", "/docs")
    assert page.headers["Content-Type"].startswith("text/html")
    html = page.body.decode()
    assert not re.search(r"https?://", html)
    for asset in ("docs.js", "docs.css"):
        assert f"docs/{asset}" in html
        assert (await call("GET", f"/docs/{asset}")).code == 200
    assert (await call("GET", "/docs/secret.txt")).code == 404
