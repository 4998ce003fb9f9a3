"""Tell reasoning from answer in text that marks it with tags, piece by piece.

Servers that do not separate the reasoning themselves leave it in the content, between tags that
differ by model family. The result does not depend on how the text was cut into pieces: a tail that
may become a tag is held back until the next piece decides.

What counts:
- an opening tag counts at the start of a line only; in mid-sentence it is text;
- inside code, fenced or inline, every tag is text;
- in reasoning the first closing tag ends the block, whatever the code marks say: a fence that the
  model forgot to close must not swallow the answer;
- a closing tag without its opener (the chat template opened the block) makes all answer text so
  far reasoning: `Retag`. It counts once, and once more for each opener met inside a block.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .base import AnswerDelta, Piece, Retag, ThinkingDelta

__all__ = ["ReasoningSplitter"]

_HARMONY_ANSWER = "<|channel|>final<|message|>"
_CLOSERS_BY_OPENER: dict[str, tuple[str, ...]] = {
    "<think>": ("</think>",),
    "<thinking>": ("</thinking>",),
    "<thought>": ("</thought>",),
    "<reasoning>": ("</reasoning>",),
    "[THINK]": ("[/THINK]",),
    "◁think▷": ("◁/think▷",),
    "<|channel>thought\n": ("<channel|>",),
    "<|channel|>analysis<|message|>": ("<|end|>", _HARMONY_ANSWER),
}
_OPENERS = tuple(_CLOSERS_BY_OPENER)
# Closers plain enough to be trusted when their opener was never seen.
_ORPHAN_CLOSERS = ("</think>", "</thinking>", "</thought>", "</reasoning>", "[/THINK]", "◁/think▷")
# Control tokens of gpt-oss that are no part of the answer; dropped once its format was recognised.
_HARMONY_TOKENS = ("<|start|>assistant", _HARMONY_ANSWER, "<|return|>", "<|end|>")

_ANSWER_TAGS = (*_OPENERS, _HARMONY_ANSWER)
_LONGEST = max(map(len, (*_ANSWER_TAGS, *_ORPHAN_CLOSERS, *_HARMONY_TOKENS)))
_TAG_START = "<[◁"
# A piece without any of these can neither hold part of a tag nor change what is code.
_SPECIAL = re.compile("[<\\[◁`~\n]")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


@lru_cache
def _any_of(tags: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, tags)))


class _Lines:
    """Where the text stands in Markdown: on a blank line, in code or in neither."""

    __slots__ = ("fence", "line")

    def __init__(self) -> None:
        self.line = ""
        self.fence = ""

    def add(self, text: str) -> None:
        """Take more text."""
        if "\n" not in text:
            self.line += text
            return
        first, *middle, last = text.split("\n")
        self._end_line(self.line + first)
        for line in middle:
            self._end_line(line)
        self.line = last

    def _end_line(self, line: str) -> None:
        mark = _FENCE.match(line)
        if mark is None:
            return
        fence = mark[1]
        if not self.fence:
            self.fence = fence
        elif fence.startswith(self.fence) and line.strip() == fence:
            self.fence = ""

    @property
    def in_code(self) -> bool:
        return bool(self.fence) or self.line.count("`") % 2 == 1

    @property
    def at_start(self) -> bool:
        return not self.line or self.line.isspace()


class ReasoningSplitter:
    """Split streamed text into answer and reasoning.

    `start` is "auto", "reasoning" (the chat template already opened a block) or "off".
    """

    def __init__(self, start: str = "auto") -> None:
        self._off = start == "off"
        self._thinking = start == "reasoning"
        self._closers: tuple[str, ...] = _ORPHAN_CLOSERS if self._thinking else ()
        self._orphans_left = 0 if self._thinking else 1
        self._harmony = False
        self._held = ""
        # White space that may yet turn out to stand before or after a tag, where it is dropped.
        self._margin = ""
        self._in_margin = True
        self._keep_margin = not self._thinking
        self._lines = _Lines()
        self._out: list[Piece] = []
        self._choose_tags()

    def feed(self, text: str) -> list[Piece]:
        """Return what has become certain with this text."""
        if self._off:
            return [AnswerDelta(text)] if text else []
        if not self._held and not self._in_margin and _SPECIAL.search(text) is None:
            self._lines.line += text
            return [ThinkingDelta(text) if self._thinking else AnswerDelta(text)] if text else []
        self._scan(self._held + text)
        return self._take()

    def close(self) -> list[Piece]:
        """Return the rest: nothing more can come."""
        held, self._held = self._held, ""
        self._emit(held)
        if self._in_margin and self._keep_margin and self._margin:
            self._out.append(AnswerDelta(self._margin))
        return self._take()

    def _take(self) -> list[Piece]:
        out, self._out = self._out, []
        return out

    def _scan(self, text: str) -> None:
        position = 0
        while found := self._pattern.search(text, position):
            self._emit(text[position : found.start()])
            self._meet(found[0])
            position = found.end()
        cut = self._possible_tag(text, position)
        self._emit(text[position:cut])
        self._held = text[cut:]

    def _possible_tag(self, text: str, position: int) -> int:
        """Return where a tail begins that more text may complete to a tag."""
        for start in range(max(position, len(text) - _LONGEST + 1), len(text)):
            if text[start] in _TAG_START:
                tail = text[start:]
                if any(tag.startswith(tail) for tag in self._tags):
                    return start
        return len(text)

    def _meet(self, tag: str) -> None:
        """Act on a complete tag, or pass it on as text."""
        if self._thinking:
            self._meet_in_thinking(tag)
        elif self._harmony and tag in _HARMONY_TOKENS:
            self._start_margin()
        elif self._lines.in_code:
            self._emit(tag)
        elif tag in _ORPHAN_CLOSERS:
            self._end_unopened_block()
        elif self._lines.at_start:
            self._open(tag)
        else:
            self._emit(tag)

    def _meet_in_thinking(self, tag: str) -> None:
        if tag in self._closers:
            self._thinking = False
            self._harmony = self._harmony or tag == _HARMONY_ANSWER
            self._start_margin()
        elif not self._lines.at_start:
            self._emit(tag)
        elif self._in_margin:  # the opener again, or the one that the hint announced: same block
            self._closers = _CLOSERS_BY_OPENER[tag]
        else:
            self._orphans_left += 1
        self._choose_tags()

    def _open(self, tag: str) -> None:
        self._harmony = self._harmony or tag.startswith("<|channel|>")
        if tag in _CLOSERS_BY_OPENER:
            self._thinking = True
            self._closers = _CLOSERS_BY_OPENER[tag]
            self._orphans_left = 0
        self._start_margin()
        self._choose_tags()

    def _end_unopened_block(self) -> None:
        self._out.append(Retag())
        self._orphans_left -= 1
        self._start_margin()
        self._choose_tags()

    def _start_margin(self) -> None:
        """Drop white space until the next visible character."""
        self._margin = ""
        self._in_margin = True
        self._keep_margin = False
        self._lines = _Lines()

    def _choose_tags(self) -> None:
        """Set the tags that mean something in the present state."""
        if self._thinking:
            self._tags = tuple(dict.fromkeys((*self._closers, *_OPENERS)))
        else:
            tags = _ANSWER_TAGS
            if self._harmony:
                tags = (*tags, *_HARMONY_TOKENS)
            if self._orphans_left > 0:
                tags = (*tags, *_ORPHAN_CLOSERS)
            self._tags = tuple(dict.fromkeys(tags))
        self._pattern = _any_of(self._tags)

    def _emit(self, text: str) -> None:
        if not text:
            return
        if self._in_margin:
            self._margin += text
            text = self._margin.lstrip()
            if not text:
                return
            if self._keep_margin:
                text = self._margin
            self._in_margin = False
        self._lines.add(text)
        kind = ThinkingDelta if self._thinking else AnswerDelta
        last = self._out[-1] if self._out else None
        if isinstance(last, kind):
            last.text += text
        else:
            self._out.append(kind(text))
