"""What may stand in a query string besides the fields of its type."""

from __future__ import annotations

import pytest

from jupyter_llmops.core.paging import PageQuery
from jupyter_llmops.web.validation import query_values


@pytest.mark.spec("UI-1")
def test_the_time_that_jupyterlab_appends_is_no_field() -> None:
    assert query_values({"limit": [b"5"], "1764000000000": [b""]}, PageQuery) == {"limit": "5"}


def test_the_credential_is_no_field() -> None:
    assert query_values({"token": [b"abc"]}, PageQuery) == {}


def test_an_unknown_field_stays_to_be_refused() -> None:
    assert query_values({"colour": [b"red"], "7": [b"x"]}, PageQuery) == {"colour": "red", "7": "x"}
