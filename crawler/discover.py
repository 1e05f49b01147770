"""What a list page says: its links, where it stands in its column, and where the rest is.

Pure: the page comes in as a value.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.article import Counter


class LinkKind(StrEnum):
    """What a link of a listing leads to. Only ARTICLE is ever fetched as an article."""

    ARTICLE = "article"
    EXTERNAL = "external"
    FILE = "file"
    SCRIPT = "script"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One item of a listing, in page order.

    `url` is absolute and canonical (the raw `href` for SCRIPT). `key` is the page key of an
    ARTICLE, without the owner. `truncated` says that `title` ends in the page's own ellipsis.
    `listed_at` is aware UTC; `listed_text` is the date as printed. `sticky` says that the page
    marks the item as kept on top (置顶), out of its place in time.
    """

    url: str
    kind: LinkKind
    title: str | None = None
    truncated: bool = False
    key: str | None = None
    listed_text: str | None = None
    listed_at: datetime | None = None
    counter: Counter | None = None
    sticky: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One list page.

    `page` counts from 1 at the newest end, whatever the addresses count; `pages` and `total`
    are what the paginator says. `next_url` is None on the last page. `page_urls` maps page
    numbers to addresses as far as the CMS's rule allows (None: only `next_url` is known).
    """

    url: str
    links: tuple[Link, ...]
    title: str | None = None
    page: int | None = None
    pages: int | None = None
    total: int | None = None
    next_url: str | None = None
    page_urls: "PageUrls | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageUrls:
    """The rule by which a column's pages are addressed.

    `first` is the address of page 1. In `pattern`, `{n}` is the number in the address of the
    others: page k plus `offset`, or counted from the end (`pages - k + 1`) where `from_end` is set.
    `{pages}` may stand for the number of pages.
    """

    first: str
    pattern: str
    from_end: bool
    offset: int = 0

    def url(self, page: int, *, pages: int) -> str:
        """Return the address of this page, 1 being the newest."""
        if page <= 1:
            return self.first
        number = pages - page + 1 if self.from_end else page + self.offset
        return self.pattern.replace("{n}", str(number)).replace("{pages}", str(pages))
