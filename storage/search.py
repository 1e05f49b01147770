"""Find articles by a query: the newest first, or those first that say most about it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from sqlalchemy import Connection, bindparam, select

from storage.bigrams import EVERY
from storage.errors import IndexUnfinishedError, NotFoundError
from storage.found import Found, Span, found
from storage.indexing import LAST_DAY
from storage.query import Field, Tree, asked_of, days_of, sites_of, wanted_words
from storage.query_index import Term, condition, has_prefix, unsure
from storage.query_match import Candidate, meets
from storage.relevance import by_relevance
from storage.rows import AnyRow
from storage.schema import Content, Document, SearchFill, Site, Version
from storage.snippets import Marked, marked, snippet
from storage.store import Store

_READ_AT_ONCE = 200
_READ_FIRST = 300
_RANKED = (
    300  # so many of the newest are held against each other, and as many found by their titles
)


# Put together once: that takes as long as asking it.
_READ = (
    select(
        Document.id, Document.url, Document.published_day, Document.withdrawn_at,
        Site.name.label("site"), Site.timezone, Content.title, Content.text,
        Version.published_at, Version.section, Version.source, Version.credits,
    )
    .join(Site, Site.id == Document.site_id)
    .join(Content, Content.id == Document.content_id)
    .join(Version, (Version.document_id == Document.id) & Version.seen_to.is_(None))
    .where(Document.id.in_(bindparam("ids", expanding=True)))
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article that meets a query, with what shows it. `published_day` is in the site's zone."""

    id: int
    site: str
    timezone: str
    url: str
    published_at: datetime | None
    published_day: str | None
    withdrawn_at: datetime | None
    title: Marked
    snippet: Marked


class Search:
    """Questions in the query language (`storage/query.py`)."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def newest(self, tree: Tree, *, limit: int) -> list[Hit]:
        """Return the articles that meet the query, by their publishing instants, newest first.

        Raises:
            NotFoundError: a site that it names is not in the database.
        """
        with self._store.read() as connection:
            ids = _among_newest(connection, tree, limit=limit)
            if ids is None:
                ids = list(islice(_meeting(connection, tree, at_least=limit), limit))
            return _hits(tree, _read(connection, ids))

    def best(self, tree: Tree, *, limit: int) -> list[Hit]:
        """Return the articles that say most about it, of those newest and those that it titles.

        Raises:
            NotFoundError: a site that it names is not in the database.
        """
        with self._store.read() as connection:
            ids: dict[int, None] = {}
            for one in (asked_of(tree, Field.TITLE), tree):
                ids |= dict.fromkeys(islice(_meeting(connection, one, at_least=_RANKED), _RANKED))
            rows = _read(connection, list(ids))
        words = [word.text for word in wanted_words(tree)]
        ranked = by_relevance([_candidate(row) for row in rows], words)
        return _hits(tree, [rows[number] for number in ranked[:limit]])

    def ids(self, tree: Tree) -> list[int]:
        """Return the numbers of all articles that meet the query, as they were found.

        Raises:
            NotFoundError: a site that it names is not in the database.
            IndexUnfinishedError: the index cannot say yet.
        """
        with self._store.read() as connection:
            if connection.scalar(select(SearchFill.id)) is not None:
                raise IndexUnfinishedError
            return sorted(_meeting(connection, tree, at_least=_READ_AT_ONCE))


def _among_newest(connection: Connection, tree: Tree, *, limit: int) -> list[int] | None:
    """Read the newest of all where the index would have to look up thousands of words.

    So many begin with one letter. None: it is not like that, or too few of these meet the query.
    """
    if not has_prefix(condition(tree, _site_numbers(connection, tree))):
        return None
    newest = islice(found(connection, Term(EVERY), _span(tree), at_least=_READ_FIRST), _READ_FIRST)
    ids = list(islice(_checked(connection, newest, tree, tree, at_least=limit), limit))
    return ids if len(ids) == limit else None


def _meeting(connection: Connection, tree: Tree, *, at_least: int) -> Iterator[int]:
    """Yield the articles that meet the query, newest first; so many will be asked for."""
    asked = condition(tree, _site_numbers(connection, tree))
    candidates = found(connection, asked, _span(tree), at_least=at_least)
    yield from _checked(connection, candidates, tree, unsure(tree), at_least=at_least)


def _checked(
    connection: Connection,
    candidates: Iterator[Found],
    tree: Tree,
    doubt: Tree | None,
    *,
    at_least: int,
) -> Iterator[int]:
    """Read what may not meet the query; yield the articles that do, in their order."""
    while batch := list(islice(candidates, min(at_least, _READ_AT_ONCE))):
        doubtful = [one for one in batch if doubt is not None or one.oversized]
        rows = {row.id: row for row in _read(connection, [one.document_id for one in doubtful])}
        for one in batch:
            check = tree if one.oversized else doubt
            if check is None or meets(check, _candidate(rows[one.document_id])):
                yield one.document_id


def _span(tree: Tree) -> Span:
    """Return the days of the index: those of UTC, which are up to a day off the sites' own."""
    days = days_of(tree)
    low = _ordinal(days.since) - 1 if days.since else 1 if days.until else 0
    high = _ordinal(days.until) + 1 if days.until else LAST_DAY
    return Span(low=low, high=high)


def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def _site_numbers(connection: Connection, tree: Tree) -> Mapping[str, int]:
    names = sites_of(tree)
    if not names:
        return {}
    rows = connection.execute(select(Site.name, Site.id).where(Site.name.in_(names)))
    numbers = {row.name: row.id for row in rows}
    for name in sorted(names - set(numbers)):
        raise NotFoundError("site", name)
    return numbers


def _read(connection: Connection, ids: Sequence[int]) -> list[AnyRow]:
    """Return the articles of these numbers, in their order."""
    if not ids:
        return []
    by_id = {row.id: row for row in connection.execute(_READ, {"ids": ids})}
    return [by_id[one] for one in ids]


def _candidate(row: AnyRow) -> Candidate:
    return Candidate(
        title=row.title, text=row.text, site=row.site, day=row.published_day,
        section=row.section, source=row.source,
        credits=tuple(credit["printed"] for credit in row.credits),
    )  # fmt: skip


def _hits(tree: Tree, rows: Sequence[AnyRow]) -> list[Hit]:
    words = [word.text for word in wanted_words(tree)]
    return [
        Hit(
            id=row.id, site=row.site, timezone=row.timezone, url=row.url,
            published_at=row.published_at, published_day=row.published_day,
            withdrawn_at=row.withdrawn_at, title=marked(row.title, words),
            snippet=snippet(row.text, words),
        )
        for row in rows
    ]  # fmt: skip
