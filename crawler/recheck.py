"""When a link or a known article is looked at again. Pure.

A known article is looked at on a decaying plan: each look comes when the article is twice as old
as at the last one, so a fresh article is watched closely and an old one hardly costs anything.
"""

import hashlib
from datetime import datetime, timedelta

SOONEST = timedelta(hours=6)
LATEST = timedelta(days=90)
MISSING_AGAIN = timedelta(hours=8)  # three looks in 24 hours make a withdrawal
RECHECKS_A_CRAWL = 20
_FIRST_RETRY = timedelta(minutes=10)
_LAST_RETRY = timedelta(days=7)
_SPREAD = 0.2


def next_check(
    key: str, *, now: datetime, first_seen_at: datetime, published_at: datetime | None
) -> datetime:
    """Return when to look again at an article; the key spreads those of one day over others."""
    born = min(first_seen_at, published_at) if published_at else first_seen_at
    wait = min(max(now - born, SOONEST), LATEST)
    return now + wait * (1 - _SPREAD + 2 * _SPREAD * _share(key))


def next_try(*, now: datetime, tries: int) -> datetime:
    """Return when to try again a link whose page gave no article, after so many tries before."""
    wait = _FIRST_RETRY * (1 << min(tries, 16))
    return now + min(wait, _LAST_RETRY)


def _share(key: str) -> float:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4]) / 2**32
