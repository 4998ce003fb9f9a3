"""Models: a provider is added, tested, repaired and used; its versions, its copies, its end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.fakes.server import Script
from tests.fixtures_provider import FakeProviders

from .conftest import Lab, NewPage, open_page
from .conversation import LIMIT_MS, Conversation

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.spec("PROV-5", "PROV-6", "PROV-7", "UI-6")]

KEY = "sk-right-key"
CLOSED_PORT = "http://127.0.0.1:9/v1"


@pytest.fixture(scope="module")
def provider() -> Iterator[FakeProviders]:
    """Give a provider that wants a key and lists models of several kinds."""
    fakes = FakeProviders()
    fakes.openai.api_key = KEY
    fakes.openai.models = ["qwen3-32b", "qwen3-vl-8b", "bge-m3"]
    fakes.openai.script = Script(text="Pong, said the model.", speed=200)
    yield fakes
    fakes.close()


def field(page: Page, name: str) -> Locator:
    """Return a field of the form by its name on the wire."""
    return page.locator(f'[data-field="{name}"]')


def begin(page: Page, endpoint: str, key: str) -> None:
    """Open the form of a new model of any OpenAI-compatible provider and fill the connection in."""
    page.get_by_role("button", name="New model").click()
    choose_provider(page, "OpenAI-compatible")
    field(page, "endpoint").get_by_role("textbox").fill(endpoint)
    field(page, "api_key").locator("input").fill(key)


def choose_provider(page: Page, name: str) -> None:
    field(page, "provider_id").get_by_role("button").first.click()
    page.get_by_role("option", name=name).click()


def type_model(page: Page, name: str) -> None:
    """Use a model by its name, whether the provider lists it or not."""
    picker = field(page, "model").get_by_role("combobox")
    picker.fill(name)
    picker.press("Enter")


def test_troubles_are_told_with_their_remedy_before_anything_is_saved(
    lab: Lab, provider: FakeProviders, new_page: NewPage
) -> None:
    page = new_page()
    open_page(page, lab, "models")
    result = page.locator(".jp-LLMOps-test")
    for endpoint, key, reason in [
        (provider.openai.endpoint, "sk-wrong", "key"),
        (CLOSED_PORT, "", "Nothing answers"),
    ]:
        begin(page, endpoint, key)
        type_model(page, "qwen3-32b")
        page.get_by_role("button", name="Test", exact=True).click()
        expect(result).to_contain_text(reason, timeout=LIMIT_MS)
        expect(result.locator(".jp-LLMOps-problem-remedy")).not_to_be_empty()
        page.get_by_role("button", name="Discard changes").click()
    assert "OpenAI-compatible" not in page.locator(".jp-LLMOps-modelsPanel-list").inner_text()


@pytest.mark.spec("PROV-4", "CHAT-4")
def test_a_provider_is_added_tested_and_goes_on_with_the_conversation(
    lab: Lab, provider: FakeProviders, new_page: NewPage
) -> None:
    page = new_page()
    open_page(page, lab, "chats")
    chat = Conversation(page)
    chat.ask("Say hello.")
    chat.ended()
    page.get_by_role("button", name="Model: SmolLM2 135M").click()
    page.get_by_role("button", name="Manage models…").click()

    begin(page, provider.openai.endpoint, KEY)
    vision = page.get_by_role("option", name="qwen3-vl-8b")
    expect(vision).to_contain_text("images", timeout=LIMIT_MS)
    field(page, "model").get_by_role("combobox").fill("32b")
    expect(vision).to_have_count(0)
    page.get_by_role("option", name="qwen3-32b").click()
    page.get_by_role("button", name="Test", exact=True).click()
    result = page.locator(".jp-LLMOps-test")
    for words in ("It works", "First token", "Whole answer", "Pong, said the model."):
        expect(result).to_contain_text(words, timeout=LIMIT_MS)
    field(page, "name").get_by_role("textbox").fill("My elm")
    page.keyboard.press("Control+s")
    expect(page.locator(".jp-LLMOps-toast", has_text="“My elm” is saved")).to_be_visible()
    assert KEY not in page.content()
    expect(field(page, "api_key").locator("input")).to_have_value("••••••••-key")

    page.get_by_role("link", name="Chats").click()
    chat.choose("My elm")
    chat.ask("Go on.")
    expect(chat.text).to_have_text("Pong, said the model.", timeout=LIMIT_MS)
    chat.ended()
    expect(chat.answers).to_have_count(2)
    said = [message["content"] for message in provider.openai.last.body["messages"]]
    assert "Say hello." in str(said)


def test_versions_copies_and_what_a_deletion_would_hit(
    lab: Lab, provider: FakeProviders, new_page: NewPage
) -> None:
    with lab.client() as client:
        made = client.model_configs.create(
            "Versioned",
            provider_id="custom",
            endpoint=provider.openai.endpoint,
            model="qwen3-32b",
            api_key=KEY,
        )
        client.sessions.create("Uses it", model="Versioned")
    page = new_page()
    open_page(page, lab, f"models/{made.id}")
    name = field(page, "name").get_by_role("textbox")
    name.fill("Renamed")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Version 2").click()
    history = page.get_by_role("region", name="Versions")
    expect(history.locator("del")).to_have_text("Versioned")
    history.get_by_role("button", name="Go back to version 1").click()
    expect(page.locator(".jp-LLMOps-toast", has_text="Version 1 is in use again")).to_be_visible()
    history.get_by_role("button", name="Close").click()
    expect(name).to_have_value("Versioned")

    page.get_by_role("button", name="Duplicate Versioned").click()
    expect(page.locator(".jp-LLMOps-toast", has_text="Copied as")).to_be_visible()
    expect(name).not_to_have_value("Versioned")
    page.get_by_role("button", name="Delete Versioned", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("used by 1 chat")
    dialog.get_by_role("button", name="Delete 1 model").click()
    expect(page.locator(".jp-LLMOps-toast", has_text="1 model deleted")).to_be_visible()
    expect(page.get_by_role("button", name="Delete Versioned", exact=True)).to_have_count(0)


@pytest.mark.spec("PROV-3")
def test_a_refused_host_is_allowed_in_place(lab: Lab, new_page: NewPage) -> None:
    page = new_page()
    open_page(page, lab, "models/new")
    choose_provider(page, "OpenAI-compatible")
    field(page, "endpoint").get_by_role("textbox").fill("http://gpu-box.invalid:8000/v1")
    allow = page.get_by_role("button", name="Allow the host gpu-box.invalid")
    expect(allow.first).to_be_visible(timeout=LIMIT_MS)
    allow.first.click()
    expect(page.locator(".jp-LLMOps-toast", has_text="is allowed now")).to_be_visible()
    expect(field(page, "model").get_by_role("alert")).to_contain_text("gpu-box.invalid", timeout=LIMIT_MS)
    expect(allow).to_have_count(0)
    page.get_by_role("button", name="Discard changes").click()
    page.get_by_role("link", name="Settings").click()
    remove = page.get_by_role("button", name="Remove gpu-box.invalid")
    remove.click()
    expect(remove).to_have_count(0)
