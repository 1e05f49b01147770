"""How a page made by TRS WCM (拓尔思) is told from others.

Pure. Source: marks seen in saved pages of the CMS's sites.
"""

import re

from crawler.families.trs.addresses import article_key
from crawler.page import Page

# The editor's containers. They are written by this CMS alone, but survive being pasted elsewhere.
_EDITORS = (
    *(b"TRS_Editor", b"TRS_UEDITOR", b"trs_editor_view", b"trs_paper_default"),
    *(b"Custom_UnionStyle", b"TRS_PreAppend", b"TRS_AUTOADD", b"TRS_PreExtend"),
)
_STEMS = (b"TRS_", b"trs_", b"Custom_U")  # one of them is in each
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
# Names of files and articles; each pattern begins with letters, which is what makes it quick.
_FILES = (re.compile(rb"W020\d{13,}\.\w"), re.compile(rb"P020\d{13,}\.\w"))
_LINKS = re.compile(rb"t20\d{6}_\d+\.s?htm")
# What other CMSs write whose editors paste from TRS sites or are the same (JCMS, UCAP, gkmlpt).
_OTHERS = re.compile(
    r"/art/[\d/]*art_\w+\.html?|/col/col\d+/|/(?:content|post)_\d+\.", re.IGNORECASE
)
_OTHER_MARK = b"UCAP-CONTENT"
_ENOUGH = 2


def recognises(page: Page) -> bool:
    """Say whether TRS WCM made this page."""
    source = page.source
    own = article_key(page.url) is not None
    may_edit = any(stem in source for stem in _STEMS)
    if may_edit and any(mark in source for mark in _EDITORS):
        return own or not _is_of_another(page)
    count = int(own)
    for mark in _MARKS:
        count += mark in source
        if count >= _ENOUGH:
            return True
    if not count and _is_of_another(page):
        return False
    count += _LINKS.search(source) is not None
    if not count:
        return False
    return count >= _ENOUGH or any(one.search(source) for one in _FILES)


def _is_of_another(page: Page) -> bool:
    return _OTHER_MARK in page.source or _OTHERS.search(page.url) is not None
