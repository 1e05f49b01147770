"""The numbers of the articles that the index finds, newest first, as each database finds them.

Both go down from the newest and stop when nobody asks for more. The index knows days; the articles
of a day are put in order of their instants once all of them are known.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, groupby
from operator import attrgetter

from sqlalchemy import Connection, bindparam, select, text

from storage.indexing import LAST_DAY, day_number, day_of_number, first_number
from storage.query_index import Condition, fts5, tsquery
from storage.schema import PIECES, Document, SearchEntry, Version

_FEWEST, _MOST = 64, 4096  # entries asked for at once: few at first, most searches want no more
_WALKED = 500

_FTS5 = text(
    "SELECT rowid AS id FROM search_words WHERE search_words MATCH :query"
    " AND rowid BETWEEN :first AND :last ORDER BY rowid DESC LIMIT :limit"
)
# Of the newest entries those that fulfil the query: a frequent word is among them often enough.
_WALK = text(
    "SELECT id, day FROM (SELECT id, day, words FROM search_entries"
    " WHERE day BETWEEN :low AND :high ORDER BY day DESC, id DESC LIMIT :walked) AS newest"
    " WHERE words @@ CAST(:query AS tsquery) ORDER BY day DESC, id DESC"
)
# All that the indexes find, then the newest. Kept apart, or the planner may walk all entries.
_PIECE = "SELECT id, day FROM search_entries WHERE words @@ CAST(:query AS tsquery) AND {}"
_NEWEST = (
    "WITH found AS MATERIALIZED ({}) SELECT id, day FROM found"
    " WHERE (day, id) < (:day, :id) AND day >= :low ORDER BY day DESC, id DESC LIMIT :limit"
)
_LOOK_UP = text(_NEWEST.format(" UNION ALL ".join(map(_PIECE.format, PIECES))))

# Documents that lead articles, as entries name them.
STANDING = (
    select(
        SearchEntry.id, SearchEntry.oversized, Document.id.label("document_id"),
        Version.published_at,
    )
    .join(
        Document,
        (Document.content_id == SearchEntry.content_id)
        & (Document.site_id == SearchEntry.site_id)
        & Document.lead_id.is_(None),
    )
    .join(Version, (Version.document_id == Document.id) & Version.seen_to.is_(None))
    .where(SearchEntry.id.in_(bindparam("ids", expanding=True)))
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The days of the index (numbers, inclusive) that are asked for."""

    low: int = 0
    high: int = LAST_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An article that the index finds. `oversized`: only whoever reads it knows."""

    document_id: int
    published_at: datetime | None
    day: int
    oversized: bool


_Entry = tuple[int, int]  # its number and its day


def found(
    connection: Connection, condition: Condition, span: Span, *, at_least: int
) -> Iterator[Found]:
    """Yield the articles that fulfil the condition, newest first, undated ones last."""
    pages = _sqlite if connection.dialect.name == "sqlite" else _postgresql
    entries = pages(connection, condition, span, at_least=at_least)
    articles = chain.from_iterable(_articles(connection, page) for page in entries)
    for _, of_day in groupby(articles, key=attrgetter("day")):
        yield from sorted(of_day, key=_recency, reverse=True)


def _recency(one: Found) -> tuple[datetime, int]:
    return one.published_at or datetime.min.replace(tzinfo=UTC), one.document_id


def _sizes(at_least: int) -> Iterator[int]:
    size = max(_FEWEST, 2 * at_least)
    while True:
        yield min(size, _MOST)
        size *= 4


def _sqlite(
    connection: Connection, condition: Condition, span: Span, *, at_least: int
) -> Iterator[list[_Entry]]:
    values = {"query": fts5(condition), "first": first_number(span.low)}
    last = first_number(span.high + 1) - 1
    for size in _sizes(at_least):
        rows = connection.execute(_FTS5, values | {"last": last, "limit": size}).all()
        if rows:
            yield [(row.id, day_of_number(row.id)) for row in rows]
        if len(rows) < size:
            return
        last = rows[-1].id - 1


def _postgresql(
    connection: Connection, condition: Condition, span: Span, *, at_least: int
) -> Iterator[list[_Entry]]:
    values = {"query": tsquery(condition), "low": span.low, "high": span.high}
    day, number = span.high + 1, 0
    walked = connection.execute(_WALK, values | {"walked": _WALKED}).all()
    if len(walked) > at_least:
        yield [(row.id, row.day) for row in walked]
        day, number = walked[-1].day, walked[-1].id
    # The planner takes long rows for cheap to read, and would read them all.
    connection.execute(text("SET LOCAL enable_seqscan = off"))
    for size in _sizes(at_least):
        after = {"day": day, "id": number, "limit": size}
        rows = connection.execute(_LOOK_UP, values | after).all()
        if rows:
            yield [(row.id, row.day) for row in rows]
        if len(rows) < size:
            return
        day, number = rows[-1].day, rows[-1].id


def _articles(connection: Connection, entries: Sequence[_Entry]) -> Iterator[Found]:
    """Yield the articles that these entries lead to today, day by day."""
    days = dict(entries)
    standing = connection.execute(STANDING, {"ids": list(days)})
    rows = sorted(standing, key=lambda row: days[row.id], reverse=True)
    for row in rows:
        if day_number(row.published_at) == days[row.id]:
            yield Found(
                document_id=row.document_id, published_at=row.published_at, day=days[row.id],
                oversized=row.oversized,
            )  # fmt: skip
