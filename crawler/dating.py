"""What a list and an address say of an article's date, beside what its page says. Pure.

A page without a date of its own is lent that of the list, or failing that the day in its address,
with a flag that says so. Whatever is kept is compared, by local days only; sources that disagree
more than their kind explains are a `date_conflict`. When a page was first seen is never its date.

Source: 135 articles of one site and the lists that link them (129 listed with a year: the same
day; one three days apart; 64 listed without a year, of which a year later none is told from the
list alone), and the addresses and PubDates of TRS and WebPlus pages: docs/architecture.md.
"""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crawler.fields.list_dates import says_year
from crawler.fields.url_dates import url_date
from storage.article import Article, DateClaim, DateFlag, DateSource, Precision

_WITHOUT_YEAR = "date_without_year"
_CLOCK = re.compile(r"\d[:：]\d\d(?P<second>[:：]\d\d)?|分钟")
# Lists print the day on which an item was put there, often the evening before.
_LIST_TOLERANCE = timedelta(days=1)
# A file is made when the draft is: days before, but not months. A later one was moved there.
_LONGEST_DRAFT = timedelta(days=31)
# Nobody sees a page before it is published; clocks and zones may differ by a day.
_SEEN_TOLERANCE = timedelta(days=1)


def list_claim(text: str | None, at: datetime | None) -> DateClaim | None:
    """Return the claim of a list, or None where it prints no date.

    The year of `12-21` was guessed: the day is kept as printed, and claims no instant.
    """
    if text is None or at is None:
        return None
    if not says_year(text):
        return DateClaim(
            source=DateSource.LIST, text=text, at=None, precision=None, doubt=_WITHOUT_YEAR
        )
    clock = _CLOCK.search(text)
    precision = Precision.DAY
    if clock:
        precision = Precision.SECOND if clock["second"] else Precision.MINUTE
    return DateClaim(source=DateSource.LIST, text=text, at=at, precision=precision)


def dated(
    article: Article,
    *,
    now: datetime,
    zone: str,
    listed: DateClaim | None = None,
    first_seen_at: datetime | None = None,
) -> Article:
    """Return the article with what list and address claim, lent a date where it has none.

    `now` is when the page was read; `first_seen_at` when it first was, None for the first look.
    """
    home = ZoneInfo(zone)
    address = _url_claim(article.url, now=now, zone=zone)
    others = tuple(one for one in (listed, address) if one)
    lent = _lent(article, listed, address)
    if others or lent:
        claims = (*article.dates, *others)
        article = replace(article, dates=claims, **lent)
    if not _disagree(article, first_seen_at or now, home):
        return article
    return replace(article, flags=(*article.flags, DateFlag.CONFLICT))


def _url_claim(url: str, *, now: datetime, zone: str) -> DateClaim | None:
    found = url_date(url, now=now, zone=zone)
    if found is None:
        return None
    at = datetime(found.day.year, found.day.month, found.day.day, tzinfo=ZoneInfo(zone))
    return DateClaim(
        source=DateSource.URL, text=found.text, at=at.astimezone(UTC), precision=Precision.DAY
    )


def _lent(article: Article, listed: DateClaim | None, address: DateClaim | None) -> dict[str, Any]:
    """Return the fields that list or address lend to an article whose page gives no date.

    A page that prints its last change only takes the list's date too: that of publishing.
    """
    is_update = DateFlag.OF_UPDATE in article.flags
    if article.published_at is not None and not is_update:
        return {}
    if listed and listed.at:
        return _date_by(article, listed, DateFlag.FROM_LIST)
    if address and not is_update:
        return _date_by(article, address, DateFlag.FROM_URL)
    return {}


def _date_by(article: Article, claim: DateClaim, flag: DateFlag) -> dict[str, Any]:
    kept = (one for one in article.flags if one != DateFlag.OF_UPDATE)
    return {
        "published_at": claim.at,
        "published_precision": claim.precision,
        "flags": (*kept, flag),
    }


def _disagree(article: Article, first_seen_at: datetime, home: ZoneInfo) -> bool:
    if article.published_at is None:
        return False
    day = _day(article.published_at, home)
    if day - _day(first_seen_at, home) > _SEEN_TOLERANCE:
        return True
    return any(_contradicts(claim, day, home) for claim in article.dates)


def _contradicts(claim: DateClaim, day: date, home: ZoneInfo) -> bool:
    """Say whether a claim cannot be true beside this day of publishing."""
    if claim.at is None:
        return False
    later = day - _day(claim.at, home)
    match claim.source:
        case DateSource.PRINTED | DateSource.SCRIPT | DateSource.META | DateSource.JSON_LD:
            return bool(later)
        case DateSource.LIST:
            return abs(later) > _LIST_TOLERANCE
        case DateSource.URL:
            return later > _LONGEST_DRAFT
    return False


def _day(at: datetime, home: ZoneInfo) -> date:
    return at.astimezone(home).date()
