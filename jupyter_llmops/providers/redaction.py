"""Make a provider's own words fit to show: no key, no markup, not too long."""

from __future__ import annotations

import re

__all__ = ["redact"]

_LIMIT = 300
_HIDDEN = "[hidden]"
_MARKUP = re.compile(r"<(style|script)\b.*?</\1\s*>|<[^<>]{0,500}>", re.IGNORECASE | re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\s]+")
# What keys look like: with a known prefix (also half masked by the provider), after a telling word,
# or simply long and random.
_KEY_LIKE = re.compile(
    r"\b(?:sk|pk|rk|key|gsk|xai|hf|ghp|glpat|AIza)[-_][\w*.\-]{4,}"
    r"|\bBearer\s+\S+"
    r"|\beyJ[\w-]+\.[\w.-]+"
    r"|(?<![\w/.-])(?=[\w*-]*\d)(?=[\w*-]*[A-Za-z])[\w*-]{28,}"
    r"|\S*\*{3,}\S*"
)


def redact(text: str, *secrets: str, limit: int = _LIMIT) -> str:
    """Return the text in one line without the given secrets or anything that looks like a key."""
    for secret in filter(None, secrets):
        text = text.replace(secret, _HIDDEN)
    # Long enough to see a key whole before the cut could leave a half of it unrecognised.
    text = _KEY_LIKE.sub(_HIDDEN, text[: limit * 8])
    text = _CONTROL.sub(" ", _MARKUP.sub(" ", text)).strip()
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
