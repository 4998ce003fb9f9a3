"""Every place in both themes, both languages and three widths: pictures to look at, and axe's verdict."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures_provider import FakeProviders

from .conftest import THEMES, Lab, NewPage, open_lab, open_page, shot
from .conversation import LIMIT_MS, Conversation, add_model
from .samples import SAMPLES

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.spec("UI-4", "UI-5")]

AXE = Path(__file__).parents[2] / "labextension" / "node_modules" / "axe-core" / "axe.min.js"
SIZES = {"desk": (1366, 768), "phone": (390, 844)}
GRAVE = {"serious", "critical"}
LANGUAGES = ("en", "zh-CN")
LIGHTING = ("light", "dark")


@pytest.fixture(scope="module")
def scenes(lab: Lab, fake_providers: FakeProviders) -> Iterator[dict[str, tuple[int, int]]]:
    """Have a rich conversation in each language; give the ids of its session and its model."""
    made = {}
    with lab.client() as client:
        for language, (question, script) in SAMPLES.items():
            name = f"Qwen3 32B ({language})"
            model = add_model(client, fake_providers.openai, name, script)
            session = client.sessions.create(question, model=name)
            client.messages.wait(client.messages.send(session, question).message)
            made[language] = (session.id, model)
    yield made
    lab.set_up(THEMES, "{}")
    lab.call("PATCH", "/me/settings", {"theme": "auto", "language": "auto"})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", LIGHTING)
def test_every_place_is_readable(
    lab: Lab, scenes: dict[str, tuple[int, int]], new_page: NewPage, theme: str, language: str
) -> None:
    lab.call("PATCH", "/me/settings", {"theme": theme, "language": language})
    session, model = scenes[language]
    page = new_page()
    faults: list[str] = []
    for place, name in [
        (f"chats/{session}", "chat"),
        ("chats", "new-chat"),
        (f"models/{model}", "model"),
        ("settings", "settings"),
    ]:
        page.set_viewport_size({"width": 1366, "height": 768})
        open_page(page, lab, place)
        settle(page, name, theme, language)
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
                f"{name} is cut at {width} px"
            )
            shot(page, f"{name}-{theme}-{language}-{size}")
            faults += [f"{name} {size}: {fault}" for fault in axe_faults(page)]
    assert not faults, "\n".join(faults)


def test_a_narrow_side_panel_is_usable(
    lab: Lab, scenes: dict[str, tuple[int, int]], new_page: NewPage
) -> None:
    lab.call("PATCH", "/me/settings", {"theme": "auto", "language": "auto"})
    page = new_page(viewport={"width": 360, "height": 768})
    open_page(page, lab, f"chats/{scenes['en'][0]}")
    chat = Conversation(page)
    expect(chat.text).to_be_visible()
    shot(page, "narrow-chat")
    page.get_by_role("button", name="Chats", exact=True).click()
    expect(page.locator(".jp-LLMOps-session").first).to_be_visible()
    shot(page, "narrow-list")


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_the_panels_in_jupyterlab_are_readable(
    lab: Lab, scenes: dict[str, tuple[int, int]], new_page: NewPage, theme: str
) -> None:
    lab.set_up(THEMES, json.dumps({"theme": theme}))
    page = new_page()
    open_lab(page, lab)
    page.locator('.lm-TabBar-tab[data-id="jp-LLMOps-sidebar"]').click()
    page.locator(f'#jp-LLMOps-sidebar [data-session="{scenes["en"][0]}"]').click()
    chat = Conversation(page.locator("#jp-main-dock-panel"))
    expect(chat.text.locator(".jp-LLMOps-diagram img")).to_be_visible(timeout=LIMIT_MS)
    shot(page, f"lab-chat-{theme.split()[1].lower()}")
    assert not axe_faults(page, "#jp-main-dock-panel .jp-LLMOps")
    assert not axe_faults(page, "#jp-LLMOps-sidebar")


@pytest.mark.spec("UI-1")
def test_a_conversation_needs_no_mouse(
    lab: Lab, scenes: dict[str, tuple[int, int]], new_page: NewPage
) -> None:
    lab.call("PATCH", "/me/settings", {"theme": "auto", "language": "auto"})
    page = new_page()
    open_page(page, lab, f"chats/{scenes['en'][0]}")
    chat = Conversation(page)
    expect(chat.text).to_be_visible()
    press, focused = page.keyboard.press, page.locator(":focus")

    press("/")
    expect(page.get_by_role("searchbox", name="Search titles and messages")).to_be_focused()
    press("ArrowDown")
    expect(focused).to_have_class("jp-LLMOps-session-open")
    press("F2")
    title = page.get_by_role("textbox", name="Title of the chat")
    expect(title).to_be_focused()
    press("Escape")
    expect(focused).to_have_class("jp-LLMOps-session-open")
    press("n")
    expect(chat.box).to_be_focused()
    page.keyboard.type("Only keys")
    press("Control+Enter")
    chat.ended()
    expect(chat.box).to_be_focused()
    press("Shift+Tab")
    more = chat.button("More about this chat")
    more.focus()
    press("Enter")
    expect(focused).to_have_attribute("role", "menuitem")
    press("Escape")
    expect(more).to_be_focused()
    press("Enter")
    expect(focused).to_have_attribute("role", "menuitem")
    press("Enter")
    expect(page.get_by_role("dialog", name="System prompt")).to_be_visible()
    press("Escape")
    expect(more).to_be_focused()
    press("?")
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("Send the message")
    press("Escape")
    expect(sheet).to_have_count(0)


def settle(page: Page, name: str, theme: str, language: str) -> None:
    """Wait until the place stands in its theme and language."""
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("html")).to_have_attribute("data-jp-theme-light", str(theme == "light").lower())
    waits = {
        "chat": ".jp-LLMOps-markdown .katex",
        "new-chat": ".jp-LLMOps-starter",
        "model": '[data-field="model"] .jp-LLMOps-select-button',
        "settings": ".jp-LLMOps-policy details",
    }
    expect(page.locator(waits[name]).first).to_be_visible(timeout=LIMIT_MS)
    if (name, language) == ("chat", "en"):
        expect(page.locator(".jp-LLMOps-diagram img")).to_be_visible(timeout=LIMIT_MS)
    expect(page.locator(".jp-LLMOps-skeleton")).to_have_count(0)
    page.evaluate("Promise.all(document.getAnimations().map(one => one.finished.catch(() => {})))")


def axe_faults(page: Page, within: str = "body") -> list[str]:
    """Return what axe finds serious or critical, contrast included."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(
        "within => axe.run(within, {resultTypes: ['violations']}).then(result => result.violations)", within
    )
    return [
        f"{fault['id']}: {node['target']} {node.get('failureSummary', '')}"
        for fault in found
        if fault["impact"] in GRAVE
        for node in fault["nodes"]
    ]
