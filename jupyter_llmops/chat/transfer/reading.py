"""A file somebody wants to import: which kind it is, and what conversations it holds."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from ...core.errors import Invalid, TooLarge
from ...core.i18n import msg
from .chatgpt import read_api_messages, read_chatgpt
from .own import FORMAT, VERSION, read_own
from .record import ImportedMessage, ImportedSession, Remark

__all__ = ["read_export"]

MAX_UNPACKED = 1 << 30
_EMPTY = msg("The conversation holds no message.")
_NOT_KNOWN = msg("This entry is not a conversation of a kind we know.")
_EXPORTS = msg(
    "Give a JSON export of this program, ChatGPT's export (ZIP or conversations.json), or API messages."
)
_DOUBLES = msg("{count} messages were left out: their ids are taken by others.")
_ORPHAN = msg("Message “{message}” was left out: the message before it is missing or comes in a circle.")

Entry = tuple[int, str, ImportedSession | Remark]


def read_export(data: bytes) -> Iterator[Entry]:
    """Yield index, title and session of every entry of the file, or why it cannot be taken.

    Raise `Invalid` when the file as a whole is of no kind we know.
    """
    index = 0
    for document in _documents(data):
        for entry in _entries(document):
            yield index, _title_of(entry), _checked(_read(index, entry))
            index += 1


def _documents(data: bytes) -> Iterator[Any]:
    if data[:4] == b"PK\x03\x04":
        yield from _zipped(data)
    else:
        yield _parsed(data)


def _zipped(data: bytes) -> Iterator[Any]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [name for name in archive.namelist() if _is_export(name)]
            if sum(archive.getinfo(name).file_size for name in names) > MAX_UNPACKED:
                raise TooLarge(
                    msg("The files in the ZIP are larger than {limit} MB."), limit=MAX_UNPACKED >> 20
                )
            if not names:
                raise Invalid.field("file", msg("There is no JSON export in this ZIP."))
            for name in sorted(names):
                yield _parsed(archive.read(name))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        # What zipfile raises for damaged, encrypted and exotic archives.
        raise Invalid.field("file", msg("The ZIP is damaged or encrypted and cannot be read.")) from None


def _is_export(name: str) -> bool:
    """Tell conversations from the other JSON files of ChatGPT's export; ours all end in `.json`."""
    others = {"user.json", "message_feedback.json", "model_comparisons.json", "shared_conversations.json",
              "group_chats.json", "shopping.json", "export_manifest.json"}  # fmt: skip
    base = name.rsplit("/", 1)[-1]
    return base.endswith(".json") and base not in others and "__MACOSX" not in name


def _parsed(data: bytes) -> Any:
    try:
        return orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        raise Invalid.field("file", msg("The file is not valid JSON, nor a ZIP.")) from None


def _entries(document: Any) -> list[Any]:
    if isinstance(document, Mapping) and document.get("format") == FORMAT:
        return _own_entries(document)
    if isinstance(document, Mapping) and isinstance(document.get("conversations"), list):
        return list(document["conversations"])
    if _is_api_messages(document):
        return [{"messages": document}]
    entries = document if isinstance(document, list) else [document]
    if not any(_reader_of(entry) for entry in entries):
        raise Invalid.field("file", msg("The file holds no conversations of a kind we know."))
    return entries


def _own_entries(document: Mapping[str, Any]) -> list[Any]:
    version, sessions = document.get("version"), document.get("sessions")
    if not isinstance(version, int) or version > VERSION:
        raise Invalid.field("file", msg("The file was made by a newer version of jupyter-llmops."))
    if not isinstance(sessions, list):
        raise Invalid.field("file", msg("The file holds no conversations of a kind we know."))
    return [
        {**session, "format": FORMAT} if isinstance(session, Mapping) else session for session in sessions
    ]


def _is_api_messages(document: Any) -> bool:
    return (
        isinstance(document, list)
        and bool(document)
        and all(isinstance(item, Mapping) and "role" in item and "content" in item for item in document)
    )


def _reader_of(entry: Any) -> Any:
    if not isinstance(entry, Mapping):
        return None
    if entry.get("format") == FORMAT:
        return read_own
    if isinstance(entry.get("mapping"), Mapping):
        return read_chatgpt
    return read_api_messages if isinstance(entry.get("messages"), list) else None


def _read(index: int, entry: Any) -> ImportedSession | Remark:
    reader = _reader_of(entry)
    if reader is None:
        return Remark(_NOT_KNOWN, remedy=_EXPORTS)
    session: ImportedSession | Remark = reader(index, entry)
    return session


def _title_of(entry: Any) -> str:
    title = entry.get("title") if isinstance(entry, Mapping) else None
    return title[:200] if isinstance(title, str) else ""


def _checked(session: ImportedSession | Remark) -> ImportedSession | Remark:
    """Return the session with parents before children; what hangs on nothing is remarked."""
    if isinstance(session, Remark):
        return session
    session.messages = list(_in_order(session))
    if not session.messages and not session.remarks:
        return Remark(_EMPTY)
    return session


def _in_order(session: ImportedSession) -> Iterator[ImportedMessage]:
    children: dict[str | None, list[ImportedMessage]] = {}
    seen: set[str] = set()
    messages = {message.key: message for message in reversed(session.messages)}
    if doubles := len(session.messages) - len(messages):
        session.remarks.append(Remark(_DOUBLES, {"count": doubles}))
    session.messages = [message for message in session.messages if messages[message.key] is message]
    for message in session.messages:
        children.setdefault(message.parent, []).append(message)
    waiting = children.get(None, [])[::-1]
    while waiting:
        message = waiting.pop()
        seen.add(message.key)
        yield message
        waiting += children.get(message.key, [])[::-1]
    for message in session.messages:
        if message.key not in seen:
            session.remarks.append(Remark(_ORPHAN, {"message": message.key[:40]}))
