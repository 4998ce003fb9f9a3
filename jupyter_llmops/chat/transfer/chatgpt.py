"""What OpenAI's products give out: ChatGPT's `conversations.json`, and lists of API messages.

A ChatGPT conversation is a tree of nodes in `mapping`; a node holds a message or none. Nodes that are
not for reading (system, hidden, empty) are left out and their children hang on the one before.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from ...core.i18n import msg
from ..schemas import MAX_TITLE
from .record import ImportedMessage, ImportedSession, Remark

__all__ = ["read_api_messages", "read_chatgpt"]

_NO_IMAGES = msg("{count} attached files or images are not in the export and were left out.")
_TOOLS = msg("{count} messages of tools were left out.")
_UNREADABLE = msg("{count} messages of an unknown form were left out.")
_NOT_MESSAGES = msg("The conversation cannot be read: “messages” holds something that is no message.")
_BROKEN_TREE = msg("The conversation cannot be read: its messages do not form a tree.")

Node = Mapping[str, Any]


def read_chatgpt(index: int, entry: Mapping[str, Any]) -> ImportedSession | Remark:
    """Return a conversation of ChatGPT's export, with its branches, or why it is none."""
    mapping = entry["mapping"]
    if not all(isinstance(node, Mapping) for node in mapping.values()):
        return Remark(_BROKEN_TREE)
    session = ImportedSession(
        index,
        str(entry.get("title") or "")[:MAX_TITLE],
        created_at=_moment(entry.get("create_time")),
        updated_at=_moment(entry.get("update_time")),
    )
    reader = _Reader(mapping, session)
    if not reader.read():
        return Remark(_BROKEN_TREE)
    session.current = reader.kept_at(entry.get("current_node"))
    return session


class _Reader:
    """Walks a tree of nodes from its roots, so that parents come before their children."""

    def __init__(self, mapping: Mapping[str, Node], session: ImportedSession) -> None:
        self._mapping = mapping
        self._session = session
        self._kept: dict[str, str | None] = {}  # node → the kept message it is, or hangs on
        self._thoughts: dict[str | None, str] = {}  # kept message → reasoning of the answer after it
        self._files = self._tools = self._unknown = 0

    def read(self) -> bool:
        """Fill the session; False when nodes are left that no root leads to."""
        children: dict[str | None, list[str]] = {}
        for key, node in self._mapping.items():
            parent = node.get("parent")
            children.setdefault(parent if parent in self._mapping else None, []).append(key)
        waiting = children.get(None, [])[::-1]
        while waiting:
            key = waiting.pop()
            self._read_node(key, self._mapping[key])
            waiting += children.get(key, [])[::-1]
        self._remark()
        return len(self._kept) == len(self._mapping)

    def kept_at(self, key: object) -> str | None:
        """Return the message that a node is, or hangs on."""
        return self._kept.get(key) if isinstance(key, str) else None

    def _read_node(self, key: str, node: Node) -> None:
        above = self._kept.get(node.get("parent") or "")
        message = node.get("message")
        self._kept[key] = above
        if not isinstance(message, Mapping) or _is_hidden(message):
            return
        role = _author(message)
        if role == "tool":
            self._tools += 1
        elif role in {"user", "assistant"}:
            self._read_message(key, above, role, message)

    def _read_message(self, key: str, above: str | None, role: str, message: Node) -> None:
        content = message.get("content")
        if not isinstance(content, Mapping):
            self._unknown += 1
            return
        if content.get("content_type") == "thoughts":
            self._thoughts[above] = "\n\n".join(_thoughts(content))
            return
        text = self._text(content)
        if text is None or not text.strip():
            return
        metadata = message.get("metadata")
        model = metadata.get("model_slug") if isinstance(metadata, Mapping) else None
        thinking = self._thoughts.pop(above, "") if role == "assistant" else ""
        self._session.messages.append(
            ImportedMessage(
                key=key,
                parent=above,
                role=role,
                content=text,
                thinking=thinking,
                created_at=_moment(message.get("create_time")),
                model=str(model or "")[:500],
            )
        )
        self._kept[key] = key

    def _text(self, content: Node) -> str | None:
        kind = content.get("content_type")
        if kind in {"text", "multimodal_text"} and isinstance(content.get("parts"), list):
            return "\n\n".join(self._parts(content["parts"]))
        if kind == "code" and isinstance(content.get("text"), str):
            return f"```\n{content['text']}\n```"
        if kind not in {"reasoning_recap", "model_editable_context", "user_editable_context"}:
            self._unknown += 1
        return None

    def _parts(self, parts: list[Any]) -> Iterator[str]:
        for part in parts:
            if isinstance(part, str):
                yield part
            elif isinstance(part, Mapping) and isinstance(part.get("text"), str):
                yield part["text"]
            else:
                self._files += 1

    def _remark(self) -> None:
        for template, count in (
            (_NO_IMAGES, self._files),
            (_TOOLS, self._tools),
            (_UNREADABLE, self._unknown),
        ):
            if count:
                self._session.remarks.append(Remark(template, {"count": count}))


def read_api_messages(index: int, entry: Mapping[str, Any]) -> ImportedSession | Remark:
    """Return a list of `{role, content}` as the OpenAI API takes it, as a conversation."""
    session = ImportedSession(index, str(entry.get("title") or "")[:MAX_TITLE])
    above: str | None = None
    tools = 0
    for number, item in enumerate(entry["messages"]):
        if not isinstance(item, Mapping) or not isinstance(item.get("role"), str):
            return Remark(_NOT_MESSAGES)
        role, content = item["role"], _api_content(item.get("content"))
        if role in {"system", "developer"}:
            session.system_prompt = "\n\n".join(filter(None, [session.system_prompt, content]))
        elif role not in {"user", "assistant"}:
            tools += 1
        elif content.strip():
            session.messages.append(ImportedMessage(str(number), above, role, content))
            above = str(number)
    if tools:
        session.remarks.append(Remark(_TOOLS, {"count": tools}))
    return session


def _api_content(content: object) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    texts = [part.get("text") for part in parts if isinstance(part, Mapping)]
    return "\n\n".join(text for text in texts if isinstance(text, str))


def _is_hidden(message: Node) -> bool:
    metadata = message.get("metadata")
    return isinstance(metadata, Mapping) and bool(metadata.get("is_visually_hidden_from_conversation"))


def _author(message: Node) -> str:
    author = message.get("author")
    return str(author.get("role")) if isinstance(author, Mapping) else ""


def _thoughts(content: Node) -> Iterator[str]:
    thoughts = content.get("thoughts")
    for thought in thoughts if isinstance(thoughts, list) else []:
        if isinstance(thought, Mapping) and isinstance(thought.get("content"), str):
            yield thought["content"]


def _moment(seconds: object) -> datetime | None:
    """Return the moment of seconds since 1970; None for what is no sensible time."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not math.isfinite(seconds):
        return None
    return datetime.fromtimestamp(seconds, UTC) if 0 < seconds < 4e9 else None
