"""The doctor sees what is wrong and names what to run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import jupyter_core.paths
import pytest

from jupyter_llmops.cli import doctor, main
from jupyter_llmops.cli.doctor import CHECKS, Finding
from jupyter_llmops.core.i18n import translator
from jupyter_llmops.options import Options
from jupyter_llmops.storage import places

pytestmark = pytest.mark.spec("OPS-3")


@pytest.fixture
def options(tmp_path: Path) -> Options:
    folder = tmp_path / "data"
    folder.mkdir()
    return Options(data_dir=folder)


def only(check: Callable[[Options], Iterator[Finding]], options: Options) -> Finding:
    (finding,) = check(options)
    return finding


def test_versions_are_named(options: Options) -> None:
    finding = only(doctor.python, options)
    assert finding.state == "ok"
    assert set(finding.params) == {"version", "python"}


def test_a_missing_or_old_package_is_named(options: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    needs = ["pytest>=1", "no-such-package>=2", "pluggy>=999", 'nothing>=1; extra == "hub"']
    monkeypatch.setattr(doctor, "_requirements", lambda: needs)
    finding = only(doctor.packages, options)
    assert finding.state == "problem"
    assert str(finding.params["packages"]).startswith("no-such-package - (>=2), pluggy ")
    assert "pip install" in finding.remedy


@pytest.mark.parametrize(("enabled", "state"), [(True, "ok"), (False, "problem")])
def test_a_disabled_server_extension_is_seen(
    options: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, enabled: bool, state: str
) -> None:
    monkeypatch.setattr(jupyter_core.paths, "jupyter_config_path", lambda: [str(tmp_path)])
    setting = {"ServerApp": {"jpserver_extensions": {"jupyter_llmops": enabled}}}
    (tmp_path / "jupyter_server_config.d").mkdir()
    (tmp_path / "jupyter_server_config.d" / "one.json").write_text(json.dumps(setting))
    assert only(doctor.server_extension, options).state == state


@pytest.mark.parametrize("entry_exists", [True, False])
def test_panels_without_their_script_are_seen(
    options: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry_exists: bool
) -> None:
    monkeypatch.setattr(jupyter_core.paths, "jupyter_path", lambda name: [str(tmp_path)])
    monkeypatch.setattr(doctor, "_version", lambda name: "4.6")
    folder = tmp_path / "jupyter-llmops"
    (folder / "static").mkdir(parents=True)
    package = {"jupyterlab": {"_build": {"load": "static/remoteEntry.1.js"}}}
    (folder / "package.json").write_text(json.dumps(package))
    if entry_exists:
        (folder / "static" / "remoteEntry.1.js").touch()
    assert only(doctor.lab_extension, options).state == ("ok" if entry_exists else "problem")


def test_a_missing_bundle_is_named(options: Options, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "files", lambda package: tmp_path)
    (tmp_path / "static").mkdir()
    for name in doctor.BUNDLES[1:]:
        (tmp_path / "static" / name).touch()
    finding = only(doctor.bundles, options)
    assert finding.state == "problem"
    assert finding.params == {"files": doctor.BUNDLES[0]}


@pytest.mark.spec("PROV-2")
def test_the_embedded_model_is_checked_whole(
    options: Options, embedded_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert only(doctor.embedded, options).state == "ok"

    monkeypatch.setenv("LLMOPS_CACHE", str(tmp_path))
    assert "local fetch" in only(doctor.embedded, options).remedy

    from jupyter_llmops.providers.embedded.catalogue import SMOLLM2

    with (tmp_path / SMOLLM2.name).open("wb") as file:
        file.truncate(SMOLLM2.size)
    assert only(doctor.embedded, options).state == "warning"


def test_a_database_of_another_revision_is_seen(options: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    assert only(doctor.database, options).state == "ok"
    assert not any(options.data_dir.iterdir()), "a look makes no file"
    assert main(["db", "upgrade", "--data-dir", str(options.data_dir)]) == 0
    assert only(doctor.database, options).state == "ok"
    monkeypatch.setattr("jupyter_llmops.storage.upgrade.HEAD", "9999")
    finding = only(doctor.database, options)
    assert finding.state == "warning"
    assert "db upgrade" in finding.remedy


def test_a_database_that_does_not_answer_is_a_problem(tmp_path: Path) -> None:
    options = Options(data_dir=tmp_path, database_url="postgresql://nobody@127.0.0.1:1/none")
    assert only(doctor.database, options).state == "problem"


def test_a_network_file_system_is_a_problem(options: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    assert only(doctor.place, options).state == "ok"
    monkeypatch.setattr(places, "file_system", lambda path, mounts: "nfs4")
    assert only(doctor.place, options).state == "problem"
    assert not list(doctor.place(Options(data_dir=options.data_dir, database_url="postgresql://h/d")))


@pytest.mark.spec("PROV-8")
def test_a_readable_master_key_is_a_problem(options: Options) -> None:
    assert not list(doctor.keyring(options))
    options.keys_file.write_text("key")
    options.keys_file.chmod(0o644)
    finding = only(doctor.keyring, options)
    assert finding.state == "problem"
    assert "chmod 600" in finding.remedy
    options.keys_file.chmod(0o600)
    assert only(doctor.keyring, options).state == "ok"


@pytest.mark.parametrize(("free", "state"), [(10**10, "ok"), (5 * 10**8, "warning"), (10**7, "problem")])
def test_a_full_disk_is_seen_also_before_the_folder_exists(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, state: str
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=free)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    assert only(doctor.disk, Options(data_dir=tmp_path / "not" / "yet")).state == state


@pytest.mark.spec("UI-5")
@pytest.mark.parametrize("there", [True, False])
def test_a_missing_language_pack_is_seen(
    options: Options, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    monkeypatch.setattr(doctor, "_version", lambda name: "1" if there or name == "jupyterlab" else None)
    assert only(doctor.languages, options).state == ("ok" if there else "warning")


@pytest.mark.parametrize("state", ["ok", "warning", "problem"])
def test_only_a_problem_ends_with_1(
    options: Options, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], state: str
) -> None:
    def check(options: Options) -> Iterator[Finding]:
        yield Finding("one", state, "seen {what}", "run {what}", {"what": "it"})  # type: ignore[arg-type]

    monkeypatch.setattr(doctor, "CHECKS", (check,))
    place = ["--data-dir", str(options.data_dir)]
    assert main(["doctor", *place]) == (state == "problem")
    assert capsys.readouterr().out.splitlines()[0].endswith("seen it")
    main(["doctor", "--json", *place])
    expected = {"check": "one", "state": state, "detail": "seen it", "remedy": "run it"}
    assert json.loads(capsys.readouterr().out) == [expected]


@pytest.mark.spec("UI-5")
def test_every_check_speaks_chinese_too(options: Options) -> None:
    chinese = translator("zh-CN")
    for check in CHECKS:
        for finding in check(options):
            assert chinese(finding.detail) != finding.detail
            assert not finding.remedy or chinese(finding.remedy) != finding.remedy
