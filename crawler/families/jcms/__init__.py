"""大汉 JCMS (hanweb), the CMS of many government sites of the east of China."""

from crawler.families import Family
from crawler.families.jcms.addresses import article_key
from crawler.families.jcms.article import has_frame, read_article
from crawler.families.jcms.listing import read_listing
from crawler.families.jcms.marks import MARKS, recognises

FAMILY = Family(
    name="jcms",
    rank=40,
    recognises=recognises,
    marks=MARKS,
    article=read_article,
    listing=read_listing,
    has_frame=has_frame,
    article_key=article_key,
)
