"""What a person sees in a terminal: lines in their language, and a progress line."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from typing import TextIO

from ..core.errors import LLMOpsError
from ..core.i18n import LANGUAGES, render, translator

__all__ = ["Meter", "Terminal", "language_of"]


def language_of(environ: Mapping[str, str]) -> str:
    """Return the language the locale variables ask for, in the order of gettext."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return LANGUAGES[1] if environ[name].lower().startswith("zh") else LANGUAGES[0]
    return LANGUAGES[0]


class Terminal:
    """Standard output for results, standard error for what is only told."""

    def __init__(self, language: str, out: TextIO, err: TextIO) -> None:
        self.language = language
        self.out = out
        self.err = err
        self._translate = translator(language)

    @classmethod
    def of_process(cls) -> Terminal:
        """Return the terminal of this process."""
        return cls(language_of(os.environ), sys.stdout, sys.stderr)

    def text(self, template: str, **params: object) -> str:
        """Return a marked template in the person's language."""
        return render(template, params, self._translate)

    def say(self, template: str, **params: object) -> None:
        """Print a marked template."""
        print(self.text(template, **params), file=self.out, flush=True)

    def line(self, text: str) -> None:
        """Print data as it is."""
        print(text, file=self.out, flush=True)

    def problem(self, error: LLMOpsError) -> None:
        """Print what went wrong and what to do."""
        print(f"✗ {error.message(self.language)}", file=self.err)
        if advice := error.advice(self.language):
            print(f"  {advice}", file=self.err, flush=True)


class Meter:
    """A progress line that is rewritten on a terminal and stays short in a log file."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._rewrites = out.isatty()
        self._shown = -1
        self._begun: tuple[float, int] | None = None

    def __call__(self, done: int, total: int) -> None:
        """Show how far it is; called often, writes seldom."""
        self._begun = self._begun or (time.monotonic(), done)
        step = 1 if self._rewrites else 10
        percent = done * 100 // total if total else 100
        if percent // step == self._shown and done < total:
            return
        self._shown = percent // step
        end = "\n" if done >= total or not self._rewrites else ""
        start = "\r" if self._rewrites else ""
        print(f"{start}{percent:3d} %  {_megabytes(done)} / {_megabytes(total)} MB  {self._rate(done)}",
              end=end, file=self._out, flush=True)  # fmt: skip

    def _rate(self, done: int) -> str:
        assert self._begun is not None
        seconds = time.monotonic() - self._begun[0]
        return f"{_megabytes((done - self._begun[1]) / seconds)} MB/s " if seconds > 0.5 else ""


def _megabytes(count: float) -> str:
    return f"{count / 1e6:.1f}"
