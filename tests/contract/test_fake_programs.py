"""The fakes run as programs, as the benchmarks start them."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request

import pytest

pytestmark = pytest.mark.spec("LLM-1")

QUESTION = {"model": "any", "max_tokens": 9, "messages": [], "stream": True}


@pytest.mark.parametrize(
    ("name", "path"),
    [("openai", "/chat/completions"), ("ollama", "/api/chat"), ("anthropic", "/v1/messages")],
)
def test_a_fake_started_as_a_program_answers(name: str, path: str) -> None:
    command = [
        sys.executable,
        "-m",
        f"tests.fakes.{name}",
        "--speed",
        "0",
        "--tokens",
        "5",
        "--thinking",
        "2",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ready, endpoint = process.stdout.readline().split()
        headers = {"content-type": "application/json", "anthropic-version": "2023-06-01"}
        request = urllib.request.Request(endpoint + path, json.dumps(QUESTION).encode(), headers)
        with urllib.request.urlopen(request) as reply:
            text = reply.read().decode()
        process.terminate()
    assert ready == "READY"
    for word in ("word0", "word4", "thought1"):
        assert word in text
