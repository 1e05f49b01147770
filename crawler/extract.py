"""Page → Article: classify, let the family read, judge what it read. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from crawler.classify import State, Verdict, no_article, no_page, overruled
from crawler.dating import dated
from crawler.families import article_in
from crawler.page import Page
from storage.article import Article, DateClaim

# Rises with every change by which some page's article changes: a version remembers it.
EXTRACTOR_VERSION = 5
UNREADABLE = "unreadable_letters"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A page that gives no article: what it is instead, and by which marks."""

    state: State
    evidence: str


def extract(
    page: Page,
    *,
    timezone: str | None = None,
    selectors: Mapping[str, str] | None = None,
    listed: DateClaim | None = None,
    first_seen_at: datetime | None = None,
) -> Article | Refusal:
    """Return the article of a page, or what the page is instead.

    `timezone` and `selectors` (CSS by name, see `Page`) come from the site file; None
    leaves those of the page. `listed` is what the list said of the date, `first_seen_at` when the
    page was seen first, where it was seen before.
    """
    page = _as_site_wants(page, timezone, selectors)
    if verdict := no_page(page):
        return _refusal(verdict)
    article = article_in(page)
    if article is None:
        return _refusal(no_article(page))
    if refused := overruled(page, article):
        return _refusal(refused)
    return dated(
        _flagged(article),
        now=page.fetched_at,
        zone=page.timezone,
        listed=listed,
        first_seen_at=first_seen_at,
    )


def _as_site_wants(page: Page, timezone: str | None, selectors: Mapping[str, str] | None) -> Page:
    if timezone in {None, page.timezone} and selectors in (None, page.selectors):
        return page
    return replace(
        page,
        timezone=timezone or page.timezone,
        selectors=page.selectors if selectors is None else selectors,
    )


def _flagged(article: Article) -> Article:
    if not article.unreadable_letters or UNREADABLE in article.flags:
        return article
    return replace(article, flags=(*article.flags, UNREADABLE))


def _refusal(verdict: Verdict) -> Refusal:
    return Refusal(state=verdict.state, evidence=verdict.evidence)
