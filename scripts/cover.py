"""Print the last run's coverage and hold each part to its floor (section `coverage floors` of setup.cfg)."""

from __future__ import annotations

import configparser
import io
import sys

from bootstrap import ROOT
from coverage import Coverage


def main() -> int:
    """Report the whole, then each part against its floor."""
    data = Coverage(config_file=str(ROOT / "pyproject.toml"))
    data.combine(strict=False)
    data.load()
    data.report()
    data.xml_report()
    return 1 if [part for part, floor in floors().items() if not holds(data, part, floor)] else 0


def floors() -> dict[str, float]:
    """Return the least coverage in percent of each part of the package."""
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg")
    return {part: float(value) for part, value in settings["coverage floors"].items()}


def holds(data: Coverage, part: str, floor: float) -> bool:
    """Return whether the part's coverage reaches its floor, and say so."""
    reached = data.report(include=[f"*/jupyter_llmops/{part}/*"], file=io.StringIO())
    print(f"{'✓' if reached >= floor else '✗'} {part}: {reached:.1f} % (at least {floor:g} %)")
    return reached >= floor


if __name__ == "__main__":
    sys.exit(main())
