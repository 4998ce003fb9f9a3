"""A conversation as Markdown and as plain text."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from ...core.i18n import Translate, msg, render
from ..schemas import Message, MessageStatus
from .record import Record

__all__ = ["as_markdown", "as_text", "heading", "state_of", "subtitle"]

YOU, ASSISTANT = msg("You"), msg("Assistant")
THINKING, IMAGE, SYSTEM_PROMPT = msg("Thinking"), msg("Image"), msg("System prompt")
UNTITLED = msg("Untitled chat")

_STATES = {
    MessageStatus.STOPPED: msg("This answer was stopped."),
    MessageStatus.INTERRUPTED: msg("This answer was interrupted."),
    MessageStatus.FAILED: msg("This answer failed: {reason}"),
    MessageStatus.STREAMING: msg("This answer was still being written."),
}


def heading(message: Message, translate: Translate) -> str:
    """Return who speaks: `You`, or `Assistant (model)`."""
    if message.role == "user":
        return translate(YOU)
    return f"{translate(ASSISTANT)} ({message.model})" if message.model else translate(ASSISTANT)


def subtitle(record: Record) -> str:
    """Return when the conversation began and what it was led with."""
    parts = [f"{record.session.created_at:%Y-%m-%d %H:%M} UTC", record.session.model]
    return " · ".join(part for part in parts if part)


def state_of(message: Message, translate: Translate) -> str:
    """Return a sentence about an answer that did not end well; empty for the others."""
    template = _STATES.get(message.status)
    if template is None:
        return ""
    return render(template, {"reason": message.error.message if message.error else ""}, translate).strip()


def as_markdown(record: Record, translate: Translate) -> str:
    """Return the branch shown as Markdown; images are inside as data URLs."""
    title = record.session.title or translate(UNTITLED)
    parts = [f"# {title}", f"*{subtitle(record)}*"]
    if record.session.system_prompt:
        parts += [f"## {translate(SYSTEM_PROMPT)}", record.session.system_prompt]
    for message in record.shown:
        parts += [f"## {heading(message, translate)}", *_markdown_body(message, record, translate)]
    return "\n\n".join(parts) + "\n"


def _markdown_body(message: Message, record: Record, translate: Translate) -> Iterator[str]:
    if message.thinking:
        yield _quoted(f"**{translate(THINKING)}**\n\n{message.thinking}")
    for image in message.images:
        data = base64.b64encode(record.images.get(image.id, b"")).decode()
        yield f"![{translate(IMAGE)}](data:{image.media_type};base64,{data})"
    if message.content:
        yield message.content
    if state := state_of(message, translate):
        yield f"*{state}*"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def as_text(record: Record, translate: Translate) -> str:
    """Return the branch shown as plain text."""
    title = record.session.title or translate(UNTITLED)
    parts = [title, "=" * 60, subtitle(record), ""]
    if record.session.system_prompt:
        parts += [f"[{translate(SYSTEM_PROMPT)}]", record.session.system_prompt, ""]
    for message in record.shown:
        parts += [f"[{heading(message, translate)}]", *_text_body(message, translate), ""]
    return "\n".join(parts)


def _text_body(message: Message, translate: Translate) -> Iterator[str]:
    if message.thinking:
        yield f"({translate(THINKING)}) {message.thinking}\n"
    for image in message.images:
        yield f"({translate(IMAGE)}: {image.media_type}, {image.width} × {image.height})"
    yield message.content
    if state := state_of(message, translate):
        yield f"({state})"
