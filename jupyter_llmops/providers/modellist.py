"""Live model lists, remembered for ten minutes; who asks twice at once causes one request."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass

from .base import ModelInfo, Protocol, Target

__all__ = ["ModelLists"]

_FRESH_FOR = 600.0
_MOST = 500

# owner, provider, endpoint, hash of the key: what one key may see is not shown to another.
Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class _Remembered:
    until: float
    models: list[ModelInfo]


class ModelLists:
    """Ask providers for their models, not more often than needed."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[Key, _Remembered] = {}
        self._asking: dict[Key, asyncio.Task[list[ModelInfo]]] = {}

    async def get(
        self, owner: str, protocol: Protocol, target: Target, refresh: bool = False
    ) -> list[ModelInfo]:
        """Return the models of a target, or raise what the provider says."""
        key = _key(owner, target)
        known = self._known.get(key)
        if known is not None and not refresh and known.until > self._clock():
            return known.models
        task = self._asking.get(key)
        if task is None:
            task = self._asking[key] = asyncio.create_task(self._ask(key, protocol, target))
            task.add_done_callback(lambda done: self._asked(key, done))
        # One who gives up must not spoil it for the others.
        return await asyncio.shield(task)

    def peek(self, owner: str, target: Target) -> list[ModelInfo]:
        """Return what is remembered of a target without asking."""
        known = self._known.get(_key(owner, target))
        return known.models if known else []

    async def _ask(self, key: Key, protocol: Protocol, target: Target) -> list[ModelInfo]:
        models = await protocol.models(target)
        if len(self._known) >= _MOST:
            self._known.pop(next(iter(self._known)))
        self._known[key] = _Remembered(self._clock() + _FRESH_FOR, models)
        return models

    def _asked(self, key: Key, task: asyncio.Task[list[ModelInfo]]) -> None:
        self._asking.pop(key, None)
        if not task.cancelled():
            task.exception()  # seen, also when everybody who waited has gone


def _key(owner: str, target: Target) -> Key:
    return owner, target.provider_id, target.endpoint, hashlib.sha256(target.api_key.encode()).hexdigest()
