"""Conversations as files: what goes out (md, json, txt, html, ipynb, zip) and what comes in. No database."""

from .archive import stream_zip
from .export import MEDIA_TYPES, file_name, render_session
from .reading import read_export
from .record import ImportedMessage, ImportedSession, Record, Remark

__all__ = [
    "MEDIA_TYPES",
    "ImportedMessage",
    "ImportedSession",
    "Record",
    "Remark",
    "file_name",
    "read_export",
    "render_session",
    "stream_zip",
]
