"""Structured logs: one JSON object a line, with the request's id and without secrets."""

from __future__ import annotations

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from logging.handlers import TimedRotatingFileHandler
from pathlib import Path
from typing import Any

__all__ = ["JsonFormatter", "add_log_file", "redact", "request_id"]

request_id: ContextVar[str] = ContextVar("llmops_request_id", default="")

DAYS_KEPT = 30

_HIDDEN = "[redacted]"
# Key-like words of providers, bearer and basic credentials, and key=value pairs of secrets.
_SECRETS = re.compile(
    r"""(?ix)
    \b(?:sk|pk|rk|ghp|gho|xai|gsk|hf|nvapi)[-_][A-Za-z0-9_\-]{8,}
    | (?<=bearer\s)[^\s"',]+ | (?<=basic\s)[A-Za-z0-9+/=]{8,} | (?<=token\s)[A-Za-z0-9]{16,}
    | (?<=:)[^/@\s:]+(?=@)                       # the password of scheme://user:password@host
    | (?<=[?&]token=)[^&\s"']+
    """
)
_PAIRS = re.compile(
    r"""(?ix)(["']?(?:api[-_]?key|x-api-key|authorization|password|passwd|secret|access[-_]?token|cookie)["']?
    \s*[:=]\s*["']?)(?:(?:bearer|basic|token)\s+)?([^\s"',}&]+)"""
)
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "traceback"}


def redact(text: str) -> str:
    """Return the text with everything that looks like a credential replaced."""
    return _PAIRS.sub(rf"\g<1>{_HIDDEN}", _SECRETS.sub(_HIDDEN, text))


class JsonFormatter(logging.Formatter):
    """Write a record as one JSON line: time, level, logger, message, request_id, extras."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; credentials are redacted in every text of it."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC)
            .isoformat(timespec="milliseconds")
            .replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if name := request_id.get():
            line["request_id"] = name
        line.update({k: v for k, v in vars(record).items() if k not in _STANDARD and not k.startswith("_")})
        if traceback := getattr(record, "traceback", None):
            line["traceback"] = traceback
        elif record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return redact(json.dumps(line, ensure_ascii=False, default=str))


def add_log_file(path: Path, level: int = logging.INFO) -> logging.Handler:
    """Write the package's log to a file, a new one each day, the last 30 days kept."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = TimedRotatingFileHandler(
        path, when="midnight", backupCount=DAYS_KEPT, utc=True, encoding="utf-8", delay=True
    )
    handler.setFormatter(JsonFormatter())
    handler.setLevel(level)
    logger = logging.getLogger("jupyter_llmops")
    logger.addHandler(handler)
    if logger.level == logging.NOTSET or logger.level > level:
        logger.setLevel(level)
    return handler
