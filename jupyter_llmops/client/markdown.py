"""A model's Markdown, made fit to be shown by a notebook's own renderer.

A notebook front end sanitises Markdown but loads the images in it, and an image address can carry
the conversation to a stranger. So outside code, images become links and raw HTML becomes text.
Where this scanner and a CommonMark parser could disagree on what is code, it takes the text for
prose: the worst outcome is a visible `&lt;` in a code block, never an image that loads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

__all__ = ["displayable", "folded"]

_FENCE = re.compile(r"( {0,3})(`{3,}(?=[^`]*$)|~{3,})")
# A code span of one line whose opening mark stands where no bare address can swallow it.
_CODE_SPAN = re.compile(r"(?:(?<=^)|(?<=\s))(?P<lead>[(*_]*)(?P<code>(?P<mark>`+)(?!`)[^`]+(?P=mark)(?!`))")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")


def displayable(markdown: str) -> str:
    """Return the Markdown with images as links and raw HTML as text; code stays as it is."""
    return "\n".join(_lines(markdown.replace("\r\n", "\n").replace("\r", "\n")))


def _lines(markdown: str) -> Iterator[str]:
    fence, indent, trusted = "", 0, True
    for line in markdown.split("\n"):
        if fence:
            if line.strip() and len(line) - len(line.lstrip(" ")) < indent:
                # An indented fence may have ended with its list item, or not: no more code from here.
                fence, trusted = "", False
                yield _prose(line)
                continue
            yield line
            if _closes(line, fence):
                fence = ""
            continue
        opening = _FENCE.match(line) if trusted else None
        if opening:
            indent, fence = len(opening[1]), opening[2]
            yield line
        else:
            yield _prose(line)


def _closes(line: str, fence: str) -> bool:
    text = line.strip()
    return len(text) >= len(fence) and set(text) == {fence[0]} and len(line) - len(line.lstrip(" ")) < 4


def _prose(line: str) -> str:
    # A table row splits its cells before it looks for code; a backslash may have disarmed a mark.
    if "|" in line or "\\" in line:
        return _neutral(line)
    parts, end = [], 0
    for span in _CODE_SPAN.finditer(line):
        parts += [_neutral(line[end : span.start("code")]), span["code"]]
        end = span.end()
    return "".join(parts) + _neutral(line[end:])


def _neutral(text: str) -> str:
    return _TAG.sub("&lt;", text.replace("![", "["))


def folded(summary: str, text: str, *, unfolded: bool = False) -> str:
    """Return a block that shows `summary` and unfolds to the plain `text`."""
    # A blank line would end the HTML block, and a dollar sign start a formula.
    body = "<br>".join(escape(line).replace("$", "&#36;") for line in text.strip().split("\n"))
    state = " open" if unfolded else ""
    return (
        f"<details{state}><summary>{escape(summary)}</summary>\n<blockquote>{body}</blockquote>\n</details>"
    )
