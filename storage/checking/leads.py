"""Documents that follow another one: that one says the same, on the same site, and leads itself."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, or_, select, update
from sqlalchemy.orm import aliased

from storage.checking.finding import Check, Found, Looking
from storage.grouping import follow, leader
from storage.rows import AnyRow
from storage.schema import Document

_LEADER = aliased(Document)


def find(connection: Connection, _looking: Looking) -> Iterator[Found]:
    """Yield followers of what does not lead them."""
    question = (
        select(
            Document.id, Document.lead_id, Document.content_id, Document.site_id,
            _LEADER.id.label("leader"), _LEADER.lead_id.label("leader_follows"),
            _LEADER.site_id.label("leader_site"),
        )
        .outerjoin(_LEADER, _LEADER.id == Document.lead_id)
        .where(
            Document.lead_id.is_not(None),
            or_(
                _LEADER.id.is_(None),
                _LEADER.lead_id.is_not(None),
                _LEADER.site_id != Document.site_id,
                _LEADER.content_id != Document.content_id,
            ),
        )
        .order_by(Document.id)
    )  # fmt: skip
    for row in connection.execute(question):
        yield Found(
            where=f"document {row.id}",
            says=f"follows document {row.lead_id}, {_why(row)}: its article is not shown",
            repair="finds anew whom it follows, or lets it lead",
            key=row.id,
        )


def mend(connection: Connection, found: Sequence[Found], _now: datetime) -> None:
    """Let each of these follow who leads its article, or lead it."""
    for one in found:
        _find_leader(connection, one.key)


def _why(row: AnyRow) -> str:
    if row.leader is None:
        return "which is not there"
    if row.leader == row.id:
        return "which is itself"
    if row.leader_follows is not None:
        return f"which follows document {row.leader_follows}"
    return "of another site" if row.leader_site != row.site_id else "which says something else"


def _find_leader(connection: Connection, document_id: int) -> None:
    row = connection.execute(select(Document).where(Document.id == document_id)).one()
    leaders = connection.execute(
        select(Document.id, Document.content_id, Document.printed_day, Document.state)
        .where(
            Document.site_id == row.site_id,
            Document.content_id == row.content_id,
            Document.lead_id.is_(None),
        )
        .order_by(Document.state != "live", Document.id)
    ).all()
    found = leader(leaders, row.content_id, row.printed_day)
    stands = found is not None and found.state == "live"
    lead_id = found.id if found is not None and stands and found.id < row.id else None
    connection.execute(update(Document).where(Document.id == row.id).values(lead_id=lead_id))
    if found is not None and lead_id is None and row.state == "live":
        follow(connection, old=found.id, new=row.id)


CHECK = Check(name="leads", rank=4, find=find, mend=mend)
