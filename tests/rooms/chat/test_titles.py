"""Titles: ten Chinese characters or six words, whatever a model replies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_llmops.chat.titles import clean_title, first_words, title_question

pytestmark = pytest.mark.spec("CHAT-6")


@pytest.mark.parametrize(
    ("reply", "title"),
    [
        ("Capital of France", "Capital of France"),
        ('"Capital of France."', "Capital of France"),
        ("**Title: Capital of France**\n\nI chose this because", "Capital of France"),
        ("One two three four five six seven eight", "One two three four five six"),
        ("标题：《法国的首都在哪里》", "法国的首都在哪里"),
        ("关于法国首都的一个非常长的标题示例", "关于法国首都的一个非"),
        ("如何使用 Python 处理数据", "如何使用"),
        ("", ""),
        ("\n \n", ""),
        ("***", ""),
        ("```python\nprint(1)\n```", ""),
        ("<user>\nWhat is Python?", ""),
        ("Assistant:", ""),
        ("Python", ""),
        ("标题：对话", ""),
        ("Recursion", "Recursion"),
        ("<script>alert(1)</script>", "script alert(1) /script"),
    ],
)
def test_what_a_model_replies_becomes_a_short_plain_title(reply, title):
    assert clean_title(reply) == title


@given(st.text(max_size=500))
def test_no_reply_makes_a_long_or_broken_title(reply):
    for title in (clean_title(reply), first_words(reply)):
        assert len(title) <= 80
        assert len(title.split()) <= 6
        assert "\n" not in title
        assert title == title.strip()


def test_the_first_words_stand_in_until_a_model_made_a_title():
    assert first_words("\n\n# How do I sort a list in Python?\nplease") == "How do I sort a list"
    assert first_words("怎样在 Python 里排序一个列表？") == "怎样在 Python"
    assert first_words("") == ""


def test_a_chinese_question_is_asked_for_a_chinese_title():
    assert "不超过10个字" in title_question("法国的首都？", "巴黎")[0].content
    assert "at most 6 words" in title_question("Capital of France?", "Paris")[0].content


def test_a_long_exchange_is_not_sent_whole():
    assert len(title_question("x" * 100_000, "y" * 100_000)[0].content) < 3000
