"""Group contents into stories, a batch at a time, each in a transaction of its own.

A content waits from the moment when it is saved. It is compared with those that share keys with it;
what is one story is linked, and the cores of all that hang together are chosen anew. A process that
dies leaves the rest waiting; of two that group at once, one waits for the other.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, or_, select, text, update

from storage.cores import cores, rank
from storage.likeness import Reading, keys, read
from storage.reposts import tell_reposts
from storage.rows import AnyRow
from storage.same_story import is_one_story
from storage.schema import Content, StoryKey, StoryLink, StoryMember
from storage.store import Store, upsert

_BATCH = 200
# A key of so many contents is of a form or a phrase, and takes no more of them: asking would cost
# more the more there are. It still leads to the first ones, should it be of a story of many sites.
_LARGEST_KEY = 32
_OF_A_FULL_KEY = 2
_MOST_COMPARED = 8
# A repost shares a key for so many of its letters, less one, however it was cut and edited.
_LETTERS_A_KEY = 300
_ADVISORY_LOCK = 7395014


def group_batch(store: Store, *, now: datetime) -> int:
    """Compare the next contents that wait; return how many those were."""
    with store.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
        rows = _waiting(connection)
        if rows:
            batch = {row.id: read(row.title, row.text) for row in rows}
            links = _link(connection, batch)
            changed = _choose_cores(connection, batch, links)
            tell_reposts(connection, changed, now=now)
        return len(rows)


def _waiting(connection: Connection) -> Sequence[AnyRow]:
    return connection.execute(
        select(Content.id, Content.title, Content.text)
        .join(StoryMember, StoryMember.content_id == Content.id)
        .where(StoryMember.core_id.is_(None))
        .order_by(Content.id)
        .limit(_BATCH)
    ).all()


def _link(connection: Connection, batch: Mapping[int, Reading]) -> list[tuple[int, int]]:
    """Link the contents of a batch to those that they are one story with; return the links."""
    pairs = _candidates(connection, batch)
    readings = _readings(connection, batch, {one for pair in pairs for one in pair})
    links = [pair for pair in pairs if is_one_story(readings[pair[0]], readings[pair[1]])]
    if links:
        connection.execute(
            upsert(connection, StoryLink).on_conflict_do_nothing(),
            [{"content_id": one, "other_id": other} for one, other in links],
        )
    return links


def _candidates(connection: Connection, batch: Mapping[int, Reading]) -> list[tuple[int, int]]:
    """Keep the keys of a batch; return which contents are to be compared, in order."""
    own = {content: keys(reading) for content, reading in batch.items()}
    kept = _kept_under(connection, {key for some in own.values() for key in some})
    shared, rows = {}, []
    for content, some in own.items():
        shared[content] = _sharing(content, some, kept)
        for key in some:
            if content not in kept[key] and len(kept[key]) < _LARGEST_KEY:
                kept[key].append(content)
                rows.append({"key": key, "content_id": content})
    if rows:
        connection.execute(insert(StoryKey), rows)
    letters = _letters(connection, batch, {other for some in shared.values() for other in some})
    return sorted(
        {
            (min(content, other), max(content, other))
            for content, others in shared.items()
            for other in _likeliest(others, letters, of=letters[content])
        }
    )


def _kept_under(connection: Connection, wanted: Collection[int]) -> dict[int, list[int]]:
    """Return the contents that are kept under each of these keys, the first ones first."""
    kept: dict[int, list[int]] = defaultdict(list)
    # Thousands of numbers are written out: to bind each costs as much as all the rest.
    listed = text(",".join(map(str, wanted)))
    question = (
        select(StoryKey.key, StoryKey.content_id)
        .where(StoryKey.key.in_(listed))
        .order_by(StoryKey.content_id)
    )
    for key, content in connection.execute(question, execution_options={"compiled_cache": None}):
        kept[key].append(content)
    return kept


def _sharing(
    content: int, own: Sequence[int], kept: Mapping[int, Sequence[int]]
) -> dict[int, tuple[float, int]]:
    """Return who shares keys with a content: how telling these are together, and how many."""
    found: dict[int, tuple[float, int]] = {}
    for key in own:
        others = kept[key]
        is_full = len(others) >= _LARGEST_KEY
        for other in others[:_OF_A_FULL_KEY] if is_full else others:
            weight, times = found.get(other, (0.0, 0))
            found[other] = weight + 1 / len(others), times + 1
    found.pop(content, None)
    return found


def _letters(
    connection: Connection, batch: Mapping[int, Reading], others: Collection[int]
) -> dict[int, int]:
    listed = text(",".join(map(str, others)) or "NULL")
    question = select(StoryMember.content_id, StoryMember.letters).where(
        StoryMember.content_id.in_(listed)
    )
    rows = connection.execute(question, execution_options={"compiled_cache": None})
    known = {row.content_id: row.letters or 0 for row in rows}
    return known | {content: reading.letters for content, reading in batch.items()}


def _likeliest(
    shared: Mapping[int, tuple[float, int]], letters: Mapping[int, int], *, of: int
) -> list[int]:
    """Return those that share enough keys for the shorter of both texts, the rarest keys first."""
    enough = [
        other
        for other, (_, times) in shared.items()
        if times * _LETTERS_A_KEY >= min(of, letters[other]) - _LETTERS_A_KEY
    ]
    return sorted(enough, key=lambda other: (-shared[other][0], other))[:_MOST_COMPARED]


def _readings(
    connection: Connection, batch: Mapping[int, Reading], wanted: Collection[int]
) -> dict[int, Reading]:
    others = set(wanted) - batch.keys()
    rows = connection.execute(
        select(Content.id, Content.title, Content.text).where(Content.id.in_(others))
    )
    return dict(batch) | {row.id: read(row.title, row.text) for row in rows}


def _choose_cores(
    connection: Connection, batch: Mapping[int, Reading], links: Sequence[tuple[int, int]]
) -> list[int]:
    """Give each content of the batch its core, and others that they hang together with.

    Returns the cores of stories that a content came to and that has others.
    """
    connection.execute(
        update(StoryMember)
        .where(StoryMember.content_id == bindparam("content"))
        .values(letters=bindparam("length"), core_id=bindparam("content")),
        [{"content": one, "length": reading.letters} for one, reading in batch.items()],
    )
    linked = _hang_together(connection, {one for link in links for one in link})
    if not linked:
        return []
    members = connection.execute(
        select(
            StoryMember.content_id, StoryMember.core_id, StoryMember.letters, Content.content_hash
        )
        .join(Content, Content.id == StoryMember.content_id)
        .where(StoryMember.content_id.in_({one for link in linked for one in link}))
    ).all()
    ranks = {row.content_id: rank(row.letters or 0, row.content_hash) for row in members}
    chosen = cores(ranks, linked)
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
    return sorted({chosen[row.content_id] for row in members})


def _hang_together(connection: Connection, some: Collection[int]) -> set[tuple[int, int]]:
    """Return all links that lead from these contents to others, near and far."""
    links: set[tuple[int, int]] = set()
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
