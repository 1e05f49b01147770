"""苏迪 WebPlus (Sudy), the second CMS of Chinese university sites."""

from crawler.families import Family
from crawler.families.webplus.addresses import article_key
from crawler.families.webplus.article import has_frame, read_article
from crawler.families.webplus.counters import COUNTERS
from crawler.families.webplus.listing import read_listing
from crawler.families.webplus.marks import MARKS, recognises

# Before VSB: articles of either may hold what was pasted from the other, but what stands around
# them is one CMS's alone, and that is what is asked for here.
FAMILY = Family(
    name="webplus",
    rank=5,
    recognises=recognises,
    marks=MARKS,
    article=read_article,
    listing=read_listing,
    has_frame=has_frame,
    article_key=article_key,
    counters=COUNTERS,
)
