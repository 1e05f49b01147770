"""JEECMS: its marks. It has no layout of its own, so its pages are read as any page.

Its counter counts a visit with each call (`content_view.jspx`), so it is never asked.
"""

from dataclasses import replace

from crawler.families import Family, marks_of, no_key
from crawler.families.generic.article import read_as
from crawler.families.generic.listing import read_listing
from crawler.page import Page
from storage.article import Article

_NAME = "jeecms"
_MARKS = (b"/r/cms/", b"Cms.viewCount(", b"content_view.jspx", b"comment_list.jspx", b"JEECMS")


def read_article(page: Page) -> Article | None:
    """Return the article of a page, or None where the page holds none.

    A view count of 0 is what stands in the template until the counter's script has run.
    """
    article = read_as(page, _NAME)
    return replace(article, views=article.views or None) if article else None


FAMILY = Family(
    name=_NAME,
    rank=60,
    marks=_MARKS,
    recognises=lambda page: not marks_of(page).isdisjoint(_MARKS),
    article=read_article,
    listing=read_listing,
    has_frame=lambda _page: False,
    article_key=no_key,
)
