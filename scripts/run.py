"""Start JupyterLab with the panels: what `make run` does once everything is installed.

RUN_PORT  the port (a free one near 8888 when not given)
RUN_DIR   where notebooks, settings, the database and the logs live (.run in the checkout)
BROWSER   0 leaves the browser closed

Prints one line `READY url=…` when the panels can be used and ends cleanly, with everything it
started, on SIGINT and SIGTERM.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
FIRST_NOTEBOOK = "01_chat.ipynb"
FIRST_CHAT = "jp-LLMOps-chat-new-1"  # the name JupyterLab restores the panel under
NEWS = "@jupyterlab/apputils-extension:announcements"
START_LIMIT_S = 120.0
STOP_LIMIT_S = 20.0


class Stopped(Exception):
    """A signal asked us to end."""


def main() -> int:
    """Start, announce, wait, stop."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    home = Path(os.environ.get("RUN_DIR") or ROOT / ".run").resolve()
    notebooks = prepare(home)
    token = secrets.token_urlsafe(24)
    log = home / "jupyter.log"
    with log.open("ab") as output:
        lab = subprocess.Popen(
            command(notebooks, os.environ.get("RUN_PORT")),
            env=environment(home, token),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # Ctrl+C reaches the whole foreground group; the server is told by us, once.
            start_new_session=True,
        )
    try:
        base = wait_until_ready(lab, home)
        announce(base, token, log)
        return lab.wait()
    except Stopped:
        return 0
    except RuntimeError as error:
        print(f"✗ {error}; the log is {log}:\n{tail(log)}", file=sys.stderr)
        return 1
    finally:
        stop(lab)


def prepare(home: Path) -> Path:
    """Create the folders and the first notebook, unless it is there; return the notebooks' folder."""
    notebooks = home / "notebooks"
    notebooks.mkdir(parents=True, exist_ok=True)
    silence_news(home / "jupyter" / "config" / "labconfig" / "page_config.json")
    source = ROOT / "notebooks" / FIRST_NOTEBOOK
    if source.exists() and not (notebooks / FIRST_NOTEBOOK).exists():
        shutil.copy(source, notebooks)
    lay_out(home / "jupyter" / "config" / "lab" / "workspaces")
    return notebooks


def lay_out(workspaces: Path) -> None:
    """Open the first notebook with a new chat beside it; afterwards the person's own layout is kept."""
    from jupyterlab_server.workspaces_handler import WorkspacesManager

    if any(workspaces.glob("default*")):
        return
    panes = [
        {"type": "tab-area", "currentIndex": 0, "widgets": [f"notebook:{FIRST_NOTEBOOK}"]},
        {"type": "tab-area", "currentIndex": 0, "widgets": [f"jupyter-llmops-chat:{FIRST_CHAT}"]},
    ]
    dock = {"type": "split-area", "orientation": "horizontal", "sizes": [0.5, 0.5], "children": panes}
    chats = {"collapsed": False, "visible": True, "current": "jp-LLMOps-sidebar"}
    layout = {"main": {"dock": dock, "current": f"jupyter-llmops-chat:{FIRST_CHAT}"}, "left": chats}
    data = {
        "layout-restorer:data": layout,
        f"notebook:{FIRST_NOTEBOOK}": {"data": {"path": FIRST_NOTEBOOK, "factory": "Notebook"}},
        f"jupyter-llmops-chat:{FIRST_CHAT}": {"data": {"sessionId": None}},
    }
    workspace = {"data": data, "metadata": {"id": "default"}}
    WorkspacesManager(str(workspaces)).save("default", json.dumps(workspace))


def silence_news(page_config: Path) -> None:
    """Keep JupyterLab from asking about news, which also goes out to the network."""
    if not page_config.exists():
        page_config.parent.mkdir(parents=True, exist_ok=True)
        page_config.write_text(json.dumps({"disabledExtensions": {NEWS: True}}))


def environment(home: Path, token: str) -> dict[str, str]:
    """Return the server's environment: all its folders below `home`, the token not on a command line."""
    folders = {
        f"JUPYTER_{name}_DIR": str(home / "jupyter" / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")
    }
    tools = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**os.environ, **folders, "JUPYTER_TOKEN": token, "PATH": tools}


def command(notebooks: Path, port: str | None) -> list[str]:
    """Return the argv that starts JupyterLab."""
    argv = [sys.executable, "-m", "jupyterlab", "--no-browser", f"--ServerApp.root_dir={notebooks}"]
    argv.append("--ServerApp.ip=127.0.0.1")
    if port:
        argv += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        argv.append("--allow-root")
    return argv


def wait_until_ready(lab: subprocess.Popen[bytes], home: Path) -> str:
    """Return the server's base URL once our health endpoint answers 200."""
    runtime = home / "jupyter" / "runtime"
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        if lab.poll() is not None:
            raise RuntimeError(f"JupyterLab ended with code {lab.returncode}")
        base = server_url(runtime / f"jpserver-{lab.pid}.json")
        if base and is_healthy(base):
            return base
        time.sleep(0.1)
    raise RuntimeError(f"not ready after {START_LIMIT_S:.0f} s")


def server_url(info: Path) -> str | None:
    """Return the base URL the server wrote into its runtime file, once it is there."""
    try:
        known: Mapping[str, str] = json.loads(info.read_text())
    except (OSError, ValueError):
        return None
    return known["url"]


def is_healthy(base: str) -> bool:
    """Return whether the extension answers that it is ready."""
    try:
        with urllib.request.urlopen(f"{base}llmops/api/v1/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def announce(base: str, token: str, log: Path) -> None:
    """Print the one line that says it can be used, and open the browser."""
    print(f"• log: {log}\n• stop with Ctrl+C", flush=True)
    print(f"READY url={base}lab?token={token}", flush=True)
    if os.environ.get("BROWSER") != "0" and has_screen():
        webbrowser.open(f"{base}?token={token}")


def has_screen() -> bool:
    """Return whether a browser would have a window: a text browser would take our terminal."""
    return sys.platform in ("darwin", "win32") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )


def stop(lab: subprocess.Popen[bytes]) -> None:
    """End the server and, with it, its kernels and our children; insist when it does not listen."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    if lab.poll() is not None:
        return
    lab.terminate()
    try:
        lab.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        os.killpg(lab.pid, signal.SIGKILL)
        lab.wait()


def tail(path: Path, lines: int = 25) -> str:
    """Return the last lines of a text file."""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


if __name__ == "__main__":
    sys.exit(main())
