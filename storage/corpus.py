"""A corpus: one article a story, that of its first publisher, with the list of its reposts.

The first publisher is the one with the earliest day (unknown days come last), then the one that was
seen first: a day is never held against a time of day.
"""

from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select

from storage.articles import RECORD_FIELDS, Articles, Filter, StoredArticle, filtered, tree_of
from storage.schema import Content, Document, Site, Version
from storage.search import Search
from storage.store import Store

CORPUS_FIELDS = (*RECORD_FIELDS, "reposts")
_FIRST_FIRST = (Document.published_day.nulls_last(), Document.first_seen_at, Document.id)
_PAGE = 500


def story_key() -> ColumnElement[int]:
    """Return what articles of one story have in common: their content, on whatever site."""
    return Document.content_id.expression


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusArticle(StoredArticle):
    """The first article of a story. `reposts` are the others that are wanted, the first first."""

    reposts: tuple[Mapping[str, Any], ...] = ()

    def record(self) -> dict[str, object]:
        """Return the article as programs are given it; times carry their site's offset."""
        given = StoredArticle.record(self)
        return given | {"reposts": [_given(one) for one in self.reposts]}


class Corpus:
    """The stories among the articles that are wanted, as they stand when it is made."""

    def __init__(self, store: Store, wanted: Filter) -> None:
        self._store = store
        self._wanted = wanted
        self._articles = Articles(store)
        # What a query finds; None: everything that the rest of the filter lets through.
        self._found: frozenset[int] | None = None
        if wanted.words is not None:
            self._found = frozenset(Search(store).ids(tree_of(wanted)))
        self._ids = self._first_articles()  # 8 bytes a story

    def count(self) -> int:
        """Return how many stories there are."""
        return len(self._ids)

    def after(self, last_id: int) -> Iterator[CorpusArticle]:
        """Yield the stories whose first articles have higher numbers, in ascending order."""
        for start in range(bisect_right(self._ids, last_id), len(self._ids), _PAGE):
            page = self._ids[start : start + _PAGE].tolist()
            reposts = self._reposts(page)
            for article in self._articles.some(page):
                values = {one.name: getattr(article, one.name) for one in fields(article)}
                yield CorpusArticle(**values, reposts=tuple(reposts.get(article.id, ())))

    def _first_articles(self) -> "array[int]":
        question = filtered(select(Document.id, story_key()), self._wanted).order_by(*_FIRST_FIRST)
        told: set[int] = set()
        first = array("q")
        with self._store.read() as connection:
            for number, story in connection.execute(question.execution_options(yield_per=_PAGE)):
                if self._is_wanted(number) and story not in told:
                    told.add(story)
                    first.append(number)
        return array("q", sorted(first))

    def _is_wanted(self, number: int) -> bool:
        return self._found is None or number in self._found

    def _reposts(self, page: Sequence[int]) -> Mapping[int, list[dict[str, Any]]]:
        """Return the other articles of the stories of these first ones, by the first ones."""
        mine = select(story_key().label("story"), Document.id).where(Document.id.in_(page))
        with self._store.read() as connection:
            story_of = {row.story: row.id for row in connection.execute(mine)}
            others = (
                select(
                    story_key().label("story"), Document.id, Site.name.label("site"),
                    Site.timezone, Document.url, Content.content_hash, Content.title,
                    Document.published_day, Version.published_at, Document.first_seen_at,
                    Document.withdrawn_at,
                )
                .join(Site, Site.id == Document.site_id)
                .join(Content, Content.id == Document.content_id)
                .join(Version, (Version.document_id == Document.id) & Version.seen_to.is_(None))
                .where(story_key().in_(list(story_of)), Document.id.not_in(page))
                .order_by(*_FIRST_FIRST)
            )  # fmt: skip
            found: dict[int, list[dict[str, Any]]] = defaultdict(list)
            for row in connection.execute(filtered(others, self._wanted)).mappings():
                values = dict(row)
                if self._is_wanted(values["id"]):
                    found[story_of[values.pop("story")]].append(values)
        return found


def _given(repost: Mapping[str, Any]) -> dict[str, object]:
    zone = ZoneInfo(repost["timezone"])
    return {
        name: value.astimezone(zone).isoformat() if isinstance(value, datetime) else value
        for name, value in repost.items()
        if name != "timezone"
    }
