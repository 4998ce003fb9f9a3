"""`jupyter llmops doctor`: look at an installation and say what to do.

A check takes the options and yields findings; it changes nothing and makes no file.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from .. import __version__
from ..core.errors import LLMOpsError
from ..core.i18n import msg
from .database import revision_at
from .settings import add_place, options_of
from .terminal import Terminal

if TYPE_CHECKING:
    from ..options import Options

__all__ = ["CHECKS", "Finding", "add_to", "examine"]

DISTRIBUTION = "jupyter-llmops"
BUNDLES = ("page.js", "page-style.css", "chat-widget.js", "widget.css")
LEAST_SPACE = 100 * 1024**2  # bytes; below it the next answers may not fit
GOOD_SPACE = 1024**3

State = Literal["ok", "warning", "problem"]
_MARKS: dict[State, str] = {"ok": "✓", "warning": "!", "problem": "✗"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check saw. `detail` and `remedy` are marked templates, `params` fill both."""

    check: str
    state: State
    detail: str
    remedy: str = ""
    params: dict[str, object] = field(default_factory=dict)


Check = Callable[["Options"], Iterator[Finding]]


def add_to(commands: Any) -> None:
    """Add the subcommand."""
    command = commands.add_parser("doctor", help="check the installation and say what to do")
    command.add_argument("--json", action="store_true", help="print the findings as JSON")
    add_place(command)
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Print what was found; exit code 1 when there is a problem."""
    findings = list(examine(options_of(arguments)))
    if arguments.json:
        terminal.line(json.dumps([_as_json(one, terminal) for one in findings], ensure_ascii=False, indent=1))
    else:
        for one in findings:
            terminal.line(f"{_MARKS[one.state]} {terminal.text(one.detail, **one.params)}")
            if one.remedy:
                terminal.line(f"  → {terminal.text(one.remedy, **one.params)}")
    return 1 if any(one.state == "problem" for one in findings) else 0


def examine(options: Options) -> Iterator[Finding]:
    """Run every check."""
    for check in CHECKS:
        yield from check(options)


def _as_json(one: Finding, terminal: Terminal) -> dict[str, str]:
    return {
        "check": one.check,
        "state": one.state,
        "detail": terminal.text(one.detail, **one.params),
        "remedy": terminal.text(one.remedy, **one.params),
    }


# ---- the checks -----------------------------------------------------------------------------------


def python(options: Options) -> Iterator[Finding]:
    """Name the versions everything else depends on."""
    params: dict[str, object] = {"version": __version__, "python": platform.python_version()}
    detail = msg("jupyter-llmops {version} on Python {python}")
    if sys.version_info >= (3, 11):  # noqa: UP036 - pip can be told to ignore what we require
        yield Finding("python", "ok", detail, params=params)
    else:
        yield Finding("python", "problem", detail, msg("Install Python 3.11 or newer."), params)


def packages(options: Options) -> Iterator[Finding]:
    """Compare what is installed with what we require."""
    from packaging.requirements import Requirement

    wrong = []
    for text in _requirements():
        requirement = Requirement(text)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        installed = _version(requirement.name)
        if installed is None or not requirement.specifier.contains(installed, prereleases=True):
            wrong.append(f"{requirement.name} {installed or '-'} ({requirement.specifier})")
    if wrong:
        yield Finding(
            "packages",
            "problem",
            msg("Packages are missing or of the wrong version: {packages}"),
            msg("Run `pip install --upgrade jupyter-llmops`."),
            {"packages": ", ".join(wrong)},
        )
    else:
        yield Finding("packages", "ok", msg("All required packages are installed"))


def server_extension(options: Options) -> Iterator[Finding]:
    """Look whether Jupyter Server will load us."""
    from jupyter_core.paths import jupyter_config_path
    from jupyter_server.extension.config import ExtensionConfigManager

    manager = ExtensionConfigManager(read_config_path=jupyter_config_path())
    enabled = manager.get_jpserver_extensions().get("jupyter_llmops")  # type: ignore[no-untyped-call]
    if enabled:
        yield Finding("server_extension", "ok", msg("The server extension is enabled"))
    else:
        yield Finding(
            "server_extension",
            "problem",
            msg("The server extension is not enabled"),
            msg("Run `jupyter server extension enable jupyter_llmops`, then restart Jupyter."),
        )


def lab_extension(options: Options) -> Iterator[Finding]:
    """Look for the prebuilt panels of JupyterLab and the script they start with."""
    from jupyter_core.paths import jupyter_path

    if _version("jupyterlab") is None:
        yield Finding(
            "lab_extension",
            "warning",
            msg("JupyterLab is not installed here; the web page, notebooks and Python work without it"),
            msg('For the panels run `pip install "jupyter-llmops[lab]"`.'),
        )
        return
    folders = [Path(place) / DISTRIBUTION for place in jupyter_path("labextensions")]
    built = [folder for folder in folders if _is_prebuilt(folder)]
    if built:
        yield Finding("lab_extension", "ok", msg("The JupyterLab panels are installed"))
    else:
        yield Finding(
            "lab_extension",
            "problem",
            msg("The JupyterLab panels are not installed"),
            msg("Run `pip install --force-reinstall jupyter-llmops`; in a checkout, `make install`."),
        )


def bundles(options: Options) -> Iterator[Finding]:
    """Look for the scripts of the web page and of the notebook widget."""
    static = files("jupyter_llmops") / "static"
    missing = [name for name in BUNDLES if not (static / name).is_file()]
    if missing:
        yield Finding(
            "bundles",
            "problem",
            msg("Parts of the web page and the notebook panel are missing: {files}"),
            msg("Run `pip install --force-reinstall jupyter-llmops`; in a checkout, `make install`."),
            {"files": ", ".join(missing)},
        )
    else:
        yield Finding("bundles", "ok", msg("The web page and the notebook panel are installed"))


def embedded(options: Options) -> Iterator[Finding]:
    """Look for engine and model of the embedded provider, and read the whole model once."""
    from ..providers.embedded import EmbeddedServer, WrongFile
    from ..providers.embedded.catalogue import SMOLLM2
    from ..providers.embedded.fetch import cache_folder, sha256_of

    try:
        EmbeddedServer().require()
        if sha256_of(cache_folder() / SMOLLM2.name) != SMOLLM2.sha256:
            raise WrongFile()
    except LLMOpsError as error:
        yield Finding("embedded", "warning", error.detail, error.remedy, error.params)
    else:
        yield Finding("embedded", "ok", msg("The embedded model can be used"))


def database(options: Options) -> Iterator[Finding]:
    """Ask the database for its revision, without upgrading it."""
    from ..storage.upgrade import HEAD

    try:
        revision = revision_at(options)
    except LLMOpsError as error:
        yield Finding("database", "problem", error.detail, error.remedy, error.params)
        return
    params: dict[str, object] = {"revision": revision, "head": HEAD}
    if revision == HEAD:
        yield Finding("database", "ok", msg("The database answers, at revision {revision}"), params=params)
    elif revision is None:
        yield Finding("database", "ok", msg("There is no database yet; the first start makes it"))
    else:
        yield Finding(
            "database",
            "warning",
            msg("The database is at revision {revision}; this version needs {head}"),
            msg("The next start upgrades it after a backup; or run `jupyter llmops db upgrade` now."),
            params,
        )


def place(options: Options) -> Iterator[Finding]:
    """Refuse a SQLite file on a network file system, as the start does."""
    from ..storage.places import refuse_network

    if options.database_url and not options.database_url.startswith("sqlite"):
        return
    try:
        refuse_network(options.data_dir)
    except LLMOpsError as error:
        yield Finding("place", "problem", error.detail, error.remedy, error.params)
    else:
        yield Finding(
            "place", "ok", msg("The data are on a local disk: {folder}"), params={"folder": options.data_dir}
        )


def keyring(options: Options) -> Iterator[Finding]:
    """Look whether others may read the master key."""
    file = options.keys_file
    if sys.platform == "win32" or not file.exists():
        return
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        yield Finding(
            "keyring",
            "problem",
            msg("Other users may read the master key in {file} (mode {mode})"),
            msg("Run `chmod 600 {file}`, then `jupyter llmops keys rotate`."),
            {"file": file, "mode": f"{mode:o}"},
        )
    else:
        yield Finding("keyring", "ok", msg("Only you may read the master key"))


def disk(options: Options) -> Iterator[Finding]:
    """Look at the room left where the data are."""
    folder = next(one for one in (options.data_dir, *options.data_dir.absolute().parents) if one.exists())
    free = shutil.disk_usage(folder).free
    state: State = "ok" if free >= GOOD_SPACE else "warning" if free >= LEAST_SPACE else "problem"
    remedy = (
        "" if state == "ok" else msg("Free some space, or choose another folder with LLMOpsApp.data_dir.")
    )
    yield Finding(
        "disk", state, msg("{free} GB are free on the disk of the data"), remedy, {"free": _gb(free)}
    )


def languages(options: Options) -> Iterator[Finding]:
    """Look for what JupyterLab needs to speak Chinese."""
    if _version("jupyterlab") is None:
        return
    if _version("jupyterlab-language-pack-zh-CN"):
        yield Finding("languages", "ok", msg("The Chinese language pack of JupyterLab is installed"))
    else:
        yield Finding(
            "languages",
            "warning",
            msg("The panels are English only: JupyterLab's Chinese language pack is not installed"),
            msg('For Chinese run `pip install "jupyter-llmops[i18n]"`.'),
        )


CHECKS: tuple[Check, ...] = (
    python,
    packages,
    server_extension,
    lab_extension,
    bundles,
    embedded,
    place,
    database,
    keyring,
    disk,
    languages,
)


# ---- what they share ------------------------------------------------------------------------------


def _requirements() -> list[str]:
    try:
        return requires(DISTRIBUTION) or []
    except PackageNotFoundError:  # run from a checkout that was never installed
        return []


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def _is_prebuilt(folder: Path) -> bool:
    try:
        package = json.loads((folder / "package.json").read_text(encoding="utf-8"))
        entry: str = package["jupyterlab"]["_build"]["load"]
        return (folder / entry).is_file()
    except (OSError, ValueError, KeyError):
        return False


def _gb(count: int) -> str:
    return f"{count / 1024**3:.1f}"
