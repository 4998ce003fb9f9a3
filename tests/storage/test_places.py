"""Where SQLite may keep its file."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from jupyter_llmops.storage import engine
from jupyter_llmops.storage.engine import Database, parse_url
from jupyter_llmops.storage.places import file_system, refuse_network
from jupyter_llmops.storage.problems import UnsuitableDatabase
from jupyter_llmops.storage.upgrade import open_database

MOUNTS = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
23 22 0:21 / /proc rw - proc proc rw
40 22 0:50 / /home rw,relatime shared:2 - nfs4 server:/export rw
41 40 254:1 / /home/local\\040disk rw - xfs /dev/vdb rw
42 22 0:51 / /mnt/share rw master:1 propagate_from:2 - fuse.sshfs me@host:/ rw
43 22 254:2 / /srv rw - ext4 /dev/vdc rw
44 43 0:52 / /srv rw - cifs //nas/share rw
a line that is none
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/lib/llmops", "ext4"),
        ("/home/anna/llmops.sqlite3", "nfs4"),
        ("/homestead/x", "ext4"),
        ("/home/local disk/x", "xfs"),
        ("/mnt/share/x", "fuse.sshfs"),
        ("/srv/x", "cifs"),
    ],
)
@pytest.mark.spec("OPS-2")
def test_the_file_system_of_a_path_is_found(path: str, kind: str) -> None:
    assert file_system(Path(path), MOUNTS) == kind


@pytest.mark.spec("OPS-2")
def test_a_network_file_system_is_refused_in_words() -> None:
    with pytest.raises(UnsuitableDatabase, match=r"network file system \(nfs4\)") as caught:
        refuse_network(Path("/home/anna/llmops.sqlite3"), MOUNTS)
    assert "PostgreSQL" in caught.value.advice()
    assert "网络文件系统" in caught.value.message("zh-CN")
    refuse_network(Path("/var/llmops.sqlite3"), MOUNTS)


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_opening_on_a_network_file_system_makes_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        refuse_network(path, f"1 0 0:1 / {tmp_path} rw - nfs server:/ rw\n")

    monkeypatch.setattr(engine, "refuse_network", refuse)
    with pytest.raises(UnsuitableDatabase):
        await Database.open(f"sqlite:///{tmp_path}/x.sqlite3")
    assert files_in(tmp_path) == []


async def test_files_and_folder_are_for_the_owner_only(tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        folder = tmp_path / "new" / "folder"
        database = await open_database(f"sqlite:///{folder}/llmops.sqlite3")
        async with database.write():
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
        await database.close()
    finally:
        os.umask(mask)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert "llmops.sqlite3-wal" in modes
    assert set(modes.values()) == {0o600}


async def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "llmops.sqlite3"
    path.touch(mode=0o644)
    await (await open_database(f"sqlite:///{path}")).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "oracle://x", "no url", "mssql://a:secret@b/c"]
)
def test_a_url_of_no_use_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(UnsuitableDatabase) as caught:
        parse_url(url)
    assert "postgresql://" in caught.value.advice()
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None
