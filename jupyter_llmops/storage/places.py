"""Where a SQLite file may lie, and who may read it."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from ..core.i18n import msg
from .problems import UnsuitableDatabase

__all__ = ["NETWORK_TYPES", "file_system", "prepare_file", "refuse_network"]

# WAL keeps its index in memory shared by mmap: that does not cross machines.
_NAMES = """
    nfs nfs3 nfs4 cifs smb smb2 smb3 smbfs ncpfs afs coda ceph glusterfs lustre gpfs beegfs
    fuse.sshfs fuse.s3fs fuse.rclone fuse.glusterfs fuse.ceph fuse.ceph-fuse fuse.gcsfuse fuse.davfs davfs
    fuse.juicefs fuse.cvmfs2 fuse.smbnetfs fuse.curlftpfs fuse.blobfuse fuse.blobfuse2 fuse.moosefs
"""
NETWORK_TYPES = frozenset(_NAMES.split())


def prepare_file(path: Path) -> None:
    """Make the file and its folder for the owner's eyes only; -wal and -shm take the file's mode."""
    if not path.parent.exists():
        path.parent.mkdir(parents=True, mode=0o700)
        path.parent.chmod(0o700)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    if sys.platform != "win32" and path.stat().st_uid == os.geteuid():
        path.chmod(0o600)


def refuse_network(path: Path, mounts: str | None = None) -> None:
    """Raise when the path lies on a network file system (known on Linux only)."""
    if mounts is None:
        if not sys.platform.startswith("linux"):
            return
        mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
    kind = file_system(path, mounts)
    if kind in NETWORK_TYPES:
        raise UnsuitableDatabase(
            msg("{path} is on a network file system ({kind}), where SQLite would damage its data."),
            remedy=msg("Choose a folder on a local disk for the data, or use PostgreSQL by its URL."),
            path=path,
            kind=kind,
        )


def file_system(path: Path, mounts: str) -> str:
    """Return the type of the file system a path lies on, from the text of /proc/self/mountinfo (proc(5))."""
    real = os.path.realpath(path)
    best, kind = -1, ""
    for line in mounts.splitlines():
        left, _, right = line.partition(" - ")
        fields = left.split(" ")
        if len(fields) < 5 or not right:
            continue
        point = _unescape(fields[4])
        # A later mount on the same point hides an earlier one.
        if _inside(real, point) and len(point) >= best:
            best, kind = len(point), right.split(" ")[0]
    return kind


def _inside(path: str, folder: str) -> bool:
    return folder == "/" or path == folder or path.startswith(folder + "/")


def _unescape(field: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), field)
