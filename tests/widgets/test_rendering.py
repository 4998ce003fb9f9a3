"""Python values as text for a model."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from jupyter_llmops.widgets.rendering import MAX_TEXT, as_text

pytestmark = pytest.mark.spec("UI-3")


def test_a_small_table_is_whole_with_types() -> None:
    frame = pd.DataFrame({"city": ["Oslo", "北京"], "people": [0.7, 21.9]})
    lines = as_text("df", frame).split("\n")
    assert lines[0] == "df: 2 rows × 2 columns"
    assert lines[2].startswith("|  | city (")
    assert "people (float64)" in lines[2]
    assert lines[4:] == ["| 0 | Oslo | 0.7 |", "| 1 | 北京 | 21.9 |"]


def test_a_large_table_is_its_head_and_its_shape() -> None:
    frame = pd.DataFrame(np.zeros((100_000, 50)))
    text = as_text("big", frame)
    assert text.startswith("big: 100000 rows × 50 columns (first 20 rows, first 30 columns)")
    assert len(text.split("\n")) == 24


def test_cells_stay_in_their_row() -> None:
    text = as_text("df", pd.DataFrame({"a": ["x|y\nz", "w" * 500]}))
    assert "| 0 | x\\|y z |" in text
    assert "w" * 59 + "… |" in text


def test_a_series_is_a_table_too() -> None:
    assert as_text("s", pd.Series([1, 2], name="n")).startswith("s: 2 rows × 1 columns")


def test_text_is_never_shortened() -> None:
    assert as_text("t", "x" * 50_000) == "x" * 50_000


def test_other_values_are_shortened_and_say_so() -> None:
    assert as_text("n", 42) == "42"
    assert as_text("d", {"键": [1, 2]}) == '{"键": [1, 2]}'
    assert as_text("l", list(range(10_000))).endswith("more characters)")
    assert len(as_text("l", list(range(10_000)))) < MAX_TEXT + 40
    circle: list[object] = []
    circle.append(circle)
    assert as_text("c", circle) == "[[...]]"
