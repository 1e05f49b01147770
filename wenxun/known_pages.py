"""Fetch today's pages of articles and lists that are known, for a repair: few, and politely."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from crawler.classify import no_page
from crawler.errors import FetchError, GuardError
from crawler.families import listing_in
from crawler.fields.absolute import base_of
from crawler.fields.blanks import squash
from crawler.fields.links import canonical_url, url_key
from crawler.page import Page
from crawler.repairing.following import is_next, lacks_next, next_links
from crawler.repairing.known import Known, Sample
from crawler.repairing.lists import Item, ListSample
from crawler.site import Site
from crawler.trial import Fetch
from storage.known_articles import KnownArticle, KnownArticles

_MOST_COLUMNS = 8
_ITEMS = 60  # of a column, the newest
_LEAST_LETTERS = 40  # of a text that is found again for certain
_TRIES = 2  # pages asked for an article that is wanted
_MOST_FAILED = 3  # fetches in a row that bring nothing, before no more is asked


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPages:
    """The pages that were read, and why others were not; `known`: how many might have been."""

    known: int
    articles: tuple[Sample, ...]
    lists: tuple[ListSample, ...]
    unread: tuple[str, ...]


def known_pages(
    known: KnownArticles,
    site: Site,
    fetch: Fetch,
    *,
    most: int,
    before: datetime | None,
    say: Callable[[str], None],
) -> KnownPages:
    """Fetch the first pages of the columns, and pages of at most so many known articles.

    An article that is gone from its address is looked for on the lists, by its title. A server that
    does not answer is left alone after a few fetches.
    """
    reader = _Reader(fetch)
    lists = list(_lists(known, site, reader, before=before, say=say))
    moved = _addresses([one.page for one in lists])
    stored = known.newest(
        site.name, limit=most * _TRIES, least_letters=_LEAST_LETTERS, before=before
    )
    samples: list[Sample] = []
    for article in stored:
        if len(samples) >= most or reader.is_in_vain:
            break
        say(f"reading {article.title}")
        page = _article_page(article, moved, reader)
        if page is not None:
            samples.append(Sample(page=page, known=_known(article, page.url)))
    return KnownPages(
        known=len(stored),
        articles=tuple(samples),
        lists=tuple(lists),
        unread=tuple(reader.unread),
    )


def proved_next(
    lists: Sequence[ListSample], selectors: Mapping[str, str], fetch: Fetch
) -> str | None:
    """Return a selector of the link to the next list page, where the rules find none.

    A page is fetched for each link that may be it. It has to hold for all lists: where another one
    is read on by the rules, none is returned.
    """
    for sample in lists:
        first = listing_in(sample.page.wanting(selectors))
        if first is None or not lacks_next(sample, selectors):
            continue
        for css, url in next_links(sample.page):
            page = _Reader(fetch).page(url)
            if page is not None and is_next(first, page, sample, selectors):
                return css if _keeps_others(lists, selectors, css) else None
    return None


def _keeps_others(lists: Sequence[ListSample], selectors: Mapping[str, str], css: str) -> bool:
    """Say whether no list that is read on by the rules is read on otherwise by this selector."""
    for sample in lists:
        before = listing_in(sample.page.wanting(selectors))
        after = listing_in(sample.page.wanting({**selectors, "next": css}))
        if before and before.next_url and (after is None or after.next_url != before.next_url):
            return False
    return True


@dataclass(slots=True)
class _Reader:
    """Fetches pages, and keeps why some did not come."""

    fetch: Fetch
    unread: list[str] = field(default_factory=list)
    failed: int = 0  # fetches in a row

    @property
    def is_in_vain(self) -> bool:
        """Whether nothing came so often that the next page will not come either."""
        return self.failed >= _MOST_FAILED

    def page(self, url: str) -> Page | None:
        try:
            page = self.fetch(url)
        except (FetchError, GuardError) as error:
            self.failed += 1
            self.unread.append(f"{url}: {error.reason}")
            return None
        self.failed = 0
        if verdict := no_page(page):
            self.unread.append(f"{url}: {verdict.state.value}: {verdict.evidence}")
            return None
        return page


def _lists(
    known: KnownArticles,
    site: Site,
    reader: _Reader,
    *,
    before: datetime | None,
    say: Callable[[str], None],
) -> Iterator[ListSample]:
    for start in site.start[:_MOST_COLUMNS]:
        if reader.is_in_vain:
            return
        say(f"looking at {start}")
        page = reader.page(start)
        if page is None:
            continue
        items = known.listed(site.name, url_key(start), limit=_ITEMS, before=before)
        yield ListSample(
            page=page,
            items=tuple(
                Item(url_key=one.url_key, title=one.title, listed_at=one.listed_at) for one in items
            ),
            pages=known.pages(site.name, url_key(start)),
        )


def _article_page(article: KnownArticle, moved: Mapping[str, str], reader: _Reader) -> Page | None:
    page = reader.page(article.url)
    elsewhere = moved.get(squash(article.title))
    if page is not None or elsewhere is None or url_key(elsewhere) == url_key(article.url):
        return page
    reader.unread.pop()  # it moved: its old address is no news
    return reader.page(elsewhere)


def _addresses(pages: Sequence[Page]) -> dict[str, str]:
    """Return the addresses of the links of some pages by their texts, squashed."""
    found: dict[str, str] = {}
    for page in pages:
        base = base_of(page)
        for link in page.tree.css("a[href]"):
            url = canonical_url(link.attributes.get("href") or "", base=base)
            for name in (link.attributes.get("title"), link.text()):
                if url and name and (bare := squash(name)):
                    found.setdefault(bare, url)
    return found


def _known(article: KnownArticle, url: str) -> Known:
    return Known(
        url=url,
        title=article.title,
        text=article.text,
        published_at=article.published_at,
        is_printed=article.published_text is not None,
        source=article.source,
    )
