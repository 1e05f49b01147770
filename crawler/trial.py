"""Try a site before it is crawled: its columns, some of their articles, and which fields they give.

Fetching comes in as a function; nothing here knows where pages come from, and nothing is stored.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from crawler.classify import State
from crawler.discover import Link, LinkKind, Listing
from crawler.errors import FetchError, GuardError
from crawler.extract import Refusal
from crawler.families import family_of
from crawler.page import Page
from crawler.reading import Look, read_article, read_listing
from crawler.survey import Candidate, column_candidates, is_home
from storage.article import Article

Fetch = Callable[[str], Page]
Say = Callable[[str], None]

MIN_ITEMS = 3  # a page with fewer items is no column that one would watch
_NEEDED = ("title", "date", "text")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnTrial:
    """A column's first list page: its listing, or why there is none. `family` read it."""

    url: str
    name: str | None
    listing: Listing | None = None
    family: str | None = None
    refusal: Refusal | None = None

    @property
    def articles(self) -> tuple[Link, ...]:
        """The items that lead to articles of the site."""
        links = self.listing.links if self.listing else ()
        return tuple(link for link in links if link.kind is LinkKind.ARTICLE)

    @property
    def dated(self) -> int:
        """How many of the articles have a date on the list."""
        return sum(link.listed_at is not None for link in self.articles)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleTrial:
    """One article of a column, or why its page gave none."""

    url: str
    column_url: str
    article: Article | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldVerdict:
    """In how many of the articles a field was found, and whether an article needs it."""

    field: str
    found: int
    of: int
    needed: bool
    note: str | None = None

    @property
    def word(self) -> str:
        """The verdict in one word: ok, partly, missing."""
        return "ok" if self.found == self.of and self.of else "partly" if self.found else "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a site gave."""

    columns: tuple[ColumnTrial, ...]
    articles: tuple[ArticleTrial, ...]

    @property
    def is_good(self) -> bool:
        """Whether every column is a list, and every article has what it needs."""
        read = bool(self.columns) and all(column.articles for column in self.columns)
        fields = self.fields()
        return read and bool(self.articles) and all(f.word == "ok" for f in fields if f.needed)

    def fields(self) -> tuple[FieldVerdict, ...]:
        """Return the verdict on each field over the articles that were tried."""
        read = [one.article for one in self.articles if one.article is not None]
        return tuple(_verdicts(read, of=len(self.articles)))


def find_columns(page: Page, fetch: Fetch, *, most: int, tries: int, say: Say) -> list[ColumnTrial]:
    """Return the columns that a home page leads to, or the page itself where it is one.

    Where nothing is found, the page itself with what speaks against it. At most `tries` pages are
    fetched; the search ends at `most` columns.
    """
    own = tried_column(page, name=None)
    if own.articles and not is_home(page):
        return [own]
    columns: dict[tuple[str, ...], ColumnTrial] = {}
    for candidate in column_candidates(page)[:tries]:
        if len(columns) >= most:
            break
        say(f"looking at {candidate.name} {candidate.url}")
        column = try_column(candidate, fetch)
        if column.articles and len(column.listing.links if column.listing else ()) >= MIN_ITEMS:
            # One list under two addresses is one column; the first one found is the likelier.
            columns.setdefault(tuple(link.url for link in column.articles), column)
    return list(columns.values()) or [own]


def try_column(candidate: Candidate, fetch: Fetch) -> ColumnTrial:
    """Fetch the first page of a column and read it."""
    page = _fetched(candidate.url, fetch)
    if isinstance(page, Refusal):
        return ColumnTrial(url=candidate.url, name=candidate.name or None, refusal=page)
    return tried_column(page, name=candidate.name, url=candidate.url)


def tried_column(page: Page, *, name: str | None, url: str | None = None) -> ColumnTrial:
    """Read a page as the first one of a column."""
    read = read_listing(page)
    family = family_of(page)
    known = family.name if family else None
    if isinstance(read, Listing):
        return ColumnTrial(url=url or page.url, name=name or read.title, listing=read, family=known)
    if isinstance(read, Article):
        read = Refusal(state=State.ARTICLE, evidence=f"the page is itself an article: {read.title}")
    return ColumnTrial(url=url or page.url, name=name or None, family=known, refusal=read)


def try_articles(
    columns: Iterable[ColumnTrial], fetch: Fetch, *, each: int, say: Say
) -> tuple[ArticleTrial, ...]:
    """Fetch and read the first articles of each column; an article of two columns once."""
    tried: dict[str, ArticleTrial] = {}
    for column in columns:
        fresh = [link for link in column.articles if (link.key or link.url) not in tried]
        for link in fresh[:each]:
            say(f"reading {link.title or link.url}")
            tried[link.key or link.url] = _try_article(link, column.url, fetch)
    return tuple(tried.values())


def _try_article(link: Link, column_url: str, fetch: Fetch) -> ArticleTrial:
    page = _fetched(link.url, fetch)
    if not isinstance(page, Refusal):
        look = Look(url=link.url, url_key=link.key or link.url, column_id=0)
        read = read_article(page, look)
        if isinstance(read, Article):
            return ArticleTrial(url=link.url, column_url=column_url, article=read)
        page = read
    return ArticleTrial(url=link.url, column_url=column_url, refusal=page)


def _fetched(url: str, fetch: Fetch) -> Page | Refusal:
    try:
        return fetch(url)
    except FetchError as error:
        return Refusal(state=State.UNREACHABLE, evidence=error.reason)
    except GuardError as error:
        return Refusal(state=State.NOT_ALLOWED, evidence=error.reason)


def _verdicts(articles: Sequence[Article], *, of: int) -> Iterator[FieldVerdict]:
    unsure = sum("title_unconfirmed" in one.flags for one in articles)
    empty = sum(not one.text for one in articles)
    counted = sum(one.counter is not None for one in articles)
    notes = {
        "title": f"{unsure} not confirmed by <title>" if unsure else None,
        "text": f"{empty} without text: pictures, films or files" if empty else None,
        "views": f"{counted} asked from the site's counter" if counted else None,
    }
    found = {
        "title": len(articles),
        "date": sum(one.published_at is not None for one in articles),
        "text": sum(bool(one.text or one.empty_reason) for one in articles),
        "views": sum(one.views is not None or one.counter is not None for one in articles),
        "source": sum(one.source is not None for one in articles),
        "credits": sum(bool(one.credits) for one in articles),
        "section": sum(one.section is not None for one in articles),
        "attachments": sum(bool(one.attachments) for one in articles),
        "images": sum(bool(one.images) for one in articles),
    }
    for field, count in found.items():
        yield FieldVerdict(
            field=field, found=count, of=of, needed=field in _NEEDED, note=notes.get(field)
        )
