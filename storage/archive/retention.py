"""How much of the archive is kept: what is too old goes, and what there is no room for.

Where an article stands on a response (and a withdrawal on its not-found looks), it goes last, and
never for its age. A record whose bytes a younger response refers to stays with it. What went is
still known: its address, time, outcome and hash, and when it was dropped.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, false, func, or_, select, update
from sqlalchemy.orm import aliased

from storage.archive.compacting import condemn, let_go
from storage.archive.limits import Limits
from storage.archive.reading import GIVING, newest_giving
from storage.retrying import retried
from storage.schema import Body, Document, Response, Segment, Verdict
from storage.store import Store

# A file is written anew for the age of its records only when so much of it may go.
_LEAST_SHARE = 0.2
_IDS_A_STATEMENT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """What was given up, or would be. On `standing` of the responses an article stands."""

    responses: int = 0
    standing: int = 0
    bytes: int = 0
    oldest: datetime | None = None
    newest: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cut:
    """What was fetched until then goes: of the ordinary responses, and of the standing ones."""

    ordinary: datetime | None = None
    standing: datetime | None = None


def droppable(store: Store, limits: Limits, *, now: datetime) -> Dropped:
    """Return what `drop` would give up."""
    if limits.is_none:
        return Dropped()
    with store.read() as connection:
        return _counted(connection, _to_go(connection, store.folder.host, limits, now=now))


@retried
def drop(store: Store, limits: Limits, *, now: datetime) -> Dropped:
    """Give up what the limits do not allow, and condemn the files where it stands.

    The room is free after `compact`.
    """
    if limits.is_none:
        return Dropped()
    with store.write() as connection:
        to_go = _to_go(connection, store.folder.host, limits, now=now)
        dropped = _counted(connection, to_go)
        rows = connection.execute(select(Response.id, Response.segment_id).where(to_go)).all()
        for start in range(0, len(rows), _IDS_A_STATEMENT):
            some = [row.id for row in rows[start : start + _IDS_A_STATEMENT]]
            going = update(Response).where(Response.id.in_(some))
            connection.execute(going.values(let_go(now)))
        condemn(connection, sorted({row.segment_id for row in rows}))
    return dropped


def _to_go(
    connection: Connection, host: str, limits: Limits, *, now: datetime
) -> ColumnElement[bool]:
    """Return the condition of the responses that the limits do not allow."""
    cut = _Cut(ordinary=now - limits.max_age) if limits.max_age else _Cut()
    too_much = 0
    if limits.max_bytes is not None:
        here = Segment.state.in_(("open", "full")) & (Segment.host == host)
        size = connection.scalar(select(func.coalesce(func.sum(Segment.size), 0)).where(here))
        too_much = int(size or 0) - limits.max_bytes
    if too_much > 0:
        return _beyond(_enough(connection, host, cut, too_much), host)
    old = _beyond(cut, host)
    return old & Response.segment_id.in_(_worth_it(connection, old))


def _enough(connection: Connection, host: str, cut: _Cut, too_much: int) -> _Cut:
    """Return the cut, moved until so many bytes go; ordinary responses go first."""
    for kind, condition in (("ordinary", ~_stands(Response)), ("standing", _stands(Response))):
        by_age = connection.execute(
            select(Response.fetched_at, Response.record_length)
            .where(_is_here(host), condition)
            .order_by(Response.fetched_at)
            .execution_options(yield_per=_IDS_A_STATEMENT)
        )
        until = getattr(cut, kind)
        for row in by_age:
            if too_much <= 0 and (until is None or row.fetched_at > until):
                break
            too_much -= row.record_length
            until = max(until or row.fetched_at, row.fetched_at)
        by_age.close()
        cut = replace(cut, **{kind: until})
        if too_much <= 0:
            break
    return cut


def _worth_it(connection: Connection, old: ColumnElement[bool]) -> list[int]:
    """Return the files of which enough may go."""
    share = select(Response.segment_id, func.sum(Response.record_length).label("bytes"))
    shares = share.where(old).group_by(Response.segment_id).subquery()
    wanted = select(Segment.id).join(shares, shares.c.segment_id == Segment.id)
    return list(connection.scalars(wanted.where(shares.c.bytes >= Segment.size * _LEAST_SHARE)))


def _beyond(cut: _Cut, host: str) -> ColumnElement[bool]:
    other = aliased(Response)
    # A body that a response which stays has too stays where it is.
    needed = select(other.body_sha256).where(other.dropped_at.is_(None), ~_fetched_by(cut, other))
    is_full = (
        select(Body.sha256)
        .where(
            Body.sha256 == Response.body_sha256,
            Body.segment_id == Response.segment_id,
            Body.record_offset == Response.record_offset,
        )
        .exists()
    )
    return and_(
        _is_here(host), _fetched_by(cut, Response), ~(is_full & Response.body_sha256.in_(needed))
    )


def _is_here(host: str) -> ColumnElement[bool]:
    files = select(Segment.id).where(Segment.state.in_(("open", "full")), Segment.host == host)
    return and_(Response.dropped_at.is_(None), Response.segment_id.in_(files))


def _fetched_by(cut: _Cut, of: Any) -> ColumnElement[bool]:
    conditions = [false()]
    if cut.ordinary is not None:
        conditions.append(~_stands(of) & (of.fetched_at <= cut.ordinary))
    if cut.standing is not None:
        conditions.append(_stands(of) & (of.fetched_at <= cut.standing))
    return and_(or_(*conditions), ~_is_pinned(of))


def _is_pinned(of: Any) -> ColumnElement[bool]:
    """Say that the verdict of a site stands on a response."""
    pinned = select(Verdict.response_id).where(
        Verdict.until.is_(None), Verdict.response_id.is_not(None)
    )
    is_pinned: ColumnElement[bool] = of.id.in_(pinned)
    return is_pinned


def _stands(of: Any) -> ColumnElement[bool]:
    """Say that an article stands on a response, or a withdrawal on a look that found nothing."""
    newest = newest_giving().subquery()
    giving = (
        select(newest.c.document_id)
        .where(newest.c.document_id == of.document_id, newest.c.crawl_id == of.crawl_id)
        .exists()
    )
    withdrawn = select(Document.id).where(Document.state == "withdrawn")
    return or_(
        of.outcome.in_(GIVING) & giving,
        (of.outcome == "missing") & of.document_id.in_(withdrawn),
    )


def _counted(connection: Connection, to_go: ColumnElement[bool]) -> Dropped:
    row = connection.execute(
        select(
            func.count(Response.id).label("responses"),
            func.coalesce(func.sum(Response.record_length), 0).label("bytes"),
            func.min(Response.fetched_at).label("oldest"),
            func.max(Response.fetched_at).label("newest"),
        ).where(to_go)
    ).one()
    standing = connection.scalar(select(func.count(Response.id)).where(to_go, _stands(Response)))
    return Dropped(
        responses=row.responses, standing=standing or 0, bytes=int(row.bytes), oldest=row.oldest,
        newest=row.newest,
    )  # fmt: skip
