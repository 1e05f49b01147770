"""One column in a crawl: joins its walk, what is stored of it, and what a list page shows."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from crawler.crawl import LiveCrawl
from crawler.dating import list_claim
from crawler.depths import Known
from crawler.discover import Link, LinkKind, Listing
from crawler.extract import Refusal
from crawler.page import Page
from crawler.reading import (
    Look,
    article_read,
    listed_item,
    listing_refused,
    own_item,
    raw_response,
    read_listing,
)
from crawler.site import Site
from crawler.walk import Limits, Step, after, after_unchanged, begin, item_key
from storage.article import Article, Counter
from storage.crawl import ArticleRead, ListedItem, ListingRead, WalkMark
from storage.known_link import KnownLink
from storage.listings import StoredColumn

_NOT_MODIFIED = 304
_MOST_HOLES = 20  # list pages of a column that are not there, in one crawl


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingOutcome:
    """What a list page leads to: pages to look at, counters to ask, the next page."""

    looks: tuple[Look, ...] = ()
    counters: tuple[tuple[Counter, datetime | None], ...] = ()
    next_url: str | None = None
    article: ArticleRead | None = None


class ColumnCrawl:
    """The walk of one column, with the database behind it."""

    def __init__(self, crawl: LiveCrawl, column: StoredColumn) -> None:
        self._crawl = crawl
        self._column = column
        self._walk = begin(
            column.url, mark=column.mark, limits=_limits(crawl.site), full=crawl.options.full
        )
        self._first = True
        self._holes = _MOST_HOLES

    @property
    def is_unread(self) -> bool:
        """Say whether its first page is still to come."""
        return self._first

    @property
    def first_url(self) -> str:
        """The address of the newest list page."""
        return self._column.url

    def conditions(self, url: str) -> dict[str, str]:
        """Return the headers that ask for a page only if it changed since it was read."""
        mark = self._column.mark
        settled = mark.completed and mark.page is None  # else there is more to read behind it
        if url != self._column.url or not settled or self._crawl.options.full:
            return {}
        if self._crawl.site.render:  # the page stays as it is, whatever its scripts will show
            return {}
        headers = {
            "If-None-Match": self._column.etag,
            "If-Modified-Since": self._column.last_modified,
        }
        return {name: value for name, value in headers.items() if value}

    def read(self, page: Page) -> ListingOutcome | Refusal:
        """Read a list page, save what it shows, and say what is next."""
        first, self._first = self._first, False
        if page.status == _NOT_MODIFIED:
            self._crawl.columns_read += first
            self._crawl.symptoms.list_unchanged(self._column)
            return self._unchanged(page)
        found = read_listing(page)
        if isinstance(found, Refusal):
            self._crawl.save(listing_refused(page, found, column_id=self._column.id))
            if first:
                self.failed(found, url=page.url, status=page.status)
            return found
        self._crawl.columns_read += first
        self._crawl.listings_read += 1
        if isinstance(found, Article):
            if first:
                symptoms = self._crawl.symptoms
                symptoms.list_read(self._column, page, items=1, known=1, is_longer=False)
            return self._own_article(page, found)
        return self._listing(page, found, first=first)

    def failed(self, refusal: Refusal, *, url: str, status: int | None) -> None:
        """Note that the first page of the column was not read."""
        self._first = False
        self._crawl.symptoms.list_refused(self._column, refusal, url=url, status=status)

    def after_missing(self, page: Page) -> str | None:
        """Return the list page after one that does not exist: a hole hides nothing below it."""
        walk = self._walk
        if walk.asked.page == 1 or not (walk.page_urls and walk.pages) or not self._holes:
            return None
        self._holes -= 1
        return self._go_on(page, after(walk, Listing(url=page.url, links=()), {}))

    def _unchanged(self, page: Page) -> ListingOutcome:
        return ListingOutcome(next_url=self._go_on(page, after_unchanged(self._walk)))

    def _go_on(self, page: Page, step: Step) -> str | None:
        self._walk = step.walk
        self._crawl.save(
            ListingRead(
                column_id=self._column.id, read_at=page.fetched_at, items=(), mark=step.walk.mark
            )
        )
        return step.next.url if step.next else None

    def _own_article(self, page: Page, article: Article) -> ListingOutcome:
        item = own_item(page, article)
        mark = WalkMark(completed=True)
        self._crawl.save(
            ListingRead(
                column_id=self._column.id, read_at=page.fetched_at, items=(item,), mark=mark
            )
        )
        look = Look(url=page.url, url_key=item.url_key, column_id=self._column.id)
        counters = ((article.counter, None),) if article.counter else ()
        return ListingOutcome(
            counters=counters,
            article=article_read(
                article, raw_response(page), look, revisits=self._crawl.site.revisits
            ),
        )

    def _listing(self, page: Page, listing: Listing, *, first: bool) -> ListingOutcome:
        # The walk judges by the listings that are stored, so those before this one have to be.
        self._crawl.writer.flush_listings()
        items = [listed_item(link, from_end=None, document_id=None) for link in listing.links]
        if (forgotten := self._crawl.lease.forgotten) is not None:
            items = [forgotten.item(item) for item in items]
        known = self._crawl.listings.known(
            self._column, self._crawl.lease.site_id, items, now=self._crawl.now()
        )
        if first:
            self._note(page, listing, known)
        step = after(self._walk, listing, {key: _known(link) for key, link in known.items()})
        self._walk = step.walk
        if step.outside:
            items = []
        items = [
            replace(item, from_end=depth, document_id=known[item.url_key].document_id)
            for item, depth in zip(items, step.from_ends, strict=False)
        ]
        self._save(page, listing, step, items)
        return ListingOutcome(
            looks=tuple(self._looks(items, known)),
            counters=tuple(_counters(listing.links, known)),
            next_url=step.next.url if step.next else None,
        )

    def _note(self, page: Page, listing: Listing, known: dict[str, KnownLink]) -> None:
        self._crawl.symptoms.list_read(
            self._column,
            page,
            items=len(listing.links),
            known=sum(link.in_column for link in known.values()),
            is_longer=(listing.pages or 0) > (self._column.pages or listing.pages or 0),
        )

    def _save(self, page: Page, listing: Listing, step: Step, items: list[ListedItem]) -> None:
        newest = page.url == self._column.url
        self._crawl.save(
            ListingRead(
                column_id=self._column.id,
                read_at=page.fetched_at,
                items=tuple(items),
                mark=step.walk.mark,
                shifts=tuple((shift.at, shift.by) for shift in step.shifts),
                title=listing.title,
                total=listing.total,
                pages=listing.pages,
                etag=page.headers.get("etag") if newest else None,
                last_modified=page.headers.get("last-modified") if newest else None,
            )
        )
        if step.next is None and step.walk.mark.left_out:
            self._crawl.notes.append(f"{self._column.url}: left out {step.walk.mark.left_out}")

    def _looks(self, items: list[ListedItem], known: dict[str, KnownLink]) -> list[Look]:
        looks = []
        for item in items:
            link = known[item.url_key]
            fetch = link.retitled if link.document_id else link.due or self._crawl.options.full
            if item.kind == LinkKind.ARTICLE and fetch:
                look = Look(
                    url=item.url,
                    url_key=item.url_key,
                    column_id=self._column.id,
                    document_id=link.document_id,
                    first_seen_at=link.first_seen_at,
                    listed=list_claim(item.listed_text, item.listed_at),
                )
                looks.append(look)
        return looks


def _limits(site: Site) -> Limits:
    since = None
    if site.since is not None:
        since = datetime.combine(site.since, time(), ZoneInfo(site.timezone)).astimezone(UTC)
    return Limits(max_pages=site.max_pages, since=since)


def _known(link: KnownLink) -> Known:
    return Known(
        in_column=link.in_column, stored=link.document_id is not None, from_end=link.from_end
    )


def _counters(
    links: tuple[Link, ...], known: dict[str, KnownLink]
) -> list[tuple[Counter, datetime | None]]:
    """Return the counters of the stored articles of a listing, with when they were read last."""
    counters = []
    for link in links:
        stored = known.get(item_key(link))
        if link.kind is LinkKind.ARTICLE and stored is not None and stored.document_id is not None:
            counter = stored.counter or link.counter
            if counter is not None:
                counters.append((counter, stored.counted_at))
    return counters
