"""The values of a column's walk: what is asked for, what was read, how far it may go. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crawler.depths import Known, Shift, Sounding
from crawler.discover import Listing, PageUrls
from storage.crawl import WalkMark

NO_END = 100_000  # a page number beyond every column's last


class Reason(StrEnum):
    """Why a page is read."""

    TOP = "top"
    WALK = "walk"
    LATE = "late"
    DEEP = "deep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How far a walk goes. `since` is aware UTC; None means no limit."""

    max_pages: int | None = None
    since: datetime | None = None
    late_reads: int = 10
    deep_reads: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class NextPage:
    """A page to read: its address, its number from the newest end, and why."""

    url: str
    page: int
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """The walk of one column in one crawl, between two pages.

    `asked` is the page being read, `end_page` the number after the last page that may be read,
    `top_page` the last of those that were read for news. `soundings` are the pages read so far,
    `cursor` is where the deep rotation stands. `jumped` says that the page asked for does not
    follow the one before; `news_to` is how far a crawl that died had read the news, `outside_page`
    the first page that lies beyond the limits.
    """

    asked: NextPage
    mark: WalkMark
    limits: Limits
    full: bool
    soundings: tuple[Sounding, ...] = ()
    page_urls: PageUrls | None = None
    pages: int | None = None
    end_page: int = NO_END
    outside_page: int = NO_END
    per_page: int = 0
    fresh: int = 0
    news_to: int = 0
    top_page: int = 1
    jumped: bool = False
    steps_back: int = 0
    late_reads: int = 0
    late_news: int = 0
    late_doubts: int = 0
    late_finds: int = 0
    deep_reads: int = 0
    cursor: int | None = None
    last_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What to do after a page was read.

    `walk.mark`, `shifts` and the `from_ends` of its items (in the order of the listing's links) are
    saved in one transaction, the shifts before the items, and before the items of the next page are
    looked up: each adds `by` to all stored depths from `at` up, in this order. `outside` says that
    the page lies beyond the limits: its items are not taken up.
    """

    walk: Walk
    next: NextPage | None
    from_ends: tuple[int | None, ...]
    shifts: tuple[Shift, ...] = ()
    outside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A listing with what is stored of its items, and its page number."""

    listing: Listing
    items: tuple[Known, ...]
    page: int

    @property
    def is_settled(self) -> bool:
        """Whether nothing on it is new, and something other than sticky items says so."""
        return not any(item.is_news for item in self.items) and any(
            item.in_column and not link.sticky
            for item, link in zip(self.items, self.listing.links, strict=True)
        )
