"""Read a kept page again with today's code, and say what would become another. Pure.

The decisions are those of a crawl: the same extraction, parts joined in the same way, the list's
date as the list gave it (the stored claims hold it), the day on which the page was first seen.
Counters are left alone: what a page counted then says nothing today.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from crawler.extract import Refusal, extract
from crawler.fields.links import url_key
from crawler.fields.parts import part_urls
from crawler.page import Page
from crawler.reading import Gathered, Look, article_read, gathered_read, raw_response
from crawler.wordings import State
from storage.article import Article, DateSource
from storage.crawl import ArticleRead
from storage.differing.versions import changed_fields
from storage.record import beside, date_claim
from storage.rehearsal import RefusedPage, Standing

# Not fields of an article, but of how it is found again: they are told, never applied.
PAGE_KEY = "page_key"
_MISSING = Refusal(state=State.NOT_FOUND, evidence="this page of the article is not kept")


class Fate(StrEnum):
    """What became of a kept page."""

    SAME = "same"
    CHANGED = "changed"
    NO_ARTICLE = "no_article"  # it would be refused today
    INCOMPLETE = "incomplete"  # today's code asks for pages that were never fetched
    ARTICLE = "article"  # it was refused, and would be an article today
    NOT_KEPT = "not_kept"  # it was given up to make room
    FAILED = "failed"  # our code failed, or the page cannot be read back


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """One document (or refused page), read again.

    `old` and `new` hold the fields that differ. `read` is what would be saved. `evidence` says why
    there is no article, and `response_id` is of a page that was refused.
    """

    fate: Fate
    url: str
    document_id: int | None = None
    article_id: int | None = None
    version_id: int | None = None
    extractor_version: int | None = None
    old: Mapping[str, Any] = field(default_factory=dict)
    new: Mapping[str, Any] = field(default_factory=dict)
    read: ArticleRead | None = None
    response_id: int | None = None
    evidence: str | None = None


def rehearse(stored: Standing, pages: Sequence[Page]) -> Rehearsed:
    """Read the pages of an article again, the first one first; say what would become another."""
    read = reread(stored, pages)
    if isinstance(read, Refusal):
        evidence = f"{read.state}: {read.evidence}"
        return _rehearsed(stored, fate=Fate.NO_ARTICLE, evidence=evidence)
    new = {"title": read.article.title, "text": read.article.text, **beside(read.article)}
    # Layout blanks are in no hash; a short text's hash holds more than itself.
    names = changed_fields(stored.reading, new)
    old = {name: stored.reading[name] for name in names}
    changed = {name: new[name] for name in names}
    if read.article.page_key != stored.link_key:
        old[PAGE_KEY], changed[PAGE_KEY] = stored.link_key, read.article.page_key
    if not old:
        return _rehearsed(stored, fate=Fate.SAME)
    is_short = "part_missing" in read.article.flags and "flags" in old
    if is_short and "part_missing" not in old["flags"]:
        return _rehearsed(stored, fate=Fate.INCOMPLETE, evidence=_MISSING.evidence)
    return _rehearsed(stored, fate=Fate.CHANGED, old=old, new=changed, read=read)


def reread(stored: Standing, pages: Sequence[Page]) -> ArticleRead | Refusal:
    """Return the article of these kept pages as a crawl of today would save it."""
    page, rest = pages[0], {url_key(part.url): part for part in pages[1:]}
    look = _look(stored, page)
    found = extract(page, listed=look.listed, first_seen_at=look.first_seen_at)
    if isinstance(found, Refusal):
        return found
    gathered = Gathered(first=found, response=raw_response(page), left=part_urls(page))
    is_alone = not gathered.left
    while gathered.left:
        part = rest.get(url_key(gathered.left[0]))
        gathered = gathered.failed(_MISSING) if part is None else gathered.with_part(part, look)
    one = (
        article_read(found, gathered.response, look) if is_alone else gathered_read(gathered, look)
    )
    return replace(one, reread_of=stored.version_id)


def rehearse_refused(page: Page, refused: RefusedPage) -> Rehearsed | None:
    """Return a page that was refused and would be an article today; None: it is refused still."""
    found = extract(page)
    if not isinstance(found, Article):
        return None
    return Rehearsed(
        fate=Fate.ARTICLE,
        url=page.url,
        document_id=refused.document_id,
        response_id=refused.response_id,
        new={"title": found.title},
    )


def _look(stored: Standing, page: Page) -> Look:
    """Return the look that a crawl would have: what the list said stands in the stored claims."""
    claims = (date_claim(one) for one in stored.reading["dates"])
    return Look(
        url=page.url,
        url_key=url_key(page.url),
        column_id=0,
        document_id=stored.document_id,
        first_seen_at=stored.first_seen_at,
        listed=next((one for one in claims if one.source is DateSource.LIST), None),
    )


def _rehearsed(stored: Standing, *, fate: Fate, **values: Any) -> Rehearsed:
    return Rehearsed(
        fate=fate, url=stored.url, document_id=stored.document_id, article_id=stored.article_id,
        version_id=stored.version_id, extractor_version=stored.extractor_version, **values,
    )  # fmt: skip
