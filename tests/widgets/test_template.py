"""Variables in the text of a cell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_llmops.widgets.template import MissingVariableError, fill

pytestmark = pytest.mark.spec("UI-3")


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Explain {word}.", "Explain overfitting."),
        ("{word}{word}", "overfittingoverfitting"),
        ("{数据} in Chinese", "42 in Chinese"),
        ("as it is: {{word}}", "as it is: {word}"),
        ("{{{word}}}", "{{word}}"),
    ],
)
def test_a_name_in_braces_is_its_value(text: str, filled: str) -> None:
    assert fill(text, {"word": "overfitting", "数据": 42}) == filled


@pytest.mark.parametrize(
    "code",
    [
        'd = {"a": 1, "b": {"c": 2}}',
        "if (x) { return {}; }",
        "{ word }",
        "{word.upper()} {word[0]} {1} {word!r} {word:>3}",
        "function f() {\n  if (a) {\n  }\n}}",
        "{% for x in y %}{{ x }}{% endfor %}",
        "{True} {pass}",
        "${1:-2} {a,b}",
    ],
)
def test_braces_of_code_survive(code: str) -> None:
    assert fill(code, {"word": "x"}) == code


def test_all_missing_names_are_told_with_what_to_do() -> None:
    with pytest.raises(MissingVariableError) as caught:
        fill("{a} {df} {b} {a}", {"df": 1})
    assert "There is no variable a, b" in str(caught.value)
    assert "{{like_this}}" in str(caught.value)


@given(st.text())
def test_values_are_put_in_as_they_are(value: str) -> None:
    assert fill("<{x}>", {"x": value, "word": "never"}) == f"<{value}>"
