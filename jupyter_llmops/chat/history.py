"""The conversation as a provider is told it, and the shape of its tree. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..providers.base import ChatMessage, ImagePart

__all__ = ["Shape", "conversation"]

Row = Mapping[str, Any]


def conversation(
    system_prompt: str, rows: Iterable[Row], images: Mapping[int, Sequence[ImagePart]]
) -> list[ChatMessage]:
    """Return the messages for the provider: roles alternate, answers without text are left out.

    Many chat templates refuse two messages of one role in a row, which is what is left of a question
    whose answer failed: such questions are joined.
    """
    messages = [ChatMessage("system", system_prompt)] if system_prompt.strip() else []
    for row in rows:
        pictures = tuple(images.get(row["id"], ()))
        if not row["content"].strip() and not pictures:
            continue
        message = ChatMessage(row["role"], row["content"], pictures)
        if messages and messages[-1].role == message.role:
            messages[-1] = _joined(messages[-1], message)
        else:
            messages.append(message)
    return messages


def _joined(first: ChatMessage, second: ChatMessage) -> ChatMessage:
    content = "\n\n".join(text for text in (first.content, second.content) if text.strip())
    return ChatMessage(first.role, content, first.images + second.images)


class Shape:
    """The tree of a session without its texts: who follows whom."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._parent: dict[int, int | None] = {}
        self._role: dict[int, str] = {}
        self._children: dict[int | None, list[int]] = {}
        for row in rows:
            self._parent[row["id"]] = row["parent_id"]
            self._role[row["id"]] = row["role"]
            self._children.setdefault(row["parent_id"], []).append(row["id"])

    def __contains__(self, message_id: int) -> bool:
        return message_id in self._parent

    def siblings(self, message_id: int) -> list[int]:
        """Return the messages of the same parent and role, oldest first, itself among them."""
        same_parent = self._children[self._parent[message_id]]
        return [other for other in same_parent if self._role[other] == self._role[message_id]]

    def branch(self, leaf: int | None) -> list[int]:
        """Return the ids from the root to the leaf."""
        path: list[int] = []
        while leaf is not None and leaf in self._parent:
            path.append(leaf)
            leaf = self._parent[leaf]
        return path[::-1]

    def newest_leaf(self, message_id: int) -> int:
        """Return the leaf below a message that is reached by always taking the newest child."""
        while children := self._children.get(message_id):
            message_id = max(children)
        return message_id
