"""An API key is found nowhere but at the provider: not in files, answers, logs or environments."""

from __future__ import annotations

import base64
import io
import zipfile
from pathlib import Path

import psutil
import pytest

from tests.fakes.server import Script

from .conftest import CANARY, Api

pytestmark = [pytest.mark.spec("PROV-8"), pytest.mark.slow]

FORMS = [CANARY.encode(), base64.b64encode(CANARY.encode()).rstrip(b"="), CANARY.encode("utf-16-le")]


def traces(data: bytes) -> bool:
    return any(form in data for form in FORMS)


async def test_an_api_key_is_found_nowhere(server, fake):
    api = Api(server)
    # A provider that repeats the key it was given in its error, as some do.
    leaky = Script(
        status=401, message=f"Incorrect API key provided: {CANARY}. Authorization: Bearer {CANARY}"
    )
    config_id = await api.config(fake.endpoint, notes="n")
    await api.call("PATCH", f"model-configs/{config_id}", {"notes": "changed", "api_key": CANARY})
    session_id = await api.session(config_id, title=None)
    await api.events(await api.ask(session_id, "hello"))
    assert fake.last.headers["authorization"] == f"Bearer {CANARY}", "the provider itself gets it"
    fake.script = leaky
    failed = await api.ask(session_id, "again")
    seen = [str(event.data) for event in await api.events(failed)]
    replies = [
        await api.raw("POST", "model-configs/test", json={"id": config_id}),
        await api.raw("POST", f"model-configs/{config_id}/duplicate"),
        await api.raw("POST", "model-configs", json={"name": "x", "api_key": CANARY, "nonsense": CANARY}),
        await api.raw("POST", "chat/export", json={"ids": [session_id], "format": "json"}),
    ]
    config, session = f"model-configs/{config_id}", f"chat/sessions/{session_id}"
    paths = [
        *("me", "providers", "model-configs", config, f"{config}/versions", "endpoint-policy"),
        *("providers/custom/models?refresh=1", "openapi.json", "docs", "health", "chat/search?q=canary"),
        *(session, f"{session}/messages?all=true", f"chat/messages/{failed}"),
        *(f"{session}/export?format={kind}" for kind in ("md", "json", "txt", "html", "ipynb")),
    ]
    replies += [await api.raw("GET", path) for path in paths]
    for text in seen:
        assert not traces(text.encode())
    for reply in replies:
        assert not traces(_readable(reply.content)), reply.request.url
        assert not traces(str(reply.headers).encode())
    await api.aclose()
    _assert_clean(server)


def _readable(content):
    """Return the bytes of an answer, those of a ZIP unpacked: nothing is found in compressed ones."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist()
        return b"".join(archive.read(name) for name in archive.namelist())


def _assert_clean(server):
    for path in Path(server.home).rglob("*"):
        if path.is_file():
            assert not traces(path.read_bytes()), path
    process = psutil.Process(server.process.pid)
    for one in [process, *process.children(recursive=True)]:
        assert not traces(str(one.environ()).encode()), one
        assert not traces(" ".join(one.cmdline()).encode()), one
