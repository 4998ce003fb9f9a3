"""Conversations over REST, as an outside program sees them."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from jupyter_llmops.core.events import read_events
from tests.fakes.openai import FakeOpenAI
from tests.fakes.server import Script
from tests.faults.conftest import Api, text_of

from .test_conversation import png


@pytest.fixture
async def fake():
    async with FakeOpenAI(Script(text="Paris is the capital.", thinking="hm"), models=()) as fake:
        yield fake


@pytest.fixture
async def api(faked_server):
    api = Api(faked_server)
    yield api
    await api.aclose()


@pytest.fixture
async def session_id(api, fake):
    return await api.session(await api.config(fake.endpoint))


@pytest.mark.spec("CHAT-2", "CHAT-3")
async def test_a_question_is_answered_as_a_stream_of_events(api, session_id):
    answer = await api.raw(
        "POST",
        f"chat/sessions/{session_id}/messages",
        json={"content": "Capital?"},
        headers={"Accept": "text/event-stream"},
    )
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["x-accel-buffering"] == "no"
    events = read_events(answer.content)
    assert [event.name for event in events[:2]] == ["start", "thinking"]
    assert events[-1].name == "done"
    assert text_of(events) == "Paris is the capital."
    message = await api.message(events[0].data["message_id"])
    assert (message["content"], message["thinking"]) == ("Paris is the capital.", "hm")
    assert message["usage"]["total_tokens"]
    again = await api.raw("GET", f"chat/messages/{message['id']}/events?after={events[2].id}")
    assert text_of([*events[:3], *read_events(again.content)]) == "Paris is the capital."


@pytest.mark.spec("CHAT-2", "CHAT-5")
async def test_without_asking_for_events_the_answer_goes_on_in_the_background(api, session_id):
    answer = await api.raw("POST", f"chat/sessions/{session_id}/messages", json={"content": "?"})
    assert answer.status_code == 202
    asked = answer.json()
    assert asked["user_message"]["role"] == "user"
    assert asked["message"]["parent_id"] == asked["user_message"]["id"]
    await api.events(asked["message"]["id"])
    again = await api.raw("POST", f"chat/messages/{asked['message']['id']}/regenerate")
    assert again.status_code == 202
    await api.events(again.json()["message"]["id"])
    rated = await api.call("PATCH", f"chat/messages/{asked['message']['id']}", {"rating": 1})
    assert rated["rating"] == 1
    branch = await api.call("GET", f"chat/sessions/{session_id}/messages")
    assert branch["total"] == 2
    assert (await api.call("GET", f"chat/sessions/{session_id}/messages?all=true"))["total"] == 3


@pytest.mark.spec("CHAT-1")
async def test_sessions_are_made_changed_and_thrown_away(api, session_id):
    created = await api.raw("POST", "chat/sessions")
    assert created.status_code == 201
    assert (await api.call("PATCH", f"chat/sessions/{session_id}", {"pinned": True}))["pinned"]
    listed = await api.call("GET", "chat/sessions?limit=1&sort=-updated_at")
    assert len(listed["items"]) == 1
    assert listed["total"] >= 2
    assert (await api.raw("DELETE", f"chat/sessions/{session_id}")).status_code == 204
    assert (await api.raw("PATCH", f"chat/sessions/{session_id}", json={"title": "x"})).status_code == 409
    assert (await api.call("POST", f"chat/sessions/{session_id}/restore"))["deleted_at"] is None
    assert (await api.call("POST", "chat/sessions/delete", {"ids": [session_id, created.json()["id"]]})) == {
        "deleted": 2
    }


@pytest.mark.spec("LLM-6")
async def test_an_image_is_sent_stored_and_shown(api, fake, session_id):
    images = [{"media_type": "image/png", "data": png(7, 5)}]
    asked = await api.call(
        "POST", f"chat/sessions/{session_id}/messages", {"content": "what?", "images": images}
    )
    (image,) = asked["user_message"]["images"]
    assert (image["width"], image["height"]) == (7, 5)
    answer = await api.raw("GET", f"chat/images/{image['id']}")
    assert answer.headers["content-type"] == "image/png"
    assert "immutable" in answer.headers["cache-control"]
    await api.events(asked["message"]["id"])
    assert "data:image/png;base64," in json.dumps(fake.last.body)


@pytest.mark.spec("LLM-6")
async def test_a_broken_image_is_named_and_nothing_is_stored(api, session_id):
    images = [{"media_type": "image/png", "data": "aGVsbG8="}]
    answer = await api.raw(
        "POST", f"chat/sessions/{session_id}/messages", json={"content": "?", "images": images}
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "images.0"
    assert (await api.call("GET", f"chat/sessions/{session_id}/messages"))["total"] == 0


@pytest.mark.spec("CHAT-8")
@pytest.mark.parametrize(
    ("kind", "media_type"),
    [
        ("md", "text/markdown"),
        ("json", "application/json"),
        ("txt", "text/plain"),
        ("html", "text/html"),
        ("ipynb", "application/x-ipynb+json"),
    ],
)
async def test_an_export_is_a_file_to_keep(api, session_id, kind, media_type):
    answer = await api.raw("GET", f"chat/sessions/{session_id}/export?format={kind}")
    assert answer.headers["content-type"].startswith(media_type)
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''x-")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.content


@pytest.mark.spec("CHAT-8")
async def test_a_zip_of_many_goes_out_and_comes_in_by_body_and_by_form(api, session_id):
    await api.events(await api.ask(session_id, "Capital?"))
    out = await api.raw("POST", "chat/export", json={"ids": [session_id], "format": "json"})
    assert out.headers["content-type"] == "application/zip"
    assert len(zipfile.ZipFile(io.BytesIO(out.content)).namelist()) == 1
    body = await api.raw(
        "POST", "chat/import", content=out.content, headers={"Content-Type": "application/zip"}
    )
    assert body.status_code == 201, body.text
    assert body.json()["messages"] == 2
    form = await api.raw("POST", "chat/import", files={"file": ("chats.zip", out.content)})
    assert form.json()["messages"] == 2
    bad = await api.raw("POST", "chat/import", content=b"no", headers={"Content-Type": "application/json"})
    assert bad.status_code == 422
    assert bad.json()["errors"][0]["field"] == "file"


@pytest.mark.spec("CHAT-7")
async def test_search_over_rest_highlights(api, session_id):
    await api.events(await api.ask(session_id, "Where is Timbuktu?"))
    found = await api.call("GET", "chat/search?q=timbuktu")
    assert found["items"][0]["session_id"] == session_id
    assert [part["text"] for part in found["items"][0]["snippet"] if part["hit"]] == ["Timbuktu"]
