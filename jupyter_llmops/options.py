"""What an operator can set, as plain values; `app.py` and the command line make them from traits."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Options", "default_data_dir"]


def default_data_dir() -> Path:
    """Return the folder for the database and keys: below Jupyter's data folder."""
    from jupyter_core.paths import jupyter_data_dir

    return Path(os.environ.get("LLMOPS_DATA_DIR") or Path(jupyter_data_dir()) / "llmops")


@dataclass(frozen=True, slots=True)
class Options:
    """Settings of one running service. Times are seconds."""

    data_dir: Path = field(default_factory=default_data_dir)
    database_url: str = ""
    allowed_hosts: tuple[str, ...] = ()
    presets_file: Path | None = None
    prices_file: Path | None = None
    connect_timeout: float = 10.0
    first_token_timeout: float = 60.0
    idle_timeout: float = 30.0
    embedded_idle: float = 600.0
    embedded: bool = True
    max_upload_mb: int = 50
    trash_days: int = 30

    @property
    def url(self) -> str:
        """Return the database URL: the given one, else SQLite in the data folder."""
        return self.database_url or f"sqlite:///{self.data_dir / 'llmops.sqlite3'}"

    @property
    def keys_file(self) -> Path:
        """Return the file with the master keys."""
        return self.data_dir / "keys.json"

    @property
    def log_file(self) -> Path:
        """Return the file of the JSON log."""
        return self.data_dir / "logs" / "llmops.log"
