"""A conversation as one HTML page that needs nothing else and runs nothing."""

from __future__ import annotations

import base64
import html
import re
from functools import lru_cache
from typing import Any

import mistune

from ...core.i18n import Translate
from ..schemas import Message
from .markdown import IMAGE, SYSTEM_PROMPT, THINKING, UNTITLED, heading, state_of, subtitle
from .record import Record

__all__ = ["as_page"]

# No script, no form, no frame, nothing from elsewhere: only inline style and inline images.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.6 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
article { border-top: 1px solid; padding: .5rem 0; overflow-wrap: anywhere; }
article > h2 { font-size: 1rem; margin: .5rem 0; }
.subtitle, .state { opacity: .7; font-style: italic; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid; border-radius: .25rem; }
code { font-family: ui-monospace, monospace; font-size: .9em; }
table { border-collapse: collapse; } th, td { border: 1px solid; padding: .25rem .5rem; }
blockquote { border-left: 3px solid; margin-left: 0; padding-left: 1rem; opacity: .85; }
img { max-width: 100%; }
"""

_WEB_ADDRESS = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)


class _Renderer(mistune.HTMLRenderer):
    """HTML of Markdown in which nothing is loaded and only web addresses are links."""

    def __init__(self) -> None:
        super().__init__(escape=True)

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """Return a link, or the bare text where the address is not of the web."""
        if not _WEB_ADDRESS.match(url):
            return text
        return f'<a href="{html.escape(url)}" rel="noopener noreferrer nofollow">{text}</a>'

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Return the description of an image in a text, as a link: it is not loaded."""
        return self.link(text or html.escape(url), url)


@lru_cache(maxsize=1)
def _markdown() -> Any:
    return mistune.create_markdown(renderer=_Renderer(), plugins=["table", "strikethrough"])


def as_page(record: Record, translate: Translate) -> str:
    """Return the branch shown as a page."""
    title = html.escape(record.session.title or translate(UNTITLED))
    articles = "\n".join(_article(message, record, translate) for message in record.shown)
    return f"""<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>{title}</h1>
<p class="subtitle">{html.escape(subtitle(record))}</p>
{_system_prompt(record, translate)}{articles}
</body>
</html>
"""


def _system_prompt(record: Record, translate: Translate) -> str:
    text = record.session.system_prompt
    if not text:
        return ""
    return f"<article><h2>{html.escape(translate(SYSTEM_PROMPT))}</h2>{_as_html(text)}</article>\n"


def _article(message: Message, record: Record, translate: Translate) -> str:
    parts = [f"<h2>{html.escape(heading(message, translate))}</h2>"]
    if message.thinking:
        summary = html.escape(translate(THINKING))
        parts.append(f"<details><summary>{summary}</summary>{_as_html(message.thinking)}</details>")
    for image in message.images:
        data = base64.b64encode(record.images.get(image.id, b"")).decode()
        alt = html.escape(translate(IMAGE))
        parts.append(f'<img alt="{alt}" src="data:{html.escape(image.media_type)};base64,{data}">')
    parts.append(_as_html(message.content))
    if state := state_of(message, translate):
        parts.append(f'<p class="state">{html.escape(state)}</p>')
    return f"<article>{''.join(parts)}</article>"


def _as_html(text: str) -> str:
    try:
        return str(_markdown()(text))
    except RecursionError:  # thousands of nested quotes or lists
        return f"<pre>{html.escape(text)}</pre>"
