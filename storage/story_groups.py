"""Group contents into stories, a batch at a time, each in a transaction of its own.

A content waits from the moment when it is saved. It is compared with those that share keys with it;
what is one story is linked, and the cores of all that hang together are chosen anew. A process that
dies leaves the rest waiting; of two that group at once, one waits for the other.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, or_, select, update

from storage.cores import Rank, cores, groups, rank
from storage.likeness import Reading, read
from storage.reposts import tell_reposts
from storage.retrying import retried
from storage.rows import AnyRow
from storage.same_story import is_one_story
from storage.schema import Content, Event, StoryLink, StoryMember, Version
from storage.store import Store, in_turn, upsert
from storage.story_candidates import Pair, candidates, pair

_BATCH = 200
# A core is among the fullest; comparing all with all of a story of a thousand would take seconds.
_FULLEST = 64
_ADVISORY_LOCK = 7395014


@retried
def group_batch(store: Store, *, now: datetime) -> int:
    """Compare the next contents that wait; return how many those were."""
    with store.write() as connection:
        return _group_waiting(connection, now=now)


@retried
def group_events(store: Store, event_ids: Collection[int], *, now: datetime) -> int:
    """Compare the contents of these events that wait, before all others; return how many.

    Two contents that wait are no story yet, unless both are among them.
    """
    contents = (
        select(Version.content_id)
        .join(Event, Event.version_id == Version.id)
        .where(Event.id.in_(event_ids))
    )
    with store.write() as connection:
        return _group_waiting(connection, StoryMember.content_id.in_(contents), now=now)


def _group_waiting(connection: Connection, *which: ColumnElement[bool], now: datetime) -> int:
    in_turn(connection, _ADVISORY_LOCK)
    rows = connection.execute(
        select(Content.id, Content.title, Content.text)
        .join(StoryMember, StoryMember.content_id == Content.id)
        .where(StoryMember.core_id.is_(None), *which)
        .order_by(Content.id)
        .limit(_BATCH)
    ).all()
    if rows:
        changed = _group(connection, {row.id: read(row.title, row.text) for row in rows})
        tell_reposts(connection, changed, now=now)
    return len(rows)


def _group(connection: Connection, batch: Mapping[int, Reading]) -> list[int]:
    """Give each content of a batch its core, and others that they hang together with.

    Returns the cores of stories that a content came to and that have others.
    """
    connection.execute(
        update(StoryMember)
        .where(StoryMember.content_id == bindparam("content"))
        .values(letters=bindparam("length"), core_id=bindparam("content")),
        [{"content": one, "length": reading.letters} for one, reading in batch.items()],
    )
    readings = dict(batch)
    compared = candidates(connection, batch)
    _link(connection, compared, readings)
    links = _hang_together(connection, batch)
    if not links:
        return []
    members = _members(connection, {one for link in links for one in link})
    ranks = {row.content_id: rank(row.letters or 0, row.content_hash) for row in members}
    links |= _link(connection, _left_out(links, ranks, batch) - compared, readings)
    return _choose_cores(connection, members, cores(ranks, links))


def _link(
    connection: Connection, pairs: Collection[Pair], readings: dict[int, Reading]
) -> set[Pair]:
    """Compare these pairs and link those that are one story; return the links."""
    unread = {one for two in pairs for one in two} - readings.keys()
    rows = connection.execute(
        select(Content.id, Content.title, Content.text).where(Content.id.in_(unread))
    )
    readings |= {row.id: read(row.title, row.text) for row in rows}
    links = sorted(two for two in pairs if is_one_story(readings[two[0]], readings[two[1]]))
    if links:
        connection.execute(
            upsert(connection, StoryLink).on_conflict_do_nothing(),
            [{"content_id": one, "other_id": other} for one, other in links],
        )
    return set(links)


def _left_out(
    links: Iterable[Pair], ranks: Mapping[int, Rank], batch: Collection[int]
) -> set[Pair]:
    """Return the pairs of each story that its keys did not lead to, and that may hold its core."""
    return {
        pair(one, other)
        for group in groups(links)
        for one in group.intersection(batch)
        for other in sorted(group, key=lambda content: ranks[content])[:_FULLEST]
        if one != other
    }


def _members(connection: Connection, contents: Collection[int]) -> Sequence[AnyRow]:
    return connection.execute(
        select(
            StoryMember.content_id, StoryMember.core_id, StoryMember.letters, Content.content_hash
        )
        .join(Content, Content.id == StoryMember.content_id)
        .where(StoryMember.content_id.in_(contents))
    ).all()


def _choose_cores(
    connection: Connection, members: Sequence[AnyRow], chosen: Mapping[int, int]
) -> list[int]:
    moved = [
        {"content": row.content_id, "core": chosen[row.content_id]}
        for row in members
        if chosen[row.content_id] != row.core_id
    ]
    if moved:
        connection.execute(
            update(StoryMember)
            .where(StoryMember.content_id == bindparam("content"))
            .values(core_id=bindparam("core")),
            moved,
        )
    return sorted(set(chosen.values()))


def _hang_together(connection: Connection, some: Collection[int]) -> set[Pair]:
    """Return all links that lead from these contents to others, near and far."""
    links: set[Pair] = set()
    seen: set[int] = set()
    fresh = set(some)
    while fresh:
        rows = connection.execute(
            select(StoryLink.content_id, StoryLink.other_id).where(
                or_(StoryLink.content_id.in_(fresh), StoryLink.other_id.in_(fresh))
            )
        )
        links |= {(row.content_id, row.other_id) for row in rows}
        seen |= fresh
        fresh = {one for link in links for one in link} - seen
    return links
