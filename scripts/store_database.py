"""Keep a database as this release makes it: `store_database.py` writes tests/data/db/<version>.sqlite3.gz.

Run it once at each release. The tests upgrade every stored database, so that no release is left behind.
"""

from __future__ import annotations

import asyncio
import gzip
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from jupyter_llmops import __version__  # noqa: E402
from jupyter_llmops.storage.upgrade import upgrade  # noqa: E402

MOMENT = "2026-01-02 03:04:05.678901"
ROWS = f"""
INSERT INTO model_configs(id, owner, name, notes, provider_id, endpoint, model, api_key_hint, parameters,
    system_prompt, version, "groups", created_at, updated_at)
VALUES (7, 'anna', '配置', '', 'custom', 'http://127.0.0.1:1/v1', 'm', '1234', '{{"stop":["模"]}}', '', 1,
    '[]', '{MOMENT}', '{MOMENT}');
INSERT INTO chat_sessions(id, owner, title, title_source, model_config_id, model, provider_id, prompt_ids,
    system_prompt, parameters, message_count, current_message_id, created_at, updated_at)
VALUES (3, 'anna', '标题', 'user', 7, 'm', 'custom', '[]', '', '{{}}', 2, 12, '{MOMENT}', '{MOMENT}');
INSERT INTO chat_messages(id, owner, session_id, parent_id, role, status, model, provider_id, parameters,
    notices, created_at, updated_at, content, thinking)
VALUES
    (11, 'anna', 3, NULL, 'user', 'complete', '', '', '{{}}', '[]', '{MOMENT}', '{MOMENT}',
        '什么是模型?', ''),
    (12, 'anna', 3, 11, 'assistant', 'stopped', 'm', 'custom', '{{}}', '["a note"]', '{MOMENT}', '{MOMENT}',
        'A model is a function 🚀', 'hm');
"""


def main() -> None:
    """Make the database, fill it, pack it."""
    target = ROOT / "tests" / "data" / "db" / f"{__version__}.sqlite3.gz"
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "llmops.sqlite3"
        asyncio.run(upgrade(f"sqlite:///{path}"))
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(ROWS + "VACUUM;")
        target.write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    print(target.relative_to(ROOT), target.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
