"""When a link or a known article is looked at again. Pure.

A known article is looked at on a decaying plan: the older it is, the longer until the next look.
Most of what is corrected is corrected within hours, some within days, little later, and who
corrected once often does again: an article that changed is as young as its change. The mean wait
for a number of looks is least when they are as dense as the square root of what is expected
(`scheduler/plan.py`); what is expected falls about with the power 1.5 of the age, so the time to
the next look grows with its power 0.75. Source: `benchmarks/revisits.py`, which holds it against
looks at fixed intervals.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

MISSING_AGAIN = timedelta(hours=8)  # three looks in 24 hours make a withdrawal
SAID_AGAIN = timedelta(days=1)  # a site that is being mended leads elsewhere for some hours
RECHECKS_A_CRAWL = 20
_GROWTH = 0.75
_FIRST_RETRY = timedelta(minutes=10)
_LAST_RETRY = timedelta(days=7)
_SPREAD = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisits:
    """How known articles are looked at again: within these times, so many a day at most."""

    soonest: timedelta = timedelta(hours=6)
    latest: timedelta = timedelta(days=90)
    a_day: int = 500


USUAL = Revisits()


def next_check(
    key: str,
    *,
    now: datetime,
    first_seen_at: datetime,
    published_at: datetime | None,
    changed_at: datetime | None = None,
    revisits: Revisits = USUAL,
) -> datetime:
    """Return when to look again at an article; the key spreads those of one day over others.

    `changed_at` is when it was last found to say something else than before.
    """
    born = min(first_seen_at, published_at) if published_at else first_seen_at
    age = now - max(born, changed_at or born)
    young = revisits.soonest
    wait = young if age <= young else young * (age / young) ** _GROWTH
    return now + min(wait, revisits.latest) * (1 - _SPREAD + 2 * _SPREAD * _share(key))


def looks_left(revisits: Revisits, *, made: int) -> int:
    """Return how many known articles a crawl may look at, when so many were in the last day."""
    return max(0, min(RECHECKS_A_CRAWL, revisits.a_day - made))


def next_try(*, now: datetime, tries: int) -> datetime:
    """Return when to try again a link whose page gave no article, after so many tries before."""
    wait = _FIRST_RETRY * (1 << min(tries, 16))
    return now + min(wait, _LAST_RETRY)


@lru_cache(maxsize=1)  # asked twice for each article: as it is, and if it changed
def _share(key: str) -> float:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4]) / 2**32
