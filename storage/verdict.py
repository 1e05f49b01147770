"""What a whole crawl says about a site: mass changes are held, vanished articles withdrawn.

Source: docs/architecture.md, *Identity* (withdrawn, guard).
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from storage.crawl import CrawlEnd, CrawlOutcome, Lease
from storage.events import event_row
from storage.grouping import succeed
from storage.health import WORDS, Finding, Health
from storage.rows import AnyRow
from storage.schema import Crawl, Document, Event, Response
from storage.site_trouble import note, tell

_GUARD_SHARE = 0.2
_GUARD_LEAST = 5
_LOOKS = 3
_LOOKS_SPAN = timedelta(hours=24)
_HEALTHY = (CrawlOutcome.OK, CrawlOutcome.PARTIAL)
# A column that is not read says nothing of the articles of the others.
_WITHDRAWS = frozenset({Health.HEALTHY, Health.QUIET, Health.LISTING_BROKEN})


def settle(
    connection: Connection, lease: Lease, end: CrawlEnd, *, now: datetime
) -> tuple[str, ...]:
    """Release or hold the crawl's changes, find what was withdrawn; return notes for people."""
    finding = end.finding
    note(connection, end.columns)
    if end.outcome is CrawlOutcome.INTERRUPTED:
        return ()
    if end.outcome not in _HEALTHY:
        # What it found may be a symptom: it waits for a crawl that ends well.
        return _told(connection, lease, finding, now=now)
    crawls = _unjudged(connection, lease)
    moved, rechecked = _suspects(connection, lease, crawls)
    if moved >= _GUARD_LEAST and moved > _GUARD_SHARE * rechecked:
        why = f"{moved} of {rechecked} articles looked at again changed or vanished at once"
        _hold(connection, lease, crawls, f"{moved} of {rechecked} changed or vanished at once")
        if finding is None or finding.health.is_good:
            finding = Finding(
                health=Health.LAYOUT_BROKEN,
                evidence=f"{why}: their alerts are held (see `wenxun alerts list --held`)",
                url_key=_changed_page(connection, lease),
            )
        return _told(connection, lease, finding, now=now)
    if finding is not None and finding.health is Health.LAYOUT_BROKEN:
        _hold(connection, lease, crawls, "found while the layout of articles was not read")
        return _told(connection, lease, finding, now=now)
    connection.execute(
        update(Event)
        .where(Event.site_id == lease.site_id, Event.state == "provisional")
        .values(state="open")
    )
    notes = _told(connection, lease, finding or Finding(health=Health.HEALTHY), now=now)
    if finding is None or finding.health in _WITHDRAWS:
        _withdraw(connection, lease, _gone(connection, lease, now=now), now=now)
    return notes


def _told(
    connection: Connection, lease: Lease, finding: Finding | None, *, now: datetime
) -> tuple[str, ...]:
    if finding is None:
        return ()
    if lease.forgotten is not None and finding.evidence:
        finding = replace(finding, evidence=lease.forgotten.redacted(finding.evidence))
    tell(connection, lease, finding, now=now)
    if finding.health.is_good:
        return ()
    return (f"{WORDS[finding.health]}: {finding.evidence}",)


def _changed_page(connection: Connection, lease: Lease) -> str | None:
    """Return a page of the crawl that changed or was not found."""
    found: str | None = connection.scalar(
        select(Response.url_key)
        .where(
            Response.crawl_id == lease.crawl_id,
            Response.document_id.is_not(None),
            Response.outcome.in_(("changed", "missing", "refused")),
        )
        .order_by(Response.id)
        .limit(1)
    )
    return found


def _unjudged(connection: Connection, lease: Lease) -> set[int]:
    """Return this crawl and those before it that ended too badly to be judged."""
    healthy = (
        select(func.coalesce(func.max(Crawl.id), 0))
        .where(Crawl.site_id == lease.site_id, Crawl.outcome.in_(_HEALTHY))
        .scalar_subquery()
    )
    waiting = select(Event.crawl_id).where(
        Event.site_id == lease.site_id, Event.state == "provisional"
    )
    found = connection.scalars(
        select(Crawl.id).where(
            Crawl.site_id == lease.site_id,
            or_(Crawl.id.in_(waiting), and_(Crawl.id > healthy, Crawl.outcome == "interrupted")),
        )
    )
    return {*found, lease.crawl_id}


def _suspects(connection: Connection, lease: Lease, crawls: Collection[int]) -> tuple[int, int]:
    """Return how many articles changed or vanished in these crawls, and were looked at."""
    changed = set(
        connection.scalars(
            select(Event.document_id).where(
                Event.site_id == lease.site_id, Event.state == "provisional"
            )
        )
    )
    vanished = set(
        connection.scalars(
            select(Response.document_id)
            .join(Document, Document.id == Response.document_id)
            .where(
                Response.crawl_id.in_(crawls),
                Response.outcome == "missing",
                Document.state == "live",
                Document.not_found_since.is_not(None),
            )
        )
    )
    rechecked = connection.scalar(select(func.sum(Crawl.rechecked)).where(Crawl.id.in_(crawls)))
    return len(changed | vanished), int(rechecked or 0)


def _hold(connection: Connection, lease: Lease, crawls: Collection[int], why: str) -> None:
    connection.execute(
        update(Event)
        .where(Event.site_id == lease.site_id, Event.state == "provisional")
        .values(state="held", state_reason=why)
    )
    # Looks of such a crawl say nothing about single articles.
    connection.execute(
        update(Response)
        .where(Response.crawl_id.in_(crawls), Response.outcome == "missing")
        .values(outcome="refused")
    )


def _gone(connection: Connection, lease: Lease, *, now: datetime) -> Sequence[AnyRow]:
    """Return live documents that enough looks, of healthy crawls and far apart, did not find."""
    first = func.min(Response.fetched_at).label("first")
    last = func.max(Response.fetched_at).label("last")
    looks = func.count(func.distinct(Response.crawl_id)).label("looks")
    found = connection.execute(
        select(Document.id, Document.lead_id, looks, first, last)
        .join(Response, Response.document_id == Document.id)
        .join(Crawl, Crawl.id == Response.crawl_id)
        .where(
            Document.site_id == lease.site_id,
            Document.state == "live",
            Document.not_found_since <= now - _LOOKS_SPAN,
            Response.outcome == "missing",
            Response.fetched_at >= Document.not_found_since,
            or_(Crawl.id == lease.crawl_id, Crawl.outcome.in_(_HEALTHY)),
        )
        .group_by(Document.id, Document.lead_id)
        .having(looks >= _LOOKS)
        .order_by(Document.id)
    )
    return [row for row in found if row.last - row.first >= _LOOKS_SPAN]


def _withdraw(
    connection: Connection, lease: Lease, gone: Sequence[AnyRow], *, now: datetime
) -> None:
    if not gone:
        return
    connection.execute(
        update(Document)
        .where(Document.id.in_([row.id for row in gone]))
        .values(state="withdrawn", withdrawn_at=now, next_check_at=None)
    )
    events = [
        event_row(
            lease, kind="withdrawn", key=f"withdrawn:{row.id}:{lease.crawl_id}", now=now,
            document_id=row.id, detail=f"not found {row.looks} times since {row.first.isoformat()}",
        )
        for row in gone
        # An article that stands on at another address is not withdrawn.
        if row.lead_id is None and not succeed(connection, row.id)
    ]  # fmt: skip
    if events:
        connection.execute(insert(Event), events)
