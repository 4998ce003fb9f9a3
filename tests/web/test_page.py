"""The page's headers keep foreign code out, and its files are those of the package only."""

from __future__ import annotations

import pytest

from .conftest import TOKEN, Server

pytestmark = pytest.mark.spec("UI-2", "CHAT-9")

SIGNED_IN = {"Authorization": f"token {TOKEN}"}


@pytest.mark.parametrize("place", ["llmops/", "llmops/chats/7", "llmops/models/new", "llmops/settings"])
async def test_every_place_is_the_page_with_a_strict_policy(server: Server, place: str) -> None:
    await server.state.ready()
    response = await server.send("GET", place, headers=SIGNED_IN)
    assert response.code == 200
    policy = response.headers["Content-Security-Policy"]
    for rule in ("default-src 'self'", "script-src 'self'", "object-src 'none'", "base-uri 'none'"):
        assert rule in policy
    assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]
    assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "../app.py",
        "..%2fapp.py",
        "%2e%2e/app.py",
        "chunks/../../app.py",
        "....//app.py",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "page.js%00.png",
        "..\\app.py",
        "",
    ],
)
async def test_nothing_but_the_packages_files_is_served(server: Server, path: str) -> None:
    await server.state.ready()
    response = await server.send("GET", "llmops/static/" + path, headers=SIGNED_IN)
    assert response.code in (400, 403, 404)
    assert b"LLMOpsApp" not in response.body
    assert b"root:" not in response.body
