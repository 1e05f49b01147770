"""Which contents are worth comparing: those that share keys, found by index, never by scanning."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection, insert, select, text

from storage.likeness import Reading, keys
from storage.schema import StoryKey, StoryMember

Pair = tuple[int, int]

# A key of so many contents is of a form or a phrase, and takes no more of them: asking would cost
# more the more there are. It still leads to the first ones, should it be of a story of many sites.
_LARGEST_KEY = 32
_OF_A_FULL_KEY = 2
_MOST_COMPARED = 8
# A repost shares a key for so many of its letters, less one, however it was cut and edited.
_LETTERS_A_KEY = 300
_MOST_LETTERS = 3000  # what stands behind gives few keys


def pair(one: int, other: int) -> Pair:
    """Return two contents as they are linked: the smaller number first."""
    return (one, other) if one < other else (other, one)


def candidates(connection: Connection, batch: Mapping[int, Reading]) -> set[Pair]:
    """Keep the keys of a batch; return which contents are to be compared."""
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
    return {
        pair(content, other)
        for content, others in shared.items()
        for other in _likeliest(others, letters, of=letters[content])
    }


def _kept_under(connection: Connection, wanted: Collection[int]) -> dict[int, list[int]]:
    """Return the contents that are kept under each of these keys, the first ones first."""
    kept: dict[int, list[int]] = defaultdict(list)
    # Thousands of numbers are written out: to bind each costs as much as all the rest.
    listed = text(",".join(map(str, wanted)) or "NULL")
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
        if times >= min(of, letters[other], _MOST_LETTERS) // _LETTERS_A_KEY - 1
    ]
    return sorted(enough, key=lambda other: (-shared[other][0], other))[:_MOST_COMPARED]
