"""How right an extractor is: body, title and date of saved pages against their truth. Pure.

Source: scrapinghub/article-extraction-benchmark, evaluate.py (4-gram shingles, mean precision and
mean recall), with one CJK character as one token.
"""

import json
import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

SHINGLE = 4
_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_TOKEN = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+")
_QUOTES = re.compile(r"[\s\u200b-\u200f\ufeff\"'`´‘’“”„‟′″「」『』]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a page says. None: nobody wrote down the truth of this field."""

    file: str
    set: str
    title: str | None
    day: str | None
    body: str | None
    news: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an extractor says of a page. None: it has no such field, or found nothing."""

    title: str | None = None
    day: str | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """One field of one page that is not right; `score` is the page's own F1 of a body."""

    file: str
    field: str
    expected: str
    actual: str | None
    score: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The figures of one extractor over many pages. Shares are 0 to 1, NaN without any truth."""

    f1: float
    precision: float
    recall: float
    titles: int
    titles_right: int
    days: int
    days_right: int
    days_wrong: int
    misses: tuple[Miss, ...]


def read_truths(folder: Path) -> list[Truth]:
    """Return the truths of a folder's `truth.jsonl`, in its order."""
    lines = (folder / "truth.jsonl").read_text("utf-8").splitlines()
    return [
        Truth(
            file=one["file"],
            set=one["set"],
            title=one["title"] or None,
            day=one["date"] or None,
            body=one["body"] or None,
            news=one["news"],
        )
        for one in map(json.loads, lines)
    ]


def score(truths: Sequence[Truth], answers: Sequence[Answer], *, good_body: float = 0.9) -> Score:
    """Return the figures; bodies whose own F1 is below `good_body` are among the misses."""
    misses: list[Miss] = []
    bodies: list[tuple[float, float, float]] = []
    days: Counter[str] = Counter()
    titles: Counter[bool] = Counter()
    for truth, answer in zip(truths, answers, strict=True):
        if truth.body:
            bodies.append(counts := shingle_counts(truth.body, answer.body or ""))
            if (own := f1_of([counts])[0]) < good_body:
                misses.append(_miss(truth, "body", truth.body, answer.body, score=own))
        if truth.title:
            titles[right := same_title(truth.title, answer.title)] += 1
            if not right:
                misses.append(_miss(truth, "title", truth.title, answer.title))
        if truth.day:
            days[verdict := _verdict(truth.day, answer.day)] += 1
            if verdict != "right":
                misses.append(_miss(truth, "date", truth.day, answer.day))
    f1, precision, recall = f1_of(bodies)
    return Score(
        f1=f1,
        precision=precision,
        recall=recall,
        titles=titles.total(),
        titles_right=titles[True],
        days=days.total(),
        days_right=days["right"],
        days_wrong=days["wrong"],
        misses=tuple(misses),
    )


def same_title(expected: str, actual: str | None) -> bool:
    """Say whether two titles are one after NFKC, without blanks and quotation marks."""
    return actual is not None and _bare(expected) == _bare(actual)


def shingle_counts(expected: str, actual: str) -> tuple[float, float, float]:
    """Return the shares of shingles that are right, too many and missing; their sum is 1."""
    wanted, given = _shingles(expected), _shingles(actual)
    right = (wanted & given).total()
    extra, missing = given.total() - right, wanted.total() - right
    whole = (right + extra + missing) or 1
    return right / whole, extra / whole, missing / whole


def f1_of(counts: Iterable[tuple[float, float, float]]) -> tuple[float, float, float]:
    """Return F1, mean precision and mean recall; a page without an answer has no precision."""
    counts = list(counts)
    precisions = [right / (right + extra) for right, extra, _ in counts if right + extra]
    recalls = [right / (right + missing) for right, _, missing in counts if right + missing]
    if not recalls:
        return (float("nan"),) * 3
    precision = statistics.mean(precisions) if precisions else 0.0
    recall = statistics.mean(recalls)
    both = precision + recall
    return (2 * precision * recall / both if both else 0.0), precision, recall


def _verdict(expected: str, actual: str | None) -> str:
    if actual is None:
        return "missing"
    return "right" if expected == actual else "wrong"


def _bare(text: str) -> str:
    return _QUOTES.sub("", unicodedata.normalize("NFKC", text))


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    tokens = _TOKEN.findall(text)
    starts = range(max(1, len(tokens) - SHINGLE + 1)) if tokens else range(0)
    return Counter(tuple(tokens[at : at + SHINGLE]) for at in starts)


def _miss(
    truth: Truth, field: str, expected: str, actual: str | None, *, score: float | None = None
) -> Miss:
    return Miss(file=truth.file, field=field, expected=expected, actual=actual, score=score)
