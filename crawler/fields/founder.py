"""What 方正翔宇 (Founder, the CMS of many newspapers' sites) says of an article in a comment. Pure.

Source: `<!--enpproperty <articleid>…</articleid><date>2024-03-11 09:28:00.0</date>…/enpproperty-->`
as it stands on the sites of newspapers and portals.
"""

import re
from collections.abc import Mapping

from crawler.marks import mark, marks_of
from crawler.page import Page

_BEGIN = mark(b"<!--enpproperty")
_COMMENT = re.compile(r"<!--enpproperty(.{0,4000}?)/enpproperty-->", re.DOTALL)
_DATE = re.compile(r"<date>\s*(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.\d+)?\s*</date>")


def founder_metas(page: Page) -> Mapping[str, str]:
    """Return the values of the comment as metas hold them, by the meta's name."""
    found = _COMMENT.search(page.text) if _BEGIN in marks_of(page) else None
    date = _DATE.search(found[1]) if found else None
    return {"pubdate": date[1]} if date else {}
