"""Sphinx configuration: MyST sources in English, with the users' pages in Chinese under zh/."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

project = "jupyter-llmops"
author = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["authors"][0]["name"]
copyright = f"2026, {author}"

extensions = ["myst_parser", "sphinx_copybutton"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build", "images"]
source_suffix = {".md": "markdown"}

html_theme = "furo"
html_title = "jupyter-llmops"
html_copy_source = False
