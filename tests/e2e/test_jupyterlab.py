"""What JupyterLab shows of us: cards, side bar, palette, status, settings, themes, languages, notebooks."""

from __future__ import annotations

import re
from collections.abc import Iterator

import nbformat
import pytest
from playwright.sync_api import Page, expect

from tests.fakes.server import Script
from tests.fixtures_provider import FakeProviders
from tests.fixtures_server import TOKEN

from .conftest import THEMES, Lab, NewPage, open_lab, shot
from .conversation import Conversation, add_model

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.spec("UI-1")]

TRANSLATION = "@jupyterlab/translation-extension:plugin"


@pytest.fixture
def chinese(lab: Lab) -> Iterator[None]:
    """Let JupyterLab speak Chinese during the test."""
    pytest.importorskip("jupyterlab_language_pack_zh_CN", reason="the extra i18n is not installed")
    lab.set_up(TRANSLATION, '{"locale": "zh_CN"}')
    yield
    lab.set_up(TRANSLATION, '{"locale": "default"}')


def palette(page: Page, command: str) -> None:
    """Run a command from the palette."""
    page.keyboard.press("Control+Shift+C")
    page.locator(".jp-ModalCommandPalette input").fill(command)
    expect(page.locator(".lm-CommandPalette-item.lm-mod-active")).to_contain_text(command)
    page.keyboard.press("Enter")


def test_a_chat_is_reached_from_everywhere_and_is_there_after_a_reload(
    lab: Lab, fake_providers: FakeProviders, new_page: NewPage
) -> None:
    with lab.client() as client:
        add_model(client, fake_providers.openai, "resident", Script(text="Here I am."))
    page = new_page()
    open_lab(page, lab)
    expect(page.locator(".jp-LauncherCard", has_text="LLM models")).to_be_visible()
    page.locator(".jp-LauncherCard", has_text="LLM chat").click()
    chat = Conversation(page.locator("#jp-main-dock-panel"))
    expect(chat.box).to_be_focused()
    chat.choose("resident")
    chat.ask("Are you there, neighbour?")
    chat.ended()

    page.locator('.lm-TabBar-tab[data-id="jp-LLMOps-sidebar"]').click()
    side = page.locator("#jp-LLMOps-sidebar")
    mine = side.locator(".jp-LLMOps-session", has_text="resident")
    expect(mine).to_have_class(re.compile("current"))
    expect(page.locator(".jp-LLMOps-status")).to_contain_text("LLM chats")

    palette(page, "Open LLM models")
    expect(page.get_by_role("region", name="Models", exact=True)).to_be_visible()
    mine.locator(".jp-LLMOps-session-open").click()
    expect(chat.text).to_have_text("Here I am.")

    expect(mine).not_to_contain_text("New chat")
    # JupyterLab writes its layout a moment after a change; the address of the workspace tells nothing
    with page.expect_response(
        lambda answer: "/lab/api/workspaces" in answer.url and answer.request.method == "PUT"
    ):
        palette(page, "New LLM chat")
    page.goto(f"{lab.url}lab?token={TOKEN}")
    page.wait_for_selector("#jupyterlab-splash", state="detached")
    tabs = page.locator("#jp-main-dock-panel .lm-TabBar-tab")
    expect(tabs.filter(has_text="LLM models")).to_have_count(1)
    expect(tabs.filter(has_text=re.compile("Here I am|neighbour"))).to_have_count(1)


@pytest.mark.spec("CHAT-5")
def test_code_of_an_answer_goes_into_the_notebook(
    lab: Lab, fake_providers: FakeProviders, new_page: NewPage
) -> None:
    with lab.client() as client:
        add_model(client, fake_providers.openai, "coder", Script(text="```python\nprint(6 * 7)\n```"))
    cells = [nbformat.v4.new_code_cell("1")]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), lab.home / "root" / "insert.ipynb")
    page = new_page()
    open_lab(page, lab, "lab/tree/insert.ipynb")
    expect(page.locator(".jp-Notebook-cell")).to_have_count(1)
    # the kernel takes the focus when it is there, and the palette closes without it
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle")
    palette(page, "New LLM chat")
    chat = Conversation(page.locator("#jp-main-dock-panel"))
    chat.choose("coder")
    chat.ask("The answer, in Python")
    chat.ended()
    chat.text.get_by_role("button", name="Insert").click()
    page.locator("#jp-main-dock-panel .lm-TabBar-tab", has_text="insert.ipynb").click()
    expect(page.locator(".jp-Notebook-cell").nth(1)).to_contain_text("print(6 * 7)")


@pytest.mark.spec("UI-4", "UI-5")
def test_it_follows_the_theme_and_the_language_of_jupyterlab(
    lab: Lab, chinese: None, new_page: NewPage
) -> None:
    lab.set_up(THEMES, '{"theme": "JupyterLab Dark"}')
    try:
        page = new_page()
        open_lab(page, lab)
        expect(page.locator("body")).to_have_attribute("data-jp-theme-light", "false")
        page.locator(".jp-LauncherCard", has_text="LLM 对话").click()
        panel = page.locator("#jp-main-dock-panel .jp-LLMOps-chat")
        expect(panel.get_by_role("button", name="发送", exact=True)).to_be_visible()
        assert panel.evaluate("node => getComputedStyle(node.closest('.jp-LLMOps')).colorScheme") in {
            "dark",
            "normal",
        }
        page.locator('.lm-TabBar-tab[data-id="jp-LLMOps-sidebar"]').click()
        for words in ("新对话", "条消息"):
            expect(page.locator("#jp-LLMOps-sidebar")).to_contain_text(words)
        shot(page, "lab-chat-dark-zh")
    finally:
        lab.set_up(THEMES, "{}")


def test_the_settings_editor_changes_our_settings(lab: Lab, new_page: NewPage) -> None:
    page = new_page()
    open_lab(page, lab)
    page.get_by_role("menuitem", name="Settings").click()
    page.get_by_role("menuitem", name="Settings Editor").click()
    page.locator(".jp-PluginList-entry", has_text="LLMOps").click()
    answers_only = page.get_by_label("Answers only")
    answers_only.check()
    try:
        page.wait_for_function(
            f"fetch('{lab.url}llmops/api/v1/me').then(a => a.json()).then(me => me.settings.answers_only)"
        )
    finally:
        lab.set_up("jupyter-llmops:plugin", "{}")
        lab.call("PATCH", "/me/settings", {"answers_only": False})
