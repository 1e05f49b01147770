"""View counts: of each month the last one stays, and every one that went down."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Select, delete, exists, func, select
from sqlalchemy.orm import aliased

from storage.pruning.rule import Rule
from storage.schema import Document, ViewCount

_LATER = aliased(ViewCount)
_MONTH = 7  # letters of a day that name its month


def doomed(site_id: int, _timezone: str, before: datetime) -> Select[int]:
    """Ask for old counts that a later one of their month follows."""
    later = exists().where(
        _LATER.document_id == ViewCount.document_id,
        _LATER.day > ViewCount.day,
        func.substr(_LATER.day, 1, _MONTH) == func.substr(ViewCount.day, 1, _MONTH),
    )
    return (
        select(ViewCount.id)
        .join(Document, Document.id == ViewCount.document_id)
        .where(
            Document.site_id == site_id,
            ViewCount.observed_at < before,
            ViewCount.decreased.is_(False),
            later,
        )
    )


def remove(connection: Connection, numbers: Sequence[int]) -> None:
    """Remove these counts."""
    connection.execute(delete(ViewCount).where(ViewCount.id.in_(numbers)))


RULES = (Rule(name="view counts", setting="view_counts", rank=0, doomed=doomed, remove=remove),)
