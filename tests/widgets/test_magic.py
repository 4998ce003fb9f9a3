"""`%%llm`: a cell of plain words is a question."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.testing.globalipapp import get_ipython

from jupyter_llmops.client import LLMOps, LLMOpsAPIError
from jupyter_llmops.widgets import answer_display
from jupyter_llmops.widgets.magic import LLMMagics
from tests.client.scripted import ANSWER, Scripted, event, page, problem, stream

pytestmark = pytest.mark.spec("UI-3")

ASK = "POST chat/sessions/5/messages"


class Screen:
    """The output area: every picture that was drawn."""

    def __init__(self) -> None:
        self.pictures: list[str] = []

    def display(self, picture: Any, display_id: bool = False) -> Screen:
        self.pictures.append(picture.data)
        return self

    def update(self, picture: Any) -> None:
        self.pictures.append(picture.data)


@pytest.fixture(scope="session")
def one_shell() -> InteractiveShell:
    return get_ipython() or InteractiveShell.instance()


@pytest.fixture
def shell(one_shell: InteractiveShell, server: Scripted, llm: LLMOps) -> Iterator[InteractiveShell]:
    server.answers["POST chat/sessions"] = {"id": 5}
    server.answers[ASK] = lambda _: stream(*ANSWER)
    one_shell.register_magics(LLMMagics(one_shell, llm))
    before = set(one_shell.user_ns)
    yield one_shell
    for name in set(one_shell.user_ns) - before:
        del one_shell.user_ns[name]


@pytest.fixture(autouse=True)
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    screen = Screen()
    monkeypatch.setattr(answer_display, "display", screen.display)
    monkeypatch.setattr(answer_display, "REDRAW_SECONDS", 0)
    return screen


def ask(shell: InteractiveShell, line: str, cell: str) -> Any:
    return shell.run_cell_magic("llm", line, cell)


def test_the_answer_is_drawn_while_it_grows_and_kept(shell: InteractiveShell, screen: Screen) -> None:
    ask(shell, "-o reply", "hi there\n")
    assert any("Hello" in each and "Hello there" not in each for each in screen.pictures)
    assert "Hello there" in screen.pictures[-1]
    assert shell.user_ns["_llm"] is shell.user_ns["reply"]
    assert str(shell.user_ns["reply"]) == "Hello there"


def test_the_cell_is_the_question(server: Scripted, shell: InteractiveShell) -> None:
    ask(shell, "", "  What is\n\na table?\n")
    assert server.body() == {"content": "What is\n\na table?"}


@pytest.mark.spec("CHAT-3")
def test_thinking_is_folded_with_its_duration(shell: InteractiveShell, screen: Screen) -> None:
    ask(shell, "", "hi")
    assert screen.pictures[0].startswith("<details open><summary>Thinking</summary>")
    assert screen.pictures[-1].startswith("<details><summary>Thought for 0.009 s</summary>")


@pytest.mark.spec("CHAT-4")
def test_model_and_system_prompt_are_options(server: Scripted, shell: InteractiveShell) -> None:
    server.answers["GET model-configs"] = page({"id": 3, "name": "my model"})
    ask(shell, '-m "my model" --system "Be brief"', "hi")
    assert server.seen[-2] == "POST chat/sessions"
    assert server.body(-2) == {"model_config_id": 3, "system_prompt": "Be brief"}


def test_questions_of_a_notebook_are_one_conversation(server: Scripted, shell: InteractiveShell) -> None:
    ask(shell, "", "one")
    ask(shell, "", "two")
    assert server.seen == ["POST chat/sessions", ASK, ASK]
    ask(shell, "--new", "three")
    assert server.seen[3:] == ["POST chat/sessions", ASK]


def test_a_conversation_can_be_named(server: Scripted, shell: InteractiveShell) -> None:
    server.answers["POST chat/sessions/44/messages"] = stream(*ANSWER)
    ask(shell, "--session 44", "hi")
    assert server.seen == ["POST chat/sessions/44/messages"]


def test_a_conversation_that_was_deleted_begins_anew(server: Scripted, shell: InteractiveShell) -> None:
    ask(shell, "", "one")
    server.answers[ASK] = [problem(404, "not_found", "Not found"), stream(*ANSWER)]
    ask(shell, "", "two")
    assert server.seen.count("POST chat/sessions") == 2


def test_variables_of_the_notebook_are_filled_in(server: Scripted, shell: InteractiveShell) -> None:
    shell.user_ns["df"] = pd.DataFrame({"a": [1]})
    ask(shell, "", "Describe {df}")
    assert "df: 1 rows × 1 columns" in server.body()["content"]


def test_a_missing_variable_is_named_and_nothing_is_sent(server: Scripted, shell: InteractiveShell) -> None:
    with pytest.raises(LLMOpsAPIError, match="no variable nothing_like_it"):
        ask(shell, "", "Describe {nothing_like_it}")
    assert server.seen == []


def test_raw_text_is_sent_as_it_is(server: Scripted, shell: InteractiveShell) -> None:
    ask(shell, "--raw", r"\frac{a}{b}")
    assert server.body()["content"] == r"\frac{a}{b}"


@pytest.mark.spec("LLM-6")
def test_an_image_variable_is_sent(server: Scripted, shell: InteractiveShell) -> None:
    shell.user_ns["picture"] = b"\x89PNG\r\n\x1a\n rest"
    ask(shell, "-i picture", "What is this?")
    assert server.body()["images"][0]["media_type"] == "image/png"


def test_without_streaming_the_answer_is_drawn_once(shell: InteractiveShell, screen: Screen) -> None:
    ask(shell, "--no-stream", "hi")
    assert len(screen.pictures) == 1


def test_drawing_is_limited_to_ten_times_a_second(
    server: Scripted, shell: InteractiveShell, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(10**6))
    monkeypatch.setattr(answer_display, "monotonic", lambda: next(clock) / 100)  # 10 ms a look
    monkeypatch.setattr(answer_display, "REDRAW_SECONDS", 0.1)
    words = [event(number, "answer", text="x") for number in range(2, 402)]
    server.answers[ASK] = stream(ANSWER[0], *words, ANSWER[-1])
    ask(shell, "", "hi")
    assert len(screen.pictures) <= 45
    assert "x" * 400 in screen.pictures[-1]


@pytest.mark.spec("CHAT-2")
def test_an_interrupt_stops_the_model_and_keeps_the_text(
    server: Scripted, shell: InteractiveShell, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answers["POST chat/messages/8/stop"] = {"id": 8}
    drawn = screen.display

    def interrupt(picture: Any, display_id: bool = False) -> Any:
        if "Hello" in picture.data:
            raise KeyboardInterrupt
        return drawn(picture, display_id)

    monkeypatch.setattr(answer_display, "display", interrupt)
    monkeypatch.setattr(screen, "update", interrupt)
    with pytest.raises(KeyboardInterrupt):
        ask(shell, "", "hi")
    assert server.seen[-1] == "POST chat/messages/8/stop"
    assert (shell.user_ns["_llm"].text, shell.user_ns["_llm"].status) == ("Hello", "stopped")


def test_a_failure_is_short_and_says_what_to_do(
    server: Scripted, shell: InteractiveShell, screen: Screen
) -> None:
    server.answers[ASK] = stream(
        *ANSWER[:3],
        event(4, "error", code="provider_cut", message="It hung up.", remedy="Ask again."),
        event(5, "done", status="failed", finish_reason=None),
    )
    with pytest.raises(LLMOpsAPIError) as caught:
        ask(shell, "", "hi")
    assert caught.value._render_traceback_() == ["It hung up. (provider_cut)\nAsk again."]  # type: ignore[attr-defined]
    assert "Hello" in screen.pictures[-1]


def test_models_are_listed(server: Scripted, shell: InteractiveShell) -> None:
    server.answers["GET model-configs"] = page({"id": 3, "name": "tiny"})
    listed = shell.run_line_magic("llm", "--list")
    assert [config.name for config in listed] == ["tiny"]


def test_one_line_is_a_question_too(server: Scripted, shell: InteractiveShell) -> None:
    shell.run_line_magic("llm", "what's a loss curve?")
    assert server.body()["content"] == "what's a loss curve?"


def test_nothing_asked_shows_the_help(server: Scripted, shell: InteractiveShell, capsys: Any) -> None:
    shell.run_line_magic("llm", "")
    shown = capsys.readouterr().out
    assert "--no-stream" in shown
    assert "_llm.thinking" in shown
    assert server.seen == []


def test_an_unknown_option_is_a_usage_error(shell: InteractiveShell) -> None:
    with pytest.raises(UsageError, match="--temprature"):
        ask(shell, "--temprature 1", "hi")


def test_the_extension_registers_the_magic(one_shell: InteractiveShell) -> None:
    one_shell.extension_manager.load_extension("jupyter_llmops")
    assert one_shell.find_cell_magic("llm") is not None
    assert one_shell.find_line_magic("llm") is not None


@pytest.mark.spec("CHAT-9")
def test_a_remote_image_in_an_answer_is_not_loaded(
    server: Scripted, shell: InteractiveShell, screen: Screen
) -> None:
    picture = event(2, "answer", text="![x](http://evil/a.png)<img src=http://evil/b.png>")
    server.answers[ASK] = stream(ANSWER[0], picture, ANSWER[-1])
    ask(shell, "", "hi")
    assert "![" not in screen.pictures[-1]
    assert "<img" not in screen.pictures[-1]
