"""The ledger: every event of articles and sites, in the order in which they were written down.

It only grows; what may still change of an entry is its state (a provisional one is opened or held
when its crawl ends, a held one is told or dropped by hand), and each says so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Select, and_, false, func, or_, select, text
from sqlalchemy.orm import aliased

from storage.alert import EventKind
from storage.errors import NotFoundError
from storage.schema import Content, Document, Event, Site, Version
from storage.store import Store

_PAGE = 500
_PREVIOUS = aliased(Version)
_BEFORE = aliased(Content)
# The fields of an entry's record, in their order.
ENTRY_FIELDS = (
    "uid", "occurred_at", "site", "site_title", "kind", "change", "state", "state_reason",
    "backfill", "detail", "article", "document", "url", "title", "previous_title", "version",
    "previous_version", "published_text", "content_hash", "crawl", "matched_at",
)  # fmt: skip
_COLUMNS: tuple[Any, ...] = (
    Event.id.label("number"), Event.uid, Event.occurred_at, Site.name.label("site"),
    Site.title.label("site_title"), Site.timezone, Event.kind, Event.change, Event.state,
    Event.state_reason, Event.backfill, Event.detail,
    func.coalesce(Document.lead_id, Document.id).label("article"),
    Document.id.label("document"), Document.url, Content.title,
    _BEFORE.title.label("previous_title"), Version.number.label("version"),
    _PREVIOUS.number.label("previous_version"), Version.published_text, Content.content_hash,
    Event.crawl_id.label("crawl"), Event.matched_at,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which events. Days are local to the site, inclusive; `after` is the uid of an entry."""

    site: str | None = None
    since: date | None = None
    until: date | None = None
    kinds: tuple[EventKind, ...] = ()
    after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event, with what it was about. A site's event has no article; None is unknown."""

    number: int
    values: Mapping[str, Any]
    timezone: str

    def record(self) -> dict[str, Any]:
        """Return it as programs are given it; times carry the site's offset."""
        return {name: self.values[name] for name in ENTRY_FIELDS}


class Ledger:
    """Questions about events."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def count(self, wanted: Wanted) -> int:
        """Return how many entries there are.

        Raises:
            NotFoundError: there is no such site, or no entry with this uid.
        """
        with self._store.read() as connection:
            conditions = _conditions(connection, wanted)
            question = select(func.count(Event.id)).join(Site, Site.id == Event.site_id)
            return connection.scalar(question.where(*conditions)) or 0

    def entries(self, wanted: Wanted) -> Iterator[Entry]:
        """Yield entries in their order, a page of rows at a time.

        What is yielded is all that there is up to its last entry, so that the uid of that one is
        where another call goes on.

        Raises:
            NotFoundError: there is no such site, or no entry with this uid.
        """
        with self._store.read() as connection:
            conditions = _conditions(connection, wanted)
            end = _end(connection)
        last = 0
        while True:
            question = _entries().where(*conditions, Event.id > last, Event.id <= end)
            with self._store.read() as connection:
                rows = connection.execute(question.order_by(Event.id).limit(_PAGE)).mappings().all()
            yield from (_entry(row) for row in rows)
            if len(rows) < _PAGE:
                return
            last = rows[-1]["number"]


def _end(connection: Connection) -> int:
    """Return the newest entry behind which no other can still be missing.

    PostgreSQL gives numbers before it commits: whoever is writing events is waited for.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE events IN SHARE MODE"))
    return connection.scalar(select(func.max(Event.id))) or 0


def _entries() -> Select[*tuple[Any, ...]]:
    return (
        select(*_COLUMNS)
        .select_from(Event)
        .join(Site, Site.id == Event.site_id)
        .outerjoin(Document, Document.id == Event.document_id)
        .outerjoin(Version, Version.id == Event.version_id)
        .outerjoin(Content, Content.id == func.coalesce(Version.content_id, Document.content_id))
        .outerjoin(_PREVIOUS, _PREVIOUS.id == Event.previous_version_id)
        .outerjoin(_BEFORE, _BEFORE.id == _PREVIOUS.content_id)
    )


def _conditions(connection: Connection, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.site is not None:
        site_id = connection.scalar(select(Site.id).where(Site.name == wanted.site))
        if site_id is None:
            raise NotFoundError("site", wanted.site)
        conditions.append(Event.site_id == site_id)
    if wanted.kinds:
        conditions.append(Event.kind.in_([str(kind) for kind in wanted.kinds]))
    if wanted.after is not None:
        number = connection.scalar(select(Event.id).where(Event.uid == wanted.after))
        if number is None:
            raise NotFoundError("event", wanted.after)
        conditions.append(Event.id > number)
    if wanted.since or wanted.until:
        conditions.append(_on_days(connection, wanted))
    return conditions


def _on_days(connection: Connection, wanted: Wanted) -> ColumnElement[bool]:
    """Return the condition of the days, each as the sites of its zone have it."""
    zones = connection.scalars(select(Site.timezone).distinct()).all()
    return or_(false(), *(_in_zone(zone, wanted) for zone in zones))


def _in_zone(zone: str, wanted: Wanted) -> ColumnElement[bool]:
    here = ZoneInfo(zone)
    conditions = [Site.timezone == zone]
    if wanted.since:
        conditions.append(Event.occurred_at >= datetime.combine(wanted.since, time(), here))
    if wanted.until:
        end = datetime.combine(wanted.until + timedelta(days=1), time(), here)
        conditions.append(Event.occurred_at < end)
    return and_(*conditions)


def _entry(row: Mapping[Any, Any]) -> Entry:
    here = ZoneInfo(row["timezone"])
    values = {
        name: value.astimezone(here).isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
    }
    return Entry(number=row["number"], values=values, timezone=row["timezone"])
