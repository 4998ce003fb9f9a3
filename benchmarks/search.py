"""Search and list queries with a million messages, on SQLite and PostgreSQL, for one owner and for 200.

    python benchmarks/search.py [--messages N] [--runs N] [--only sqlite-1,postgresql-200] [--folder DIR]

SPEC: search < 100 ms, list queries < 20 ms. "First" is the first run in a fresh process: empty caches of the
database's own, a warm file system. A new page of hits is 20 messages with their snippets.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import psycopg
from sqlalchemy import bindparam, func, select

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks._corpus import messages
from jupyter_llmops.storage.engine import Database
from jupyter_llmops.storage.search import search_messages
from jupyter_llmops.storage.search_terms import word_grams
from jupyter_llmops.storage.tables import chat_messages, chat_sessions, model_configs
from jupyter_llmops.storage.upgrade import upgrade
from tests.storage_fixtures import Cluster, running_postgresql

SESSION = 20  # messages a session
CONFIGS = 30  # configurations an owner
START = datetime(2025, 1, 1, tzinfo=UTC)
QUERIES = {
    "very common word": "the",
    "common word": "transformer",
    "two words": "transformer gpu",
    "rare word, 1 in 20,000": "quixotry",
    "rare word, 1 in 100,000": "zugzwang",
    "absent word of common trigrams": "therentionally",
    "absent word": "xqzjvk",
    "short word": "AI",
    "one letter": "x",
    "very common character": "的",
    "common, 2 characters": "模型",
    "rare, 2 characters, 1 in 20,000": "鹦鹉",
    "rare, 2 characters, 1 in 100,000": "蘑菇",
    "rare character, 1 in 100,000": "鑫",
    "absent, 2 characters": "龘靐",
    "4 characters": "神经网络",
    "6 characters, absent": "模型鹦鹉数据",
    "Chinese and English": "模型 transformer",
    "common and rare together": "the 鑫",
    "signs only": "#!",
}
SESSION_COLUMNS = (
    "id, owner, title, title_source, model_config_id, model, provider_id, prompt_ids, system_prompt, "
    "parameters, message_count, created_at, updated_at"
)
MESSAGE_COLUMNS = (
    "id, owner, session_id, parent_id, role, status, model, provider_id, parameters, notices, created_at, "
    "updated_at, content, thinking"
)


def owner_of(session: int, owners: int) -> int:
    """Spread sessions over owners as time would: mixed."""
    return session * 2654435761 % 2**32 % owners


def session_rows(count: int, owners: int) -> Iterator[tuple[object, ...]]:
    """Yield sessions with their configuration."""
    for number in range(1, count // SESSION + 1):
        owner = owner_of(number, owners)
        config = owner * CONFIGS + number % CONFIGS + 1
        moment = (START + timedelta(minutes=number)).isoformat(" ").removesuffix("+00:00")
        title = f"会话 {number} about things"
        yield (
            number,
            f"u{owner}",
            title,
            "auto",
            config,
            "m",
            "custom",
            "[]",
            "",
            "{}",
            SESSION,
            moment,
            moment,
        )


def message_rows(count: int, owners: int) -> Iterator[tuple[object, ...]]:
    """Yield messages, 20 a session, each the child of the one before."""
    for number, text in enumerate(messages(count), 1):
        session, place = divmod(number - 1, SESSION)
        owner = f"u{owner_of(session + 1, owners)}"
        role = "assistant" if place % 2 else "user"
        parent = number - 1 if place else None
        moment = (START + timedelta(minutes=session)).isoformat(" ").removesuffix("+00:00")
        yield (
            number,
            owner,
            session + 1,
            parent,
            role,
            "complete",
            "m",
            "custom",
            "{}",
            "[]",
            moment,
            moment,
            text,
            "",
        )


def config_rows(owners: int) -> Iterator[tuple[object, ...]]:
    """Yield model configurations."""
    moment = START.isoformat(" ").removesuffix("+00:00")
    for number in range(owners * CONFIGS):
        owner = f"u{number // CONFIGS}"
        yield (
            number + 1,
            owner,
            f"config {number}",
            "",
            "custom",
            "",
            "m",
            "",
            "{}",
            "",
            1,
            "[]",
            moment,
            moment,
        )


CONFIG_COLUMNS = (
    "id, owner, name, notes, provider_id, endpoint, model, api_key_hint, parameters, system_prompt, version, "
    "groups, created_at, updated_at"
)


def fill_sqlite(path: Path, count: int, owners: int) -> None:
    """Load everything at once: without the triggers, each index in the order of its keys."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in ("PRAGMA synchronous = OFF", "PRAGMA cache_size = -400000", "BEGIN"):
            connection.execute(statement)
        find = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'chat_search%'"
        triggers = connection.execute(find).fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        tables = {
            "model_configs": (CONFIG_COLUMNS, config_rows(owners)),
            "chat_sessions": (SESSION_COLUMNS, session_rows(count, owners)),
            "chat_messages": (MESSAGE_COLUMNS, message_rows(count, owners)),
        }
        for table, (columns, rows) in tables.items():
            marks = ", ".join("?" * len(columns.split(",")))
            names = columns.replace("groups", '"groups"')
            connection.executemany(f"INSERT INTO {table}({names}) VALUES ({marks})", rows)
        fill_search(connection)
        for _, sql in triggers:
            connection.execute(sql)
        for statement in ("COMMIT", "PRAGMA wal_checkpoint(TRUNCATE)", "ANALYZE"):
            connection.execute(statement)


def fill_search(connection: sqlite3.Connection) -> None:
    """Do what the triggers would have done."""
    connection.execute(
        "INSERT INTO chat_search_owners(owner) SELECT DISTINCT owner FROM chat_messages ORDER BY owner"
    )
    query = """SELECT (o.id << 40) | m.id, m.content FROM chat_search_owners o CROSS JOIN chat_messages m
    ON m.owner = o.owner ORDER BY o.id, m.id"""
    connection.execute(f"INSERT INTO chat_search_text(rowid, grams) {query}")
    rows = ((row, " ".join(word_grams(text))) for row, text in connection.execute(query))
    connection.executemany("INSERT INTO chat_search_short(rowid, grams) VALUES (?, ?)", rows)


def fill_postgresql(cluster: Cluster, name: str, count: int, owners: int) -> None:
    """Load everything at once, then build the index of grams."""
    with psycopg.connect(
        f"host={cluster.folder} user={cluster.user} dbname={name}", autocommit=True
    ) as connection:
        find = "SELECT indexdef FROM pg_indexes WHERE indexname = 'chat_search_index'"
        definition = connection.execute(find).fetchone()
        assert definition
        connection.execute("DROP INDEX chat_search_index")
        tables = {
            "model_configs": (CONFIG_COLUMNS, config_rows(owners)),
            "chat_sessions": (SESSION_COLUMNS, session_rows(count, owners)),
            "chat_messages": (MESSAGE_COLUMNS, message_rows(count, owners)),
        }
        for table, (columns, rows) in tables.items():
            names = columns.replace("groups", '"groups"')
            with connection.cursor().copy(f"COPY {table}({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        connection.execute(definition[0])
        connection.execute("VACUUM ANALYZE")


def list_queries() -> dict[str, Callable[[Database, str], Awaitable[object]]]:
    """Return what list pages ask, as their stores do."""
    s, m, c = chat_sessions.c, chat_messages.c, model_configs.c

    def run(statement: object) -> Callable[[Database, str], Awaitable[object]]:
        async def execute(db: Database, owner: str) -> object:
            async with db.read() as connection:
                return (await connection.execute(statement, {"owner": owner})).all()  # type: ignore[call-overload]

        return execute

    listed = (s.owner == bindparam("owner"), s.deleted_at.is_(None), s.archived.is_(False))
    order = (s.pinned.desc(), s.updated_at.desc(), s.id.desc())
    last = select(func.max(s.id)).where(s.owner == bindparam("owner")).scalar_subquery()
    return {
        "sessions, a page": run(select(chat_sessions).where(*listed).order_by(*order).limit(50)),
        "sessions, total": run(select(func.count()).select_from(chat_sessions).where(*listed)),
        "sessions, title absent": run(
            select(chat_sessions).where(*listed, s.title.ilike("%absent%")).order_by(*order).limit(50)
        ),
        "sessions of a model": run(
            select(chat_sessions).where(*listed, s.model_config_id == 1).order_by(*order).limit(50)
        ),
        "messages of a session": run(
            select(chat_messages).where(m.owner == bindparam("owner"), m.session_id == last).order_by(m.id)
        ),
        "configurations": run(
            select(model_configs)
            .where(c.owner == bindparam("owner"), c.deleted_at.is_(None))
            .order_by(c.updated_at.desc(), c.id.desc())
            .limit(50)
        ),
        "left streaming": run(
            select(m.id).where(m.status == "streaming", bindparam("owner") == bindparam("owner"))
        ),
    }


async def measure(label: str, url: str, owner: str, runs: int) -> None:
    """Print a line for each query."""
    database = await Database.open(url)
    print(f"\n{label}\n{'':36}{'first':>9}{'p50':>9}{'p95':>9}{'max':>9} ms   hits")

    async def line(name: str, call: Callable[[], Awaitable[int]]) -> None:
        times = []
        for _ in range(runs + 1):
            start = time.perf_counter()
            hits = await call()
            times.append((time.perf_counter() - start) * 1000)
        first, rest = times[0], sorted(times[1:])
        p50, p95 = rest[len(rest) // 2], rest[int(len(rest) * 0.95)]
        print(f"{name:36}{first:9.1f}{p50:9.1f}{p95:9.1f}{rest[-1]:9.1f}   {hits:6}", flush=True)

    for name, words in QUERIES.items():
        await line(name, partial(count_hits, database, owner, words))
    for name, query in list_queries().items():
        await line(name, partial(count_rows, query, database, owner))
    await database.close()


async def count_hits(database: Database, owner: str, words: str) -> int:
    """Search and return how many hits the page has."""
    return len((await search_messages(database, owner, words)).hits)


async def count_rows(
    query: Callable[[Database, str], Awaitable[object]], database: Database, owner: str
) -> int:
    """Run a list query and return its number of rows."""
    rows = await query(database, owner)
    assert isinstance(rows, list)
    return len(rows)


def main() -> None:
    """Fill and measure each kind of database in turn."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=30)
    parser.add_argument("--only", default="sqlite-1,sqlite-200,postgresql-1,postgresql-200")
    parser.add_argument(
        "--folder", type=Path, help="keep SQLite's files here, to measure again without loading"
    )
    options = parser.parse_args()
    chosen = options.only.split(",")
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        for owners in (owners for owners in (1, 200) if f"sqlite-{owners}" in chosen):
            path = folder / f"search-{options.messages}-{owners}.sqlite3"
            url = f"sqlite:///{path}"
            new, start = not path.exists(), time.perf_counter()
            if new:
                asyncio.run(upgrade(url))
                fill_sqlite(path, options.messages, owners)
            report(f"SQLite, {owners} owner(s)", path.stat().st_size, start)
            asyncio.run(
                measure(f"SQLite, {options.messages:,} messages, {owners} owner(s)", url, "u0", options.runs)
            )
    wanted = [owners for owners in (1, 200) if f"postgresql-{owners}" in chosen]
    if wanted:
        measure_postgresql(wanted, options.messages, options.runs)


def measure_postgresql(wanted: list[int], count: int, runs: int) -> None:
    """Fill and measure a cluster of our own."""
    settings = "-c fsync=off -c maintenance_work_mem=512MB -c max_wal_size=4GB -c shared_buffers=512MB"
    with running_postgresql(settings) as cluster:
        for owners in wanted:
            name, start = f"bench_{owners}", time.perf_counter()
            cluster.execute(f"CREATE DATABASE {name}")
            asyncio.run(upgrade(cluster.url(name)))
            fill_postgresql(cluster, name, count, owners)
            with psycopg.connect(f"host={cluster.folder} user={cluster.user} dbname={name}") as connection:
                size = connection.execute("SELECT pg_database_size(current_database())").fetchone()
            assert size
            report(f"PostgreSQL, {owners} owner(s)", size[0], start)
            asyncio.run(
                measure(f"PostgreSQL, {count:,} messages, {owners} owner(s)", cluster.url(name), "u0", runs)
            )
            cluster.execute(f"DROP DATABASE {name}")


def report(label: str, size: int, start: float) -> None:
    """Say how large a database is and how long it took to load."""
    print(f"{label}: {size / 1e6:,.0f} MB, loaded in {time.perf_counter() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()
