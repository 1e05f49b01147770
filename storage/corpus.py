"""A corpus: one article a story, that of its first publisher, with the list of its reposts.

Stories are those of what articles say now (`storage/story_groups.py`); what is not compared yet
stands for itself.
"""

from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, or_, select

from storage.articles import RECORD_FIELDS, Articles, Filter, StoredArticle, filtered, tree_of
from storage.retelling import moment
from storage.rows import AnyRow
from storage.schema import Content, Document, Site, StoryMember, Version
from storage.search import Search
from storage.store import Store

CORPUS_FIELDS = (*RECORD_FIELDS, "reposts")
_PAGE = 500


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
        """Return the first articles of all stories; one story at a time is in memory."""
        question = filtered(_dated(), self._wanted).order_by(_story())
        first = array("q")
        with self._store.read() as connection:
            rows = connection.execute(question.execution_options(yield_per=_PAGE))
            for _, told in groupby(rows, key=lambda row: row.story):
                wanted = [row for row in told if self._is_wanted(row.id)]
                if wanted:
                    first.append(min(wanted, key=_place).id)
        return array("q", sorted(first))

    def _is_wanted(self, number: int) -> bool:
        return self._found is None or number in self._found

    def _reposts(self, page: Sequence[int]) -> Mapping[int, list[dict[str, Any]]]:
        """Return the other articles of the stories of these first ones, by the first ones."""
        mine = select(_story(), Document.id).where(Document.id.in_(page))
        with self._store.read() as connection:
            story_of = {row.story: row.id for row in connection.execute(mine)}
            of_story = select(StoryMember.content_id).where(StoryMember.core_id.in_(story_of))
            others = _dated().where(
                or_(Document.content_id.in_(of_story), Document.content_id.in_(story_of)),
                Document.id.not_in(page),
            )
            rows = connection.execute(filtered(others, self._wanted)).all()
        found: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for row in sorted((row for row in rows if self._is_wanted(row.id)), key=_place):
            values = dict(row._mapping)  # noqa: SLF001 (public, despite its name)
            story, _ = values.pop("story"), values.pop("published_precision")
            found[story_of[story]].append(values)
        return found


def _story() -> ColumnElement[int]:
    """Return what articles of one story have in common: the content that is its core."""
    core = select(StoryMember.core_id).where(StoryMember.content_id == Document.content_id)
    return func.coalesce(core.scalar_subquery(), Document.content_id).label("story")


def _dated() -> Select[*tuple[Any, ...]]:
    """Return the question for articles with their stories and dates."""
    question: Select[*tuple[Any, ...]] = (
        select(
            _story(), Document.id, Site.name.label("site"), Site.timezone, Document.url,
            Content.content_hash, Content.title, Document.published_day, Version.published_at,
            Version.published_precision, Document.first_seen_at, Document.withdrawn_at,
        )
        .join(Site, Site.id == Document.site_id)
        .join(Content, Content.id == Document.content_id)
        .join(Version, (Version.document_id == Document.id) & Version.seen_to.is_(None))
    )  # fmt: skip
    return question


def _place(row: AnyRow) -> tuple[date, datetime, int]:
    day, at = moment(
        published_at=row.published_at, precision=row.published_precision,
        first_seen_at=row.first_seen_at, timezone=row.timezone,
    )  # fmt: skip
    return day, at, row.id


def _given(repost: Mapping[str, Any]) -> dict[str, object]:
    zone = ZoneInfo(repost["timezone"])
    return {
        name: value.astimezone(zone).isoformat() if isinstance(value, datetime) else value
        for name, value in repost.items()
        if name != "timezone"
    }
