"""The key vault: what is stored stays unreadable without the keyring, and readable with it."""

from __future__ import annotations

import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import insert, select

from jupyter_llmops.storage import vault as module
from jupyter_llmops.storage.engine import Database
from jupyter_llmops.storage.problems import KeyringProblem
from jupyter_llmops.storage.tables import model_config_versions, model_configs, provider_settings
from jupyter_llmops.storage.vault import ENVIRONMENT, Vault, secret_columns

NOW = datetime(2026, 1, 2, tzinfo=UTC)
pytestmark = pytest.mark.spec("PROV-8")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys" / "keyring"


@pytest.fixture
def vault(file: Path) -> Vault:
    return Vault.open(file, {})


def test_a_secret_comes_back_and_is_not_in_what_is_stored(vault: Vault) -> None:
    token = vault.encrypt("sk-密钥-1234")
    assert b"1234" not in token
    assert vault.decrypt(token) == "sk-密钥-1234"


def test_the_keyring_is_for_its_owner_only(vault: Vault, file: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_restart_reads_the_same_keys(vault: Vault, file: Path) -> None:
    assert Vault.open(file, {}).decrypt(vault.encrypt("secret")) == "secret"


def test_processes_that_start_at_once_agree_on_one_key(file: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        vaults = list(pool.map(lambda _: Vault.open(file, {}), range(16)))
    token = vaults[0].encrypt("secret")
    assert {vault.decrypt(token) for vault in vaults} == {"secret"}


def test_keys_in_the_environment_are_used_instead_of_the_file(file: Path) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    token = Vault.open(file, {ENVIRONMENT: old}).encrypt("secret")
    both = Vault.open(file, {ENVIRONMENT: f"{new}, {old}"})
    assert both.decrypt(token) == "secret"
    assert Fernet(new).decrypt(both.encrypt("x")) == b"x"
    assert not file.exists()


def test_another_key_is_named_as_the_problem(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(KeyringProblem, match="not in the keyring") as caught:
        Vault.open(tmp_path / "other", {}).decrypt(vault.encrypt("secret"))
    assert "keyring file" in caught.value.advice()
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("content", ["not a key", "c2hvcnQ="])
def test_a_malformed_key_is_named_as_the_problem(file: Path, content: str) -> None:
    file.parent.mkdir()
    file.write_text(content)
    with pytest.raises(KeyringProblem, match="not a valid key"):
        Vault.open(file, {}).encrypt("secret")


def test_an_empty_keyring_is_not_replaced(file: Path) -> None:
    file.parent.mkdir()
    file.touch()
    with pytest.raises(KeyringProblem, match="empty"):
        Vault.open(file, {})
    assert file.read_text() == ""


def keys_in(file: Path) -> list[str]:
    return file.read_text().split()


async def store_secrets(db: Database, vault: Vault, count: int = 5) -> None:
    stamp = {"owner": "anna", "created_at": NOW, "updated_at": NOW}
    async with db.write() as connection:
        for number in range(count):
            secret = vault.encrypt(f"secret {number}")
            made = await connection.execute(
                insert(model_configs).values(name=str(number), api_key_encrypted=secret, **stamp)
            )
            version = {"owner": "anna", "created_at": NOW, "config_id": made.inserted_primary_key[0]}
            await connection.execute(
                insert(model_config_versions).values(version=1, data={}, api_key_encrypted=secret, **version)
            )
        await connection.execute(insert(model_configs).values(name="no key", **stamp))
        values = {
            "owner": "",
            "provider_id": "openai",
            "api_key_encrypted": vault.encrypt("org"),
            "updated_at": NOW,
        }
        await connection.execute(insert(provider_settings).values(values))


async def tokens(db: Database) -> list[bytes]:
    found: list[bytes] = []
    async with db.read() as connection:
        for _, column in secret_columns():
            found += await connection.scalars(select(column).where(column.is_not(None)))
    return found


async def test_rotation_encrypts_everything_anew_and_drops_the_old_key(
    db: Database, vault: Vault, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    await store_secrets(db, vault)
    before, (old,) = await tokens(db), keys_in(file)
    assert await vault.rotate(db) == 11
    after, (new,) = await tokens(db), keys_in(file)
    assert new != old
    assert not set(before) & set(after)
    expected = sorted(
        ["org", *(f"secret {number}" for number in range(5)), *(f"secret {number}" for number in range(5))]
    )
    assert sorted(Vault([new]).decrypt(token) for token in after) == expected


async def test_another_process_follows_a_rotation(db: Database, vault: Vault, file: Path) -> None:
    other = Vault.open(file, {})
    await store_secrets(db, vault)
    await other.rotate(db)
    assert {vault.decrypt(token) for token in await tokens(db)} >= {"org", "secret 0"}
    assert other.decrypt(vault.encrypt("later")) == "later"


class Crash(BaseException):
    pass


@pytest.mark.parametrize("survived", [0, 3, 11])
async def test_a_crash_in_the_middle_of_a_rotation_loses_nothing(
    db: Database, vault: Vault, file: Path, monkeypatch: pytest.MonkeyPatch, survived: int
) -> None:
    await store_secrets(db, vault)
    left = survived
    encrypt, set_keys = Vault.encrypt, Vault._set_keys

    def crash_after_some(self: Vault, text: str) -> bytes:
        nonlocal left
        if left == 0 and survived < 11:
            raise Crash
        left -= 1
        return encrypt(self, text)

    def crash_at_the_end(self: Vault, keys: tuple[str, ...]) -> None:
        if len(keys) == 1:
            raise Crash
        set_keys(self, keys)

    with monkeypatch.context() as patch:
        patch.setattr(Vault, "encrypt", crash_after_some)
        patch.setattr(Vault, "_set_keys", crash_at_the_end)
        with pytest.raises(Crash):
            await vault.rotate(db)
    restarted = Vault.open(file, {})
    assert {restarted.decrypt(token) for token in await tokens(db)} == {
        "org",
        *(f"secret {n}" for n in range(5)),
    }
    await restarted.rotate(db)
    assert len(keys_in(file)) == 1
    assert len({restarted.decrypt(token) for token in await tokens(db)}) == 6


async def test_a_rotation_with_a_wrong_keyring_changes_nothing(
    db: Database, vault: Vault, tmp_path: Path
) -> None:
    await store_secrets(db, vault)
    before = await tokens(db)
    with pytest.raises(KeyringProblem):
        await Vault.open(tmp_path / "other", {}).rotate(db)
    assert await tokens(db) == before


def test_importing_the_vault_does_not_import_cryptography() -> None:
    code = "import sys, jupyter_llmops.storage.vault; sys.exit('cryptography' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_no_object_shows_its_keys(vault: Vault, file: Path) -> None:
    shown: list[Any] = [repr(vault), str(vault)]
    assert file.read_text().strip() not in "".join(shown)
