"""The notebooks run from the top to the end against a real server with a real model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.fixtures_server import ROOT, RunningServer

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


@pytest.mark.slow
@pytest.mark.spec("UI-3", "PROV-2", "CHAT-7")
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_the_top_to_the_end(
    path: Path, running_server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in running_server.environment.items():  # so the kernel finds the server by its file
        monkeypatch.setenv(name, value)
    notebook = read(path)
    NotebookClient(notebook, timeout=240, kernel_name="python3").execute()
    shown = {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}
    assert "text/markdown" in shown["ask"][-1].data
    assert len("".join(output.text for output in shown["stream"])) > 5
    assert "<table" in shown["panel-value"][-1].data["text/html"]
    assert "application/vnd.jupyter.widget-view+json" in shown["panel"][-1].data


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_without_outputs(path: Path) -> None:
    notebook = read(path)
    nbformat.validate(notebook)
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells)
