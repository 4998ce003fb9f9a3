"""An answer in the output of a cell, redrawn while it grows."""

from __future__ import annotations

from html import escape
from time import monotonic
from typing import Any

from IPython.display import Markdown, display

from ..client import Answer
from ..client.markdown import displayable, folded
from ..core.i18n import Translate, msg, render, translator

__all__ = ["AnswerDisplay", "markdown_of"]

# A front end renders the whole Markdown anew at each update.
REDRAW_SECONDS = 0.1


class AnswerDisplay:
    """Shows one answer; at most ten times a second while it is live."""

    def __init__(self, language: str = "en", *, live: bool = True) -> None:
        self._translate = translator(language)
        self._live = live
        self._handle: Any = None
        self._drawn_at = 0.0

    def show(self, answer: Answer) -> None:
        """Draw the answer so far, unless it was drawn a moment ago."""
        if self._live and (answer.text or answer.thinking) and monotonic() - self._drawn_at >= REDRAW_SECONDS:
            self._draw(answer)

    def finish(self, answer: Answer) -> None:
        """Draw the answer as it is in the end."""
        if answer.text or answer.thinking:
            self._draw(answer)

    def _draw(self, answer: Answer) -> None:
        self._drawn_at = monotonic()
        picture = Markdown(markdown_of(answer, self._translate))  # type: ignore[no-untyped-call]
        if self._handle is None:
            self._handle = display(picture, display_id=True)  # type: ignore[no-untyped-call]
        else:
            self._handle.update(picture)


def markdown_of(answer: Answer, translate: Translate) -> str:
    """Return the answer as Markdown: folded thinking, text, and one quiet line of figures."""
    parts = []
    if answer.thinking:
        parts.append(folded(_thought(answer, translate), answer.thinking, unfolded=not answer.text))
    if answer.text:
        parts.append(displayable(answer.text))
    parts += [f"*{displayable(notice)}*" for notice in answer.notices]
    if answer.status != "streaming":
        parts.append(f"<small>{_figures(answer, translate)}</small>")
    return "\n\n".join(parts)


def _thought(answer: Answer, translate: Translate) -> str:
    if answer.thinking_ms is None:
        return translate(msg("Thinking"))
    return render(msg("Thought for {seconds} s"), {"seconds": _seconds(answer.thinking_ms)}, translate)


def _figures(answer: Answer, translate: Translate) -> str:
    figures = [escape(answer.model)] if answer.model else []
    if answer.ttft_ms is not None:
        seconds = _seconds(answer.ttft_ms)
        figures.append(render(msg("{seconds} s to first token"), {"seconds": seconds}, translate))
    if answer.usage.completion_tokens is not None:
        count = answer.usage.completion_tokens
        figures.append(render(msg("{count} tokens"), {"count": count}, translate))
    if answer.status == "stopped":
        figures.append(translate(msg("stopped")))
    return " · ".join(figures)


def _seconds(milliseconds: float) -> str:
    return f"{milliseconds / 1000:.3g}"
