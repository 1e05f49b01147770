"""What a crawl makes of the verdict of its site, within the transaction that ends it.

People are told once of each kind of trouble, and once that it is over; what may pass by itself they
are told of if it stays.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, and_, func, insert, select, update

from storage.crawl import Lease
from storage.events import event_row
from storage.health import (
    PASSES_WITHIN,
    ColumnLook,
    Finding,
    Health,
    lasted,
    since_then,
)
from storage.rows import AnyRow
from storage.schema import Column, Event, Response, Site, Verdict


def note(connection: Connection, looks: Sequence[ColumnLook]) -> None:
    """Note what was seen of the columns."""
    for look in looks:
        values: dict[str, Any] = {"trouble": look.trouble, "trouble_looks": 0}
        if look.trouble is not None:
            values["trouble_looks"] = Column.trouble_looks + 1
        elif look.items is not None:
            values["items"] = look.items
        connection.execute(update(Column).where(Column.id == look.column_id).values(values))


def tell(connection: Connection, lease: Lease, finding: Finding, *, now: datetime) -> None:
    """Let a verdict stand, and tell people where it is bad and new, or good after a bad one."""
    site = connection.execute(select(Site).where(Site.id == lease.site_id)).one()
    is_other = finding.health is not Health(site.health) or site.health_since is None
    trouble = bad_since_good(connection, lease.site_id)
    if is_other:
        _stand(connection, lease, finding, now=now)
    elif finding.health.is_good:
        _say(connection, lease, since_then(site.health_evidence, finding.evidence, now=now))
    if finding.health.is_good:
        if is_other and (told := [one for one in trouble if one.told_at is not None]):
            _event(
                connection, lease, "recovered", _over(told, zone=site.timezone, now=now), now=now
            )
    elif _is_news(finding, trouble, now=now):
        _event(connection, lease, "broken", finding.said, now=now)
        standing = and_(Verdict.site_id == lease.site_id, Verdict.until.is_(None))
        connection.execute(update(Verdict).where(standing).values(told_at=now))


def bad_since_good(connection: Connection, site_id: int) -> Sequence[AnyRow]:
    """Return the bad verdicts since the last good one, the oldest first."""
    good = (
        select(func.coalesce(func.max(Verdict.id), 0))
        .where(Verdict.site_id == site_id, Verdict.health.in_([h for h in Health if h.is_good]))
        .scalar_subquery()
    )
    question = select(Verdict).where(Verdict.site_id == site_id, Verdict.id > good)
    return connection.execute(question.order_by(Verdict.id)).all()


def _is_news(finding: Finding, trouble: Sequence[AnyRow], *, now: datetime) -> bool:
    """Say whether people are to be told: of each kind once, of what may pass if it has not."""
    if finding.is_unseen:
        return False
    if any(one.told_at is not None and one.health == finding.health for one in trouble):
        return False
    return not finding.is_passing or bool(trouble and now - trouble[0].since >= PASSES_WITHIN)


def _over(told: Sequence[AnyRow], *, zone: str, now: datetime) -> str:
    """Return what is said of trouble that is over, of which people were told."""
    since, last = told[0].since.astimezone(ZoneInfo(zone)), told[-1]
    was = Finding(health=Health(last.health), evidence=last.evidence)
    return f"since {since.isoformat(' ', 'minutes')}, {lasted(since, now)}: {was.said}"


def _event(connection: Connection, lease: Lease, kind: str, detail: str, *, now: datetime) -> None:
    key = f"{kind}:{lease.site_id}:{lease.crawl_id}"
    row = event_row(lease, kind=kind, key=key, now=now, detail=detail)
    connection.execute(insert(Event), [row])


def _say(connection: Connection, lease: Lease, evidence: str | None) -> None:
    """Let a verdict that stands say something else."""
    connection.execute(
        update(Site).where(Site.id == lease.site_id).values(health_evidence=evidence)
    )
    connection.execute(
        update(Verdict)
        .where(Verdict.site_id == lease.site_id, Verdict.until.is_(None))
        .values(evidence=evidence)
    )


def _stand(connection: Connection, lease: Lease, finding: Finding, *, now: datetime) -> None:
    evidence = finding.evidence
    connection.execute(
        update(Site)
        .where(Site.id == lease.site_id)
        .values(health=finding.health, health_since=now, health_evidence=evidence)
    )
    connection.execute(
        update(Verdict)
        .where(Verdict.site_id == lease.site_id, Verdict.until.is_(None))
        .values(until=now)
    )
    row = {
        "site_id": lease.site_id,
        "health": finding.health,
        "evidence": evidence,
        "since": now,
        "crawl_id": lease.crawl_id,
        "response_id": _response(connection, lease, finding),
    }
    connection.execute(insert(Verdict), [row])


def _response(connection: Connection, lease: Lease, finding: Finding) -> int | None:
    """Return the response of the crawl that a verdict stands on."""
    if finding.url_key is None or finding.health.is_good:
        return None
    found: int | None = connection.scalar(
        select(func.max(Response.id)).where(
            Response.crawl_id == lease.crawl_id, Response.url_key == finding.url_key
        )
    )
    return found
