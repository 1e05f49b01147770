"""How a page made by TRS WCM (拓尔思) is told from others.

Pure. Source: marks seen in saved pages of the CMS's sites.
"""

import re

from crawler.families.trs.addresses import article_key
from crawler.marks import mark, marks_of
from crawler.page import Page

# The editor's containers. They are written by this CMS alone, but survive being pasted elsewhere.
_EDITORS = (
    *(b"TRS_Editor", b"TRS_UEDITOR", b"trs_editor_view", b"trs_paper_default"),
    *(b"Custom_UnionStyle", b"TRS_PreAppend", b"TRS_AUTOADD", b"TRS_PreExtend"),
)
# Of these, two are needed.
_MARKS = (
    b"createPageHTML(",
    b"countPage",
    b"_trs_ta_js",
    b"ta.trs.cn",
    b"CurrChnlCls",
    b"document.write(pubdata",
    b"__$contentid",
    b"was5/web/search",
    b"trsapp",
    b"/govsearch/",
    b"Pager({",
)
# Names of files and of articles.
FILES = rb"[WP]020\d{13,}\.\w"
_LINKS = rb"t20\d{6}_\d+\.s?htm"
# What blocks of links to files are called; they prove nothing.
FILE_BLOCKS = (b"fjxz", b"appendix", b"fujian", b"xgfj")
MARKS = (*_EDITORS, *_MARKS, *FILE_BLOCKS)
PATTERNS = (FILES, _LINKS)
# What other CMSs write whose editors paste from TRS sites or are the same (JCMS, UCAP, gkmlpt).
_OTHERS = re.compile(
    r"/art/[\d/]*art_\w+\.html?|/col/col\d+/|/(?:content|post)_\d+\.", re.IGNORECASE
)
_OTHER_MARK = mark(b"UCAP-CONTENT")
_ENOUGH = 2


def recognises(page: Page) -> bool:
    """Say whether TRS WCM made this page."""
    found = marks_of(page)
    own = article_key(page.url) is not None
    if not found.isdisjoint(_EDITORS):
        return own or not _is_of_another(page)
    count = own + len(found.intersection(_MARKS))
    if count >= _ENOUGH:
        return True
    if not count and _is_of_another(page):
        return False
    return count + len(found.intersection(PATTERNS)) >= _ENOUGH


def _is_of_another(page: Page) -> bool:
    return _OTHER_MARK in marks_of(page) or _OTHERS.search(page.url) is not None
