"""Keeps API keys unreadable at rest.

The keyring is a file (mode 0600) or the environment variable LLMOPS_MASTER_KEY; it holds Fernet keys,
the newest first: the first encrypts, all decrypt. `rotate` puts a new key in front, encrypts everything
anew in one transaction and only then drops the old keys, so that a crash at any point loses nothing.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Column, LargeBinary, Table, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from ..core.i18n import msg
from .engine import Database
from .problems import KeyringProblem, translated
from .tables import metadata

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

__all__ = ["ENVIRONMENT", "SECRET_SUFFIX", "Vault", "secret_columns"]

ENVIRONMENT = "LLMOPS_MASTER_KEY"
SECRET_SUFFIX = "_encrypted"  # noqa: S105 - names columns
BATCH = 500


class Vault:
    """Encrypts and decrypts short texts with the newest key of a keyring."""

    def __init__(self, keys: Sequence[str], file: Path | None = None) -> None:
        self._keys = tuple(keys)
        self._file = file
        self._cipher: MultiFernet | None = None
        self._stamp = _stamp(file) if file else None

    @classmethod
    def open(cls, file: Path, environment: Mapping[str, str] | None = None) -> Vault:
        """Return the vault of the environment's keys, else of the file's; the file is made if absent.

        Raise KeyringProblem when the keys there are not usable.
        """
        given = (os.environ if environment is None else environment).get(ENVIRONMENT, "")
        if given.strip():
            return cls([key.strip() for key in given.split(",") if key.strip()])
        with translated():
            return cls(_read_or_create(file), file)

    def encrypt(self, text: str) -> bytes:
        """Return the text encrypted with the newest key."""
        self._follow_file()
        return self._open_cipher().encrypt(text.encode())

    def decrypt(self, token: bytes) -> str:
        """Return the text of a token, or raise KeyringProblem when no key of the ring fits."""
        from cryptography.fernet import InvalidToken

        self._follow_file()
        try:
            return self._open_cipher().decrypt(bytes(token)).decode()
        except InvalidToken:
            raise KeyringProblem(
                msg("A stored API key was encrypted with a master key that is not in the keyring."),
                remedy=msg("Restore the keyring file or LLMOPS_MASTER_KEY, or enter the API key again."),
            ) from None

    async def rotate(self, database: Database) -> int:
        """Encrypt every stored secret with a new key; return how many there were.

        With keys from the environment the newest of them is the new key: the operator put it in front.
        """
        if self._file is not None:
            from cryptography.fernet import Fernet

            self._set_keys((Fernet.generate_key().decode(), *self._keys))
        count = await self._encrypt_anew(database)
        if self._file is not None:
            self._set_keys(self._keys[:1])
        return count

    async def _encrypt_anew(self, database: Database) -> int:
        count = 0
        async with database.write() as connection:
            for table, column in secret_columns():
                count += await self._encrypt_column(connection, table, column)
        return count

    async def _encrypt_column(self, connection: AsyncConnection, table: Table, column: Column[bytes]) -> int:
        key = list(table.primary_key)
        rows = (await connection.execute(select(column, *key).where(column.is_not(None)))).all()
        change = (
            update(table)
            .where(*(part == bindparam(f"key_{part.name}") for part in key))
            .values({column: bindparam("token", type_=LargeBinary())})
        )
        for start in range(0, len(rows), BATCH):
            batch = [
                {"token": self.encrypt(self.decrypt(row[0]))}
                | {f"key_{part.name}": value for part, value in zip(key, row[1:], strict=True)}
                for row in rows[start : start + BATCH]
            ]
            await connection.execute(change, batch)
        return len(rows)

    def _set_keys(self, keys: tuple[str, ...]) -> None:
        assert self._file is not None
        with translated():
            _replace(self._file, keys)
            self._stamp = _stamp(self._file)
        self._keys = keys
        self._cipher = None

    def _follow_file(self) -> None:
        """Read the keyring again when another process rotated it: a key it dropped encrypts no more."""
        if self._file is None:
            return
        with translated():
            stamp = _stamp(self._file)
            if stamp is not None and stamp != self._stamp:
                self._keys, self._cipher, self._stamp = tuple(_read(self._file)), None, stamp

    def _open_cipher(self) -> MultiFernet:
        if self._cipher is None:
            from cryptography.fernet import Fernet, MultiFernet

            try:
                self._cipher = MultiFernet([Fernet(key) for key in self._keys])
            except ValueError:
                raise KeyringProblem(
                    msg("The master key is not a valid key."),
                    remedy=msg(
                        "Correct the keyring file or LLMOPS_MASTER_KEY: Fernet keys, the newest first."
                    ),
                ) from None
        return self._cipher


def secret_columns() -> list[tuple[Table, Column[bytes]]]:
    """Return every column that holds encrypted text, with its table."""
    return [
        (table, column)
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name.endswith(SECRET_SUFFIX)
    ]


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except FileNotFoundError:
        return None  # the keys in memory are still good
    return found.st_ino, found.st_mtime_ns


def _read_or_create(file: Path) -> list[str]:
    try:
        return _read(file)
    except FileNotFoundError:
        _create(file)
        return _read(file)


def _read(file: Path) -> list[str]:
    keys = file.read_text(encoding="ascii", errors="replace").split()
    if not keys:
        raise KeyringProblem(
            msg("The keyring file is empty."),
            remedy=msg("Restore the keyring file from a backup, or delete it and enter the API keys again."),
        )
    return keys


def _create(file: Path) -> None:
    """Write a first key. Of several processes starting at once one wins, and all read the winner's."""
    from cryptography.fernet import Fernet

    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = _write_temporary(file, [Fernet.generate_key().decode()])
    try:
        os.link(temporary, file)  # whole or not at all, and never over another one
    except FileExistsError:
        pass
    finally:
        temporary.unlink()


def _replace(file: Path, keys: Sequence[str]) -> None:
    _write_temporary(file, keys).replace(file)


def _write_temporary(file: Path, keys: Sequence[str]) -> Path:
    # mkstemp opens with O_EXCL and mode 0600.
    handle, name = tempfile.mkstemp(prefix=file.name, dir=file.parent)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write("\n".join(keys) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    return Path(name)
