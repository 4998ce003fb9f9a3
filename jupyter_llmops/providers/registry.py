"""Protocols by name. Built-in ones and those of plug-ins register the same way, by entry point.

A plug-in is a `Protocol` subclass that takes an `HttpPool`, named in the group below. One that
cannot be imported is logged and left out: the others go on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.metadata import EntryPoint, entry_points

from .base import Protocol
from .http import HttpPool

__all__ = ["BUILTIN", "GROUP", "Factory", "ProtocolRegistry", "load_factories"]

GROUP = "jupyter_llmops.providers"
BUILTIN = tuple(
    EntryPoint(name, f"jupyter_llmops.providers.builtin.{name}:{kind}", GROUP)
    for name, kind in (
        ("openai", "OpenAIProtocol"),
        ("ollama", "OllamaProtocol"),
        ("anthropic", "AnthropicProtocol"),
    )
)

Factory = Callable[[HttpPool], Protocol]

_log = logging.getLogger(__name__)


def load_factories(found: Iterable[EntryPoint] | None = None) -> dict[str, Factory]:
    """Import the protocols; a built-in name cannot be taken by a plug-in."""
    plugins = entry_points(group=GROUP) if found is None else found
    factories: dict[str, Factory] = {}
    for entry in (*BUILTIN, *plugins):
        factory = _load(entry)
        if factory is None:
            continue
        if entry.name in factories:
            _log.warning("Provider plug-in %s of %s is left out: the name is taken", entry.name, entry.value)
        else:
            factories[entry.name] = factory
    return factories


def _load(entry: EntryPoint) -> Factory | None:
    try:
        loaded = entry.load()
    except Exception:  # noqa: BLE001 - a plug-in may fail in any way, and must not take the rest with it
        _log.exception("Provider plug-in %s of %s cannot be loaded and is left out", entry.name, entry.value)
        return None
    if isinstance(loaded, type) and issubclass(loaded, Protocol):
        return loaded
    _log.error("Provider plug-in %s of %s is no Protocol and is left out", entry.name, entry.value)
    return None


class ProtocolRegistry(Mapping[str, Protocol]):
    """One protocol object a name, all on one connection pool."""

    def __init__(self, http: HttpPool, factories: Mapping[str, Factory]) -> None:
        self._protocols = {name: factory(http) for name, factory in factories.items()}

    def add(self, name: str, protocol: Protocol) -> None:
        """Register a protocol that needs more than the pool, such as the embedded one."""
        self._protocols[name] = protocol

    def __getitem__(self, name: str) -> Protocol:
        return self._protocols[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._protocols)

    def __len__(self) -> int:
        return len(self._protocols)
