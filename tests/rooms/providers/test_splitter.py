"""Reasoning text is found wherever it stands, however the stream was cut."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_llmops.providers.base import AnswerDelta, Piece
from jupyter_llmops.providers.pieces import Whole, join, whole
from jupyter_llmops.providers.splitter import ReasoningSplitter

pytestmark = pytest.mark.spec("LLM-2")

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "data" / "think_cases.json").read_text(encoding="utf-8")
)["cases"]
MORE = [
    ("nested", "<think>\na\n<think>\nb\n</think>\nc\n</think>\nD", "a\n\nb\nc", "D"),
    ("opener given twice", "<think>\n<think>\nplan</think>A", "plan", "A"),
    ("closer in inline code of an answer", "Close it with `</think>` please", "", None),
    ("closer as text after a block", "<think>a</think>Say </think> again", "a", "Say </think> again"),
    ("opener in inline code", "`<think>` opens", "", None),
    ("unclosed fence in the reasoning", "<think>\n```\nx\n</think>\nA", "```\nx", "A"),
    ("indented answer", "    code", "", None),
    ("only white space", " \n", "", None),
    ("harmony without analysis", "<|channel|>final<|message|>A<|return|>", "", "A"),
    ("harmony tokens in a plain answer", "Write <|end|> there", "", None),
    ("tilde fence", "~~~\n<think>\n~~~\nx", "", None),
    ("longer fence around a shorter", "````\n```\n<think>\n```\n````\nx", "", None),
    ("reasoning tag", "<reasoning>r</reasoning>A", "r", "A"),
    ("gemma channel", "<|channel>thought\np<channel|>A", "p", "A"),
    ("kimi", "◁think▷p◁/think▷A", "p", "A"),
    ("never closed, block announced", "<think>p", "p", ""),
]
ALPHABET = [
    *"<>/[]`~\n ◁▷|x",
    *("<think>", "</think>", "<thinking>", "</thinking>", "[THINK]", "[/THINK]", "◁think▷", "◁/think▷"),
    *("<|channel|>analysis<|message|>", "<|channel|>final<|message|>", "<|end|>", "<|start|>assistant"),
    *("<|channel>thought\n", "<channel|>", "```", "~~~", "word", "思考"),
]


def split(chunks: Iterable[str], start: str = "auto") -> Whole:
    splitter = ReasoningSplitter(start)
    pieces: list[Piece] = []
    for chunk in chunks:
        pieces += splitter.feed(chunk)
    return whole(join(pieces + splitter.close()))


def cuts(raw: str) -> Iterable[list[str]]:
    yield [raw]
    for size in (1, 2, 3):
        yield [raw[i : i + size] for i in range(0, len(raw), size)]
    dice = random.Random(7)
    for _ in range(50):
        points = sorted(dice.randrange(len(raw) + 1) for _ in range(dice.randrange(6)))
        yield [raw[a:b] for a, b in zip([0, *points], [*points, len(raw)], strict=True)]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_known_formats_split_the_same_under_any_chunking(case: dict[str, Any]) -> None:
    for chunks in cuts(case["raw"]):
        result = split(chunks, case["start"])
        assert (result.thinking.strip(), result.answer) == (case["thinking"], case["answer"]), chunks


@pytest.mark.parametrize(("name", "raw", "thinking", "answer"), MORE, ids=[case[0] for case in MORE])
def test_awkward_texts_split_the_same_under_any_chunking(
    name: str, raw: str, thinking: str, answer: str | None
) -> None:
    expected = (thinking, raw if answer is None else answer)
    for chunks in cuts(raw):
        result = split(chunks)
        assert (result.thinking.strip(), result.answer) == expected, chunks


@settings(max_examples=600, deadline=None)
@given(
    parts=st.lists(st.sampled_from(ALPHABET), max_size=14),
    start=st.sampled_from(["auto", "reasoning", "off"]),
    data=st.data(),
)
def test_no_chunking_changes_the_result(parts: list[str], start: str, data: st.DataObject) -> None:
    raw = "".join(parts)
    points = sorted(data.draw(st.sets(st.integers(0, len(raw)))))
    chunks = [raw[a:b] for a, b in zip([0, *points], [*points, len(raw)], strict=True)]
    expected, found = split([raw], start), split(chunks, start)
    assert (found.thinking, found.answer) == (expected.thinking, expected.answer)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab \n`~[]()<>*#思", max_size=40))
def test_text_without_tags_passes_unchanged(raw: str) -> None:
    result = split(list(raw))
    assert (result.thinking, result.answer) == ("", raw)


def test_a_piece_that_can_hold_no_tag_goes_out_at_once() -> None:
    splitter = ReasoningSplitter()
    assert splitter.feed("Hello") == [AnswerDelta("Hello")]
    assert splitter.feed(" world") == [AnswerDelta(" world")]
