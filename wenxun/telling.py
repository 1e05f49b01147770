"""Stories as commands tell them: in words for people, as records for programs."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from scheduler.render import local
from storage.article import Precision
from storage.retelling import Delay, Telling, delay, differences
from storage.stories import Story
from wenxun.times import iso, shown

_SHOWN_CHARACTERS = 60


def story_record(story: Story) -> dict[str, Any]:
    """Return a story as programs are given it; times carry the site's offset."""
    first = story.tellings[0]
    return {
        "title": first.title,
        "sites": list(story.sites),
        "tellings": [_record(first, one) for one in story.tellings],
    }


def story_lines(story: Story, *, article_id: int | None = None) -> Iterator[str]:
    """Yield who was first, and of each other telling how much later it came and what it changed.

    The article that was asked for is marked with `*`.
    """
    first = story.tellings[0]
    for one in story.tellings:
        mark = "*" if one.article_id == article_id else "-"
        when = "first" if one is first else spoken(delay(first, one))
        gone = ", withdrawn" if one.withdrawn_at else ""
        yield f"{mark} {one.site} {published(one)} ({when}{gone}), article {one.article_id}"
        yield f"    {one.url}"
        if one is not first:
            yield from (f"    {line}" for line in _changes(first, one))


def story_hint(story: Story, *, article_id: int) -> str:
    """Return one line: who was first, and how many others tell the story."""
    first, others = story.tellings[0], len(story.tellings) - 1
    if first.article_id == article_id:
        latest = spoken(delay(first, story.tellings[1]))
        return f"first of a story of {others + 1} articles, the next {latest} (--story lists them)"
    mine = next((one for one in story.tellings if one.article_id == article_id), first)
    late = spoken(delay(first, mine))
    return f"first published by {first.site} {published(first)}; this {late} (--story lists all)"


def spoken(late: Delay) -> str:
    """Return a delay in words: `2 h 10 min later`, `the same day`, `3 days later`."""
    if late.span is None or abs(late.span) >= timedelta(days=2):
        if late.days == 0:
            return "the same day"
        return f"{late.days} day{'s' if late.days != 1 else ''} later"
    hours, minutes = divmod(int(late.span.total_seconds()) // 60, 60)
    return f"{f'{hours} h ' if hours else ''}{minutes} min later"


def published(one: Telling) -> str:
    """Return when a telling was published, as exactly as it is known; undated: when it was seen."""
    if one.published_at is None:
        return f"seen {shown(one.first_seen_at, one.timezone)}"
    if one.published_precision == Precision.DAY:
        return f"{local(one.published_at, one.timezone):%Y-%m-%d}"
    return shown(one.published_at, one.timezone)


def _changes(first: Telling, other: Telling) -> Iterator[str]:
    found = differences(first, other)
    if found.title:
        yield f"title: {other.title}"
    for name, paragraphs in (("cut", found.cut), ("added", found.added), ("edited", found.edited)):
        if paragraphs:
            count = f"{len(paragraphs)} paragraph{'s' if len(paragraphs) > 1 else ''}"
            yield f"{name}: {count}: {_short(paragraphs[0])}"
    yield from (f"credit: {line}" for line in found.credits)


def _record(first: Telling, one: Telling) -> dict[str, Any]:
    late, found = delay(first, one), differences(first, one)
    return {
        "article_id": one.article_id,
        "site": one.site,
        "url": one.url,
        "title": one.title,
        "published_at": iso(one.published_at, one.timezone) if one.published_at else None,
        "published_precision": one.published_precision,
        "first_seen_at": iso(one.first_seen_at, one.timezone),
        "withdrawn_at": iso(one.withdrawn_at, one.timezone) if one.withdrawn_at else None,
        "delay_days": late.days,
        "delay_s": None if late.span is None else round(late.span.total_seconds()),
        "title_changed": found.title,
        "cut": list(found.cut),
        "added": list(found.added),
        "edited": list(found.edited),
        "credits": list(found.credits),
    }


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[: _SHOWN_CHARACTERS - 1]}…"
