"""A CMS that is known by its marks, and leaves the layout of its pages to each site. Pure."""

from collections.abc import Callable

from crawler.families import Family, no_key
from crawler.families.generic.article import read_as
from crawler.families.generic.listing import read_listing
from crawler.fields.framed import Identity, read_framed
from crawler.fields.layout import Layout
from crawler.marks import marks_of
from crawler.page import Page
from storage.article import Article

_ENOUGH = 2


def marked_family(
    name: str,
    *,
    rank: int,
    conclusive: tuple[bytes, ...],
    marks: tuple[bytes, ...] = (),
    layout: Layout | None = None,
    finished: Callable[[Article], Article] = lambda article: article,
) -> Family:
    """Return a family that is known by one `conclusive` mark, or by two of its `marks`.

    Articles in its stock `layout` are read by that, all others and its lists by the rules for any
    page; each article is `finished` by what is known of the CMS.
    """

    def recognises(page: Page) -> bool:
        found = marks_of(page)
        return not found.isdisjoint(conclusive) or len(found.intersection(marks)) >= _ENOUGH

    def read_article(page: Page) -> Article | None:
        stock = read_framed(page, layout, Identity(family=name)) if layout else None
        article = stock or read_as(page, name)
        return finished(article) if article else None

    return Family(
        name=name,
        rank=rank,
        recognises=recognises,
        article=read_article,
        listing=read_listing,
        has_frame=lambda _page: False,
        article_key=no_key,
        marks=(*conclusive, *marks),
    )
