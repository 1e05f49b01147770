"""Pages of unknown layout."""

from crawler.families import Family, no_key
from crawler.families.generic.article import read_article
from crawler.families.generic.listing import read_listing

FAMILY = Family(
    name="generic",
    rank=1000,
    recognises=lambda _page: True,
    article=read_article,
    listing=read_listing,
    has_frame=lambda _page: False,
    article_key=no_key,
)
