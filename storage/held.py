"""Events that the mass guard holds, until a person decides: tell them, or drop them.

Source: docs/architecture.md, *Identity* (guard).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from storage.alert import EventKind
from storage.errors import NotFoundError
from storage.retrying import retried
from storage.schema import Content, Document, Event, Site, Version
from storage.store import Store

_HELD = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldEvent:
    """An event that tells nobody yet. `title` is what the article is called since then."""

    site: str
    timezone: str
    kind: EventKind
    change: str | None
    occurred_at: datetime
    article_id: int | None
    title: str | None
    url: str | None


class Held:
    """Questions and changes about held events."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def events(self, limit: int) -> tuple[HeldEvent, ...]:
        """Return what is held, site by site, the oldest first."""
        query = (
            select(
                Site.name.label("site"),
                Site.timezone,
                Event.kind,
                Event.change,
                Event.occurred_at,
                func.coalesce(Document.lead_id, Document.id).label("article_id"),
                Content.title,
                Document.url,
            )
            .select_from(Event)
            .join(Site, Site.id == Event.site_id)
            .outerjoin(Document, Document.id == Event.document_id)
            .outerjoin(Version, Version.id == Event.version_id)
            .outerjoin(
                Content, Content.id == func.coalesce(Version.content_id, Document.content_id)
            )
            .where(Event.state == _HELD)
            .order_by(Site.id, Event.id)
            .limit(limit)
        )
        with self._store.read() as connection:
            rows = connection.execute(query).mappings().all()
        return tuple(HeldEvent(**{**row, "kind": EventKind(row["kind"])}) for row in rows)

    def count(self) -> int:
        """Return how many events are held."""
        query = select(func.count()).where(Event.state == _HELD)
        with self._store.read() as connection:
            return connection.scalar(query) or 0

    def release(self, site: str) -> int:
        """Let the watches see what is held of a site; return how many events that were.

        Raises:
            NotFoundError: there is no such site.
        """
        return self._decide(site, "open", "told after all, by hand")

    def discard(self, site: str) -> int:
        """Let nobody ever be told what is held of a site; return how many events that were.

        The versions stay: only the telling is dropped.

        Raises:
            NotFoundError: there is no such site.
        """
        return self._decide(site, "cancelled", "dropped by hand")

    @retried
    def _decide(self, site: str, state: str, why: str) -> int:
        with self._store.write() as connection:
            site_id = connection.scalar(select(Site.id).where(Site.name == site))
            if site_id is None:
                raise NotFoundError("site", site)
            return connection.execute(
                update(Event)
                .where(Event.site_id == site_id, Event.state == _HELD)
                .values(state=state, state_reason=why)
            ).rowcount
