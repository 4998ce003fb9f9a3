"""The embedded provider: a small real model on this machine, so that the first chat needs nothing else."""

from __future__ import annotations

from .catalogue import INSTRUCT, MODELS, PROVIDER_ID, THINKING
from .problems import EmbeddedError, ModelMissing, NotInstalled, Offline, StartFailed, WrongFile
from .protocol import EmbeddedProtocol
from .server import EmbeddedServer

__all__ = [
    "INSTRUCT",
    "MODELS",
    "PROVIDER_ID",
    "THINKING",
    "EmbeddedError",
    "EmbeddedProtocol",
    "EmbeddedServer",
    "ModelMissing",
    "NotInstalled",
    "Offline",
    "StartFailed",
    "WrongFile",
]
