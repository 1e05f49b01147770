"""Find articles by what their files say: the text of a PDF, a Word document, a workbook.

A file meets a query if it holds the words; what the query says of the article (its site, day,
title, source) has to be met by an article that names it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, and_, or_, select

from storage.file_index import found_texts
from storage.query import And, Field, Or, Tree, Word, asked_of, wanted_words
from storage.query_index import condition
from storage.query_match import Candidate, meets
from storage.rows import AnyRow
from storage.schema import (
    Asset,
    AssetCopy,
    AssetText,
    Content,
    Document,
    Site,
    Version,
    VersionAsset,
)
from storage.search import Hit
from storage.snippets import Marked, marked, snippet
from storage.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class FileHit:
    """A file that meets a query, with an article that names it. `hit.snippet` is of the article.

    `name` is what the article calls it (None: nothing), `snippet` is of the file's own text.
    """

    hit: Hit
    name: str | None
    url: str
    sha256: str
    snippet: Marked


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """An article that meets a query by itself, by files of it, or both."""

    hit: Hit
    is_itself: bool
    files: tuple[FileHit, ...] = ()


def together(hits: Sequence[Hit], files: Sequence[FileHit], *, by_date: bool) -> list[Result]:
    """Join what articles and what files say: each article once, the newest first if so wanted.

    Else those that are found by a file alone come last.
    """
    of_article: dict[int, list[FileHit]] = {}
    for one in files:
        of_article.setdefault(one.hit.id, []).append(one)
    results = [
        Result(hit=hit, is_itself=True, files=tuple(of_article.pop(hit.id, ()))) for hit in hits
    ]
    results += [
        Result(hit=found[0].hit, is_itself=False, files=tuple(found))
        for found in of_article.values()
    ]
    return sorted(results, key=lambda r: _recency(r.hit), reverse=True) if by_date else results


class FileSearch:
    """Questions in the query language, to files."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def newest(self, tree: Tree, *, limit: int) -> list[FileHit]:
        """Return files that meet the query: of those read last, by their articles' instants.

        None, where a query asks for no word that a file could hold.
        """
        asked = _of_text(tree)
        if asked is None:
            return []
        with self._store.read() as connection:
            hits = list(islice(_meeting(connection, tree, asked), limit))
        return sorted(hits, key=lambda one: _recency(one.hit), reverse=True)


def _recency(hit: Hit) -> tuple[datetime, int]:
    return hit.published_at or datetime.min.replace(tzinfo=UTC), hit.id


def _of_text(tree: Tree) -> Tree | None:
    """Return what of a query the index of files can be asked; None: nothing."""
    match tree:
        case Word(field=None | Field.TEXT):
            return tree
        case And(parts=parts):
            known = tuple(part for part in map(_of_text, parts) if part is not None)
            return And(parts=known) if known else None
        case Or(parts=parts):
            known = tuple(part for part in map(_of_text, parts) if part is not None)
            return Or(parts=known) if len(known) == len(parts) else None
    return None  # of the article, or of what must not be


def _meeting(connection: Connection, tree: Tree, asked: Tree) -> Iterator[FileHit]:
    words = [word.text for word in wanted_words(tree)]
    in_file = asked_of(tree, Field.TEXT)
    for numbers in found_texts(connection, condition(asked, {})):
        for row in _read(connection, numbers):
            if meets(in_file, _candidate(row)):
                yield _file_hit(row, words)


def _read(connection: Connection, numbers: Sequence[int]) -> Sequence[AnyRow]:
    """Return these texts with every article whose standing version names the file."""
    question: Any = (
        select(
            AssetText.text.label("file_text"), AssetText.sha256, Asset.url.label("file_url"),
            VersionAsset.name, AssetCopy.name.label("sent_name"), Document.id, Document.url,
            Document.published_day, Document.withdrawn_at, Site.name.label("site"),
            Site.timezone, Content.title, Content.text, Version.published_at, Version.section,
            Version.source, Version.credits,
        )
        .join(AssetCopy, AssetCopy.sha256 == AssetText.sha256)
        .join(Asset, Asset.id == AssetCopy.asset_id)
        .join(VersionAsset, VersionAsset.asset_id == Asset.id)
        .join(Version, and_(Version.id == VersionAsset.version_id, Version.seen_to.is_(None)))
        .join(Document, and_(Document.id == Version.document_id, Document.lead_id.is_(None)))
        .join(Content, Content.id == Document.content_id)
        .join(Site, Site.id == Document.site_id)
        .where(
            AssetText.id.in_(numbers),
            or_(AssetCopy.seen_to.is_(None), AssetCopy.seen_to >= Version.seen_from),
        )
        .order_by(AssetText.id.desc(), Document.id.desc())
    )  # fmt: skip
    return connection.execute(question).all()


def _candidate(row: AnyRow) -> Candidate:
    return Candidate(
        title=row.title, text=row.file_text, site=row.site, day=row.published_day,
        section=row.section, source=row.source,
        credits=tuple(credit["printed"] for credit in row.credits),
    )  # fmt: skip


def _file_hit(row: AnyRow, words: Sequence[str]) -> FileHit:
    return FileHit(
        hit=Hit(
            id=row.id, site=row.site, timezone=row.timezone, url=row.url,
            published_at=row.published_at, published_day=row.published_day,
            withdrawn_at=row.withdrawn_at, title=marked(row.title, words),
            snippet=snippet(row.text, words),
        ),
        name=row.name or row.sent_name,
        url=row.file_url,
        sha256=row.sha256,
        snippet=snippet(row.file_text, words),
    )  # fmt: skip
