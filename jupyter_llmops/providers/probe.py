"""Try a model with a short question and say in words how it went."""

from __future__ import annotations

import time
from contextlib import aclosing
from typing import TYPE_CHECKING

from ..core.actor import Actor
from ..core.errors import LLMOpsError, ProviderError, ProviderTimeout
from ..core.i18n import render, translator
from .base import AnswerDelta, ChatMessage, Notice, ThinkingDelta, Usage
from .schemas import Problem, TestResult, TestUsage

if TYPE_CHECKING:
    from .ready import ReadyModel

__all__ = ["probe"]

_QUESTION = ChatMessage("user", "Reply with one short sentence.")
# Enough for a sentence and some reasoning before it; a test must not cost much.
_MAX_TOKENS = 200
_MAX_TEXT = 500


async def probe(model: ReadyModel, actor: Actor) -> TestResult:
    """Send a short message; a failure is part of the result."""
    run = _Run(actor)
    limit = min(model.parameters.get("max_tokens") or _MAX_TOKENS, _MAX_TOKENS)
    try:
        async with aclosing(model.stream([_QUESTION], max_tokens=limit)) as pieces:
            async for piece in pieces:
                run.see(piece)
    except (ProviderError, ProviderTimeout) as error:
        return run.result(error)
    return run.result(None)


class _Run:
    """Measures one test."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._start = time.perf_counter()
        self._first: float | None = None
        self._text = ""
        self._usage: TestUsage | None = None
        self._notices: list[str] = []

    def see(self, piece: object) -> None:
        if isinstance(piece, (AnswerDelta, ThinkingDelta)):
            self._first = self._first or self._elapsed()
            if isinstance(piece, AnswerDelta):
                self._text += piece.text
        elif isinstance(piece, Usage):
            self._usage = TestUsage(
                prompt_tokens=piece.prompt_tokens,
                completion_tokens=piece.completion_tokens,
                total_tokens=piece.total_tokens,
                estimated=piece.estimated,
            )
        elif isinstance(piece, Notice):
            self._notices.append(render(piece.text, piece.params, translator(self._actor.language)))

    def result(self, error: LLMOpsError | None) -> TestResult:
        language = self._actor.language
        return TestResult(
            ok=error is None,
            latency_ms=self._elapsed(),
            ttft_ms=self._first,
            usage=self._usage,
            text=self._text.strip()[:_MAX_TEXT] or None,
            notices=self._notices,
            problem=error
            and Problem(code=error.code, message=error.message(language), remedy=error.advice(language)),
        )

    def _elapsed(self) -> float:
        return round((time.perf_counter() - self._start) * 1000, 1)
