"""The verdicts of sites: what stands before a crawl, and what a crawl makes of it.

`note` and `tell` write within the transaction that ends a crawl. People are told once of each kind
of trouble, and once that it is over; what may pass by itself they are told of if it stays.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, case, func, insert, or_, select, update

from storage.crawl import Lease, ListedItem
from storage.errors import NoSuchSiteError
from storage.events import event_row
from storage.health import (
    PASSES_WITHIN,
    ColumnLook,
    Finding,
    Health,
    Past,
    lasted,
    since_then,
)
from storage.listings import DueDocument, due_documents
from storage.retrying import retried
from storage.rows import AnyRow
from storage.schema import (
    Column,
    Content,
    Crawl,
    Document,
    Event,
    Response,
    Sighting,
    Site,
    Verdict,
    Version,
)
from storage.store import Store

_NEWEST = 100  # articles that say what those of the site are like


@dataclass(frozen=True, slots=True, kw_only=True)
class PastVerdict:
    """A verdict over an interval; `until` is None while it stands."""

    health: Health
    evidence: str | None
    since: datetime
    until: datetime | None
    response_id: int | None


class SiteHealth:
    """Questions about the health of sites."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @retried
    def past(self, site_id: int) -> Past:
        """Return what is known of a site before a crawl."""
        with self._store.read() as connection:
            site = connection.execute(select(Site).where(Site.id == site_id)).one()
            articles = connection.execute(_newest(site_id)).one()
            links = connection.execute(_links(site_id)).one()
        standing = Finding(health=Health(site.health), evidence=site.health_evidence)
        return Past(
            standing=standing,
            looked_at=articles.looked_at,
            articles=articles.articles,
            dated=int(articles.dated or 0),
            texted=int(articles.texted or 0),
            refused=int(links.refused or 0) / max(1, links.links),
        )

    @retried
    def known_documents(
        self, lease: Lease, *, columns: Collection[int], but: Collection[int], limit: int
    ) -> list[DueDocument]:
        """Return live documents to be held against a doubt, the newest first.

        Of these columns, where any is given; those of `but`, and what the crawl found, are left
        out.
        """
        site_id = lease.site_id
        condition = and_(
            Document.state == "live",
            Document.id.not_in(but),
            Document.first_crawl_id.is_distinct_from(lease.crawl_id),
        )
        if columns:
            listed = select(Sighting.document_id).where(
                Sighting.site_id == site_id, Sighting.column_id.in_(columns)
            )
            condition = and_(condition, Document.id.in_(listed))
        with self._store.read() as connection:
            return due_documents(
                connection, site_id, condition, limit=limit, order=Document.id.desc()
            )

    @retried
    def published(self, site_id: int, *, since: date) -> dict[date, int]:
        """Return how many articles a site published on each day since then, and on the last before.

        Of days of the site's own zone; articles without a day are left out.
        """
        day = Document.published_day
        question = (
            select(day, func.count())
            .where(Document.site_id == site_id, Document.lead_id.is_(None), day >= str(since))
            .group_by(day)
        )
        newest = select(func.max(day)).where(Document.site_id == site_id, day < str(since))
        with self._store.read() as connection:
            found = {str(row[0]): int(row[1]) for row in connection.execute(question)}
            before = connection.scalar(newest)
        if before is not None:
            found[before] = 1
        return {date.fromisoformat(one): count for one, count in found.items()}

    def history(self, site: str, *, limit: int) -> tuple[PastVerdict, ...]:
        """Return the verdicts of a site, the newest first.

        Raises:
            NoSuchSiteError: there is none of this name.
        """
        with self._store.read() as connection:
            site_id = connection.scalar(select(Site.id).where(Site.name == site))
            if site_id is None:
                names = connection.scalars(select(Site.name).order_by(Site.name)).all()
                raise NoSuchSiteError(site, tuple(names))
            found = connection.execute(
                select(Verdict)
                .where(Verdict.site_id == site_id)
                .order_by(Verdict.id.desc())
                .limit(limit)
            ).all()
        return tuple(
            PastVerdict(
                health=Health(row.health), evidence=row.evidence, since=row.since, until=row.until,
                response_id=row.response_id,
            )
            for row in found
        )  # fmt: skip

    def listed_before(self, verdict: PastVerdict, url_key: str) -> tuple[ListedItem, ...]:
        """Return what the first page of a column listed before a verdict, the newest first.

        The column is the one at this address, else one that is in trouble.
        """
        with self._store.read() as connection:
            began = connection.execute(
                select(Crawl.started_at, Crawl.site_id)
                .join(Verdict, Verdict.crawl_id == Crawl.id)
                .where(Verdict.response_id == verdict.response_id)
            ).first()
            if began is None:
                return ()
            column = connection.execute(
                select(Column)
                .where(
                    Column.site_id == began.site_id,
                    or_(Column.url_key == url_key, Column.trouble.is_not(None)),
                )
                .order_by(case((Column.url_key == url_key, 0), else_=1), Column.id)
            ).first()
            if column is None:
                return ()
            found = connection.execute(
                select(Sighting)
                .where(Sighting.column_id == column.id, Sighting.first_seen_at < began.started_at)
                .order_by(Sighting.last_seen_at.desc(), Sighting.id)
                .limit(column.items)
            ).all()
        names = ("url", "url_key", "kind", "link_key", "title", "listed_text", "listed_at")
        return tuple(ListedItem(**{name: getattr(row, name) for name in names}) for row in found)


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
    trouble = _trouble(connection, lease.site_id)
    if is_other:
        _stand(connection, lease, finding, now=now)
    elif finding.health.is_good:
        _say(connection, lease, since_then(site.health_evidence, finding.evidence, now=now))
    if finding.health.is_good:
        if is_other and (told := [one for one in trouble if one.told_at is not None]):
            _event(connection, lease, "recovered", _over(told, now=now), now=now)
    elif _is_news(finding, trouble, now=now):
        _event(connection, lease, "broken", finding.said, now=now)
        standing = and_(Verdict.site_id == lease.site_id, Verdict.until.is_(None))
        connection.execute(update(Verdict).where(standing).values(told_at=now))


def _trouble(connection: Connection, site_id: int) -> Sequence[AnyRow]:
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


def _over(told: Sequence[AnyRow], *, now: datetime) -> str:
    """Return what is said of trouble that is over, of which people were told."""
    since, last = told[0].since, told[-1]
    was = Finding(health=Health(last.health), evidence=last.evidence)
    return f"since {since:%Y-%m-%d %H:%M} UTC, {lasted(since, now)}: {was.said}"


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


def _newest(site_id: int) -> Select[*tuple[Any, ...]]:
    newest = (
        select(
            Document.printed_day, Version.last_look_at, func.length(Content.text).label("letters")
        )
        .join(Content, Content.id == Document.content_id)
        .join(Version, and_(Version.document_id == Document.id, Version.seen_to.is_(None)))
        .where(Document.site_id == site_id, Document.state == "live", Version.reason != "imported")
        .order_by(Document.id.desc())
        .limit(_NEWEST)
        .subquery()
    )
    return select(
        func.count().label("articles"),
        func.count(newest.c.printed_day).label("dated"),
        func.max(newest.c.last_look_at).label("looked_at"),
        func.sum(case((newest.c.letters > 0, 1), else_=0)).label("texted"),
    ).select_from(newest)


def _links(site_id: int) -> Select[*tuple[Any, ...]]:
    refused = and_(Sighting.document_id.is_(None), Sighting.refused_state.is_not(None))
    return select(
        func.count().label("links"), func.sum(case((refused, 1), else_=0)).label("refused")
    ).where(Sighting.site_id == site_id, Sighting.kind == "article")
