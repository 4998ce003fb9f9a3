"""The one wheel carries everything a person needs, and nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "jupyter_llmops" / "labextension" / "package.json"
DATA = "jupyter_llmops-*.data/data"


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return the names in a wheel made of this checkout with the front end that is built."""
    if not BUILT.exists():
        pytest.skip("the front end is not built: run `make install`")
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        folder,
        ROOT,
    ]
    subprocess.run(command, check=True, env={**os.environ, "HATCH_JUPYTER_BUILDER_SKIP_NPM": "1"})
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.mark.slow
@pytest.mark.spec("OPS-1")
@pytest.mark.parametrize(
    "pattern",
    [
        r"jupyter_llmops/core/messages/zh_CN\.json",
        r"jupyter_llmops/locale/zh_CN/LC_MESSAGES/jupyter_llmops\.json",
        r"jupyter_llmops/providers/catalogue/.+\.toml",
        r"jupyter_llmops/storage/migrations/versions/.+\.py",
        r"jupyter_llmops/static/page\.js",
        r"jupyter_llmops/static/chat-widget\.js",
        r"jupyter_llmops/py\.typed",
        r".+\.data/data/share/jupyter/labextensions/jupyter-llmops/package\.json",
        r".+\.data/data/share/jupyter/labextensions/jupyter-llmops/install\.json",
        r".+\.data/data/share/jupyter/labextensions/jupyter-llmops/static/remoteEntry.+\.js",
        r".+\.data/data/share/jupyter/labextensions/jupyter-llmops/schemas/.+\.json",
        r".+\.data/data/etc/jupyter/jupyter_server_config\.d/jupyter_llmops\.json",
        r".+\.dist-info/entry_points\.txt",
        r".+\.dist-info/licenses/LICENSE",
    ],
)
def test_wheel_carries_what_a_person_needs(names: list[str], pattern: str) -> None:
    assert any(re.fullmatch(pattern, name) for name in names)


@pytest.mark.slow
def test_wheel_carries_nothing_else(names: list[str]) -> None:
    odd = re.compile(
        r"node_modules|(^|/)tests?/|\.ipynb$|__pycache__|\.tsbuildinfo|jupyter_llmops/labextension/|\.map$"
    )
    assert not [name for name in names if odd.search(name)]
