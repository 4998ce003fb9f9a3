"""What starting costs: the import, the start of Jupyter Server with and without us, memory and CPU when idle.

    python benchmarks/startup.py [--runs N] [--idle SECONDS]

SPEC: import < 0.3 s; < 100 ms added to the start of Jupyter Server; ready < 3 s; idle < 200 MB and < 1 % CPU.
"With" and "without" take turns, so that a machine whose speed drifts treats both alike.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import psutil

LIMIT_S = 120.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--idle", type=float, default=20.0)
    options = parser.parse_args()
    bare = [python("pass") for _ in range(options.runs)]
    ours = [python("import jupyter_llmops") for _ in range(options.runs)]
    client = [python("from jupyter_llmops import LLMOps") for _ in range(options.runs)]
    print(f"{'what':<52}{'median':>10}{'peer':>10}{'added':>10}")
    row("python -c 'import jupyter_llmops'", ours, bare, "bare Python")
    row("python -c 'from jupyter_llmops import LLMOps'", client, bare, "bare Python")
    starts, plain, ready = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for run in range(options.runs):
            plain.append(start(Path(folder) / f"plain{run}", False)[0])
            listening, healthy, *_ = start(Path(folder) / f"ours{run}", True)
            starts.append(listening)
            ready.append(healthy)
        row("Jupyter Server listens", starts, plain, "without us")
        row("our health check answers 200", ready, plain, "server without us")
        _, _, memory, cpu = start(Path(folder) / "idle", True, options.idle)
        _, _, memory_plain, cpu_plain = start(Path(folder) / "idle-plain", False, options.idle)
    figure("resident memory when idle, MB", memory, memory_plain)
    figure("CPU when idle, %", cpu, cpu_plain)


def row(name: str, seconds: list[float], peer: list[float], peer_name: str) -> None:
    """Print medians in milliseconds, and the median of the differences pair by pair."""
    added = statistics.median(a - b for a, b in zip(seconds, peer, strict=True))
    median, other = statistics.median(seconds), statistics.median(peer)
    figures = "".join(f"{value * 1000:>7.0f} ms" for value in (median, other, added))
    print(f"{name:<52}{figures}  against {peer_name}")


def figure(name: str, value: float, peer: float) -> None:
    """Print a figure of the running server beside that of a server without us."""
    print(f"{name:<52}{value:>10.2f}{peer:>10.2f}{value - peer:>10.2f}")


def python(code: str) -> float:
    """Return how long a Python process with this code takes."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - began


def start(home: Path, ours: bool, idle: float = 0.0) -> tuple[float, float, float, float]:
    """Start a server; return seconds until it listens and until we are ready, MB and CPU % when idle."""
    home.mkdir()
    folders = {f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    port = free_port()
    argv = [
        *(sys.executable, "-m", "jupyter_server", "--no-browser", "--ServerApp.ip=127.0.0.1"),
        *(f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=t"),
        f"--ServerApp.jpserver_extensions={{'jupyter_llmops': {ours}}}",
        *(["--allow-root"] if os.geteuid() == 0 else []),
    ]
    began = time.perf_counter()
    process = subprocess.Popen(
        argv, cwd=home, env={**os.environ, **folders}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        listening = until(lambda: answers(f"http://127.0.0.1:{port}/api", 200)) - began
        healthy = listening
        if ours:
            health = f"http://127.0.0.1:{port}/llmops/api/v1/health"
            healthy = until(lambda: answers(health, 200)) - began
        return (listening, healthy, *resting(psutil.Process(process.pid), idle))
    finally:
        process.terminate()
        process.wait(30)


def resting(process: psutil.Process, seconds: float) -> tuple[float, float]:
    """Return MB and CPU % of a process over some seconds of rest."""
    before = process.cpu_times()
    began = time.perf_counter()
    time.sleep(seconds)
    after = process.cpu_times()
    used = after.user + after.system - before.user - before.system
    return process.memory_info().rss / 1e6, 100 * used / max(time.perf_counter() - began, 1e-9)


def until(condition: Callable[[], bool]) -> float:
    """Return the moment the condition first held."""
    limit = time.perf_counter() + LIMIT_S
    while not condition():
        if time.perf_counter() > limit:
            raise TimeoutError
        time.sleep(0.005)
    return time.perf_counter()


def answers(url: str, status: int) -> bool:
    """Tell whether the address answers with the status."""
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            json.load(response)
            return bool(response.status == status)
    except (OSError, ValueError):
        return False


def free_port() -> int:
    """Return a port that was free a moment ago."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
