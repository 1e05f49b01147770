"""拓尔思 TRS WCM, the CMS of many government sites, institutes and news portals."""

from crawler.families import Family
from crawler.families.trs.addresses import article_key
from crawler.families.trs.article import has_frame, read_article
from crawler.families.trs.listing import read_listing
from crawler.families.trs.marks import MARKS, PATTERNS, recognises

FAMILY = Family(
    name="trs",
    rank=30,
    recognises=recognises,
    marks=MARKS,
    patterns=PATTERNS,
    article=read_article,
    listing=read_listing,
    has_frame=has_frame,
    article_key=article_key,
)
