"""What can go wrong below the tables, and the one place that turns a driver's error into ours."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ..core.errors import LLMOpsError, StorageFull
from ..core.i18n import msg

__all__ = [
    "DatabaseTooNew",
    "KeyringProblem",
    "StorageBusy",
    "StorageUnavailable",
    "UnsuitableDatabase",
    "translate",
    "translated",
]


class StorageBusy(LLMOpsError):
    """Another writer holds the database for too long, or all connections are taken."""

    status, code, title = 503, "storage_busy", msg("The database is busy")
    remedy = msg("Try again in a few seconds. Nothing you typed is lost.")


class StorageUnavailable(LLMOpsError):
    """The database does not answer or its file cannot be used."""

    status, code, title = 503, "storage_unavailable", msg("The database cannot be used at the moment")
    remedy = msg(
        "Try again. If it stays, ask your administrator to look at the database and the server's log."
    )


class UnsuitableDatabase(LLMOpsError):
    """The place or kind of the database cannot work; found at start."""

    status, code, title = 503, "database_unsuitable", msg("The database cannot be kept there")


class DatabaseTooNew(LLMOpsError):
    """The database was made by a later release."""

    status, code, title = (
        503,
        "database_too_new",
        msg("The database was made by a newer version of jupyter-llmops"),
    )
    remedy = msg("Install that version or a later one, or restore a backup made before the upgrade.")


class KeyringProblem(LLMOpsError):
    """The master key is missing, malformed or another one than the data was encrypted with."""

    status, code, title = 503, "keyring", msg("The stored keys cannot be decrypted")


_SQLITE = {
    sqlite3.SQLITE_FULL: StorageFull,
    sqlite3.SQLITE_BUSY: StorageBusy,
    sqlite3.SQLITE_LOCKED: StorageBusy,
    sqlite3.SQLITE_IOERR: StorageUnavailable,
    sqlite3.SQLITE_READONLY: StorageUnavailable,
    sqlite3.SQLITE_CANTOPEN: StorageUnavailable,
    sqlite3.SQLITE_CORRUPT: StorageUnavailable,
    sqlite3.SQLITE_NOTADB: StorageUnavailable,
    sqlite3.SQLITE_PERM: StorageUnavailable,
}

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRESQL = {
    "53100": StorageFull,  # disk_full
    "53300": StorageBusy,  # too_many_connections
    "55P03": StorageBusy,  # lock_not_available
    "40001": StorageBusy,  # serialization_failure
    "40P01": StorageBusy,  # deadlock_detected
}
_POSTGRESQL_CLASSES = {
    "08": StorageUnavailable,  # connection exception
    "57": StorageUnavailable,  # operator intervention, shutdown
    "58": StorageUnavailable,  # system error
    "XX": StorageUnavailable,  # corrupted
}


def translate(error: BaseException) -> LLMOpsError | None:
    """Return our error for what the driver or SQLAlchemy raised; None when it is a defect of a query."""
    if isinstance(error, PoolTimeout):
        return StorageBusy()
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageFull()
    origin = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(origin, "sqlite_errorcode", None)
    if code is not None:
        kind = _SQLITE.get(code & 0xFF)  # the low byte is the primary code
        return kind() if kind else None
    return _translate_postgresql(error, origin)


def _translate_postgresql(error: BaseException, origin: BaseException | None) -> LLMOpsError | None:
    state = getattr(origin, "sqlstate", None)
    if state:
        kind = _POSTGRESQL.get(state) or _POSTGRESQL_CLASSES.get(state[:2])
        return kind() if kind else None
    # psycopg reports a server that is not there, or went away, without a state.
    return StorageUnavailable() if isinstance(error, OperationalError) else None


@contextmanager
def translated() -> Iterator[None]:
    """Raise our errors instead of the driver's within the block."""
    try:
        yield
    except (DBAPIError, PoolTimeout, sqlite3.Error, OSError) as error:
        ours = translate(error)
        if ours is None:
            raise
        raise ours from error
