"""Write events within a caller's transaction. Receivers see `uid`; `key` makes it unique."""

import uuid
from datetime import datetime
from typing import Protocol


class Finder(Protocol):
    """What an event was found by: a crawl of a site, or the comparison of what crawls kept."""

    @property
    def site_id(self) -> int: ...  # noqa: D102

    @property
    def crawl_id(self) -> int | None: ...  # noqa: D102


def event_row(
    finder: Finder,
    *,
    kind: str,
    key: str,
    now: datetime,
    document_id: int | None = None,
    version_id: int | None = None,
    previous_version_id: int | None = None,
    change: str | None = None,
    backfill: bool = False,
    state: str = "open",
    detail: str | None = None,
) -> dict[str, object]:
    """Return the row of one event."""
    return {
        "uid": f"evt_{uuid.uuid4().hex}",
        "key": key,
        "kind": kind,
        "change": change,
        "site_id": finder.site_id,
        "document_id": document_id,
        "version_id": version_id,
        "previous_version_id": previous_version_id,
        "crawl_id": finder.crawl_id,
        "occurred_at": now,
        "backfill": backfill,
        "state": state,
        "detail": detail,
    }
