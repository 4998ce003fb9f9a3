"""Rows as the wire shows them, with what memory knows better than the rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..core.actor import Actor
from .engine import GenerationEngine
from .history import Shape
from .schemas import Image, Message, MessageStatus, Session

__all__ = ["Presentation"]

Row = Mapping[str, Any]

_SESSION_COLUMNS = tuple(name for name in Session.model_fields if name != "streaming")
_MESSAGE_COLUMNS = tuple(name for name in Message.model_fields if name not in {"images", "siblings"})


class Presentation:
    """Makes sessions and messages of rows."""

    def __init__(self, engine: GenerationEngine) -> None:
        self._engine = engine

    def sessions(self, actor: Actor, rows: Iterable[Row]) -> list[Session]:
        """Return sessions of the actor."""
        streaming = self._engine.streaming_sessions(actor.id)
        return [
            Session(**{name: row[name] for name in _SESSION_COLUMNS}, streaming=row["id"] in streaming)
            for row in rows
        ]

    def messages(self, rows: Iterable[Row], images: Iterable[Row], shape: Shape) -> list[Message]:
        """Return messages of one session; `shape` is that of the whole session."""
        shown: dict[int, list[Image]] = {}
        for image in images:
            columns = {name: image[name] for name in Image.model_fields}
            shown.setdefault(image["message_id"], []).append(Image(**columns))
        return [
            Message(
                **{**{name: row[name] for name in _MESSAGE_COLUMNS}, **self._present(row)},
                images=shown.get(row["id"], []),
                siblings=shape.siblings(row["id"]),
            )
            for row in rows
        ]

    def _present(self, row: Row) -> dict[str, Any]:
        """Return what memory knows better than the row: the row is up to a second behind."""
        generation = self._engine.get(row["id"])
        if generation is not None:
            state = generation.result_row()
            return {name: state[name] for name in state if name in _MESSAGE_COLUMNS}
        if row["status"] == MessageStatus.STREAMING:  # nobody writes it any more
            return {"status": MessageStatus.INTERRUPTED}
        return {}
