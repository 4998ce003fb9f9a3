"""A conversation as a file of one kind."""

from __future__ import annotations

import re
from collections.abc import Callable

from ...core.i18n import Translate
from ..schemas import ExportFormat
from .markdown import as_markdown, as_text
from .notebook import as_notebook
from .own import as_json
from .page import as_page
from .record import Record

__all__ = ["MEDIA_TYPES", "file_name", "render_session"]

MEDIA_TYPES: dict[str, str] = {
    "md": "text/markdown; charset=utf-8",
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "ipynb": "application/x-ipynb+json",
    "zip": "application/zip",
}

_RENDER: dict[str, Callable[[Record, Translate], str | bytes]] = {
    "md": as_markdown,
    "txt": as_text,
    "html": as_page,
    "ipynb": as_notebook,
    "json": lambda record, _: as_json([record]),
}

# What Windows, macOS or Linux do not allow in a file's name.
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')


def render_session(record: Record, kind: ExportFormat, translate: Translate) -> bytes:
    """Return the file: the whole tree as JSON, the branch shown as anything else."""
    content = _RENDER[kind](record, translate)
    # A lone surrogate that a model or a file brought along must not spoil the whole export.
    return content if isinstance(content, bytes) else content.encode("utf-8", "replace")


def file_name(record: Record, kind: ExportFormat) -> str:
    """Return a name for the file that every system accepts, different for each session."""
    title = _FORBIDDEN.sub(" ", record.session.title)
    title = " ".join(title.split()).strip(". ")[:60].strip(". ")
    return f"{title or 'chat'}-{record.session.id}.{kind}"
