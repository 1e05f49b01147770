"""How a page made by 大汉 JCMS (hanweb) is told from others.

Pure. Source: marks seen in saved pages and in what the CMS's list component answers.
"""

from crawler.families.jcms.addresses import article_key, column_of
from crawler.families.jcms.datastore import DATASTORE
from crawler.marks import marks_of
from crawler.page import Page

_MARKS = (
    b"/col/col",
    b"/art/art_",
    b"i_articleid",
    b"/module/web/",
    b"jpage/",
    b"/module/download/downfile.jsp",
    b"jcms_files",
    b"hanweb",
    DATASTORE,
)
# The CMS's marks in the text of articles; they survive being pasted elsewhere.
_PASTED = (
    "<!--<$[信息内容]>begin-->".encode(),
    b"ZJEG_RSS.content.begin",
    b"ContentStart",
)
_ENOUGH = 2
MARKS = (*_MARKS, *_PASTED)


def recognises(page: Page) -> bool:
    """Say whether JCMS made this page."""
    own = article_key(page.url) is not None or column_of(page.url) is not None
    found = marks_of(page)
    count = own + len(found.intersection(_MARKS))
    return count > 0 and count + len(found.intersection(_PASTED)) >= _ENOUGH
