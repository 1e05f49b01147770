"""What became of a request for a file, as it is saved, with the time of the next one. Pure."""

from datetime import datetime, timedelta

from crawler.extract import Refusal
from crawler.files.answer import FileCame
from crawler.recheck import next_check, next_try
from crawler.status import retry_after_s
from crawler.wordings import State
from storage.asset import AssetMissed, AssetRead, AssetSeen, DueAsset, FileText
from storage.crawl import RawResponse

_TRIES = 5  # of a file that is not there
# What passes: the network, the server, a wait that was asked for. All else stands until the article
# changes, or a full crawl asks again.
_PASSING = frozenset([
    State.UNREACHABLE, State.UNRESOLVED, State.TIMEOUT, State.CUT_OFF, State.SERVER_ERROR,
    State.RATE_LIMITED, State.BLOCKED, State.WAF, State.ROBOTS_UNREACHABLE, State.ERROR,
])  # fmt: skip


def read_again(
    due: DueAsset, came: FileCame, response: RawResponse, text: FileText | None
) -> AssetRead:
    """Return a file that came, as it is saved."""
    says_when = {"etag", "last-modified"} & response.headers.keys()
    now = response.fetched_at
    return AssetRead(
        asset_id=due.id,
        response=response,
        kind=came.kind,
        name=came.name,
        text=text,
        next_try_at=_next_check(due, now=now) if says_when else None,
    )


def seen_again(due: DueAsset, *, now: datetime) -> AssetSeen:
    """Return a file that is as it was, as it is saved."""
    return AssetSeen(asset_id=due.id, seen_at=now, next_try_at=_next_check(due, now=now))


def missed(
    due: DueAsset, refusal: Refusal, *, response: RawResponse | None, now: datetime
) -> AssetMissed:
    """Return a file that did not come, as it is saved."""
    missing = refusal.state == State.NOT_FOUND
    passing = refusal.state in _PASSING
    again = None
    if passing or (missing and due.tries + 1 < _TRIES):
        again = next_try(now=now, tries=due.tries)
    wait_s = response and retry_after_s(response.headers.get("retry-after"), now=now)
    if again is not None and wait_s:
        again = max(again, now + timedelta(seconds=wait_s))
    return AssetMissed(
        asset_id=due.id,
        state=refusal.state,
        evidence=refusal.evidence,
        seen_at=now,
        response=response,
        next_try_at=again,
        missing=missing,
        final=not passing,
    )


def conditions(due: DueAsset) -> dict[str, str]:
    """Return the headers that ask for a file only if it is another than the one that is kept."""
    asked = {"If-None-Match": due.etag, "If-Modified-Since": due.last_modified}
    return {name: value for name, value in asked.items() if value}


def _next_check(due: DueAsset, *, now: datetime) -> datetime:
    """Return when to ask again: as for articles, ever more seldom, and only who answers cheaply."""
    return next_check(due.url_key, now=now, first_seen_at=due.first_named_at, published_at=None)
