"""Nobody gets in without signing in; nobody changes anything from another site."""

from __future__ import annotations

import re

import pytest

from jupyter_llmops.web.openapi import METHODS
from jupyter_llmops.web.routes import parameters
from jupyter_llmops.web.verbs import PUBLIC, scope_of

from .conftest import TOKEN, Server, problem


def _address(path: str) -> str:
    for name, kind in parameters(path).items():
        path = re.sub(rf"\{{{name}(:\w+)?\}}", "1" if kind == "int" else "x", path)
    return "llmops/api/v1" + path


async def test_every_verb_but_health_needs_a_sign_in(server: Server) -> None:
    state = server.state
    await state.ready()
    walked = 0
    for path, handler in state.routes:
        for method in METHODS:
            verb = getattr(handler, method, None)
            scope = scope_of(verb)
            if scope is None:
                continue  # Tornado's own 405
            response = await server.send(method.upper(), _address(path))
            if scope == PUBLIC:
                assert path == "/health"
                continue
            # GET: 401. Others: 403, the XSRF check comes first.
            assert response.code in (401, 403), (method, path, response.code)
            assert problem(response)["code"] in ("unauthenticated", "xsrf"), (method, path)
            walked += 1
    assert walked >= 5


async def test_every_verb_says_its_scope_and_its_types(server: Server) -> None:
    state = server.state
    await state.ready()
    from jupyter_llmops.web.verbs import operation_of

    for path, handler in state.routes:
        verbs = [name for name in METHODS if name in vars(handler)]
        assert verbs, path
        for name in verbs:
            verb = getattr(handler, name)
            assert scope_of(verb) is not None, (name, path)
            assert operation_of(verb) is not None or "/docs/" in path, (name, path)


async def test_a_cookie_without_the_xsrf_token_changes_nothing(server: Server) -> None:
    await server.state.ready()
    cookie = {"Cookie": "username-127-0-0-1=x"}
    response = await server.send("PATCH", "llmops/api/v1/me/settings", "{}", cookie)
    assert response.code == 403
    assert problem(response)["code"] == "xsrf"


async def test_a_program_that_sends_its_token_is_given_no_cookie(server: Server) -> None:
    await server.state.ready()
    headers = {"Authorization": f"token {TOKEN}"}
    for method, path, body in (("GET", "me", None), ("PATCH", "me/settings", "{}")):
        response = await server.send(method, f"llmops/api/v1/{path}", body, headers)
        assert response.code == 200
        assert "username-" not in "".join(response.headers.get_list("Set-Cookie"))


async def test_a_page_opened_with_a_token_is_signed_in_from_then_on(server: Server) -> None:
    await server.state.ready()
    response = await server.send("GET", f"llmops/api/v1/me?token={TOKEN}")
    assert response.code == 200
    assert "username-" in "".join(response.headers.get_list("Set-Cookie"))


async def test_the_token_of_kernels_is_accepted_and_another_is_not(server: Server) -> None:
    state = server.state
    path = "llmops/api/v1/me"
    good = await server.send("GET", path, None, {"Authorization": f"token {state.kernel_token}"})
    assert good.code == 200
    bad = await server.send("GET", path, None, {"Authorization": f"token {state.kernel_token}x"})
    assert bad.code == 401


@pytest.mark.spec("UI-2")
async def test_the_page_needs_a_sign_in_too(server: Server) -> None:
    await server.state.ready()
    for place in ("", "/", "/chats/7", "/models", "/static/page.js"):
        response = await server.send("GET", "llmops" + place)
        assert response.code in (302, 403), place
        assert "login" in response.headers.get("Location", "login"), place
