"""A conversation as a person uses it: what is typed, pressed and read."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from jupyter_llmops.client import LLMOps
from tests.fakes.server import FakeServer, Script

LIMIT_MS = 120_000


def wait_until(condition: Callable[[], object]) -> None:
    """Wait for something that no page shows."""
    limit = time.monotonic() + LIMIT_MS / 1000
    while not condition():
        assert time.monotonic() < limit, "waited in vain"
        time.sleep(0.05)


class Conversation:
    """The chat panel inside a page, a tab or a cell."""

    def __init__(self, root: Page | Locator) -> None:
        self.root = root
        self.box = root.get_by_role("textbox", name="Message", exact=True)
        self.questions = root.locator(".jp-LLMOps-message-mod-user")
        self.answers = root.locator(".jp-LLMOps-message-mod-assistant")

    @property
    def answer(self) -> Locator:
        """The newest answer."""
        return self.answers.last

    @property
    def text(self) -> Locator:
        """The words of the newest answer, without its meta line and buttons."""
        return self.answer.locator(".jp-LLMOps-markdown")

    def button(self, name: str) -> Locator:
        """Return a button of the panel."""
        return self.root.get_by_role("button", name=name, exact=True)

    def ask(self, text: str) -> None:
        """Type a question and send it with the keyboard."""
        self.box.fill(text)
        self.box.press("Control+Enter")

    def ended(self) -> None:
        """Wait until the newest answer is written and kept."""
        expect(self.button("Send")).to_be_visible(timeout=LIMIT_MS)
        expect(self.answer).to_have_attribute("aria-busy", "false", timeout=LIMIT_MS)

    def begun(self) -> None:
        """Wait for the first words of the newest answer."""
        expect(self.text).to_contain_text(" ", timeout=LIMIT_MS)

    def choose(self, model: str) -> None:
        """Choose the model that answers from now on."""
        self.root.get_by_role("button", name=re.compile("^Model:")).click()
        self.root.locator(".jp-LLMOps-modelSelect").get_by_role("option", name=model).click()
        expect(self.root.get_by_role("button", name=f"Model: {model}")).to_be_visible()

    def more(self, *items: str) -> None:
        """Choose from the menu of the chat."""
        self.button("More about this chat").click()
        for item in items:
            self.root.get_by_role("menuitem", name=item).or_(
                self.root.get_by_role("menuitemcheckbox", name=item)
            ).click()


def add_model(client: LLMOps, fake: FakeServer, name: str, script: Script | None = None) -> int:
    """Set up a configuration of that name that answers by script, and return its id."""
    fake.scripts[name] = script or Script()
    made = client.model_configs.create(name, provider_id="vllm", endpoint=fake.endpoint, model=name)
    return made.id
