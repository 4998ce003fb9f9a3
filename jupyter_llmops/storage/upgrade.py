"""Brings a database to the revision of this code, before anything else opens it.

At the right revision this costs one small query; Alembic is not even imported. Otherwise: take the lock,
look again, back SQLite up, run the migrations. Each of them is one transaction: it happened or it did not.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import URL

from ..core.i18n import msg
from .engine import Database, parse_url
from .places import prepare_file, refuse_network
from .problems import DatabaseTooNew, StorageBusy, UnsuitableDatabase, translated

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

__all__ = ["HEAD", "downgrade", "open_database", "revision_of", "upgrade"]

HEAD = "0001"  # the newest revision in migrations/versions; a test compares
MIGRATIONS = Path(__file__).parent / "migrations"
LOCK_TIMEOUT = 120.0  # seconds to wait for another process's upgrade
LOCK_KEY = 0x6C6C6D6F7073  # "llmops": PostgreSQL's advisory locks are numbers
BACKUPS_KEPT = 3


async def open_database(url: str | URL) -> Database:
    """Return the open database, upgraded first where that is needed."""
    await upgrade(url)
    return await Database.open(url)


async def upgrade(url: str | URL) -> None:
    """Bring the database to this code's revision; make it if there is none.

    Raise DatabaseTooNew when a later release made it, StorageBusy when another process takes too long
    to upgrade it, UnsuitableDatabase when it cannot hold our tables.
    """
    await _run(parse_url(url), "head")


async def downgrade(url: str | URL, revision: str) -> None:
    """Take the database back to an older revision; `base` drops all tables."""
    await _run(parse_url(url), revision)


async def revision_of(url: str | URL) -> str | None:
    """Return the revision a database is at; None when it has none of our tables."""
    with translated():
        return await asyncio.to_thread(_revision, parse_url(url))


async def _run(url: URL, target: str) -> None:
    sqlite = url.get_backend_name() == "sqlite"
    await asyncio.to_thread(_move_sqlite if sqlite else _move_postgresql, url, target)


def _move_sqlite(url: URL, target: str) -> None:
    path = Path(str(url.database))
    with translated():
        refuse_network(path)
        prepare_file(path)
        if _is_there(_revision(url), target):
            return
        with _file_lock(path):
            revision = _revision(url)
            if _is_there(revision, target):
                return
            if revision is not None:
                _check_known(revision)
                _back_up(path, revision)
            _migrate(url.set(drivername="sqlite"), target)


def _move_postgresql(url: URL, target: str) -> None:
    with translated():
        if _is_there(_revision(url), target):
            return
        with _advisory_lock(url):
            revision = _revision(url)
            if _is_there(revision, target):
                return
            if revision is not None:
                _check_known(revision)
            _migrate(url, target)


def _is_there(revision: str | None, target: str) -> bool:
    return revision == (HEAD if target == "head" else target)


def _revision(url: URL) -> str | None:
    """Read what Alembic wrote, without Alembic."""
    query = "SELECT version_num FROM alembic_version"
    if url.get_backend_name() == "sqlite":
        with closing(_open_sqlite(Path(str(url.database)))) as connection:
            try:
                row = connection.execute(query).fetchone()
            except sqlite3.OperationalError as error:
                if "no such table" in str(error):
                    return None
                raise
        return row[0] if row else None
    with closing(_open_postgresql(url)) as connection:
        found = connection.execute("SELECT to_regclass('alembic_version')").fetchone()
        row = connection.execute(query).fetchone() if found[0] else None
    return row[0] if row else None


def _open_sqlite(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=LOCK_TIMEOUT, isolation_level=None)


def _open_postgresql(url: URL) -> Any:
    import psycopg
    from sqlalchemy.exc import OperationalError

    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        return psycopg.connect(plain, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise OperationalError("connect", None, error) from error


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    """Hold a lock beside the database. SQLite's own locks are released by the system when a process dies."""
    lock = path.with_name(path.name + ".lock")
    prepare_file(lock)
    with closing(_open_sqlite(lock)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.rollback()


@contextmanager
def _advisory_lock(url: URL) -> Iterator[None]:
    with closing(_open_postgresql(url)) as connection:
        deadline = time.monotonic() + LOCK_TIMEOUT
        while not connection.execute(f"SELECT pg_try_advisory_lock({LOCK_KEY})").fetchone()[0]:
            if time.monotonic() > deadline:
                raise StorageBusy(msg("Another process has been upgrading the database for too long."))
            time.sleep(0.1)
        yield


def _check_known(revision: str) -> None:
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision not in known:
        raise DatabaseTooNew(
            msg("The database is at revision {revision}, which this version does not know."),
            revision=revision,
        )


def _back_up(path: Path, revision: str) -> Path:
    """Copy the database while it may be in use, and check the copy; keep the newest few."""
    folder = path.parent / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    copy = folder / f"{path.stem}-{revision}-{moment}.sqlite3"
    prepare_file(copy)
    try:
        _copy(path, copy)
    except BaseException:
        copy.unlink()
        raise
    for old in sorted(folder.glob(f"{path.stem}-*.sqlite3"), key=_moment)[:-BACKUPS_KEPT]:
        old.unlink()
    return copy


def _moment(backup: Path) -> str:
    return backup.stem.rpartition("-")[2]


def _copy(path: Path, copy: Path) -> None:
    with closing(_open_sqlite(path)) as source, closing(_open_sqlite(copy)) as target:
        source.backup(target)
        if target.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise UnsuitableDatabase(
                msg("The database file is damaged; it was not upgraded."),
                remedy=msg("Restore a backup, or move the file away to start with an empty database."),
            )


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _migrate(url: URL, target: str) -> None:
    from alembic import command

    def step(connection: Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        move = command.upgrade if target == "head" else command.downgrade
        move(config, target)

    _with_connection(url, step)


def _with_connection(url: URL, step: Callable[[Connection], None]) -> None:
    from sqlalchemy import NullPool, create_engine, event

    sqlite = url.get_backend_name() == "sqlite"
    # Python's sqlite3 would commit before DDL; saying BEGIN ourselves makes a migration one transaction.
    arguments = {"isolation_level": None, "timeout": LOCK_TIMEOUT} if sqlite else {}
    engine = create_engine(url, poolclass=NullPool, connect_args=arguments)
    if sqlite:
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.connect() as connection:
            step(connection)
    finally:
        engine.dispose()
