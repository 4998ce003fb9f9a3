"""A model's Markdown, made fit to be shown by a notebook's own renderer.

A notebook front end sanitises Markdown but loads the images in it, and an image address can carry
the conversation to a stranger. So outside code, images become links and raw HTML becomes text.
Where this scanner and a CommonMark parser could disagree on what is code, it takes the text for
prose: the worst outcome is a visible `&lt;` in a code block, never an image that loads.
"""

from __future__ import annotations

import re
from html import escape

__all__ = ["displayable", "folded"]

_FENCE = re.compile(r"( {0,3})(`{3,}(?=[^`]*$)|~{3,})")
# A code span of one line whose opening mark stands where no bare address can swallow it.
_CODE_SPAN = re.compile(r"(?:(?<=^)|(?<=\s))(?P<lead>[(*_]*)(?P<code>(?P<mark>`+)(?!`)[^`]+(?P=mark)(?!`))")
_IMAGE = re.compile(r"!+\[")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")


def displayable(markdown: str) -> str:
    """Return the Markdown with images as links and raw HTML as text; code stays as it is."""
    scanner = _Scanner()
    lines = markdown.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join([scanner.line(line) for line in lines])


class _Scanner:
    """Goes through the lines and knows which are surely code."""

    def __init__(self) -> None:
        self._fence = ""  # the marks that opened the block of code we are in
        self._indent = 0
        # False from the first fence mark whose meaning is open (in a quote, in a list, indented).
        self._sure_of_fences = True
        # True from a backtick that found no partner on its line, to the end of the paragraph.
        self._span_open = False

    def line(self, line: str) -> str:
        """Return the line as it may be shown."""
        if self._fence:
            return self._code(line)
        opening = _FENCE.match(line) if self._sure_of_fences else None
        if opening:
            self._indent, self._fence, self._span_open = len(opening[1]), opening[2], False
            return line
        if "```" in line or "~~~" in line:
            self._sure_of_fences = False
        return self._prose(line)

    def _code(self, line: str) -> str:
        text = line.strip(" ")
        indent = len(line) - len(line.lstrip(" "))
        if text and indent < self._indent:
            # An indented fence may have ended with its list item, or not.
            self._fence, self._sure_of_fences = "", False
            return self._prose(line)
        if len(text) >= len(self._fence) and set(text) == {self._fence[0]} and indent < 4:
            self._fence = ""
        return line

    def _prose(self, line: str) -> str:
        if not line.strip(" "):
            self._span_open = False
            return line
        spans = [*_CODE_SPAN.finditer(line)]
        outside = _CODE_SPAN.sub("", line)
        self._span_open = self._span_open or "`" in outside
        # A table row splits its cells before it looks for code; a backslash may have disarmed a mark.
        if self._span_open or "|" in line or "\\" in line:
            return _neutral(line)
        parts, end = [], 0
        for span in spans:
            parts += [_neutral(line[end : span.start("code")]), span["code"]]
            end = span.end()
        return "".join(parts) + _neutral(line[end:])


def _neutral(text: str) -> str:
    return _TAG.sub("&lt;", _IMAGE.sub("[", text))


def folded(summary: str, text: str, *, unfolded: bool = False) -> str:
    """Return a block that shows `summary` and unfolds to the plain `text`."""
    # A blank line would end the HTML block, and a dollar sign start a formula.
    body = "<br>".join(escape(line).replace("$", "&#36;") for line in text.strip().split("\n"))
    state = " open" if unfolded else ""
    return (
        f"<details{state}><summary>{escape(summary)}</summary>\n<blockquote>{body}</blockquote>\n</details>"
    )
