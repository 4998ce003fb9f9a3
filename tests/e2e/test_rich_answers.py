"""Code, tables, formulas and diagrams are drawn, each with what it needs and no sooner."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.fakes.server import Script
from tests.fixtures_provider import FakeProviders

from .conftest import Lab, NewPage, open_lab, open_page
from .conversation import LIMIT_MS, Conversation, add_model
from .samples import RICH

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.spec("CHAT-9")]


@pytest.mark.parametrize("host", ["page", "lab"])
def test_a_rich_answer_is_drawn_with_libraries_that_come_when_used(
    lab: Lab, fake_providers: FakeProviders, new_page: NewPage, host: str
) -> None:
    model = f"rich-{host}"
    with lab.client() as client:
        add_model(client, fake_providers.openai, model, Script(text="Plain words."))
    page = new_page(permissions=["clipboard-read", "clipboard-write"])
    loaded: list[str] = []
    page.on("response", lambda answer: loaded.append(answer.url))
    show_chat(page, lab, host)
    chat = Conversation(page)
    chat.choose(model)
    chat.ask("Plain, please")
    chat.ended()
    before = set(loaded)
    assert not [url for url in before if "katex" in url.lower() or "mermaid" in url.lower()]

    fake_providers.openai.scripts[model] = RICH
    chat.ask("Now with everything")
    expect(chat.text.locator(".katex").first).to_be_visible(timeout=LIMIT_MS)
    diagram = chat.text.locator(".jp-LLMOps-diagram img")
    expect(diagram).to_be_visible(timeout=LIMIT_MS)
    assert diagram.evaluate("image => image.decode().then(() => image.naturalWidth)") > 50
    chat.ended()
    assert set(loaded) - before, "the libraries came with the page"
    assert all(url.startswith(lab.url) for url in loaded if not url.startswith(("data:", "blob:")))

    expect(chat.text.get_by_role("cell", name="the file comes from a spreadsheet")).to_be_visible()
    code = chat.text.locator(".jp-LLMOps-code").first
    expect(code.locator(".hljs-keyword").first).to_have_text("import")
    code.get_by_role("button", name="Copy").click()
    expect(code.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("import pandas as pd")


def show_chat(page: Page, lab: Lab, host: str) -> None:
    if host == "page":
        open_page(page, lab, "chats")
    else:
        open_lab(page, lab)
        page.locator(".jp-LauncherCard", has_text="LLM chat").click()
