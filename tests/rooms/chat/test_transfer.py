"""Conversations as files: every export is valid, every import is taken whole or says why not."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile

import nbformat
import pytest

from jupyter_llmops.chat.schemas import (
    ExportMany,
    MessagesQuery,
    NewImage,
    NewMessage,
    NewSession,
    Rating,
    Regeneration,
)
from jupyter_llmops.core.actor import Actor
from jupyter_llmops.core.errors import Invalid, NotFound, TooLarge
from jupyter_llmops.providers.base import ThinkingDelta

from .conftest import ANN, BOB
from .test_conversation import ask, finished, png, session_of, shown

pytestmark = pytest.mark.spec("CHAT-8")

CODE = "Try:\n\n```python\nprint('hi')\n```\n\nor\n\n```sql\nselect 1;\n```\n\nDone."
EVIL = (
    "<script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:alert(1)) "
    "![p](https://evil.example/pixel.png) <iframe src='https://evil.example'></iframe> [y](data:text/html,x)"
)


@pytest.fixture
async def session_id(chat, tiny):
    tiny.capabilities = frozenset({"vision"})
    session_id = await session_of(chat, title="Sorting: a/b", system_prompt="Be brief.")
    tiny.says(ThinkingDelta("let me see"), CODE)
    first = await ask(chat, session_id, "How?", images=[NewImage(media_type="image/png", data=png(5, 4))])
    await chat.rate(ANN, first.id, Rating(rating=1))
    tiny.says("Another way.")
    await finished(chat, await chat.again(ANN, first.id, Regeneration()))
    await ask(chat, session_id, EVIL)
    return session_id


async def exported(chat, session_id, kind):
    file = await chat.export(ANN, session_id, kind)
    return file.content.decode()


async def test_markdown_has_everything_of_the_branch_shown(chat, session_id):
    text = await exported(chat, session_id, "md")
    assert text.startswith("# Sorting: a/b\n")
    for part in ("Be brief.", "## You", "## Assistant (tiny)", "Another way.", "data:image/png;base64,"):
        assert part in text
    assert "print('hi')" not in text, "that is the other branch"


async def test_text_names_the_speakers(chat, session_id):
    text = await exported(chat, session_id, "txt")
    assert "[You]\n(Image: image/png, 5 × 4)\nHow?" in text
    assert "[Assistant (tiny)]\nAnother way." in text


async def test_files_speak_the_readers_language(chat, session_id):
    reader = Actor("ann", "Ann", ANN.scopes, language="zh-CN")
    text = (await chat.export(reader, session_id, "md")).content.decode()
    assert "## You" not in text
    assert re.search(r"^## [一-鿿]+$", text, re.MULTILINE)


async def test_the_page_needs_nothing_and_runs_nothing(chat, session_id):
    page = await exported(chat, session_id, "html")
    assert "default-src 'none'" in page
    lowered = page.lower()
    assert "<script" not in lowered
    assert "<iframe" not in lowered
    assert not re.search(r"<[^>]+\son\w+\s*=", lowered), "no event handler on any element"
    assert 'href="javascript' not in lowered
    assert 'href="data' not in lowered
    sources = re.findall(r'src="([^"]*)"', page)
    assert len(sources) == 1
    assert sources[0].startswith("data:image/png;base64,")


async def test_the_page_shows_code_tables_and_thinking(chat, tiny):
    session_id = await session_of(chat)
    tiny.says(ThinkingDelta("hm </details> <b>"), "| a | b |\n|---|---|\n| 1 | 2 |\n\n" + CODE)
    await ask(chat, session_id, "?")
    page = await exported(chat, session_id, "html")
    for part in ("<table>", "<pre><code", "print(&#x27;hi&#x27;)", "<details>"):
        assert part in page or part.replace("&#x27;", "'") in page
    assert page.count("</details>") == 1


async def test_the_notebook_is_valid_and_its_python_can_be_run(chat, tiny):
    tiny.capabilities = frozenset({"vision"})
    session_id = await session_of(chat)
    tiny.says(CODE)
    await ask(chat, session_id, "How?", images=[NewImage(media_type="image/png", data=png())])
    notebook = nbformat.reads(await exported(chat, session_id, "ipynb"), as_version=4)
    nbformat.validate(notebook)
    assert [cell.source for cell in notebook.cells if cell.cell_type == "code"] == ["print('hi')"]
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert "select 1;" in prose
    (attachments,) = [cell.attachments for cell in notebook.cells if "attachments" in cell]
    assert base64.b64decode(attachments["image-0.png"]["image/png"]).startswith(b"\x89PNG")


async def test_our_json_comes_back_with_branches_images_and_ratings(chat, session_id):
    before = (await chat.messages(ANN, session_id, MessagesQuery(all=True))).items
    data = (await chat.export(ANN, session_id, "json")).content
    report = await chat.take_in(ANN, data)
    assert report.problems == []
    assert report.messages == len(before)
    (session,) = report.sessions
    assert session.id != session_id
    assert (session.title, session.system_prompt) == ("Sorting: a/b", "Be brief.")
    after = (await chat.messages(ANN, session.id, MessagesQuery(all=True))).items
    kept = {"role", "content", "thinking", "status", "model", "usage", "rating", "parameters", "created_at"}
    assert [m.model_dump(include=kept) for m in after] == [m.model_dump(include=kept) for m in before]
    number = {m.id: n for n, m in enumerate(before)} | {m.id: n for n, m in enumerate(after)}
    assert [[number[s] for s in m.siblings] for m in after] == [
        [number[s] for s in m.siblings] for m in before
    ]
    images = [image for message in after for image in message.images]
    assert (await chat.image(ANN, images[0].id))[0] == (await chat.image(ANN, before[0].images[0].id))[0]
    assert [m.content for m in await shown(chat, session.id)] == [
        m.content for m in await shown(chat, session_id)
    ]


async def test_exports_hold_no_endpoint_and_no_configuration(chat, session_id):
    document = json.loads((await chat.export(ANN, session_id, "json")).content)
    assert "model_config_id" not in document["sessions"][0]
    assert "endpoint" not in str(document)


async def test_many_sessions_are_one_zip_with_a_file_each(chat):
    ids = [
        await session_of(chat, title=title)
        for title in ("same", "same", "部署", "../../etc/passwd", "a\x00b?*")
    ]
    pieces = [piece async for piece in await chat.export_many(ANN, ExportMany(ids=ids, format="txt"))]
    archive = zipfile.ZipFile(io.BytesIO(b"".join(pieces)))
    assert archive.testzip() is None
    names = archive.namelist()
    assert len(set(names)) == 5
    assert all(re.fullmatch(r'[^<>:"/\\|?*\x00-\x1f]+\.txt', name) for name in names)
    assert f"部署-{ids[2]}.txt" in names


async def test_another_persons_session_is_in_no_export(chat, session_id):
    theirs = (await chat.create(BOB, NewSession(title="t"))).id
    with pytest.raises(NotFound):
        await chat.export(BOB, session_id, "md")
    with pytest.raises(NotFound):
        await chat.export_many(BOB, ExportMany(ids=[theirs, session_id]))


def chatgpt(**mapping):
    return {
        "title": "From ChatGPT",
        "create_time": 1700000000.5,
        "update_time": 1700000100,
        "mapping": mapping,
        "current_node": next(reversed(mapping)),
    }


def node(parent, role=None, text=None, **more):
    message = None
    if role:
        content = more.pop("content", {"content_type": "text", "parts": [text]})
        message = {"author": {"role": role}, "content": content, "create_time": 1700000001.0, **more}
    return {"parent": parent, "message": message, "children": []}


async def imported(chat, document):
    return await chat.take_in(ANN, json.dumps(document).encode())


async def test_a_chatgpt_export_comes_in_with_its_branches(chat):
    tree = chatgpt(
        root=node(None),
        hidden=node("root", "system", "", metadata={"is_visually_hidden_from_conversation": True}),
        q=node("hidden", "user", "Hi"),
        thoughts=node(
            "q", "assistant", content={"content_type": "thoughts", "thoughts": [{"content": "greet"}]}
        ),
        a=node("thoughts", "assistant", "Hello", metadata={"model_slug": "gpt-5"}),
        q2=node("a", "user", "More?"),
        q2b=node("a", "user", "More, edited?"),
        a2=node("q2b", "assistant", "Sure."),
    )
    report = await imported(chat, [tree])
    assert report.problems == []
    (session,) = report.sessions
    assert session.title == "From ChatGPT"
    assert session.created_at.year == 2023
    branch = await shown(chat, session.id)
    assert [m.content for m in branch] == ["Hi", "Hello", "More, edited?", "Sure."]
    assert (branch[1].thinking, branch[1].model) == ("greet", "gpt-5")
    assert len(branch[2].siblings) == 2
    answer = await ask(chat, session.id, "Go on")
    assert answer.status == "complete", "an imported conversation can be continued"


async def test_what_cannot_be_taken_over_is_named(chat):
    picture = {"content_type": "multimodal_text", "parts": [{"asset_pointer": "file://x"}, "look"]}
    tree = chatgpt(
        q=node(None, "user", content=picture),
        tool=node("q", "tool", "result"),
        a=node("tool", "assistant", "ok"),
        odd=node("a", "assistant", content={"content_type": "hologram"}),
    )
    report = await imported(chat, [5, tree, {"title": "no messages", "mapping": {}}])
    reasons = {(problem.index, problem.reason) for problem in report.problems}
    assert {index for index, _ in reasons} == {0, 1, 2}
    assert len([1 for index, _ in reasons if index == 1]) == 3
    assert [m.content for m in await shown(chat, report.sessions[0].id)] == ["look", "ok"]


async def test_a_tree_that_is_a_circle_is_refused_with_its_title(chat):
    report = await imported(chat, [chatgpt(a=node("b", "user", "x"), b=node("a", "user", "y"))])
    assert report.sessions == []
    assert [(p.index, p.title) for p in report.problems] == [(0, "From ChatGPT")]


async def test_bad_messages_of_our_own_format_are_named_one_by_one(chat, session_id):
    document = json.loads((await chat.export(ANN, session_id, "json")).content)
    messages = document["sessions"][0]["messages"]
    messages[1]["role"] = "wizard"
    messages.append({**messages[0]})
    messages.append({"id": 9999, "parent_id": 8888, "role": "user", "content": "lost"})
    messages[0]["images"] = [{"data": "@@"}]
    document["sessions"].append({"title": 7})
    report = await chat.take_in(ANN, json.dumps(document).encode())
    reasons = [problem.reason for problem in report.problems if problem.index == 0]
    assert any("role" in reason for reason in reasons)
    assert any("ids are taken" in reason for reason in reasons)
    assert any("9999" in reason for reason in reasons)
    assert any("base64" in reason for reason in reasons)
    assert [p.index for p in report.problems if "title" in p.reason] == [1]


async def test_api_messages_come_in_as_a_conversation(chat):
    report = await imported(
        chat,
        [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": [{"type": "text", "text": "Hi"}]},
            {"role": "assistant", "content": "Hello"},
        ],
    )
    assert report.sessions[0].system_prompt == "Be brief."
    assert [m.content for m in await shown(chat, report.sessions[0].id)] == ["Hi", "Hello"]


async def test_a_zip_of_chatgpt_is_opened(chat):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("conversations.json", json.dumps([chatgpt(q=node(None, "user", "Hi"))]))
        archive.writestr("user.json", "{}")
        archive.writestr("chat.html", "<script>")
    assert (await chat.take_in(ANN, buffer.getvalue())).messages == 1


async def test_a_zip_of_our_own_exports_comes_back(chat, session_id):
    wanted = ExportMany(ids=[session_id], format="json")
    data = b"".join([piece async for piece in await chat.export_many(ANN, wanted)])
    assert (await chat.take_in(ANN, data)).sessions[0].title == "Sorting: a/b"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not json",
        b"{}",
        b"[]",
        b"3",
        b"PK\x03\x04broken",
        b'{"format": "jupyter-llmops/chat", "version": 99}',
        b'{"format": "jupyter-llmops/chat", "version": 1, "sessions": 5}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
async def test_a_file_of_the_wrong_kind_is_refused_in_words(chat, data):
    with pytest.raises(Invalid) as caught:
        await chat.take_in(ANN, data)
    assert caught.value.errors[0].field == "file"
    assert caught.value.errors[0].message


async def test_a_file_that_is_too_large_is_refused_before_it_is_read(chat):
    chat._max_upload_mb = 0
    with pytest.raises(TooLarge):
        await chat.take_in(ANN, b"[]")


async def test_scripts_in_an_import_stay_text(chat):
    report = await imported(chat, [chatgpt(q=node(None, "user", EVIL))])
    assert (await shown(chat, report.sessions[0].id))[0].content == EVIL


async def test_an_answer_that_ran_when_it_was_exported_is_interrupted_in_the_copy(chat, tiny):
    script = tiny.next().say("half")
    session_id = await session_of(chat)
    started = await chat.ask(ANN, session_id, NewMessage(content="?"))
    data = (await chat.export(ANN, session_id, "json")).content
    script.end()
    await finished(chat, started)
    report = await chat.take_in(ANN, data)
    assert (await shown(chat, report.sessions[0].id))[-1].status == "interrupted"
