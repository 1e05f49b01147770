"""Articles, whole: every document and version, their files, and what was fetched of them.

Of their links the address stays, so that a crawl that still sees them listed does not fetch them
anew.
"""

from collections import Counter as Tally
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, Select, delete, func, or_, select, update
from sqlalchemy.orm import aliased

from storage.archive.compacting import condemn
from storage.forgetting.articles import drop_unnamed_assets
from storage.identity import local_day
from storage.indexing import unindex
from storage.pruning.rule import Rule
from storage.schema import Body, Content, Document, Response, Segment, Sighting, Version

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
    rows = connection.execute(
        select(Document.id, Document.lead_id).where(
            or_(Document.id.in_(numbers), Document.lead_id.in_(numbers))
        )
    ).all()
    ids = [row.id for row in rows]
    versions = select(Version.content_id).where(Version.document_id.in_(ids))
    contents = set(connection.scalars(versions))
    connection.execute(
        update(Sighting)
        .where(Sighting.document_id.in_(ids))
        .values(document_id=None, refused_state=PRUNED, next_try_at=None)
    )
    _remove_responses(connection, ids)
    for some in ([r.id for r in rows if r.lead_id is not None], numbers):
        connection.execute(delete(Document).where(Document.id.in_(some)))
    drop_unnamed_assets(connection, Tally())
    _remove_contents(connection, contents)


def _remove_responses(connection: Connection, ids: Sequence[int]) -> None:
    of_these = Response.document_id.in_(ids)
    gone = connection.execute(
        select(Response.body_sha256, Response.segment_id).where(of_these)
    ).all()
    connection.execute(delete(Response).where(of_these))
    bodies = {row.body_sha256 for row in gone}
    others = select(Response.body_sha256).where(Response.body_sha256.in_(bodies))
    unused = Body.sha256.in_(bodies) & Body.sha256.not_in(others)
    connection.execute(delete(Body).where(unused))
    _let_go(connection, {row.segment_id for row in gone} - {None})


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


def _remove_contents(connection: Connection, ids: Collection[int]) -> None:
    unused = connection.scalars(
        select(Content.id).where(
            Content.id.in_(ids),
            Content.id.not_in(select(Version.content_id).where(Version.content_id.in_(ids))),
            Content.id.not_in(select(Document.content_id).where(Document.content_id.in_(ids))),
        )
    ).all()
    unindex(connection, unused)
    connection.execute(delete(Content).where(Content.id.in_(unused)))


RULES = (Rule(name="articles", setting="articles", rank=4, doomed=doomed, remove=remove),)
