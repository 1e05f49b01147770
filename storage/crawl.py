"""What one crawl hands to the database, as values. Pure.

A crawl saves in batches; every record below is complete in itself, so that a crawl which dies
between two batches leaves nothing half-written.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from storage.article import Article, Counter
from storage.health import ColumnLook, Finding

if TYPE_CHECKING:
    from storage.forgotten import Forgotten

LEASE = timedelta(seconds=60)  # where nobody says otherwise


class Trigger(StrEnum):
    """Who started a crawl."""

    HAND = "hand"
    SERVICE = "service"


class CrawlOutcome(StrEnum):
    """How a crawl ended."""

    OK = "ok"
    PARTIAL = "partial"
    FAILED = "failed"
    BLOCKED = "blocked"
    INTERRUPTED = "interrupted"


class Saved(StrEnum):
    """What saving a page came to. NEW and CHANGED count articles; JOINED joined a known one.

    DOUBTED is not saved yet.
    """

    NEW = "new"
    JOINED = "joined"
    CHANGED = "changed"
    REPARSED = "reparsed"
    RESTORED = "restored"
    SEEN = "seen"
    DOUBTED = "doubted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to save for one site, until another takes a newer token.

    `crawl_id` is None where no crawl holds it: kept pages are read again. `forgotten` is what must
    not be saved; None where nothing was ever forgotten. It `lasts` so long after each save.
    """

    site_id: int
    site: str
    timezone: str
    crawl_id: int | None
    token: int
    alert_max_age: timedelta
    lasts: timedelta = LEASE
    forgotten: "Forgotten | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawResponse:
    """A response as it came. Header names are lower case; `body` is decompressed."""

    url: str
    url_key: str
    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedItem:
    """One link of a listing. `document_id` is set where the link is known to lead to a document."""

    url: str
    url_key: str
    kind: str
    link_key: str | None = None
    title: str | None = None
    listed_text: str | None = None
    listed_at: datetime | None = None
    from_end: int | None = None
    document_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkMark:
    """Where the walk of a column stands; see `crawler/walk.py`."""

    page: int | None = None
    url: str | None = None
    completed: bool = False
    left_out: str | None = None
    deep_page: int | None = None
    deep_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingRead:
    """One list page was read: its items and the new mark of the walk, saved together.

    `shifts` (at, by) move what is stored of the column before the items are saved: `by` is added
    to the `from_end` of every sighting that stands at `at` or more.
    """

    column_id: int
    read_at: datetime
    items: tuple[ListedItem, ...]
    mark: WalkMark
    shifts: tuple[tuple[int, int], ...] = ()
    title: str | None = None
    total: int | None = None
    pages: int | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetLink:
    """A file or picture that an article names and that is to be kept with it.

    `role` is its kind of attachment, or `image`; `name` as the page has it.
    """

    url: str
    url_key: str
    role: str
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRead:
    """An article page was read. `link_url_key` names the link that led to it.

    `parts` are the further pages of an article that its site spreads over several. `reread_of` is
    the version whose kept pages were read again: then nothing was fetched. `imported` says that
    somebody handed it over: nothing was fetched, and it is no news. `assets` are the files and
    pictures that are to be kept with it. `is_evidence`: its responses may be kept.
    `next_check_if_changed` holds in place of `next_check_at` where it says something else now.
    """

    article: Article
    response: RawResponse
    parts: tuple[RawResponse, ...] = ()
    link_url_key: str
    column_id: int
    extractor_version: int
    next_check_at: datetime | None
    next_check_if_changed: datetime | None = None
    rechecked: bool = False
    assets: tuple[AssetLink, ...] = ()
    is_evidence: bool = True
    reread_of: int | None = None
    imported: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRefused:
    """A page gave no article: the state it is in, the evidence, and when to try again.

    `document_id` is set where a known article was looked at again. `missing` says that the page
    was not found, which counts towards a withdrawal; anything else never does. `final` says that
    a link is not tried again if its page is in this state for the second time in a row.
    """

    url: str
    link_url_key: str
    column_id: int | None
    state: str
    evidence: str
    seen_at: datetime
    response: RawResponse | None
    next_try_at: datetime | None
    document_id: int | None = None
    missing: bool = False
    final: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewsRead:
    """A view count was read. Unknown counts are not recorded, only counted as failures."""

    counter: Counter
    views: int
    observed_at: datetime


Record = ListingRead | ArticleRead | PageRefused | ViewsRead


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubted:
    """A known article that reads otherwise now: not saved before the whole crawl was seen.

    `title`, `text` and `was_dated` (its page printed a date) are what stands; `is_dated` is of
    the page as it was read now.
    """

    read: ArticleRead
    document_id: int
    title: str
    text: str
    was_dated: bool
    is_dated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlEnd:
    """What only the crawler knows when a crawl ends.

    `finding` is what it says of the site, None where it says nothing; `columns` what it saw of
    those that it looked at.
    """

    outcome: CrawlOutcome
    requests: int
    failures: Mapping[str, int]
    notes: tuple[str, ...] = ()
    counter_form: str | None = None
    columns_read: int = 0
    finding: Finding | None = None
    columns: tuple[ColumnLook, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlSummary:
    """One crawl, as reported. The counts of articles are those of docs/architecture.md."""

    site: str
    outcome: str
    requests: int = 0
    articles_new: int = 0
    articles_changed: int = 0
    articles_withdrawn: int = 0
    articles_seen: int = 0
    sightings: int = 0
    failures: Mapping[str, int] = field(default_factory=dict)
    elapsed_s: float = 0.0
    notes: tuple[str, ...] = ()

    def record(self) -> dict[str, object]:
        """Return the summary as `crawl --json` prints it."""
        return {
            "site": self.site,
            "outcome": self.outcome,
            "requests": self.requests,
            "articles_new": self.articles_new,
            "articles_changed": self.articles_changed,
            "articles_withdrawn": self.articles_withdrawn,
            "articles_seen": self.articles_seen,
            "sightings": self.sightings,
            "failures": dict(self.failures),
            "elapsed_s": round(self.elapsed_s, 3),
        }
