"""What a fetched page is to a crawl: values in, records out. Pure.

The spider asks these functions and only carries their answers on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.classify import no_page, refused_listing
from crawler.dating import list_claim
from crawler.discover import Link, LinkKind, Listing
from crawler.extract import EXTRACTOR_VERSION, Refusal, extract
from crawler.families import listing_in
from crawler.fields.links import path_of, url_key
from crawler.fields.parts import joined
from crawler.leads import verdict_of_target
from crawler.page import Page
from crawler.recheck import MISSING_AGAIN, SAID_AGAIN, USUAL, Revisits, next_check, next_try
from crawler.status import retry_after_s
from crawler.walk import item_key
from crawler.wordings import State
from storage.article import Article, DateClaim
from storage.crawl import ArticleRead, ListedItem, PageRefused, RawResponse

if TYPE_CHECKING:  # what tries a site reads pages, and does not wait for the database
    from storage.listings import DueDocument

# What a page is for good, if it says so twice: such links are not tried again (a full crawl does).
_FINAL = {State.LINK_OUT, State.ATTACHMENT, State.LISTING}
# A state that tells of the site, not of the page.
BLOCKING = {State.CHALLENGE, State.WAF, State.BLOCKED, State.RATE_LIMITED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Why a page is fetched: the link that led to it, and what is known behind it.

    `listed` is what the list says of the date.
    """

    url: str
    url_key: str
    column_id: int
    document_id: int | None = None
    first_seen_at: datetime | None = None
    changed_at: datetime | None = None
    tries: int = 0
    listed: DateClaim | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """An article of several pages while they are fetched.

    `left` are the addresses that are still to be read; `failure` is why one could not be.
    """

    first: Article
    response: RawResponse
    left: tuple[str, ...]
    rest: tuple[Article, ...] = ()
    responses: tuple[RawResponse, ...] = ()
    failure: Refusal | None = None

    def with_part(self, page: Page, look: Look) -> "Gathered":
        """Return it with its next page; one that gives no article ends it."""
        found = read_article(page, replace(look, url=self.left[0]))
        if isinstance(found, Refusal):
            return self.failed(found)
        return replace(
            self,
            left=self.left[1:],
            rest=(*self.rest, found),
            responses=(*self.responses, raw_response(page)),
        )

    def failed(self, refusal: Refusal) -> "Gathered":
        """Return it ended: without the page that failed there is no sense in those behind it."""
        return replace(self, left=(), failure=refusal)


def read_listing(page: Page) -> Listing | Article | Refusal:
    """Read a list page; a column page that is itself one article gives the article."""
    if verdict := no_page(page):
        return Refusal(state=verdict.state, evidence=verdict.evidence)
    listing = listing_in(page)
    if listing is not None:
        if verdict := refused_listing(page):
            return Refusal(state=verdict.state, evidence=verdict.evidence)
        return listing
    found = extract(page)
    if isinstance(found, Article):
        return found
    return Refusal(state=found.state, evidence=f"no list of news: {found.evidence}")


def read_article(page: Page, look: Look) -> Article | Refusal:
    """Read an article page, or say why it is none."""
    return _led_away(look.url, page.url) or extract(
        page, listed=look.listed, first_seen_at=look.first_seen_at
    )


def listed_item(link: Link, *, from_end: int | None, document_id: int | None) -> ListedItem:
    """Return a link as it is stored."""
    return ListedItem(
        url=link.url,
        url_key=item_key(link),
        kind=link.kind,
        link_key=link.key,
        title=link.title,
        listed_text=link.listed_text,
        listed_at=link.listed_at,
        from_end=from_end,
        document_id=document_id,
    )


def own_item(page: Page, article: Article) -> ListedItem:
    """Return the item of a column page that is itself one article."""
    return ListedItem(
        url=page.url,
        url_key=url_key(page.url),
        kind=LinkKind.ARTICLE,
        link_key=article.page_key,
        title=article.title,
    )


def looks_at(documents: "Sequence[DueDocument]") -> list[Look]:
    """Return why known articles are looked at again."""
    return [
        Look(
            url=d.url,
            url_key=d.url_key,
            column_id=d.column_id,
            document_id=d.document_id,
            first_seen_at=d.first_seen_at,
            changed_at=d.changed_at,
            listed=list_claim(d.listed_text, d.listed_at),
        )
        for d in documents
    ]


def is_failure(look: Look, refusal: Refusal) -> bool:
    """Say whether a page without an article is a failure of the crawl.

    A known article that is gone is a finding, and a link that leads elsewhere was never one.
    """
    if refusal.state in _FINAL:
        return False
    return look.document_id is None or refusal.state != State.NOT_FOUND


def article_read(
    article: Article,
    response: RawResponse,
    look: Look,
    *,
    parts: tuple[RawResponse, ...] = (),
    revisits: Revisits = USUAL,
) -> ArticleRead:
    """Return an article as it is saved, with the time of its next look."""
    now = response.fetched_at
    again = partial(
        next_check,
        response.url_key,
        now=now,
        first_seen_at=look.first_seen_at or now,
        published_at=article.published_at,
        revisits=revisits,
    )
    return ArticleRead(
        article=article,
        response=response,
        parts=parts,
        link_url_key=look.url_key,
        column_id=look.column_id,
        extractor_version=EXTRACTOR_VERSION,
        next_check_at=again(changed_at=look.changed_at),
        next_check_if_changed=again(changed_at=now),
        rechecked=look.document_id is not None,
    )


def gathered_read(gathered: Gathered, look: Look, *, revisits: Revisits = USUAL) -> ArticleRead:
    """Return an article of several pages as it is saved."""
    article = joined(gathered.first, gathered.rest, complete=gathered.failure is None)
    return article_read(
        article, gathered.response, look, parts=gathered.responses, revisits=revisits
    )


def page_refused(
    look: Look, refusal: Refusal, *, response: RawResponse | None, now: datetime
) -> PageRefused:
    """Return a page without an article as it is saved, with the time of its next try."""
    missing = refusal.state == State.NOT_FOUND
    final = refusal.state in _FINAL and look.document_id is None
    again = now + SAID_AGAIN if final else next_try(now=now, tries=look.tries)
    if missing and look.document_id is not None:
        again = now + MISSING_AGAIN
    wait_s = response and retry_after_s(response.headers.get("retry-after"), now=now)
    if wait_s:
        again = max(again, now + timedelta(seconds=wait_s))
    return PageRefused(
        url=look.url,
        link_url_key=look.url_key,
        column_id=look.column_id,
        state=refusal.state,
        evidence=refusal.evidence,
        seen_at=now,
        response=response,
        next_try_at=again,
        document_id=look.document_id,
        missing=missing,
        final=final,
    )


def listing_refused(page: Page, refusal: Refusal, *, column_id: int) -> PageRefused:
    """Return a list page that could not be read, to be kept with its state and evidence."""
    response = raw_response(page)
    return PageRefused(
        url=page.url,
        link_url_key="",  # no link of a list led here
        column_id=column_id,
        state=refusal.state,
        evidence=refusal.evidence,
        seen_at=page.fetched_at,
        response=response,
        next_try_at=None,
    )


def worse(read: ArticleRead, loss: str, *, document_id: int | None, now: datetime) -> PageRefused:
    """Return an article that lost what it had: it is kept as evidence, and not as its text."""
    soon = next_try(now=now, tries=0) if document_id is None else now + USUAL.soonest
    return PageRefused(
        url=read.response.url,
        link_url_key=read.link_url_key,
        column_id=read.column_id,
        state=State.WORSE,
        evidence=loss,
        seen_at=now,
        response=read.response if read.is_evidence else None,
        next_try_at=soon,
        document_id=document_id,
    )


def raw_response(page: Page) -> RawResponse:
    """Return a page as it is archived."""
    return RawResponse(
        url=page.url,
        url_key=url_key(page.url),
        status=page.status,
        headers=page.headers,
        body=page.body,
        fetched_at=page.fetched_at,
    )


def _led_away(asked: str, came: str) -> Refusal | None:
    """Refuse a page that a redirect fetched instead of the article."""
    if asked == came:
        return None
    is_here = _host(asked) == _host(came)
    if is_here and path_of(asked) == path_of(came):
        return None
    state = verdict_of_target(asked, came).state
    if is_here and state is State.LINK_OUT:
        return None  # another address of the same site: what stands there tells
    return Refusal(state=state, evidence=f"redirected to {came}")


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")
