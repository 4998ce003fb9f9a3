"""Importing the client costs little."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("tornado", "sqlalchemy", "pandas", "numpy", "jupyter_server", "ipywidgets", "anywidget", "IPython")


def modules_after(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.spec("UI-3")
@pytest.mark.parametrize("statement", ["from jupyter_llmops import LLMOps", "import jupyter_llmops.client"])
def test_the_client_imports_nothing_heavy(statement: str) -> None:
    assert not modules_after(statement) & set(HEAVY)


def test_the_package_alone_imports_not_even_the_client() -> None:
    loaded = modules_after("import jupyter_llmops")
    assert not {
        name for name in loaded if name.startswith(("jupyter_llmops.client", "jupyter_llmops.widgets"))
    }
    assert not loaded & {"httpx", "pydantic", *HEAVY}


def test_the_magic_does_not_pay_for_widgets() -> None:
    assert not modules_after("import jupyter_llmops.widgets.magic") & {"ipywidgets", "anywidget", "pandas"}
