"""A model's Markdown loads nothing and runs nothing in a notebook's own renderer."""

from __future__ import annotations

import re

import mistune
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from jupyter_llmops.client.markdown import displayable, folded

RENDERERS = {
    "commonmark": MarkdownIt("commonmark", {"html": True}).render,
    "gfm": MarkdownIt("gfm-like", {"html": True, "linkify": False}).render,
    "mistune": mistune.create_markdown(escape=False, plugins=["table", "strikethrough", "url"]),
}
LIVE = re.compile(r"<(img|script|svg|iframe|b|div)\b")


def is_harmless(text: str) -> bool:
    return not any(LIVE.search(str(render(displayable(text)))) for render in RENDERERS.values())


CORPUS = [
    "![x](http://evil/a.png)",
    "![x][ref]\n\n[ref]: http://evil/a.png",
    '<img src="http://evil/a.png">',
    "<script>alert(1)</script>",
    "text <b>bold</b>",
    "```\ncode\n```\n![x](http://evil)",
    "- a\n  ```\n\n![x](http://evil)\n",
    "   ```\ncode\n   ```\n   ![x](http://evil)",
    "para\n    ```\n    ![x](http://evil)\n    ```",
    "a \\`![x](http://evil)`",
    "| a | b |\n|---|---|\n| ` | ![x](http://evil) ` |",
    "http://a/` ![x](http://evil) `",
    "`` ` `` ![x](http://evil) `",
    "`a\n\n![x](http://evil)`",
    "> ```\n![x](http://evil)",
    "~~~ ~~~ ![x](http://evil)",
    "``` `\n![x](http://evil)",
    "[![x](http://evil)](http://b)",
    "<!-- ![x](http://evil) --> <svg onload=alert(1)>",
    "<details>\n```\n<img src=http://evil>",
    "```\n<img src=x>\n````\n<img src=y>",
    "!\\[x](http://evil)",
    "!![x](http://evil)",
    "`\n`![x](http://evil)`",
    "- ```\n  code\n  ```\n  ![x](http://evil)",
]


@pytest.mark.spec("CHAT-9")
@pytest.mark.parametrize("text", CORPUS)
def test_no_image_loads_and_no_html_lives(text: str) -> None:
    assert is_harmless(text)


PIECES = [
    "![x](http://evil)",
    "<img src=x>",
    "<b>",
    "`",
    "``",
    "```",
    "~~~",
    "\n",
    "\n\n",
    "- ",
    "> ",
    "  ",
    "    ",
]
PIECES += ["a", "\\", "|", "(", "*", "http://a/", "[", "]", "!", "<", "1. ", "\t", "\r"]


@pytest.mark.spec("CHAT-9")
@settings(max_examples=600, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@example("`![x](http://evil)")
def test_no_combination_of_marks_gets_through(text: str) -> None:
    assert is_harmless(text)


@pytest.mark.spec("CHAT-9")
@pytest.mark.parametrize(
    "text",
    [
        "Use `Vec<T>` and `![alt](src)`.",
        "```html\n<img src='a.png'>\n![x](y)\n```",
        "1. one\n\n   ```html\n   <b>\n   ```\n\n   two",
        "a < b and c > d, x<5",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "$a_{1} < b$",
    ],
)
def test_code_and_plain_text_stay_as_they_are(text: str) -> None:
    assert displayable(text) == text


def test_an_image_becomes_a_link() -> None:
    assert displayable("see ![a cat](http://h/cat.png)") == "see [a cat](http://h/cat.png)"


@pytest.mark.spec("CHAT-3")
def test_thinking_is_folded_and_shown_as_plain_text() -> None:
    block = folded("Thought for 3.2 s", "first\n\n<b>*second*</b> $x$")
    assert block.startswith("<details><summary>Thought for 3.2 s</summary>")
    assert "\n\n" not in block
    assert "&lt;b&gt;*second*&lt;/b&gt; &#36;x&#36;" in block
