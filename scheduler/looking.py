"""When the columns of a site are looked at next: by their rhythms, within the site's budget."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from crawler.fields.links import url_key
from crawler.site import Plan, Site
from scheduler.plan import Pace, column_look, pace_of
from scheduler.rhythm import Published, Rhythm, learn
from storage.looks import ColumnPast, Looks

# A shorter interval is taken at its word: nobody counts looks who asks for one a minute.
_SHORTEST_ON_AVERAGE = timedelta(minutes=5)
_KNOWN = timedelta(days=180)
_WEEK, _DAY = timedelta(days=7), timedelta(days=1)
_PARTS, _TIMES = 6, 24  # of the average interval: the shortest and the longest, unless it is said
_EXACT = ("minute", "second")


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """How often a site's columns are looked at: on average, and within which bounds."""

    every: timedelta
    soonest: timedelta
    latest: timedelta

    @property
    def is_fixed(self) -> bool:
        """Say whether every look comes after the same time."""
        return self.soonest == self.latest


def interval_of(site: Site, *, default: timedelta) -> Interval:
    """Return how often a site is looked at, from its file and the general setting."""
    every = site.every or default
    if site.plan is Plan.FIXED or every < _SHORTEST_ON_AVERAGE:
        return Interval(every=every, soonest=every, latest=every)
    soonest = site.soonest or max(every / _PARTS, timedelta(minutes=1))
    latest = site.latest or max(every, min(every * _TIMES, _DAY))
    return Interval(every=every, soonest=min(soonest, every), latest=max(latest, every))


def plan_looks(looks: Looks, site: Site, interval: Interval, *, now: datetime) -> datetime | None:
    """Write down when each column is looked at next; return when the site is due.

    None: there is nothing to plan by; the site keeps the time that it has.
    """
    keys = [url_key(url) for url in site.start]
    past = looks.past(site.name, keys, since=now - _KNOWN)
    if interval.is_fixed or not past:
        return None
    zone = ZoneInfo(site.timezone)
    rhythms = {column.id: rhythm_of(column, interval, now=now, zone=zone) for column in past}
    known = max(_DAY, min(_WEEK, now - min(column.added_at for column in past)))
    pace = pace_of(
        tuple(rhythms.values()),
        looks_a_day=len(past) * (_DAY / interval.every),
        used_a_day=looks.made(site.name, since=now - known) / (known / _DAY),
        soonest=interval.soonest,
        latest=interval.latest,
    )
    return looks.plan(site.name, {c.id: _next(c, rhythms[c.id], pace, interval, now) for c in past})


def rhythm_of(column: ColumnPast, interval: Interval, *, now: datetime, zone: ZoneInfo) -> Rhythm:
    """Return the rhythm of a column, also of the time before it was known."""
    published = sorted(_published(column, interval), key=lambda one: one.latest)
    since = min([column.added_at, *(one.earliest for one in published[:1])])
    return learn(published, since=since, now=now, zone=zone)


def _published(column: ColumnPast, interval: Interval) -> Iterator[Published]:
    for article in column.articles:
        found, at = article.first_seen_at, article.published_at
        if at is not None and article.precision in _EXACT:
            yield Published(earliest=at, latest=at)
        elif at is not None:
            latest = at + _DAY - timedelta(minutes=1)
            if not article.baseline and at < found < latest:
                latest = found
            yield Published(earliest=at, latest=latest)
        elif not article.baseline:
            yield Published(earliest=found - interval.every, latest=found)


def _next(
    column: ColumnPast, rhythm: Rhythm, pace: Pace, interval: Interval, now: datetime
) -> datetime:
    if not column.walked:  # its first walk broke off: it goes on soon
        return now + interval.soonest
    # A clock that was set wrong may have read it in the future.
    due = column_look(rhythm, now=min(column.read_at or now, now), pace=pace)
    # Overdue is what could not be read just now: it has its turn, but not at once.
    return due if due > now else now + interval.soonest
