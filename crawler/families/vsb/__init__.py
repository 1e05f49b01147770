"""博达 VSB (Visual SiteBuilder), the CMS of most Chinese university sites."""

from crawler.families import Family
from crawler.families.vsb.addresses import article_key
from crawler.families.vsb.article import has_frame, read_article
from crawler.families.vsb.counters import COUNTERS
from crawler.families.vsb.listing import read_listing
from crawler.families.vsb.marks import MARKS, recognises

FAMILY = Family(
    name="vsb",
    rank=10,
    recognises=recognises,
    marks=MARKS,
    article=read_article,
    listing=read_listing,
    has_frame=has_frame,
    article_key=article_key,
    counters=COUNTERS,
)
