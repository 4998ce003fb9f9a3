"""The list of chats: order, shelves, trash, search in two languages, files out and in."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from jupyter_llmops.client import LLMOps
from tests.fixtures_provider import FakeProviders

from .conftest import Lab, NewPage, open_page
from .conversation import LIMIT_MS, Conversation, add_model

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.spec("CHAT-1", "UI-6")]

TALKS = {
    "Sorting fruit": "How do I sort a list of bananas?",
    "排序水果": "怎样给一个香蕉列表排序？",
    "Weather": "Will it rain tomorrow?",
}


@pytest.fixture(scope="module")
def talks(lab: Lab, fake_providers: FakeProviders) -> Iterator[dict[str, int]]:
    """Have three short conversations and return their ids by title."""
    with lab.client() as client:
        add_model(client, fake_providers.openai, "librarian")
        yield {title: talk(client, title, question) for title, question in TALKS.items()}


def talk(client: LLMOps, title: str, question: str) -> int:
    """Ask one question in a session of its own and wait for the answer."""
    session = client.sessions.create(title, model="librarian")
    sent = client.messages.send(session, question)
    client.messages.wait(sent.message)
    return session.id


def row(page: Page, title: str) -> Locator:
    """Return the row of a chat in the list."""
    return page.locator(".jp-LLMOps-session", has_text=title)


def act(page: Page, title: str, item: str) -> None:
    """Choose from the menu of a row."""
    row(page, title).hover()
    page.get_by_role("button", name=f"More about “{title}”").click()
    page.get_by_role("menuitem", name=item, exact=True).click()


def shelf(page: Page, name: str) -> None:
    """Choose from the menu over the list."""
    page.get_by_role("button", name="More about the chats").click()
    page.get_by_role("menuitem", name=name).or_(page.get_by_role("menuitemcheckbox", name=name)).click()


def toast(page: Page, text: str) -> Locator:
    """Return the toast that says it."""
    return page.locator(".jp-LLMOps-toast", has_text=text)


def test_chats_are_renamed_pinned_archived_deleted_and_brought_back(
    lab: Lab, talks: dict[str, int], new_page: NewPage
) -> None:
    page = new_page()
    open_page(page, lab, f"chats/{talks['Weather']}")
    act(page, "Weather", "Rename")
    title = page.get_by_role("textbox", name="Title of the chat")
    title.fill("Rain")
    title.press("Enter")
    expect(page.locator("header.jp-LLMOps-header")).to_contain_text("Rain")

    act(page, "Sorting fruit", "Pin")
    expect(page.locator(".jp-LLMOps-session").first).to_contain_text("Sorting fruit")

    act(page, "Rain", "Archive")
    expect(row(page, "Rain")).to_have_count(0)
    shelf(page, "Archive")
    act(page, "Rain", "Take out of the archive")
    expect(row(page, "Rain")).to_have_count(0)
    shelf(page, "Chats")

    act(page, "Rain", "Delete")
    expect(row(page, "Rain")).to_have_count(0)
    toast(page, "is in the trash for 30 days").get_by_role("button", name="Undo").click()
    expect(row(page, "Rain")).to_be_visible()
    act(page, "Rain", "Delete")
    shelf(page, "Trash")
    act(page, "Rain", "Restore")
    expect(toast(page, "1 chat is back.")).to_be_visible()
    shelf(page, "Chats")
    expect(row(page, "Rain")).to_be_visible()
    act(page, "Rain", "Rename")
    page.get_by_role("textbox", name="Title of the chat").fill("Weather")
    page.keyboard.press("Enter")
    expect(row(page, "Weather")).to_be_visible()


@pytest.mark.spec("CHAT-7")
@pytest.mark.parametrize(
    ("words", "marked"), [("bananas", "bananas"), ("香蕉列表", "香蕉列表")], ids=["English", "Chinese"]
)
def test_words_are_found_and_marked(
    lab: Lab, talks: dict[str, int], new_page: NewPage, words: str, marked: str
) -> None:
    page = new_page()
    open_page(page, lab, "chats")
    page.get_by_role("searchbox", name="Search titles and messages").fill(words)
    hit = page.locator(".jp-LLMOps-hit").first
    expect(hit.locator("mark").first).to_have_text(marked)
    hit.click()
    expect(Conversation(page).questions.first).to_contain_text(words)


@pytest.mark.spec("CHAT-8")
def test_chats_leave_as_files_and_come_back(
    lab: Lab, talks: dict[str, int], new_page: NewPage, tmp_path: Path
) -> None:
    page = new_page()
    title = "排序水果"
    open_page(page, lab, f"chats/{talks[title]}")
    expect(row(page, title)).to_be_visible()
    kinds = {"Markdown": "md", "notebook": "ipynb", "HTML": "html", "text": "txt", "JSON": "json"}
    files = {}
    for kind, ending in kinds.items():
        with page.expect_download() as saved:
            act(page, title, f"Export as {kind}")
        files[ending] = saved.value.path()
        assert saved.value.suggested_filename.endswith(f".{ending}")
        assert "香蕉" in readable(files[ending], ending)

    shelf(page, "Select many")
    for one in TALKS:
        page.get_by_role("checkbox", name=f"Select “{one}”").check()
    page.get_by_role("button", name="Export", exact=True).click()
    with page.expect_download() as saved:
        page.get_by_role("menuitem", name="Export as Markdown").click()
    with zipfile.ZipFile(saved.value.path()) as archive:
        assert len(archive.namelist()) == 3
        assert any("排序水果" in name for name in archive.namelist())
    page.get_by_role("button", name="Stop selecting").click()

    picker = page.get_by_label("Import chats from a file")
    own = tmp_path / "own.json"
    own.write_bytes(files["json"].read_bytes())
    picker.set_input_files(own)
    expect(toast(page, "1 chat was imported.")).to_be_visible()
    expect(row(page, title)).to_have_count(2)
    picker.set_input_files(written(tmp_path / "conversations.json", [chatgpt_export()]))
    row(page, "From ChatGPT").click()
    expect(Conversation(page).text).to_have_text("A cedar is a tree.", timeout=LIMIT_MS)


@pytest.mark.spec("CHAT-8")
def test_a_file_of_the_wrong_kind_is_refused_in_words(
    lab: Lab, talks: dict[str, int], new_page: NewPage, tmp_path: Path
) -> None:
    page = new_page()
    open_page(page, lab, "chats")
    for name, content in {"broken.json": "{ this is no JSON", "recipe.json": '{"eggs": 3}'}.items():
        path = tmp_path / name
        path.write_text(content)
        page.get_by_label("Import chats from a file").set_input_files(path)
        problem = page.get_by_role("navigation", name="Chats").get_by_role("alert")
        expect(problem.locator("strong")).not_to_be_empty()
        expect(problem.locator("p")).not_to_be_empty()
        problem.get_by_role("button", name="Dismiss").click()
        expect(problem).to_have_count(0)


def readable(path: Path, ending: str) -> str:
    text = path.read_text(encoding="utf-8")
    return json.dumps(json.loads(text), ensure_ascii=False) if ending in {"json", "ipynb"} else text


def written(path: Path, document: Any) -> Path:
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def chatgpt_export() -> dict[str, Any]:
    def message(role: str, text: str) -> dict[str, Any]:
        return {"author": {"role": role}, "content": {"content_type": "text", "parts": [text]}}

    return {
        "title": "From ChatGPT",
        "create_time": 1700000000,
        "current_node": "a",
        "mapping": {
            "q": {"parent": None, "children": ["a"], "message": message("user", "What is a cedar?")},
            "a": {"parent": "q", "children": [], "message": message("assistant", "A cedar is a tree.")},
        },
    }
