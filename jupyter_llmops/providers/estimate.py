"""How many tokens a text has, roughly, for providers that do not count.

Measured on the tokenizers of GPT-4o, Qwen and Llama 3, prose comes to about 4 characters a token in
languages with spaces and about 0.6 to 0.8 tokens a Chinese character; code a little more. An
estimate is always marked as such.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .base import ChatMessage, Usage

__all__ = ["estimate_tokens", "estimate_usage"]

_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_PER_CJK = 0.7
_CHARACTERS_PER_TOKEN = 4
_PER_MESSAGE = 4  # role and separators
_PER_IMAGE = 765  # what OpenAI counts for a 1024 × 1024 picture


def estimate_tokens(text: str) -> int:
    """Return about how many tokens a text has."""
    cjk = len(_CJK.findall(text))
    return round(cjk * _PER_CJK + (len(text) - cjk) / _CHARACTERS_PER_TOKEN + 0.49)


def estimate_usage(messages: Iterable[ChatMessage], completion: str) -> Usage:
    """Return the estimated usage of a call."""
    prompt = sum(
        estimate_tokens(message.content) + _PER_MESSAGE + _PER_IMAGE * len(message.images)
        for message in messages
    )
    produced = estimate_tokens(completion)
    return Usage(prompt, produced, prompt + produced, estimated=True)
