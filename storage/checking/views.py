"""View counts: a document shows the newest of its counts, and no count is below nothing."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, or_, select, update

from storage.checking.finding import Check, Found, Looking
from storage.identity import local_day
from storage.schema import Document, Site, ViewCount
from storage.store import upsert


def find(connection: Connection, _looking: Looking) -> Iterator[Found]:
    """Yield documents whose count and history of counts do not fit."""
    below = select(ViewCount.document_id, ViewCount.day, ViewCount.views).where(ViewCount.views < 0)
    for document, day, views in connection.execute(below.order_by(ViewCount.id)):
        says = f"has {views} views on {day}, which cannot be: correct it by hand"
        yield Found(where=f"document {document}", says=says)
    newest = select(ViewCount.document_id, func.max(ViewCount.day).label("day")).group_by(
        ViewCount.document_id
    )
    last = newest.subquery()
    question = (
        select(
            Document.id, Document.views, Document.views_at, Document.last_seen_at, Site.timezone,
            ViewCount.views.label("counted"), ViewCount.observed_at,
        )
        .join(Site, Site.id == Document.site_id)
        .outerjoin(last, last.c.document_id == Document.id)
        .outerjoin(
            ViewCount, (ViewCount.document_id == Document.id) & (ViewCount.day == last.c.day)
        )
        .where(
            or_(Document.views.is_not(None), ViewCount.id.is_not(None)),
            ViewCount.views.is_distinct_from(Document.views),
        )
        .order_by(Document.id)
    )  # fmt: skip
    for row in connection.execute(question):
        shown = "no view count" if row.views is None else f"{row.views} views"
        counted = "none is kept" if row.counted is None else f"the newest kept is {row.counted}"
        yield Found(
            where=f"document {row.id}",
            says=f"shows {shown}, {counted}",
            repair="takes the newer of the two",
            key=row,
        )


def mend(connection: Connection, found: Sequence[Found], _now: datetime) -> None:
    """Let the newer of the two count for both."""
    for one in found:
        row = one.key
        seen_at = row.views_at or row.last_seen_at
        if row.counted is not None and (row.views is None or row.observed_at >= seen_at):
            values = {"views": row.counted, "views_at": row.observed_at}
            connection.execute(update(Document).where(Document.id == row.id).values(values))
            continue
        values = {"views": row.views, "observed_at": seen_at}
        day = local_day(seen_at, row.timezone)
        connection.execute(
            upsert(connection, ViewCount)
            .values(document_id=row.id, day=day, decreased=False, **values)
            .on_conflict_do_update(index_elements=["document_id", "day"], set_=values)
        )


CHECK = Check(name="views", rank=6, find=find, mend=mend)
