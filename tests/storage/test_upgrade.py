"""Databases of any age become those of this code, once, and nothing is lost on the way."""

from __future__ import annotations

import asyncio
import gzip
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select, text

import jupyter_llmops
from jupyter_llmops.storage import upgrade as module
from jupyter_llmops.storage.engine import Database
from jupyter_llmops.storage.problems import (
    DatabaseTooNew,
    StorageBusy,
    StorageUnavailable,
    UnsuitableDatabase,
)
from jupyter_llmops.storage.search import search_messages
from jupyter_llmops.storage.tables import chat_messages, metadata, model_configs
from jupyter_llmops.storage.upgrade import HEAD, downgrade, open_database, revision_of, upgrade
from tests.storage_fixtures import Cluster

RELEASES = sorted((Path(__file__).parent.parent / "data" / "db").glob("*.sqlite3.gz"))
pytestmark = pytest.mark.spec("OPS-2")

BROKEN = """
revision, down_revision, branch_labels, depends_on = "{revision}", "{before}", None, None
from alembic import op

def upgrade() -> None:
    op.execute("CREATE TABLE half_done (id INTEGER)")
    op.execute("UPDATE chat_sessions SET title = 'changed'")
    {end}

def downgrade() -> None:
    op.execute("DROP TABLE half_done")
"""


async def tables_of(url: str) -> set[str]:
    database = await Database.open(url)
    try:
        async with database.read() as connection:
            return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))
    finally:
        await database.close()


@pytest.fixture
def later_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give a function that adds a revision, as a later release would."""

    def add(end: str = "pass") -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(module.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "versions" / "9999_later.py").write_text(
            BROKEN.format(revision="9999", before=HEAD, end=end)
        )
        monkeypatch.setattr(module, "MIGRATIONS", folder)
        monkeypatch.setattr(module, "HEAD", "9999")

    return add


def unpack(release: Path, folder: Path) -> Path:
    path = folder / "llmops.sqlite3"
    path.write_bytes(gzip.decompress(release.read_bytes()))
    return path


def damage(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(os.urandom(4096 * 4))


def backups(url: str) -> list[Path]:
    return sorted((Path(url.removeprefix("sqlite:///")).parent / "backups").glob("*"))


def test_the_constant_names_the_newest_revision() -> None:
    assert ScriptDirectory.from_config(module._config()).get_current_head() == HEAD


async def test_a_new_database_gets_all_tables_and_a_second_start_does_nothing(
    empty_database_url: str,
) -> None:
    assert await revision_of(empty_database_url) is None
    await upgrade(empty_database_url)
    assert await revision_of(empty_database_url) == HEAD
    assert set(metadata.tables) <= await tables_of(empty_database_url)
    await upgrade(empty_database_url)
    assert await revision_of(empty_database_url) == HEAD


async def test_the_revisions_make_what_the_code_describes(db: Database) -> None:
    def differences(connection: Connection) -> list[Any]:
        options = {
            "compare_type": True,
            "include_object": lambda _, name, *rest: "chat_search" not in (name or ""),
        }
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    async with db.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_every_table_names_its_owner(db: Database) -> None:
    assert [table.name for table in metadata.sorted_tables if "owner" not in table.columns] == []
    assert [table.name for table in metadata.sorted_tables if table.columns["owner"].nullable] == []


async def test_down_and_up_again_leaves_no_trace(empty_database_url: str) -> None:
    await upgrade(empty_database_url)
    await downgrade(empty_database_url, "base")
    assert await tables_of(empty_database_url) <= {"alembic_version", "sqlite_sequence"}
    await upgrade(empty_database_url)
    assert set(metadata.tables) <= await tables_of(empty_database_url)


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.name)
async def test_a_database_of_every_release_is_upgraded_with_its_data(release: Path, tmp_path: Path) -> None:
    database = await open_database(f"sqlite:///{unpack(release, tmp_path)}")
    async with database.read() as connection:
        config = (await connection.execute(select(model_configs))).one()
        contents = list(
            await connection.scalars(select(chat_messages.c.content).order_by(chat_messages.c.id))
        )
        assert (await connection.exec_driver_sql("PRAGMA foreign_key_check")).all() == []
    found = [(await search_messages(database, "anna", words)).hits for words in ("模型", "function", "🚀")]
    await database.close()
    assert (config.name, config.parameters, config.is_default) == ("配置", {"stop": ["模"]}, False)
    assert contents == ["什么是模型?", "A model is a function 🚀"]
    assert [[hit.message_id for hit in hits] for hits in found] == [[11], [12], [12]]


def test_this_release_is_stored() -> None:
    assert f"{jupyter_llmops.__version__}.sqlite3.gz" in [path.name for path in RELEASES]


async def test_the_stored_database_of_this_release_is_what_it_makes(tmp_path: Path) -> None:
    def schema(path: Path) -> list[Any]:
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()

    packed = next(path for path in RELEASES if path.name.startswith(jupyter_llmops.__version__))
    stored, made = unpack(packed, tmp_path), tmp_path / "made.sqlite3"
    await upgrade(f"sqlite:///{made}")
    assert schema(stored) == schema(made), "run scripts/store_database.py while the release is not out"


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_an_older_database_is_backed_up_before_its_upgrade(
    database_url: str, later_release: Any
) -> None:
    later_release()
    await upgrade(database_url)
    assert await revision_of(database_url) == "9999"
    (backup,) = backups(database_url)
    assert await revision_of(f"sqlite:///{backup}") == HEAD
    assert backup.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_only_the_newest_backups_are_kept(database_url: str, later_release: Any) -> None:
    later_release()
    for _ in range(3):
        await upgrade(database_url)
        await downgrade(database_url, HEAD)
    assert len(backups(database_url)) == module.BACKUPS_KEPT


async def test_an_upgrade_that_fails_half_way_changes_nothing(database_url: str, later_release: Any) -> None:
    later_release('raise RuntimeError("half way")')
    with pytest.raises(RuntimeError, match="half way"):
        await upgrade(database_url)
    assert await revision_of(database_url) == HEAD
    assert "half_done" not in await tables_of(database_url)


async def test_a_database_of_a_later_release_is_refused_and_left_alone(database_url: str) -> None:
    database = await Database.open(database_url)
    async with database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    await database.close()
    with pytest.raises(DatabaseTooNew, match="9999") as caught:
        await upgrade(database_url)
    assert "backup" in caught.value.advice()
    assert await revision_of(database_url) == "9999"


UPGRADE = """
import asyncio, sys
from jupyter_llmops.storage.upgrade import upgrade
asyncio.run(upgrade(sys.argv[1]))
"""


async def test_processes_that_start_at_once_upgrade_once(empty_database_url: str) -> None:
    started = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", UPGRADE, empty_database_url, stderr=asyncio.subprocess.PIPE
        )
        for _ in range(4)
    ]
    errors = [(await process.communicate())[1].decode() for process in started]
    assert [process.returncode for process in started] == [0] * 4, errors
    assert await revision_of(empty_database_url) == HEAD


async def test_waiting_for_another_upgrade_has_an_end(
    empty_database_url: str, dialect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = module.parse_url(empty_database_url)
    lock = module._file_lock(Path(str(url.database))) if dialect == "sqlite" else module._advisory_lock(url)
    with lock:
        monkeypatch.setattr(module, "LOCK_TIMEOUT", 0.2)
        with pytest.raises(StorageBusy):
            await upgrade(empty_database_url)
    await upgrade(empty_database_url)


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_a_damaged_file_is_not_upgraded(database_url: str, later_release: Any) -> None:
    later_release()
    damage(Path(database_url.removeprefix("sqlite:///")))
    with pytest.raises(Exception, match=r"damaged|cannot be used"):
        await upgrade(database_url)


def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "llmops.sqlite3"
    path.write_text("My diary. " * 100)
    with pytest.raises(StorageUnavailable):
        asyncio.run(upgrade(f"sqlite:///{path}"))
    assert path.read_text().startswith("My diary")


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_start_at_the_right_revision_does_not_import_alembic(database_url: str) -> None:
    code = """
import asyncio, sys
from jupyter_llmops.storage.upgrade import open_database
async def main():
    await (await open_database(sys.argv[1])).close()
asyncio.run(main())
sys.exit("alembic" in sys.modules or "cryptography" in sys.modules or "psycopg" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code, database_url], check=False).returncode == 0


@pytest.fixture
def powerless(postgresql: Cluster) -> Iterator[str]:
    """Give the URL of an empty database whose user may not create extensions."""
    postgresql.execute("CREATE ROLE powerless LOGIN")
    postgresql.execute("CREATE DATABASE refused")
    yield postgresql.url("refused").replace(f"//{postgresql.user}@", "//powerless@")
    postgresql.execute("DROP DATABASE refused WITH (FORCE)")
    postgresql.execute("DROP ROLE powerless")


async def test_a_missing_extension_says_who_can_help(powerless: str, postgresql: Cluster) -> None:
    with closing(module._open_postgresql(module.parse_url(postgresql.url("refused")))) as connection:
        connection.execute("GRANT ALL ON SCHEMA public TO powerless")
    with pytest.raises(UnsuitableDatabase, match="pg_trgm") as caught:
        await upgrade(powerless)
    assert "CREATE EXTENSION pg_trgm" in caught.value.advice()
    assert await revision_of(powerless) is None
    with closing(module._open_postgresql(module.parse_url(postgresql.url("refused")))) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
    await upgrade(powerless)
    assert await revision_of(powerless) == HEAD
