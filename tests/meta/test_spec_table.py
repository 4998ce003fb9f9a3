"""The machinery that ties tests to the specification does what the feature list relies on."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import spec  # noqa: E402

pytest_plugins = ["pytester"]


def row(spec_id: str, state: str) -> spec.Row:
    return spec.Row("Area", spec_id, "What it does.", state, "", ())


def test_done_row_without_a_passed_test_is_refused() -> None:
    rows = [row("CHAT-1", "done"), row("CHAT-2", "done"), row("CHAT-3", "planned")]
    assert spec.check_evidence(rows, {"CHAT-1": ["tests/x.py::test_it"]}) == [
        "CHAT-2 says done, but no test of it passed"
    ]


def test_unknown_ids_are_named() -> None:
    (complaint,) = spec.check_ids(
        [row(i, "planned") for i in declared_ids()], {"CHAT-99": ["tests/x.py::test_it"]}
    )
    assert "CHAT-99" in complaint


def declared_ids() -> list[str]:
    return [line.id for line in spec.read_rows({})]


def test_specification_ids_are_unique() -> None:
    assert len(declared_ids()) == len(set(declared_ids()))


def test_vitest_titles_are_found_with_their_ids(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "labextension" / "src"
    folder.mkdir(parents=True)
    (folder / "a.spec.tsx").write_text(
        "it('CHAT-9 LLM-2 blocks remote images', () => {});\nit.each([1])(\"UI-5 is said\", f);"
    )
    monkeypatch.setattr(spec, "ROOT", tmp_path)
    found = spec.vitest_titles()
    assert found["CHAT-9"] == found["LLM-2"] == ["labextension/src/a.spec.tsx::blocks remote images"]


def test_report_tells_passed_from_failed(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nmarkers = spec\n")
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.spec("CHAT-1", "CHAT-2")
        def test_good(): pass

        @pytest.mark.spec("CHAT-2")
        def test_bad(): assert False

        @pytest.mark.spec("CHAT-3")
        @pytest.mark.skip
        def test_skipped(): pass
        """
    )
    pytester.runpytest_subprocess(
        "-p", "tests.traceability", "--spec-report=report.json", "-p", "no:cacheprovider"
    )
    report = json.loads((pytester.path / "report.json").read_text())
    assert [len(report["tests"][i]) for i in ("CHAT-1", "CHAT-2", "CHAT-3")] == [1, 2, 1]
    assert set(report["passed"]) == {"CHAT-1", "CHAT-2"}
    assert len(report["passed"]["CHAT-2"]) == 1
