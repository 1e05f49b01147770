"""Which of several articles say most about some words. Pure.

A word counts by how often an article has it for its length, less and less with every time, more if
few of the others have it, and most in the title.
Source: S. Robertson, H. Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009).
"""

from collections.abc import Sequence
from math import log

from storage.query_match import Candidate
from storage.wording import places

_SATURATION, _LENGTH_SHARE = 1.2, 0.75
_TITLE_WEIGHT = 3.0


def by_relevance(candidates: Sequence[Candidate], words: Sequence[str]) -> list[int]:
    """Return the numbers (from 0) of the articles, the best first; equal ones stay in order."""
    if not candidates:
        return []
    in_title = [[_count(one.folded_title, word) for word in words] for one in candidates]
    in_text = [[_count(one.folded_text, word) for word in words] for one in candidates]
    lengths = [len(one.folded_text) + 1 for one in candidates]
    mean = sum(lengths) / len(lengths)
    scores = [0.0] * len(candidates)
    for column in range(len(words)):
        holders = sum(
            bool(title[column] or text[column])
            for title, text in zip(in_title, in_text, strict=True)
        )
        rarity = log(1 + (len(candidates) - holders + 0.5) / (holders + 0.5))
        for number, length in enumerate(lengths):
            often = in_text[number][column] + _TITLE_WEIGHT * in_title[number][column]
            norm = 1 - _LENGTH_SHARE + _LENGTH_SHARE * length / mean
            scores[number] += rarity * often * (1 + _SATURATION) / (often + _SATURATION * norm)
    return sorted(range(len(candidates)), key=lambda number: -scores[number])


def _count(text: str, word: str) -> int:
    return sum(1 for _ in places(text, word))
