"""织梦 DedeCMS: the stock layout of its articles; sites with one of their own are read as any page.

Its counter counts a visit with each call (`/plus/count.php`), so it is never asked.
"""

from dataclasses import replace

from crawler.families import Family, marks_of, no_key
from crawler.families.generic.article import read_as
from crawler.families.generic.listing import read_listing
from crawler.fields.framed import Identity, read_framed
from crawler.fields.layout import Layout
from crawler.page import Page
from storage.article import Article

_NAME = "dede"
_CONCLUSIVE = (b"/plus/count.php?", b"/plus/digg_ajax.php", b"dedecms", b"DedeCMS", b"dede_pages")
_MARKS = (b"/templets/", b"/plus/search.php", b"/plus/list.php", b"/uploads/allimg/", b"/dede")
_ENOUGH = 2
_LAYOUT = Layout(
    body=".viewbox > .content, .viewbox .content",
    frame=".viewbox",
    title=".viewbox > .title h2, .viewbox .title h1",
    dropped=".viewbox .content .dede_pages, .viewbox .content .pagebreak",
)
# What the CMS prints where nobody filled the field in.
_UNSAID = frozenset(["未知", "admin", "网络"])


def recognises(page: Page) -> bool:
    """Say whether DedeCMS made this page."""
    found = marks_of(page)
    if not found.isdisjoint(_CONCLUSIVE):
        return True
    return len(found.intersection(_MARKS)) >= _ENOUGH


def read_article(page: Page) -> Article | None:
    """Return the article of a page, or None where the page holds none."""
    article = read_framed(page, _LAYOUT, Identity(family=_NAME)) or read_as(page, _NAME)
    if article is None:
        return None
    return replace(
        article,
        source=None if article.source in _UNSAID else article.source,
        credits=tuple(one for one in article.credits if one.name not in _UNSAID),
    )


FAMILY = Family(
    name=_NAME,
    rank=60,
    recognises=recognises,
    marks=(*_CONCLUSIVE, *_MARKS),
    article=read_article,
    listing=read_listing,
    has_frame=lambda _page: False,
    article_key=no_key,
)
