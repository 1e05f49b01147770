"""The elements in which templates of Chinese government sites set an article's body. Pure.

They are shared by the CMSs of these sites (TRS, JCMS, UCAP, gkmlpt …): the template says `zoom`
because a script makes the text larger.
"""

import re

from selectolax.lexbor import LexborNode

from crawler.fields.blanks import squash
from crawler.fields.lines import LINE_PARTS, read_lines
from crawler.fields.metas import read_metas
from crawler.fields.selecting import first_in, selector
from crawler.fields.tree import steps
from crawler.page import Page

# What is only ever a body.
_SURE = selector(
    "[id='zoom' i], #UCAP-CONTENT, .pages_content, #dochtmlcon, .xxgk-cont, .j-fontContent, "
    "#BodyLabel, #allZoom, .zoomCon"
)
# What may also be a box around more, in the order of trust.
_LIKELY = (
    "#articleContent, #article-content, #article_content, .article-content, .article_content, "
    ".articleContent, .article-body, .article_body, .article-con, .article_con, .news_content, "
    ".news-content, .detail-content, .detail_content, .content_body, .con_txt, #mainText, "
    ".mainText, #NewsContent, #newsContent, .main-txt, .wzcon, #text_content, "
    ".vF_detail_content, .xl_text, .xl_content, .xl_cont"
)
_PERHAPS = "#article, .article, #content, .content"
_SEPARATOR = re.compile(r"(?<=.{4})\s*[-_|—–]")
_TITLE_LETTERS = 12  # letters of a title that tell it from other text
_HEAD = 400  # letters of an element in which its title stands, if it holds the title


def surely_official(page: Page) -> str | None:
    """Return the selector of elements that are only ever a body, or None if the page has none."""
    return _SURE if first_in(page, _SURE) is not None else None


def likely_official(page: Page) -> str | None:
    """Return the selector of the likeliest body, of elements that do not hold the title too."""
    for css in (_LIKELY, _PERHAPS):
        node = first_in(page, css)
        if node is not None:
            return None if holds_title(page, node) else css
    return None


def holds_title(page: Page, node: LexborNode) -> bool:
    """Say whether an element holds the article's title too: then it is more than the body.

    It does where it begins with the title, or where the title does not stand above it.
    """
    title = squash(read_metas(page).get("articletitle") or _before_site(page.title_text or ""))
    title = title[:_TITLE_LETTERS]
    if not title or page.tree.body is None:
        return False
    if title in squash(node.text()[: 4 * _HEAD])[:_HEAD]:
        return True
    above, _ = read_lines(steps(page.tree.body, of=LINE_PARTS, until=node))
    return not any(title in squash(line.text) for line in above)


def _before_site(title_text: str) -> str:
    return _SEPARATOR.split(title_text, maxsplit=1)[0]
