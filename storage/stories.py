"""Ask for stories: who tells one, which have several sites, which article stands for one."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import aliased

from storage.retelling import Telling, in_order
from storage.schema import Content, Document, Site, StoryMember, Version
from storage.store import Store

_MINE = aliased(StoryMember)
_ARTICLE = aliased(Document)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One story: its articles, the first published first. There are always several."""

    tellings: tuple[Telling, ...]

    @property
    def sites(self) -> tuple[str, ...]:
        """The sites that tell it, the first one first."""
        return tuple(dict.fromkeys(one.site for one in self.tellings))


class Stories:
    """Questions about stories. An article is in the story of what it says now."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def waiting(self) -> int:
        """Return how many contents are not compared yet."""
        question = select(func.count(StoryMember.content_id)).where(StoryMember.core_id.is_(None))
        with self._store.read() as connection:
            return connection.scalar(question) or 0

    def of(self, article_id: int) -> Story | None:
        """Return the story that an article shares with others; None where it stands alone."""
        core = (
            select(StoryMember.core_id)
            .join(Document, Document.content_id == StoryMember.content_id)
            .where(Document.id == article_id)
        )
        with self._store.read() as connection:
            found = _stories(connection, connection.scalars(core).all())
        return found[0] if found else None

    def told_by_several(
        self, *, limit: int, site: str | None = None, since: str | None = None
    ) -> list[Story]:
        """Return the newest stories that several sites tell, the newest telling first.

        `site`: only what this one tells too. `since`: only what a site published on this day
        (local to it) or later.
        """
        question = (
            select(StoryMember.core_id)
            .join(Document, Document.content_id == StoryMember.content_id)
            .where(Document.lead_id.is_(None), StoryMember.core_id.is_not(None))
            .group_by(StoryMember.core_id)
            .having(func.count(func.distinct(Document.site_id)) > 1)
            .order_by(func.max(Document.id).desc())
            .limit(limit)
        )
        if site is not None:
            site_id = select(Site.id).where(Site.name == site).scalar_subquery()
            question = question.where(StoryMember.core_id.in_(_told(Document.site_id == site_id)))
        if since is not None:
            question = question.where(
                StoryMember.core_id.in_(_told(Document.published_day >= since))
            )
        with self._store.read() as connection:
            return _stories(connection, connection.scalars(question).all())

    def leads(self, article_ids: Collection[int]) -> dict[int, int]:
        """Return for each of these articles the one that stands for its story: one a story.

        A live one before one that was withdrawn, then the fullest text, then the first found. An
        article that is not compared yet stands for itself.
        """
        question = (
            select(
                _ARTICLE.id.label("asked"), Document.id, Document.state,
                (StoryMember.content_id == StoryMember.core_id).label("is_core"),
            )
            .join(_MINE, _MINE.content_id == _ARTICLE.content_id)
            .join(StoryMember, StoryMember.core_id == _MINE.core_id)
            .join(Document, Document.content_id == StoryMember.content_id)
            .where(_ARTICLE.id.in_(article_ids), Document.lead_id.is_(None))
        )  # fmt: skip
        with self._store.read() as connection:
            rows = connection.execute(question).all()
        best = {one: (True, True, one) for one in article_ids}
        for row in rows:
            standing = (row.state != "live", not row.is_core, row.id)
            best[row.asked] = min(best[row.asked], standing)
        return {asked: lead for asked, (_, _, lead) in best.items()}


def _told(condition: Any) -> Any:
    return (
        select(StoryMember.core_id)
        .join(Document, Document.content_id == StoryMember.content_id)
        .where(Document.lead_id.is_(None), condition)
    )


def _stories(connection: Connection, cores: Iterable[int | None]) -> list[Story]:
    """Return these stories, in this order, without those that one article alone tells."""
    wanted = [core for core in cores if core is not None]
    rows = connection.execute(
        select(
            StoryMember.core_id, Document.id.label("article_id"), Site.name.label("site"),
            Site.timezone, Document.url, Content.title, Content.text, Version.published_at,
            Version.published_precision, Document.first_seen_at, Document.withdrawn_at,
            Version.credits,
        )
        .join(Document, Document.content_id == StoryMember.content_id)
        .join(Site, Site.id == Document.site_id)
        .join(Content, Content.id == Document.content_id)
        .join(Version, (Version.document_id == Document.id) & Version.seen_to.is_(None))
        .where(StoryMember.core_id.in_(wanted), Document.lead_id.is_(None))
    )  # fmt: skip
    told: dict[int, list[Telling]] = defaultdict(list)
    for row in rows.mappings():
        values = dict(row) | {"credits": tuple(one["printed"] for one in row["credits"])}
        told[values.pop("core_id")].append(Telling(**values))
    return [Story(tellings=in_order(told[core])) for core in wanted if len(told[core]) > 1]
