"""The command line as a person uses it; where a process matters, a real one."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil
import pytest

from jupyter_llmops import __version__
from jupyter_llmops.cli import main
from jupyter_llmops.cli.terminal import Meter, language_of
from jupyter_llmops.storage.upgrade import HEAD, downgrade

COMMAND = [sys.executable, "-m", "jupyter_llmops.cli"]


@contextmanager
def running(*arguments: str, **environ: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """Run a command that prints READY; give the process and the fields of that line."""
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        text=True,
        env={**os.environ, **environ},
    )
    assert process.stdout is not None
    try:
        ready = next((line for line in process.stdout if line.startswith("READY ")), "")
        assert ready, "ended without READY"
        yield process, dict(part.split("=", 1) for part in ready.split()[1:])
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, env={**os.environ, **environ}
    )


# ---- the whole ------------------------------------------------------------------------------------


def test_each_command_has_a_help_text(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    for command in ("doctor", "local", "db", "keys", "serve", "openapi"):
        assert re.search(rf"^\s+{command}\s+\w", text, re.MULTILINE)


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out.strip() == __version__


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["local"], ["local", "fetch", "--nonsense"]])
def test_wrong_usage_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: jupyter llmops" in capsys.readouterr().err


def test_nothing_heavy_is_imported_to_parse_a_command() -> None:
    heavy = "('sqlalchemy', 'tornado', 'jupyter_server', 'pandas', 'pydantic', 'xllamacpp')"
    script = f"import sys, jupyter_llmops.cli; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.spec("UI-5")
@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh-CN"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANGUAGE": "zh", "LANG": "en_US.UTF-8"}, "zh-CN"),
    ],
)
def test_the_terminal_speaks_the_language_of_the_locale(environ: dict[str, str], language: str) -> None:
    assert language_of(environ) == language


# ---- local ----------------------------------------------------------------------------------------


@pytest.mark.spec("PROV-2")
def test_a_fetched_model_is_reported_not_fetched(
    embedded_model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["local", "fetch"]) == 0
    assert str(embedded_model) in capsys.readouterr().out
    assert main(["local", "status"]) == 0


@pytest.mark.spec("PROV-2", "UI-5")
@pytest.mark.parametrize(("locale", "word"), [("C.UTF-8", "online"), ("zh_CN.UTF-8", "联网")])
def test_a_fetch_without_network_says_what_to_run_later(tmp_path: Path, locale: str, word: str) -> None:
    done = run(
        "local",
        "fetch",
        LLMOPS_CACHE=str(tmp_path),
        LC_ALL=locale,
        PYTHONIOENCODING="utf-8",
        PIP_CONFIG_FILE=os.devnull,
        PIP_NO_INDEX="1",
        PIP_FIND_LINKS=str(tmp_path),
    )
    assert done.returncode == 1
    assert "jupyter llmops local fetch" in done.stderr
    assert word in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.spec("PROV-2")
def test_status_ends_with_1_when_the_model_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LLMOPS_CACHE", str(tmp_path))
    assert main(["local", "status"]) == 1
    assert main(["local", "status", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["fetched"] is False


@pytest.mark.spec("PROV-2")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_served_model_answers_other_programs_and_ends_on_a_signal(
    embedded_model: Path, number: signal.Signals
) -> None:
    with running("local", "serve", LLMOPS_CACHE=str(embedded_model)) as (process, ready):
        reply = httpx.get(
            ready["endpoint"] + "/models",
            headers={"Authorization": f"Bearer {ready['api_key']}"},
            timeout=30,
            trust_env=False,
        )
        assert reply.json()["data"][0]["id"] == ready["model"]
        children = psutil.Process(process.pid).children()
        process.send_signal(number)
        assert process.wait(30) == 0
        assert not any(child.is_running() for child in children)


def test_a_progress_line_is_rewritten_on_a_terminal_and_short_in_a_file() -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    for out, least, most, ends in ((Screen(), 100, 102, "\n"), (io.StringIO(), 10, 12, "\n")):
        meter = Meter(out)
        for done in range(0, 1_000_001, 500):
            meter(done, 1_000_000)
        written = out.getvalue()
        assert least <= written.count("%") <= most
        assert written.endswith(ends)
        assert "100 %  1.0 / 1.0 MB" in written
        assert ("\r" in written) == out.isatty()


# ---- db and keys ----------------------------------------------------------------------------------


@pytest.mark.spec("OPS-2")
def test_a_database_is_made_upgraded_and_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = ["--data-dir", str(tmp_path / "data")]
    assert main(["db", "current", *place]) == 1
    assert not (tmp_path / "data").exists(), "asking makes no file"
    assert main(["db", "upgrade", *place]) == 0
    capsys.readouterr()
    assert main(["db", "current", *place]) == 0
    assert capsys.readouterr().out.startswith(HEAD)

    asyncio.run(downgrade(f"sqlite:///{tmp_path / 'data' / 'llmops.sqlite3'}", "base"))
    assert main(["db", "current", *place]) == 1


@pytest.mark.spec("OPS-2")
def test_commands_work_on_the_configured_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))
    setting = f"c.LLMOpsApp.data_dir = {str(tmp_path / 'configured')!r}"
    (tmp_path / "jupyter_server_config.py").write_text(setting)
    assert main(["db", "upgrade"]) == 0
    assert (tmp_path / "configured" / "llmops.sqlite3").exists()


@pytest.mark.spec("PROV-8")
def test_rotating_replaces_the_master_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = ["--data-dir", str(tmp_path)]
    assert main(["keys", "rotate", *place]) == 0
    before = (tmp_path / "keys.json").read_bytes()
    assert main(["keys", "rotate", *place]) == 0
    assert (tmp_path / "keys.json").read_bytes() != before


def test_an_expected_error_is_told_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["db", "upgrade", "--data-dir", str(tmp_path), "--database-url", "mongodb://x"]) == 1
    assert capsys.readouterr().err.startswith("✗ ")


# ---- serve and openapi ----------------------------------------------------------------------------


@pytest.mark.spec("UI-2")
def test_serve_offers_the_page_and_no_other_extension(tmp_path: Path) -> None:
    options = ["--port=0", "--ServerApp.ip=127.0.0.1", f"--ServerApp.root_dir={tmp_path}"]
    if os.geteuid() == 0:
        options.append("--allow-root")
    with running("serve", *options, LLMOPS_DATA_DIR=str(tmp_path / "data")) as (process, ready):
        page = httpx.URL(ready["url"])
        token = {"Authorization": f"token {page.params['token']}"}
        with httpx.Client(base_url=page.copy_with(query=None), timeout=30, trust_env=False) as http:
            assert http.get("api/v1/health").json()["status"] == "ok"
            assert http.get("api/v1/me").status_code in (401, 403)
            assert http.get("", headers=token).status_code == 200
            for other in ("/lab", "/terminals/1", "/doc"):
                assert http.get(str(page.copy_with(path=other, query=None)), headers=token).status_code == 404
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def test_the_api_document_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["openapi"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["openapi"].startswith("3.1")
    assert "/me" in document["paths"]
