"""A title for a conversation: what to ask the model for, and what to make of its reply. Pure."""

from __future__ import annotations

import re

from ..providers.base import ChatMessage

__all__ = ["clean_title", "first_words", "title_question"]

MAX_CHINESE = 10
MAX_WORDS = 6
_EXCERPT = 1000

_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_LABEL = re.compile(r"^(?:title|标题|題目|题目|主题)\s*[:\uff1a]\s*", re.IGNORECASE)
_MARKUP = re.compile(r"[*_`#<>\[\]{}|\\~]+")
_WORD = re.compile("[A-Za-z0-9]")
_CUT_WORD = re.compile("(?<=.)[A-Za-z0-9]+$")
_FENCE = ("```", "~~~")
# What small models answer instead of a title: the role, the language of the code, the task itself.
_SAYS_NOTHING = re.compile(
    "answer|assistant|bash|chat|code|conversation|hello|here|html|human|java|javascript|json|model|none|output|"
    "python|question|response|shell|sql|sure|system|text|title|untitled|user|对话|标题|用户|助手|回答|问题",
    re.IGNORECASE,
)
_QUOTES = " \t\"'“”‘’「」『』《》〈〉（）()."
_END = " \t,;:!?。，；：！？、…-–—"


def title_question(question: str, answer: str) -> list[ChatMessage]:
    """Return what to send to the model to be given a title of the first exchange."""
    if _is_chinese(question):
        task = f"给下面的对话起一个标题，不超过{MAX_CHINESE}个字。只回答标题本身，不要引号和标点。"
    else:
        task = (
            f"Give the conversation below a title of at most {MAX_WORDS} words, in its own language. "
            "Answer with the title alone: no quotes, no punctuation at the end."
        )
    exchange = f"<user>\n{question[:_EXCERPT]}\n</user>\n<assistant>\n{answer[:_EXCERPT]}\n</assistant>"
    return [ChatMessage("user", f"{task}\n\n{exchange}")]


def clean_title(reply: str) -> str:
    """Return the title in a model's reply, within the limits; empty when there is none."""
    line = next((line for line in reply.splitlines() if line.strip()), "").strip()
    if line.startswith(_FENCE):
        return ""
    title = _shortened(_LABEL.sub("", _MARKUP.sub(" ", line).strip(_QUOTES)))
    return "" if _SAYS_NOTHING.fullmatch(title) else title


def first_words(question: str) -> str:
    """Return the beginning of the question as a title, for the time before a model made one."""
    line = next((line for line in question.splitlines() if _MARKUP.sub("", line).strip()), "")
    return _shortened(line)


def _shortened(text: str) -> str:
    text = " ".join(_MARKUP.sub(" ", text).split()).strip(_QUOTES).strip(_END).strip(_QUOTES)
    if _is_chinese(text):
        kept = text[:MAX_CHINESE]
        if _WORD.match(text, MAX_CHINESE):
            kept = _CUT_WORD.sub("", kept)
        return kept.strip(_END)
    return " ".join(text.split()[:MAX_WORDS])[:80].strip(_END)


def _is_chinese(text: str) -> bool:
    """Tell whether a good part of the letters stand for whole words, so that characters are counted."""
    letters = sum(character.isalpha() for character in text)
    return letters > 0 and len(_CJK.findall(text)) * 3 >= letters
