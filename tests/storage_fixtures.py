"""Fresh databases for tests: `db` is migrated and empty, once on SQLite and once on PostgreSQL.

PostgreSQL is a cluster of its own in a temporary folder, reached by a Unix socket; it is started at the
first test that needs it and stopped at the end. A test gets a copy of a migrated template, so that
migrations run once.
"""

from __future__ import annotations

import asyncio
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest

from jupyter_llmops.storage.engine import Database
from jupyter_llmops.storage.upgrade import upgrade

DIALECTS = ("sqlite", "postgresql")
TEMPLATE = "llmops_template"
_numbers = count(1)


@dataclass(frozen=True)
class Cluster:
    """A running PostgreSQL and how to reach it."""

    folder: Path
    programs: Path
    user: str

    def url(self, database: str) -> str:
        """Return the URL of one of its databases, for `Database.open`."""
        return f"postgresql://{self.user}@/{database}?host={self.folder}"

    def execute(self, statement: str) -> None:
        """Run a statement that cannot be in a transaction."""
        with psycopg.connect(
            f"host={self.folder} user={self.user} dbname=postgres", autocommit=True
        ) as connection:
            connection.execute(statement)

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs, as a user it accepts: it refuses root."""
        command = [str(self.programs / program), *arguments]
        options: dict[str, object] = {}
        if os.geteuid() == 0:
            account = pwd.getpwnam(self.user)
            options = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False, **options)  # type: ignore[call-overload]
        if done.returncode:
            log = self.folder / "log"
            text = log.read_text() if log.exists() else ""
            raise RuntimeError(f"{program}: {done.stdout}{done.stderr}{text}")


def postgresql_programs() -> Path:
    """Return the folder of initdb and pg_ctl, the newest version where there are several."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(versions, key=lambda path: int(path.parts[-3]), default=None)
    assert newest is not None, "PostgreSQL is not installed; `make test` installs it (Debian: postgresql)"
    return newest.parent


@contextmanager
def running_postgresql(settings: str) -> Iterator[Cluster]:
    """Run a PostgreSQL of our own, as user `postgres` where we are root."""
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    # A socket's path has 107 bytes at most: pytest's temporary folders are too deep.
    folder = Path(tempfile.mkdtemp(prefix="llmops-pg-"))
    cluster = Cluster(folder, postgresql_programs(), user)
    if os.geteuid() == 0:
        shutil.chown(folder, user)
    data = folder / "data"
    try:
        cluster.run(
            "initdb", "-D", str(data), "-U", user, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"
        )
        options = f"-k {folder} -c listen_addresses= {settings}"
        cluster.run("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield cluster
        finally:
            cluster.run("pg_ctl", "-D", str(data), "-m", "fast", "-w", "stop")
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """Run a PostgreSQL of our own for the session."""
    with running_postgresql("-c fsync=off -c full_page_writes=off -c synchronous_commit=off") as cluster:
        yield cluster


@pytest.fixture(scope="session")
def postgresql_template(postgresql: Cluster) -> Cluster:
    """Give the cluster with a migrated database to copy."""
    postgresql.execute(f"CREATE DATABASE {TEMPLATE}")
    asyncio.run(upgrade(postgresql.url(TEMPLATE)))
    return postgresql


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    asyncio.run(upgrade(f"sqlite:///{path}"))
    return path


@pytest.fixture(params=DIALECTS)
def dialect(request: pytest.FixtureRequest) -> str:
    """Name the kind of database; a test that asks for it runs on each."""
    return str(request.param)


@pytest.fixture
def empty_database_url(request: pytest.FixtureRequest, dialect: str, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a database without tables."""
    if dialect == "sqlite":
        yield f"sqlite:///{tmp_path / 'llmops.sqlite3'}"
        return
    yield from _postgresql_database(request.getfixturevalue("postgresql"), "template0")


@pytest.fixture
def database_url(request: pytest.FixtureRequest, dialect: str, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a migrated, empty database."""
    if dialect == "sqlite":
        path = tmp_path / "llmops.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    yield from _postgresql_database(request.getfixturevalue("postgresql_template"), TEMPLATE)


@pytest.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """Give a migrated, empty, open database."""
    database = await Database.open(database_url)
    yield database
    await database.close()


def _postgresql_database(cluster: Cluster, template: str) -> Iterator[str]:
    name = f"llmops_{next(_numbers)}"
    assert re.fullmatch(r"\w+", name)
    cluster.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield cluster.url(name)
    cluster.execute(f"DROP DATABASE {name} WITH (FORCE)")
