"""A conversation as a Jupyter notebook: prose in Markdown cells, Python in code cells to run."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any

import orjson

from ...core.i18n import Translate
from ..schemas import Message
from .markdown import IMAGE, SYSTEM_PROMPT, THINKING, UNTITLED, heading, state_of, subtitle
from .record import Record

__all__ = ["as_notebook"]

Cell = dict[str, Any]

# A fence opens at the start of a line and closes with at least as many of the same character.
_FENCE = re.compile(
    r"^(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>[\w+-]*)[^\n`]*\n(?P<code>.*?)^(?P=fence)[`~]*[ \t]*$\n?",
    re.MULTILINE | re.DOTALL,
)
_RUNNABLE = {"python", "py", "python3", "ipython"}
_SUFFIX = {"image/jpeg": "jpg", "image/png": "png"}


def as_notebook(record: Record, translate: Translate) -> bytes:
    """Return the branch shown in notebook format 4.5; nothing in it was run."""
    cells = [_prose(f"# {record.session.title or translate(UNTITLED)}\n\n*{subtitle(record)}*")]
    if record.session.system_prompt:
        cells.append(_prose(f"**{translate(SYSTEM_PROMPT)}**\n\n{record.session.system_prompt}"))
    for message in record.shown:
        cells += _cells(message, record, translate)
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    return orjson.dumps(_notebook(cells), option=orjson.OPT_INDENT_2)


def _notebook(cells: list[Cell]) -> dict[str, Any]:
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    return {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _cells(message: Message, record: Record, translate: Translate) -> Iterator[Cell]:
    first = f"### {heading(message, translate)}"
    if message.thinking:
        quoted = "\n".join(f"> {line}".rstrip() for line in message.thinking.splitlines())
        first += f"\n\n> **{translate(THINKING)}**\n>\n{quoted}"
    attachments: dict[str, dict[str, str]] = {}
    for number, image in enumerate(message.images):
        name = f"image-{number}.{_SUFFIX.get(image.media_type, 'png')}"
        attachments[name] = {image.media_type: base64.b64encode(record.images.get(image.id, b"")).decode()}
        first += f"\n\n![{translate(IMAGE)}](attachment:{name})"
    yield _prose(first) | ({"attachments": attachments} if attachments else {})
    yield from _pieces(message.content)
    if state := state_of(message, translate):
        yield _prose(f"*{state}*")


def _pieces(content: str) -> Iterator[Cell]:
    """Cut an answer at its Python blocks; blocks of other languages stay in the prose."""
    begin = 0
    for block in _FENCE.finditer(content):
        if block["language"].lower() not in _RUNNABLE:
            continue
        if prose := content[begin : block.start()].strip():
            yield _prose(prose)
        yield _code(block["code"].rstrip("\n"))
        begin = block.end()
    if prose := content[begin:].strip():
        yield _prose(prose)


def _prose(source: str) -> Cell:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def _code(source: str) -> Cell:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
