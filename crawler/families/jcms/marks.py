"""How a page made by 大汉 JCMS (hanweb) is told from others.

Pure. Source: marks seen in saved pages and in what the CMS's list component answers.
"""

from crawler.families.jcms.addresses import article_key, column_of
from crawler.families.jcms.datastore import DATASTORE
from crawler.page import Page

_MARKS = (
    "<!--<$[信息内容]>begin-->".encode(),
    b"ZJEG_RSS.content.begin",
    b"ContentStart",
    b"i_articleid",
    b"/module/web/",
    b"jpage/dataproxy.jsp",
    b"jpage/",
    b"/module/download/downfile.jsp",
    b"jcms_files",
    b"hanweb",
    b"/col/col",
    b"/art/art_",
    DATASTORE,
)
# The parts of articles among them survive being pasted elsewhere.
_PASTED = 3
_ENOUGH = 2


def recognises(page: Page) -> bool:
    """Say whether JCMS made this page."""
    own = article_key(page.url) is not None or column_of(page.url) is not None
    found = [mark in page.source for mark in _MARKS]
    if not own and not any(found[_PASTED:]):
        return False
    return own + sum(found) >= _ENOUGH
