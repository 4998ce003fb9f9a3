"""The panel and the magic in a notebook, in a real JupyterLab with a real model."""

from __future__ import annotations

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import Lab, NewPage, open_lab, shot

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.spec("UI-3", "PROV-2")]


def notebook(lab: Lab, name: str, *cells: str) -> str:
    """Write a notebook and return its place in JupyterLab."""
    content = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)"}},
    )
    nbformat.write(content, lab.home / "root" / name)
    return f"lab/tree/{name}"


def cell(page: Page, number: int) -> Locator:
    """Return a cell of the notebook."""
    return page.locator(".jp-Notebook-cell").nth(number)


def run(page: Page, number: int) -> Locator:
    """Run a cell and return its output once the kernel is idle."""
    expect(page.locator("#jp-main-statusbar")).to_contain_text("Idle", timeout=60_000)
    cell(page, number).locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    return cell(page, number).locator(".jp-Cell-outputArea")


def ask(panel: Locator, text: str) -> None:
    """Type a question into the panel and send it."""
    box = panel.get_by_role("textbox", name="Message")
    box.fill(text)
    box.press("Control+Enter")


def answer(panel: Locator) -> Locator:
    """Return the newest answer in the panel."""
    return panel.locator(".jp-LLMOps-message-mod-assistant").last


def test_the_panel_talks_in_a_cell_and_is_a_value_in_the_next(lab: Lab, new_page: NewPage) -> None:
    page = new_page()
    first = "from jupyter_llmops.widgets import ChatPanel\npanel = ChatPanel(height='420px')\npanel"
    place = notebook(lab, "panel.ipynb", first, "[m['role'] for m in panel.messages], panel.session_id")
    open_lab(page, lab, place)
    panel = run(page, 0)
    ask(panel, "Write one sentence about the sea.")
    expect(answer(panel)).to_have_attribute("aria-busy", "false", timeout=120_000)
    assert len(answer(panel).inner_text().strip()) > 20
    shot(page, "cell-panel")
    value = run(page, 1)
    expect(value).to_contain_text("['user', 'assistant']")
    expect(value).not_to_contain_text("None")


def test_python_asks_and_the_panel_shows_it(lab: Lab, new_page: NewPage) -> None:
    page = new_page()
    first = "from jupyter_llmops.widgets import ChatPanel\npanel = ChatPanel(language='zh-CN')\npanel"
    open_lab(page, lab, notebook(lab, "asks.ipynb", first, "panel.send('Say hello.')"))
    panel = run(page, 0)
    expect(panel.get_by_role("textbox")).to_be_visible()
    run(page, 1)
    expect(panel.locator(".jp-LLMOps-message-mod-user")).to_contain_text("Say hello.")
    expect(answer(panel)).to_have_attribute("aria-busy", "false", timeout=120_000)
    shot(page, "cell-panel-zh")


def test_a_cell_of_plain_words_is_answered_under_it(lab: Lab, new_page: NewPage) -> None:
    page = new_page()
    question = "%%llm -o answer\nWrite one sentence about the sea."
    open_lab(
        page, lab, notebook(lab, "magic.ipynb", "%load_ext jupyter_llmops", question, "len(str(answer)) > 20")
    )
    run(page, 0)
    output = run(page, 1)
    expect(output.locator("small")).to_contain_text("to first token", timeout=120_000)
    shot(page, "cell-magic")
    expect(run(page, 2)).to_contain_text("True")


def test_a_panel_in_use_answers_while_a_cell_runs(lab: Lab, new_page: NewPage) -> None:
    page = new_page()
    first = "from jupyter_llmops.widgets import ChatPanel\npanel = ChatPanel()\npanel"
    busy = "import time\nwhile len(panel.messages) < 4: time.sleep(0.1)"
    open_lab(page, lab, notebook(lab, "busy.ipynb", first, busy))
    panel = run(page, 0)
    ask(panel, "Say hello.")
    expect(answer(panel)).to_have_attribute("aria-busy", "false", timeout=120_000)
    run(page, 1)
    expect(page.locator("#jp-main-statusbar")).to_contain_text("Busy")
    ask(panel, "Say goodbye.")
    # The cell waits for the answer: it ends only if the question reaches the kernel while it runs.
    expect(page.locator("#jp-main-statusbar")).to_contain_text("Idle", timeout=120_000)
    expect(panel.locator(".jp-LLMOps-message-mod-assistant")).to_have_count(2)
