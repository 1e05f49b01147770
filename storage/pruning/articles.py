"""Articles, whole: every document and version, their files, and what was fetched of them.

Of their links the address stays, so that a crawl that still sees them listed does not fetch them
anew.
"""

from collections import Counter as Tally
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, Select, func, or_, select, update
from sqlalchemy.orm import aliased

from storage.archive.compacting import condemn
from storage.identity import local_day
from storage.pruning.rule import Rule
from storage.removing import (
    assets_of,
    contents_of,
    documents_of,
    drop_assets,
    drop_contents,
    drop_documents,
    drop_responses,
    unnamed_assets,
)
from storage.schema import Document, Response, Segment, Sighting

PRUNED = "pruned"
_LEAST_NEEDED = 0.8  # a file of which less is needed is written anew
_FOLLOWER = aliased(Document)


def doomed(site_id: int, timezone: str, before: datetime) -> Select[int]:
    """Ask for articles of earlier days; without one it counts when they were first seen.

    All documents of an article have to be that old.
    """
    day = local_day(before, timezone)

    young = select(_FOLLOWER.lead_id).where(
        _FOLLOWER.site_id == site_id,
        _FOLLOWER.lead_id.is_not(None),
        or_(
            _FOLLOWER.published_day >= day,
            _FOLLOWER.published_day.is_(None) & (_FOLLOWER.first_seen_at >= before),
        ),
    )
    return select(Document.id).where(
        Document.site_id == site_id,
        Document.lead_id.is_(None),
        or_(
            Document.published_day < day,
            Document.published_day.is_(None) & (Document.first_seen_at < before),
        ),
        Document.id.not_in(young),
    )


def remove(connection: Connection, numbers: Sequence[int]) -> None:
    """Remove these articles."""
    documents = documents_of(connection, numbers)
    ids = [row.id for row in documents]
    contents, assets = contents_of(connection, documents), assets_of(connection, documents)
    connection.execute(
        update(Sighting)
        .where(Sighting.document_id.in_(ids))
        .values(document_id=None, refused_state=PRUNED, next_try_at=None)
    )
    fetched = select(Response.id).where(Response.document_id.in_(ids))
    segments = set(drop_responses(connection, connection.scalars(fetched).all()))
    drop_documents(connection, documents)
    unnamed = unnamed_assets(connection, among=assets)
    segments |= set(drop_assets(connection, unnamed, Tally()))
    drop_contents(connection, contents)
    _let_go(connection, segments)


def _let_go(connection: Connection, segments: Collection[int]) -> None:
    """Condemn the files of which too little is still referred to."""
    needed = func.coalesce(func.sum(Response.record_length), 0)
    shares = (
        select(Segment.id)
        .outerjoin(Response, Response.segment_id == Segment.id)
        .where(Segment.id.in_(segments))
        .group_by(Segment.id, Segment.size)
        .having(needed < Segment.size * _LEAST_NEEDED)
    )
    condemn(connection, connection.scalars(shares).all())


RULES = (Rule(name="articles", setting="articles", rank=4, doomed=doomed, remove=remove),)
