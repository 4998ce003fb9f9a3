"""Pytest plug-in: which tests prove which rows of the specification, and which of them passed.

`--spec-report PATH` writes `{"tests": {"CHAT-2": [...]}, "passed": {"CHAT-2": [...]}}`. Parameters are
left out of the names. `scripts/spec.py` reads the file.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from pathlib import Path

import pytest

SPEC_ID = re.compile(r"^[A-Z]+-\d+$")


class SpecReport:
    """Collects the marks of all tests of a run and the outcome of each test."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.ids: dict[str, tuple[str, ...]] = {}
        self.passed: set[str] = set()
        self.failed: set[str] = set()

    # First of all, so that `-m` does not hide what exists.
    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Read the marks."""
        for item in items:
            ids = spec_ids(item)
            if ids:
                self.ids[item.nodeid] = ids

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the outcome."""
        if report.when == "call" and report.passed:
            self.passed.add(report.nodeid)
        elif report.failed:
            self.failed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        """Write the file."""
        tests: dict[str, set[str]] = defaultdict(set)
        passed: dict[str, set[str]] = defaultdict(set)
        for nodeid, ids in self.ids.items():
            for spec_id in ids:
                tests[spec_id].add(without_parameters(nodeid))
                if nodeid in self.passed - self.failed:
                    passed[spec_id].add(without_parameters(nodeid))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        report = {"tests": _sorted(tests), "passed": _sorted(passed)}
        self.path.write_text(json.dumps(report, indent=1), encoding="utf-8")


def spec_ids(item: pytest.Item) -> tuple[str, ...]:
    """Return the ids of the item's marks; a misspelt one is an error."""
    ids = tuple(str(spec_id) for mark in item.iter_markers("spec") for spec_id in mark.args)
    wrong = [spec_id for spec_id in ids if not SPEC_ID.match(spec_id)]
    if wrong:
        raise pytest.UsageError(f"{item.nodeid}: not an id of docs/reference/spec.md: {wrong}")
    return ids


def without_parameters(nodeid: str) -> str:
    """Return the node id of the test function, whichever its parameters."""
    return nodeid.partition("[")[0]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption("--spec-report", metavar="PATH", help="write which test proves which row of the spec")


def pytest_configure(config: pytest.Config) -> None:
    """Start collecting when asked to."""
    path = config.getoption("--spec-report")
    if path:
        config.pluginmanager.register(SpecReport(Path(path)), "spec-report")


def _sorted(groups: dict[str, set[str]]) -> dict[str, list[str]]:
    return {name: sorted(members) for name, members in sorted(groups.items())}
