"""`make run`: what a person types first starts, says where it is, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
READY = re.compile(r"^READY url=(http://127\.0\.0\.1:\d+/)lab\?token=(\S+)$", re.M)
LIMIT_S = 120


class Running:
    """A started `scripts/run.py`, usable once it has printed its line."""

    def __init__(self, folder: Path) -> None:
        environment = {**os.environ, "RUN_DIR": str(folder), "BROWSER": "0"}
        environment.pop("RUN_PORT", None)
        command = [sys.executable, str(ROOT / "scripts" / "run.py")]
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        self.lines: list[str] = []
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            if match := READY.match(line):
                self.base, self.token = match.groups()
                return
        raise AssertionError("it ended without saying READY:\n" + "".join(self.lines))

    def stop(self, number: int) -> int:
        """Send the signal and return the exit code."""
        self.process.send_signal(number)
        self.process.communicate(timeout=LIMIT_S)
        return self.process.returncode


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    started = Running(tmp_path)
    yield started
    if started.process.poll() is None:
        started.stop(signal.SIGTERM)


def get(url: str, token: str = "") -> dict[str, object]:
    headers = {"Authorization": f"token {token}"} if token else {}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30) as answer:
        return json.load(answer)


@pytest.mark.slow
@pytest.mark.spec("OPS-1")
def test_it_can_be_used_when_it_says_so(running: Running, tmp_path: Path) -> None:
    assert get(f"{running.base}llmops/api/v1/health")["status"] == "ok"
    assert get(f"{running.base}llmops/api/v1/me", running.token)["mode"] == "local"
    assert (tmp_path / "notebooks" / "01_chat.ipynb").exists()
    assert sum(line.startswith("READY") for line in running.lines) == 1


@pytest.mark.slow
@pytest.mark.spec("OPS-1")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_with_all_it_started(tmp_path: Path, number: int) -> None:
    started = Running(tmp_path)
    parent = psutil.Process(started.process.pid)
    kernel = urllib.request.Request(
        f"{started.base}api/kernels", method="POST", headers={"Authorization": f"token {started.token}"}
    )
    urllib.request.urlopen(kernel, timeout=60).close()
    family = parent.children(recursive=True)
    assert len(family) >= 2
    assert started.stop(number) == 0
    _, alive = psutil.wait_procs(family, timeout=LIMIT_S)
    assert not alive


@pytest.mark.slow
def test_nothing_is_left_on_a_command_line(running: Running) -> None:
    family = [
        psutil.Process(running.process.pid),
        *psutil.Process(running.process.pid).children(recursive=True),
    ]
    assert not [process.pid for process in family if running.token in " ".join(process.cmdline())]


@pytest.mark.slow
def test_a_taken_port_is_said_in_words(running: Running, tmp_path: Path) -> None:
    port = running.base.rstrip("/").rpartition(":")[2]
    environment = {**os.environ, "RUN_DIR": str(tmp_path / "other"), "RUN_PORT": port, "BROWSER": "0"}
    command = [sys.executable, str(ROOT / "scripts" / "run.py")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LIMIT_S)
    assert done.returncode == 1
    assert "already in use" in done.stderr
