"""A story as its sites tell it: who was first, how much later the others, what they changed. Pure.

Paragraphs are compared by their clauses, so one that was merged with the next is not changed.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from storage.article import Precision, comparable
from storage.likeness import clauses_of, folded, is_credit

_KEPT = 0.95  # of the letters of a paragraph: more stands in the other text too
_CUT = 0.3  # less does


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """An article of a story. Instants are aware UTC; `timezone` is the site's.

    `credits` are those beside the text, as printed.
    """

    article_id: int
    site: str
    timezone: str
    url: str
    title: str
    text: str
    published_at: datetime | None
    published_precision: str | None
    first_seen_at: datetime
    withdrawn_at: datetime | None
    credits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delay:
    """How much later than the first: in local days, and exactly where both say the time."""

    days: int
    span: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """What a telling changed: the title, and paragraphs of the first that it cut, added, edited.

    `credits` are the lines of people and sources that it has and the first has not.
    """

    title: bool
    cut: tuple[str, ...]
    added: tuple[str, ...]
    edited: tuple[str, ...]
    credits: tuple[str, ...]


def in_order(tellings: Sequence[Telling]) -> tuple[Telling, ...]:
    """Return the tellings by when they were published, or, undated, first seen.

    Of a day without a time, the moment is when we saw it, if that was the same day, else the
    day's end: a day is no midnight.
    """
    return tuple(sorted(tellings, key=lambda one: (*_moment(one), one.article_id)))


def delay(first: Telling, other: Telling) -> Delay:
    """Return how much later than the first another one was published."""
    exact = all(_has_time(one) for one in (first, other))
    return Delay(
        days=(_day(other) - _day(first)).days,
        span=_moment(other)[1] - _moment(first)[1] if exact else None,
    )


def differences(first: Telling, other: Telling) -> Differences:
    """Return what another telling changed in the first one's text."""
    mine, theirs = _paragraphs(first.text), _paragraphs(other.text)
    cut, edited = _missing(mine, theirs)
    added, _ = _missing(theirs, mine)
    known, said = _credits(first), _credits(other)
    return Differences(
        title=comparable(first.title) != comparable(other.title),
        cut=cut,
        added=added,
        edited=edited,
        credits=tuple(line for compared, line in said.items() if compared not in known),
    )


def _credits(one: Telling) -> dict[str, str]:
    """Return the credits in the text and beside it, by how they are compared."""
    lines = [line for line in one.text.split("\n") if is_credit(folded(line))]
    return {folded(line): line for line in (*lines, *one.credits)}


def _paragraphs(text: str) -> list[str]:
    return [line for line in text.split("\n") if line and not is_credit(folded(line))]


def _missing(
    paragraphs: Sequence[str], others: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the paragraphs of which the others have next to nothing, and those in part."""
    there = Counter(clause for one in others for clause in clauses_of(folded(one)))
    gone, partly = [], []
    for paragraph in paragraphs:
        own = Counter(clauses_of(folded(paragraph)))
        kept = _letters(own & there)
        if kept < _CUT * _letters(own):
            gone.append(paragraph)
        elif kept < _KEPT * _letters(own):
            partly.append(paragraph)
        there -= own
    return tuple(gone), tuple(partly)


def _letters(clauses: Counter[str]) -> int:
    return sum(len(clause) * times for clause, times in clauses.items())


def _has_time(one: Telling) -> bool:
    return one.published_at is None or one.published_precision != Precision.DAY


def moment(
    *, published_at: datetime | None, precision: str | None, first_seen_at: datetime, timezone: str
) -> tuple[date, datetime]:
    """Return by what `in_order` goes: the local day, and the moment of it."""
    zone, at = ZoneInfo(timezone), published_at or first_seen_at
    day = at.astimezone(zone).date()
    if published_at is None or precision != Precision.DAY:
        return day, at
    end = datetime.combine(day + timedelta(days=1), time(), zone)
    return day, min(max(first_seen_at, end - timedelta(days=1)), end)


def _day(one: Telling) -> date:
    at = one.published_at or one.first_seen_at
    return at.astimezone(ZoneInfo(one.timezone)).date()


def _moment(one: Telling) -> tuple[date, datetime]:
    return moment(
        published_at=one.published_at, precision=one.published_precision,
        first_seen_at=one.first_seen_at, timezone=one.timezone,
    )  # fmt: skip
