"""The scopes that permit verbs. JupyterHub's names, so that both modes speak of the same thing."""

from __future__ import annotations

__all__ = ["ADMIN", "ALL", "TRAIN", "USE"]

USE = "custom:llmops:use"
TRAIN = "custom:llmops:train"
ADMIN = "custom:llmops:admin"

ALL = frozenset({USE, TRAIN, ADMIN})
