"""Models made ready a moment ago, so that many answers can start without asking the database for each."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from .ready import ReadyModel

__all__ = ["PreparedModels"]

FRESH_SECONDS = 15.0  # another process may have changed what they came from
_MAX_KEPT = 1000


@dataclass(frozen=True, slots=True)
class _Prepared:
    model: ReadyModel
    revision: Hashable
    until: float


class PreparedModels:
    """Ready models by owner and configuration; one serves until its revision or its time is over.

    The revision is read before the rows are: a model made while somebody wrote them never serves.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: dict[tuple[str, int | None], _Prepared] = {}

    def find(self, owner: str, config_id: int | None, revision: Hashable) -> ReadyModel | None:
        """Return the model if it is still what the rows say."""
        kept = self._kept.get((owner, config_id))
        if kept is None or kept.revision != revision or kept.until <= self._clock():
            return None
        return kept.model

    def keep(self, owner: str, config_id: int | None, revision: Hashable, model: ReadyModel) -> None:
        """Remember a model for a moment."""
        if len(self._kept) >= _MAX_KEPT:
            self._kept.clear()
        self._kept[owner, config_id] = _Prepared(model, revision, self._clock() + FRESH_SECONDS)
