"""How a page made by VSB (博达, Visual SiteBuilder) is told from others.

Pure. Source: marks seen in 865 article pages and the CMS's own scripts.
"""

import re

from crawler.families.vsb.addresses import article_key
from crawler.page import Page

# Each of these is written by this CMS alone.
_CONCLUSIVE = ("v_news_content", "_newscontent_fromname", "vsb_content", "vsb_newscontent")
# Of these, two are needed: pages that quote or link a VSB site may hold one.
_MARKS = (
    "Announced by Visual SiteBuilder",
    "_sitegray/_sitegray",
    ".vsb.css",
    "_jsq_(",
    "_showDynClick",
    "CustomerNO:",
    "/system/resource/js/",
    "/_dwr/interface/Newsvote",
    "line_u",
    "/__local/",
    "urltype=tree.TreeTempUrl",
    "urltype=news.",
    "/dfiles/",
    "name=\"_scode_\"",
)  # fmt: skip
_SERVER = re.compile(r"VWebServer|VAppServer|WebberRASP")
_ENOUGH = 2


def recognises(page: Page) -> bool:
    """Say whether VSB made this page."""
    text = page.text
    if any(mark in text for mark in _CONCLUSIVE):
        return True
    found = _SERVER.search(f"{page.headers.get('server')} {page.headers.get('x-protected-by')}")
    count = 1 if found else 0
    count += article_key(page.url) is not None
    for mark in _MARKS:
        count += mark in text
        if count >= _ENOUGH:
            return True
    return False
