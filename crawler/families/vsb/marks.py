"""How a page made by VSB (博达, Visual SiteBuilder) is told from others.

Pure. Source: marks seen in 865 article pages and the CMS's own scripts.
"""

import re

from crawler.families.vsb.addresses import article_key
from crawler.marks import marks_of
from crawler.page import Page

# Each of these is written by this CMS alone.
_CONCLUSIVE = (b"v_news_content", b"_newscontent_fromname", b"vsb_content", b"vsb_newscontent")
# Of these, two are needed: pages that quote or link a VSB site may hold one.
_MARKS = (
    b"Announced by Visual SiteBuilder",
    b"_sitegray/_sitegray",
    b".vsb.css",
    b"_jsq_(",
    b"_showDynClick",
    b"CustomerNO:",
    b"/system/resource/js/",
    b"/_dwr/interface/Newsvote",
    b"line_u",
    b"/__local/",
    b"urltype=tree.TreeTempUrl",
    b"urltype=news.",
    b"/dfiles/",
    b"name=\"_scode_\"",
)  # fmt: skip
MARKS = (*_CONCLUSIVE, *_MARKS)
_SERVER = re.compile(r"VWebServer|VAppServer|WebberRASP")
_ENOUGH = 2


def recognises(page: Page) -> bool:
    """Say whether VSB made this page."""
    found = marks_of(page)
    if not found.isdisjoint(_CONCLUSIVE):
        return True
    server = _SERVER.search(f"{page.headers.get('server')} {page.headers.get('x-protected-by')}")
    count = len(found.intersection(_MARKS)) + (server is not None)
    return count + (article_key(page.url) is not None) >= _ENOUGH
