"""Which documents of a site are one article: the same content, and printed days that agree.

`lead_id` is None in the document that leads and names the leader in the others. The earliest one
that can still be read leads.
Source: docs/architecture.md, *Identity*.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, select, update

from storage.crawl import Lease
from storage.rows import AnyRow
from storage.schema import Document

_LIVE = "live"


def leaders(connection: Connection, lease: Lease, content_ids: Collection[int]) -> Sequence[AnyRow]:
    """Return the documents that lead articles of these contents: live ones, then earliest first."""
    return connection.execute(
        select(Document.id, Document.content_id, Document.printed_day, Document.state)
        .where(
            Document.site_id == lease.site_id,
            Document.content_id.in_(content_ids),
            Document.lead_id.is_(None),
        )
        .order_by(Document.state != _LIVE, Document.id)
    ).all()


def leader(rows: Sequence[AnyRow], content_id: int, day: str | None) -> AnyRow | None:
    """Return the first of these `leaders` of this content whose printed day agrees, or None."""
    for row in rows:
        days = {day, row.printed_day} - {None}
        if row.content_id == content_id and len(days) <= 1:
            return row
    return None


def regroup(
    connection: Connection, lease: Lease, row: AnyRow, *, content_id: int, day: str | None
) -> tuple[int | None, bool]:
    """Leave the article of before and join that of this content.

    Returns who leads it (None: this document), and whether another document already stood for it.
    The caller writes `lead_id`, content and day.
    """
    if heir := _heir(connection, row.id):
        follow(connection, old=row.id, new=heir.id)
    others = [r for r in leaders(connection, lease, [content_id]) if r.id != row.id]
    found = leader(others, content_id, day)
    if found is None:
        return None, False
    stands = found.state == _LIVE
    if stands and found.id < row.id:
        return found.id, True
    follow(connection, old=found.id, new=row.id)
    return None, stands


def follow(connection: Connection, *, old: int, new: int) -> None:
    """Let a document lead in place of another, which follows it with all its followers."""
    led = (Document.lead_id == old) | (Document.id == old)
    connection.execute(update(Document).where(led).values(lead_id=new))
    connection.execute(update(Document).where(Document.id == new).values(lead_id=None))


def succeed(connection: Connection, leader_id: int) -> bool:
    """Let the first live follower of a withdrawn leader lead; say whether there was one."""
    heir = _heir(connection, leader_id)
    if heir is None or heir.state != _LIVE:
        return False
    follow(connection, old=leader_id, new=heir.id)
    return True


def _heir(connection: Connection, leader_id: int) -> AnyRow | None:
    return connection.execute(
        select(Document.id, Document.state)
        .where(Document.lead_id == leader_id)
        .order_by(Document.state != _LIVE, Document.id)
        .limit(1)
    ).one_or_none()
