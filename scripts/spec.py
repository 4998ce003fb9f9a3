"""Join the specification table, its declared status and the tests' marks into the feature list.

    spec.py write          collect the marks and write docs/reference/features.md
    spec.py check          fail when the page is stale
    spec.py check --ran    fail as well when a row says done or partial and no test of it passed

`check --ran` reads what the last `make test` left in test-results/.
"""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
PAGE = REFERENCE / "features.md"
RESULTS = ROOT / "test-results"
PYTEST_REPORT = RESULTS / "spec.json"
VITEST_REPORT = RESULTS / "vitest.json"
STATES = ("done", "partial", "planned")

ROW = re.compile(r"^\| ([A-Z]+-\d+) \| (.*) \|$")
SPEC_ID = re.compile(r"\b[A-Z]{2,4}-\d+\b")
VITEST_TITLE = re.compile(r"""\b(?:it|test|describe)(?:\.\w+(?:\([^)]*\))?)*\(\s*(['"`])(.*?)\1""", re.S)

Tests = Mapping[str, Iterable[str]]


@dataclass(frozen=True)
class Row:
    """One line of the specification with its state and its tests (`file::name`)."""

    area: str
    id: str
    text: str
    state: str
    remark: str
    tests: tuple[str, ...]


def main(arguments: list[str]) -> int:
    """Write the page, or check it."""
    if not arguments or arguments[0] not in ("write", "check"):
        print(__doc__, file=sys.stderr)
        return 2
    ran = "--ran" in arguments
    if not (ran and PYTEST_REPORT.exists()):
        collect_marks()
    marks = join(read_report("tests"), vitest_titles())
    rows = read_rows(marks)
    complaints = check_ids(rows, marks)
    page = render(rows)
    if arguments[0] == "write":
        PAGE.write_text(page, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
        complaints.append(f"{PAGE.relative_to(ROOT)} is stale: run `make spec`")
    if ran:
        complaints += check_evidence(rows, join(read_report("passed"), vitest_passed()))
    for complaint in complaints:
        print(f"✗ {complaint}", file=sys.stderr)
    counts = ", ".join(f"{sum(row.state == state for row in rows)} {state}" for state in STATES)
    print(f"{len(rows)} rows: {counts}")
    return 1 if complaints else 0


# ---- what is claimed ------------------------------------------------------------------------------


def read_rows(marks: Tests) -> list[Row]:
    """Return the specification's rows in order, each with its declared state."""
    declared = tomllib.loads((REFERENCE / "status.toml").read_text(encoding="utf-8"))["rows"]
    rows, area = [], ""
    for line in (REFERENCE / "spec.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            area = line[3:]
        elif match := ROW.match(line):
            spec_id, text = match.groups()
            claim = declared.get(spec_id, {})
            tests = tuple(sorted(marks.get(spec_id, ())))
            rows.append(
                Row(area, spec_id, text, claim.get("state", "planned"), claim.get("remark", ""), tests)
            )
    return rows


def check_ids(rows: list[Row], marks: Tests) -> list[str]:
    """Return a complaint for each id or state nobody knows."""
    declared = tomllib.loads((REFERENCE / "status.toml").read_text(encoding="utf-8"))["rows"]
    known = {row.id for row in rows}
    complaints = [
        f"status.toml names {spec_id}, which is not in spec.md"
        for spec_id in declared
        if spec_id not in known
    ]
    complaints += [
        f"{next(iter(marks[i]))} names {i}, which is not in spec.md" for i in marks if i not in known
    ]
    complaints += [f"{row.id}: state must be one of {STATES}" for row in rows if row.state not in STATES]
    complaints += [
        f"{row.id} is partial: say in the remark what is missing"
        for row in rows
        if row.state == "partial" and not row.remark
    ]
    return complaints


def check_evidence(rows: list[Row], passed: Tests) -> list[str]:
    """Return a complaint for each row whose claim no passed test supports.

    The figures (FIG-n) are measured, not asserted: their evidence is that performance.md names them.
    """
    measured = (
        (REFERENCE / "performance.md").read_text(encoding="utf-8")
        if (REFERENCE / "performance.md").exists()
        else ""
    )
    return [
        f"{row.id} says {row.state}, but no test of it passed"
        for row in rows
        if row.state != "planned"
        and not any(passed.get(row.id, ()))
        and not (row.id.startswith("FIG-") and row.id in measured)
    ]


# ---- what the tests say ---------------------------------------------------------------------------


def collect_marks() -> None:
    """Let pytest collect all tests and write down their marks."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--collect-only",
        "-q",
        "--no-cov",
        f"--spec-report={PYTEST_REPORT}",
        "tests",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode not in (0, 5):
        sys.exit(done.stdout[-4000:] + done.stderr[-4000:])


def read_report(part: str) -> Tests:
    """Return one part of what the pytest plug-in wrote."""
    report: Mapping[str, Tests] = json.loads(PYTEST_REPORT.read_text(encoding="utf-8"))
    return report[part]


def vitest_titles() -> Tests:
    """Return the front end's tests by the ids in their titles, read from the sources."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "labextension" / "src").rglob("*.spec.ts*")):
        for _, title in VITEST_TITLE.findall(path.read_text(encoding="utf-8")):
            add(found, title, f"{path.relative_to(ROOT)}::{without_ids(title)}")
    return found


def vitest_passed() -> Tests:
    """Return the front end's tests that passed in the last run."""
    found: dict[str, list[str]] = {}
    if not VITEST_REPORT.exists():
        return found
    for file in json.loads(VITEST_REPORT.read_text(encoding="utf-8"))["testResults"]:
        for test in file["assertionResults"]:
            if test["status"] == "passed":
                add(found, test["fullName"], test["fullName"])
    return found


def add(found: dict[str, list[str]], title: str, name: str) -> None:
    """File the name under each id in the title."""
    for spec_id in SPEC_ID.findall(title):
        if name not in found.setdefault(spec_id, []):
            found[spec_id].append(name)


def without_ids(title: str) -> str:
    """Return the title as a sentence."""
    return " ".join(SPEC_ID.sub("", title).replace(",", " ").split())


def join(*parts: Tests) -> Tests:
    """Return all tests of all parts."""
    joined: dict[str, list[str]] = {}
    for part in parts:
        for spec_id, tests in part.items():
            joined.setdefault(spec_id, []).extend(tests)
    return joined


# ---- the page -------------------------------------------------------------------------------------


def render(rows: list[Row]) -> str:
    """Return features.md."""
    lines = [
        "<!-- Written by `make spec` from spec.md, status.toml and the tests' marks. Do not edit. -->",
        "# Features",
        "",
        "Each row of the [specification](spec.md), its state and the tests that prove it.",
        "*Planned* rows are not there yet.",
    ]
    area = ""
    for row in rows:
        if row.area != area:
            area = row.area
            lines += ["", f"## {area}", "", "| id | what | state | tests |", "| --- | --- | --- | --- |"]
        state = f"**{row.state}**" if row.state == "done" else row.state
        remark = f": {row.remark}" if row.remark else ""
        lines.append(f"| {row.id} | {headline(row.text)} | {state}{remark} | {test_cell(row.tests)} |")
    return "\n".join(lines) + "\n"


def headline(text: str, limit: int = 110) -> str:
    """Return the first sentence, cut at a word when it is long."""
    first = re.split(r"(?<=[\w)%`])[.;](?:\s|$)", text, maxsplit=1)[0]
    if len(first) <= limit:
        return first
    cut = first[:limit].rsplit(" ", 1)[0]
    # A code mark that was opened must be closed: cut before it.
    return (cut if cut.count("`") % 2 == 0 else cut.rsplit("`", 1)[0]).rstrip(" ,(:") + " …"


def test_cell(tests: Iterable[str]) -> str:
    """Return the tests of a row, grouped by file and folded."""
    by_file: dict[str, list[str]] = {}
    for test in tests:
        file, _, name = test.partition("::")
        by_file.setdefault(file, []).append(quote(name.replace("::", ".")))
    if not by_file:
        return "—"
    groups = [f"<code>{file}</code>: {', '.join(names)}" for file, names in by_file.items()]
    count = sum(len(names) for names in by_file.values())
    return f"<details><summary>{count}</summary>{'<br>'.join(groups)}</details>"


def quote(name: str) -> str:
    """Return the name as HTML that ends neither the table's cell nor the line."""
    return html.escape(" ".join(name.split()), quote=False).replace("|", "&#124;").replace("*", "&#42;")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
