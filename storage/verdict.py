"""What a whole crawl says about a site: mass changes are held, vanished articles withdrawn.

Source: docs/architecture.md, *Identity* (withdrawn, guard).
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from storage.crawl import CrawlOutcome, Lease
from storage.events import event_row
from storage.revising import leave
from storage.schema import Crawl, Document, Event, Response, Site

_GUARD_SHARE = 0.2
_GUARD_LEAST = 5
_LOOKS = 3
_LOOKS_SPAN = timedelta(hours=24)
_HEALTHY = (CrawlOutcome.OK, CrawlOutcome.PARTIAL)


def settle(
    connection: Connection, lease: Lease, outcome: CrawlOutcome, *, now: datetime
) -> tuple[str, ...]:
    """Release or hold the crawl's changes, find what was withdrawn; return notes for people."""
    if outcome not in _HEALTHY:
        # What it found may be a symptom: it waits for a crawl that ends well.
        return ()
    changed, vanished, rechecked = _suspects(connection, lease)
    moved = changed + vanished
    if moved >= _GUARD_LEAST and moved > _GUARD_SHARE * rechecked:
        note = (
            f"{moved} of {rechecked} articles looked at again changed or vanished at once: "
            "their alerts are held, the site counts as broken"
        )
        _hold_events(connection, lease)
        _set_health(connection, lease, "broken", note, now=now)
        return (note,)
    connection.execute(
        update(Event)
        .where(Event.site_id == lease.site_id, Event.state == "provisional")
        .values(state="open")
    )
    _set_health(connection, lease, "ok", None, now=now)
    for document in _gone(connection, lease, now=now):
        _withdraw(connection, lease, document, now=now)
    return ()


def _suspects(connection: Connection, lease: Lease) -> tuple[int, int, int]:
    """Return how many articles changed, vanished and were looked at, since changes wait."""
    waiting = (Event.site_id == lease.site_id, Event.state == "provisional")
    crawls = {*connection.scalars(select(Event.crawl_id).where(*waiting)), lease.crawl_id}
    changed = connection.scalar(select(func.count()).where(*waiting))
    vanished = connection.scalar(
        select(func.count(func.distinct(Response.document_id))).where(
            Response.crawl_id.in_(crawls), Response.outcome == "missing"
        )
    )
    rechecked = connection.scalar(select(func.sum(Crawl.rechecked)).where(Crawl.id.in_(crawls)))
    return changed or 0, vanished or 0, int(rechecked or 0)


def _hold_events(connection: Connection, lease: Lease) -> None:
    connection.execute(
        update(Event)
        .where(Event.site_id == lease.site_id, Event.state == "provisional")
        .values(state="held")
    )
    # Looks of such a crawl say nothing about single articles.
    connection.execute(
        update(Response)
        .where(Response.crawl_id == lease.crawl_id, Response.outcome == "missing")
        .values(outcome="refused")
    )


def _gone(connection: Connection, lease: Lease, *, now: datetime) -> list[Any]:
    looks = (
        select(func.count(func.distinct(Response.crawl_id)))
        .join(Crawl, Crawl.id == Response.crawl_id)
        .where(
            Response.document_id == Document.id,
            Response.outcome == "missing",
            Response.fetched_at >= Document.not_found_since,
            (Crawl.id == lease.crawl_id) | Crawl.outcome.in_(_HEALTHY),
        )
        .scalar_subquery()
    )
    return list(
        connection.execute(
            select(Document, looks.label("looks")).where(
                Document.site_id == lease.site_id,
                Document.state == "live",
                Document.not_found_since <= now - _LOOKS_SPAN,
                looks >= _LOOKS,
            )
        )
    )


def _withdraw(connection: Connection, lease: Lease, row: Any, *, now: datetime) -> None:
    connection.execute(
        update(Document)
        .where(Document.id == row.id)
        .values(state="withdrawn", withdrawn_at=now, next_check_at=None)
    )
    if row.lead_id is not None:
        return
    if leave(connection, row):
        return  # the article stands on at another address
    event = event_row(
        lease, kind="withdrawn", key=f"withdrawn:{row.id}:{lease.crawl_id}", now=now,
        document_id=row.id,
        detail=f"not found {row.looks} times since {row.not_found_since.isoformat()}",
    )  # fmt: skip
    connection.execute(insert(Event), [event])


def _set_health(
    connection: Connection, lease: Lease, health: str, evidence: str | None, *, now: datetime
) -> None:
    changed = connection.execute(
        update(Site)
        .where(Site.id == lease.site_id, Site.health != health)
        .values(health=health, health_since=now, health_evidence=evidence)
    )
    if changed.rowcount:
        kind = "recovered" if health == "ok" else health
        event = event_row(
            lease, kind=kind, key=f"{kind}:{lease.site_id}:{lease.crawl_id}", now=now,
            detail=evidence,
        )  # fmt: skip
        connection.execute(insert(Event), [event])
