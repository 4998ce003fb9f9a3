"""What a search looks for, as pure text: terms, the n-grams that find candidates, the match itself, snippets.

A query is split at white space; a message matches when it contains every term, case aside. Terms are taken
literally. One rule keeps short ones useful: a term that begins with one or two ASCII letters or digits
must stand at the start of a word ("AI" finds "AI模型" and "Air", not "maintain").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .types import clean_text

__all__ = ["Part", "Query", "fold", "parse", "word_grams"]

MAX_TERMS = 10
MAX_LENGTH = 500
SNIPPET = 160  # characters
LEAD = 40  # characters of them before the first hit

# Dotted I and the Kelvin sign: databases disagree on their lower case, which is ASCII or two characters.
_STUBBORN = "İ\u212a"
_RUNS = re.compile(r"[a-z0-9]+|[^\x00-\x7f]+")
_WILD = re.compile(r"[%_\\]")
_SHORT_START = re.compile(r"[a-z0-9]{1,2}(?![a-z0-9])")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a snippet's plain text, and whether it is a hit."""

    text: str
    hit: bool


@dataclass(frozen=True, slots=True)
class Query:
    """The folded terms of a query, and the pattern of any of them."""

    terms: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]
    any_term: re.Pattern[str]

    def matches(self, text: str) -> bool:
        """Tell whether the text contains every term."""
        folded = fold(text)
        return all(pattern.search(folded) for pattern in self.patterns)

    def snippet(self, text: str) -> tuple[Part, ...]:
        """Return the neighbourhood of the first hit, cut into parts, with ellipses."""
        folded = fold(text)
        first = self.any_term.search(folded)
        start = max(0, first.start() - LEAD) if first else 0
        end = min(len(text), start + SNIPPET)
        parts = [Part("…", False)] if start else []
        place = start
        for found in self.any_term.finditer(folded, start, end):
            if found.start() > place:
                parts.append(Part(text[place : found.start()], False))
            parts.append(Part(text[found.start() : found.end()], True))
            place = found.end()
        rest = text[place:end] + ("…" if end < len(text) else "")
        return (*parts, Part(rest, False)) if rest else tuple(parts)

    def trigrams(self) -> list[str]:
        """Return every three neighbouring characters of the terms that are long enough."""
        return _unique(term[i : i + 3] for term in self.terms for i in range(len(term) - 2))

    def short_grams(self) -> list[str]:
        """Return the grams of the terms below three characters: see `word_grams`."""
        return _unique(gram for term in self.terms if len(term) < 3 for gram in word_grams(term))

    def patterns_like(self) -> list[str]:
        """Return a LIKE pattern for each piece of the terms whose lower case is the same everywhere."""
        pieces = (piece for term in self.terms for piece in _split(term) if piece)
        return ["%" + _WILD.sub(r"\\\g<0>", piece) + "%" for piece in pieces]

    def padded_grams(self) -> list[str]:
        """Return the grams of all terms as PostgreSQL's index has them: for ASCII words pg_trgm's."""
        return _unique(gram for term in self.terms for gram in _padded(term))


def parse(text: str) -> Query | None:
    """Return the query in a user's words, or None when there is nothing to look for."""
    terms = _unique(fold(clean_text(text[:MAX_LENGTH])).split())[:MAX_TERMS]
    if not terms:
        return None
    sources = [_pattern(term) for term in terms]
    longest_first = "|".join(sorted(sources, key=len, reverse=True))
    return Query(tuple(terms), tuple(re.compile(source) for source in sources), re.compile(longest_first))


def fold(text: str) -> str:
    """Return the text in lower case with every character at its place."""
    if "İ" in text or "\u212a" in text:
        return "".join(char if char in _STUBBORN else char.lower() for char in text)
    return text.lower()


def word_grams(text: str) -> list[str]:
    """Return what stands for a text in the index of short terms.

    Of other scripts than ASCII every character and every two neighbours; of ASCII words the first letter
    and the first two.
    """
    grams: list[str] = []
    for run in _RUNS.findall(fold(text)):
        if run.isascii():
            grams += [run[0], run[:2]]
        else:
            grams += [*run, *map(str.__add__, run, run[1:])]
    return _unique(grams)


def _padded(term: str) -> list[str]:
    grams: list[str] = []
    pieces = _split(term)
    for run in (run for piece in pieces for run in _RUNS.findall(piece)):
        if not run.isascii():
            grams += map(str.__add__, run, run[1:]) if len(run) > 1 else run
        elif len(run) > 2:
            grams += [run[i : i + 3] for i in range(len(run) - 2)]
        elif len(pieces) == 1:
            grams.append(f"  {run}" if len(run) == 1 else f" {run}")
    return grams


def _split(term: str) -> list[str]:
    return re.split(f"[{_STUBBORN}]", term)


def _pattern(term: str) -> str:
    start = r"(?<![a-z0-9])" if _SHORT_START.match(term) else ""
    return start + re.escape(term)


def _unique(items: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(items))
