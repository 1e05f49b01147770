"""Write events within a caller's transaction. Receivers see `uid`; `key` makes it unique."""

import uuid
from datetime import datetime

from storage.crawl import Lease


def event_row(
    lease: Lease,
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
    """Return the row of one event of this crawl."""
    return {
        "uid": f"evt_{uuid.uuid4().hex}",
        "key": key,
        "kind": kind,
        "change": change,
        "site_id": lease.site_id,
        "document_id": document_id,
        "version_id": version_id,
        "previous_version_id": previous_version_id,
        "crawl_id": lease.crawl_id,
        "occurred_at": now,
        "backfill": backfill,
        "state": state,
        "detail": detail,
    }
