"""What was done to the database to keep it well, written down within the caller's transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from storage.schema import CareRecord


def note(connection: Connection, *, kind: str, detail: Mapping[str, Any], now: datetime) -> None:
    """Write down what was done: `repair`, `prune`."""
    connection.execute(insert(CareRecord).values(kind=kind, done_at=now, detail=dict(detail)))


def last_done_at(connection: Connection, kind: str) -> datetime | None:
    """Return when this was done last; None: never."""
    newest: datetime | None = connection.scalar(
        select(func.max(CareRecord.done_at)).where(CareRecord.kind == kind)
    )
    return newest
