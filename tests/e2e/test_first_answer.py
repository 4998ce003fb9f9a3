"""The first conversation: a real model's answer streams into the panel, and a reload loses nothing."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import Lab, NewPage, open_lab, open_page, shot

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def answers(page: Page) -> Locator:
    """Return the answers shown, oldest first."""
    return page.locator(".jp-LLMOps-message-mod-assistant")


def ask(page: Page, text: str) -> None:
    """Type a question into the panel in front and send it."""
    box = page.get_by_role("textbox", name="Message")
    box.fill(text)
    box.press("Control+Enter")


@pytest.mark.spec("PROV-2", "UI-1", "CHAT-2")
def test_the_embedded_model_answers_in_jupyterlab(lab: Lab, new_page: NewPage) -> None:
    page = new_page()
    open_lab(page, lab)
    page.locator(".jp-LauncherCard", has_text="LLM chat").click()
    ask(page, "Write one sentence about the sea.")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    answer = answers(page).last
    expect(answer).to_have_attribute("aria-busy", "false", timeout=120_000)
    assert len(answer.inner_text().strip()) > 20
    shot(page, "lab-first-answer")


@pytest.mark.spec("CHAT-2", "UI-2")
def test_a_reload_in_mid_answer_loses_nothing(lab: Lab, new_page: NewPage) -> None:
    page = new_page()
    open_page(page, lab)
    ask(page, "Write a long story about a fisherman and his boat.")
    answer = answers(page).last
    expect(answer.locator(".jp-LLMOps-markdown")).to_contain_text(" ", timeout=60_000)
    page.reload()
    expect(answer).to_have_attribute("aria-busy", "false", timeout=180_000)
    session = int(page.url.rsplit("/", 1)[1].split("?")[0])
    stored = lab.call("GET", f"/chat/sessions/{session}/messages")["items"][-1]
    assert stored["status"] == "complete"
    shown = " ".join(answer.locator(".jp-LLMOps-markdown").inner_text().split())
    assert shown[:80] == " ".join(stored["content"].split())[:80]
    assert shown[-40:] == " ".join(stored["content"].split())[-40:]
