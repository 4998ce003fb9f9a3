"""Conversations on the web page: asking, changing one's mind, two tabs, a bad network."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import Page, expect

from tests.fakes.server import Script
from tests.fixtures_provider import FakeProviders
from tests.fixtures_server import TOKEN, RunningServer

from .conftest import Lab, NewPage, open_page
from .conversation import LIMIT_MS, Conversation, add_model, wait_until
from .wire import Wire

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.spec("UI-2")]

STORY = tuple(f"word{number} " for number in range(120))


def session_of(page: Page) -> int:
    """Return the id of the session whose address the page shows."""
    page.wait_for_url(re.compile(r"/chats/\d+"))
    return int(page.url.rsplit("/", 1)[1].split("?")[0])


def stored(server: RunningServer) -> str:
    """Return the answers in the database's file: what a crash leaves."""
    with closing(sqlite3.connect(server.home / "llmops" / "llmops.sqlite3")) as database:
        rows = database.execute("SELECT content FROM chat_messages WHERE role = 'assistant'").fetchall()
    return " ".join(content for (content,) in rows)


def open_with(page: Page, server: RunningServer, model: str) -> Conversation:
    """Open a new chat with a model."""
    open_page(page, server, "chats")
    chat = Conversation(page)
    chat.choose(model)
    return chat


@pytest.mark.spec("PROV-2", "CHAT-3", "CHAT-4", "CHAT-6")
def test_a_starter_leads_to_an_answer_and_thinking_is_folded(lab: Lab, new_page: NewPage) -> None:
    with lab.client() as client:
        client.model_configs.create(
            "Thinker", provider_id="embedded", model="smollm2-135m-thinking", parameters={"max_tokens": 400}
        )
    page = new_page()
    open_page(page, lab)
    expect(page.get_by_role("heading", name="What would you like to know?")).to_be_visible()
    chat = Conversation(page)
    starter = page.locator(".jp-LLMOps-starter").first
    words = starter.inner_text()
    starter.click()
    expect(chat.box).to_have_value(words)
    expect(chat.box).to_be_focused()
    chat.choose("Thinker")
    chat.box.press("Control+Enter")
    fold = page.locator(".jp-LLMOps-thinking-toggle")
    expect(fold).to_be_visible(timeout=LIMIT_MS)
    chat.ended()
    expect(fold).to_have_text(re.compile(r"Thought for [\d.]+ m?s"))
    expect(fold).to_have_attribute("aria-expanded", "false")
    fold.click()
    expect(page.locator(".jp-LLMOps-thinking-text")).to_contain_text(re.compile(r"\w+ \w+"))
    expect(chat.answer.locator(".jp-LLMOps-meta")).to_contain_text("to first token")
    expect(page.locator(".jp-LLMOps-session[class*=current]")).not_to_contain_text("New chat")
    chat.more("Answers only")
    expect(fold).to_have_count(0)
    chat.more("Answers only")
    expect(fold).to_have_count(1)


@pytest.mark.spec("CHAT-5")
def test_versions_of_questions_and_answers_are_kept(
    lab: Lab, fake_providers: FakeProviders, new_page: NewPage
) -> None:
    with lab.client() as client:
        add_model(client, fake_providers.openai, "versions")
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    chat = open_with(page, lab, "versions")
    fake_providers.openai.next.extend(Script(text=f"The answer {number}.") for number in "AtBC")  # t: title
    chat.ask("First question")
    chat.ended()
    expect(chat.text).to_have_text("The answer A.")

    question = chat.questions.first
    question.hover()
    question.get_by_role("button", name="Edit and resend").click()
    editor = page.get_by_role("textbox", name="Edit your message")
    expect(editor).to_be_focused()
    editor.fill("Second thoughts")
    editor.press("Control+Enter")
    expect(chat.text).to_have_text("The answer B.")
    chat.ended()
    expect(question).to_contain_text("2/2")
    question.get_by_role("button", name="Previous version").click()
    expect(question).to_contain_text("First question")
    expect(chat.text).to_have_text("The answer A.")
    question.get_by_role("button", name="Next version").click()
    expect(question).to_contain_text("Second thoughts")
    expect(chat.text).to_have_text("The answer B.")

    chat.answer.get_by_role("button", name="Regenerate").click()
    expect(chat.text).to_have_text("The answer C.")
    chat.ended()
    expect(chat.answer).to_contain_text("2/2")
    chat.answer.get_by_role("button", name="Good answer").click()
    expect(chat.answer.get_by_role("button", name="Good answer")).to_have_attribute("aria-pressed", "true")
    chat.answer.get_by_role("button", name="Copy message").click()
    expect(chat.answer.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "The answer C."

    page.reload()
    expect(chat.text).to_have_text("The answer C.")
    expect(chat.answer.get_by_role("button", name="Good answer")).to_have_attribute("aria-pressed", "true")
    assert len(lab.call("GET", f"/chat/sessions/{session_of(page)}/messages?all=true")["items"]) == 5


@pytest.mark.spec("CHAT-2")
def test_a_second_tab_shows_the_same_answer_and_stops_it(
    lab: Lab, fake_providers: FakeProviders, new_page: NewPage
) -> None:
    script = Script(tokens=STORY, speed=200, hang_after=60)
    with lab.client() as client:
        add_model(client, fake_providers.openai, "stoppable", script)
    page = new_page()
    chat = open_with(page, lab, "stoppable")
    chat.ask("Tell me a story")
    chat.begun()
    second = page.context.new_page()
    open_page(second, lab, f"chats/{session_of(page)}")
    other = Conversation(second)
    for one in (chat, other):
        expect(one.text).to_contain_text("word58", timeout=LIMIT_MS)
    other.button("Stop").click()
    for one in (chat, other):
        expect(one.answer).to_contain_text("Stopped.", timeout=LIMIT_MS)
        expect(one.text).to_contain_text("word0 word1 word2")
        expect(one.text).to_contain_text("word58")
    fake_providers.openai.scripts["stoppable"] = Script(text="The end.")
    chat.answer.get_by_role("button", name="Send again").click()
    expect(chat.text).to_have_text("The end.")


@pytest.mark.spec("CHAT-2")
def test_an_answer_goes_on_after_the_network_was_cut(
    lab: Lab, fake_providers: FakeProviders, new_page: NewPage
) -> None:
    with lab.client() as client:
        add_model(client, fake_providers.openai, "slow", Script(tokens=STORY, speed=15))
    page = new_page()
    port = int(lab.url.split(":")[2].split("/")[0])
    with closing(Wire(port)) as wire:
        page.goto(f"http://127.0.0.1:{wire.port}/llmops/chats?token={TOKEN}")
        chat = Conversation(page)
        chat.choose("slow")
        chat.ask("Tell me a story")
        expect(chat.text).to_contain_text("word9 ", timeout=LIMIT_MS)
        wire.cut()
        lost = page.get_by_text("The connection is lost; nothing of the answer is.")
        expect(lost).to_be_visible(timeout=LIMIT_MS)
        wire.mend()
        chat.ended()
        expect(lost).to_have_count(0)
    assert chat.text.inner_text().split() == [word.strip() for word in STORY]


@pytest.mark.spec("CHAT-2")
def test_a_killed_server_leaves_what_had_come_and_a_way_to_go_on(
    own_server: RunningServer, fake_providers: FakeProviders, new_page: NewPage
) -> None:
    with own_server.client() as client:
        add_model(client, fake_providers.openai, "doomed", Script(tokens=STORY, speed=100, hang_after=60))
    page = new_page()
    chat = open_with(page, own_server, "doomed")
    chat.ask("Tell me a story")
    expect(chat.text).to_contain_text("word58", timeout=LIMIT_MS)
    wait_until(lambda: "word58" in stored(own_server))
    own_server.kill()
    expect(page.get_by_text("The connection is lost; nothing of the answer is.")).to_be_visible(
        timeout=LIMIT_MS
    )
    own_server.start()
    expect(chat.answer).to_contain_text("Interrupted: the server went away", timeout=LIMIT_MS)
    expect(chat.text).to_contain_text("word0 word1 word2")
    expect(chat.text).to_contain_text("word58")
    fake_providers.openai.scripts["doomed"] = Script(text="The end.")
    chat.answer.get_by_role("button", name="Send again").click()
    expect(chat.text).to_have_text("The end.")
    chat.ended()
