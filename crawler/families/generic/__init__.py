"""Pages of unknown layout."""

from crawler.families import Family
from crawler.families.generic.article import read_article
from crawler.families.generic.listing import article_key, read_listing

FAMILY = Family(
    name="generic",
    rank=1000,
    recognises=lambda _page: True,
    article=read_article,
    listing=read_listing,
    has_frame=lambda _page: False,
    article_key=article_key,
)
