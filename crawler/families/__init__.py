"""One CMS a file; the folder is the registry.

A family module holds one value, `FAMILY`. Nothing else has to be edited to add one.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from crawler.counters import CounterProtocol
from crawler.discover import Listing
from crawler.fields.framed import Identity, read_framed
from crawler.fields.layout import Layout
from crawler.marks import mark, marks_of, pattern
from crawler.page import Page
from storage.article import Article


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """What is known of one CMS, as functions of one page.

    `rank` orders the families where two would claim a page: the lower one is asked first.
    `article` returns None where the page holds no article of this CMS; `listing` where it holds
    no list. `has_frame` says whether the page has the frame of an article of this CMS, be it
    empty: no other family reads such a page. `article_key` returns the part of a URL that names
    the article within its host (sub-site path and CMS id), or None where the URL is no article
    address of this CMS. `counters` is how its view counts are asked for, where they can be.
    """

    name: str
    rank: int
    recognises: Callable[[Page], bool]
    article: Callable[[Page], Article | None]
    listing: Callable[[Page], Listing | None]
    has_frame: Callable[[Page], bool]
    article_key: Callable[[str], str | None]
    marks: tuple[bytes, ...] = ()
    patterns: tuple[bytes, ...] = ()
    counters: CounterProtocol | None = None


def no_key(_url: str) -> str | None:
    """Say that an address has no key: then it is itself the key."""
    return None


def framed_family(
    name: str,
    *,
    rank: int,
    marks: tuple[bytes, ...],
    layout: Layout,
    article_key: Callable[[str], str | None] = no_key,
) -> Family:
    """Return a family that is known by one of its `marks` together with its body's element.

    It has no list of its own: its list pages are read by the rules for any page.
    """
    return Family(
        name=name,
        rank=rank,
        recognises=lambda page: not marks_of(page).isdisjoint(marks) and _has(page, layout),
        article=lambda page: read_framed(
            page, layout, Identity(family=name, key=article_key(page.url)), counts_by_script=True
        ),
        listing=no_listing,
        has_frame=lambda page: _has(page, layout),
        article_key=article_key,
        marks=marks,
    )


def no_listing(_page: Page) -> Listing | None:
    """Say that a page is no list of this family."""
    return None


def _has(page: Page, layout: Layout) -> bool:
    return page.tree.css_first(layout.body) is not None


@cache
def families() -> tuple[Family, ...]:
    """Return every family of this folder, in the order in which they are asked."""
    modules = pkgutil.iter_modules(__path__, prefix=f"{__name__}.")
    found = [importlib.import_module(module.name).FAMILY for module in modules]
    for family in found:
        for word in family.marks:
            mark(word)
        for form in family.patterns:
            pattern(form)
    return tuple(sorted(found, key=lambda family: family.rank))


def family_of(page: Page) -> Family | None:
    """Return the family that made this page, or None. What the site file says comes first."""
    return next(readers_of(page), None)


def readers_of(page: Page) -> Iterator[Family]:
    """Yield the families that can read this page, the surest one first.

    Only the one that the site file names, if it names one; none where the page is too large.
    """
    if page.excess:
        return
    if page.family is not None:
        yield from (family for family in families() if family.name == page.family)
        return
    known: dict[str, bool] = page.readings.setdefault(readers_of, {})
    for family in families():
        if family.name not in known:
            known[family.name] = family.recognises(page)
        if known[family.name]:
            yield family


def known_key(url: str) -> str | None:
    """Return the page key of an address by the family whose article address it is, or None."""
    keys = (family.article_key(url) for family in families())
    return next((key for key in keys if key), None)


def article_in(page: Page) -> Article | None:
    """Return the article of a page, or None where no family finds one.

    A family that finds its own list, or the empty frame of an article, leaves it at that: what
    the next one would take for an article is furniture.
    """
    for family in readers_of(page):
        article = family.article(page)
        if article is not None:
            return article
        if family.has_frame(page) or family.listing(page) is not None:
            return None
    return None


def listing_in(page: Page) -> Listing | None:
    """Return the list of a page, or None where no family finds one.

    Where the site file selects the items, or the link to the next page, that comes first.
    """
    found = (family.listing(page) for family in readers_of(page))
    listing = next((listing for listing in found if listing is not None), None)
    if page.excess or page.selectors.keys().isdisjoint(("list", "next")):
        return listing
    from crawler.families.generic.selected import selected_listing  # noqa: PLC0415 (asks for keys)

    return selected_listing(page, listing)


@cache
def counter_protocol(kind: str) -> CounterProtocol | None:
    """Return how counters of this kind are asked for, or None where no family has such."""
    protocols = (family.counters for family in families())
    return next((one for one in protocols if one is not None and one.kind == kind), None)
