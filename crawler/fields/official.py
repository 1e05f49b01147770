"""The elements in which templates of Chinese government sites set an article's body. Pure.

They are shared by the CMSs of these sites (TRS, JCMS, UCAP, gkmlpt …): the template says `zoom`
because a script makes the text larger.
"""

from crawler.page import Page

# What is only ever a body.
_SURE = (
    "[id='zoom' i], #UCAP-CONTENT, .pages_content, #dochtmlcon, .xxgk-cont, .j-fontContent, "
    "#BodyLabel, #allZoom, .zoomCon"
)
# What may also be a box around more, in the order of trust.
_LIKELY = (
    "#articleContent, #article-content, #article_content, .article-content, .article_content, "
    ".articleContent, .article-body, .article_body, .article-con, .article_con, .news_content, "
    ".news-content, .detail-content, .detail_content, .content_body, .con_txt, #mainText, "
    ".mainText, #NewsContent, #newsContent, .main-txt, .wzcon, #text_content"
)
_PERHAPS = "#article, .article, #content, .content"
_BODIES = (_SURE, _LIKELY, _PERHAPS)


def official_body(page: Page) -> str | None:
    """Return the selector of the surest of these elements that the page has, or None."""
    return next((one for one in _BODIES if page.tree.css_first(one) is not None), None)


def surely_official(page: Page) -> str | None:
    """Return the selector of elements that are only ever a body, or None if the page has none."""
    return _SURE if page.tree.css_first(_SURE) is not None else None
