"""腾讯新闻: articles of qq.com."""

import re

from crawler.families import framed_family
from crawler.fields.layout import Layout
from crawler.fields.published import Clock, Published, published_stamp
from crawler.page import Page

_PUBTIME = re.compile(r"\bpubtime[\"']?\s*:\s*[\"']([^\"']{8,25})[\"']")


def _published(page: Page, clock: Clock) -> Published | None:
    """Return the date in the page's data; the newer templates print it by a script only."""
    match = _PUBTIME.search(page.text) if "pubtime" in page.text else None
    return published_stamp(match[1], clock) if match else None


FAMILY = framed_family(
    "tencent",
    rank=50,
    marks=(b"news.qq.com", b"inews.gtimg.com", b"mat1.gtimg.com"),
    layout=Layout(
        body="#Cnt-Main-Article-QQ, .content-article, #ArticleCnt",
        title=".qq_article .hd h1, .LEFT h1, #C-Main-Article-QQ .hd h1, .content-article > h1",
        date=".qq_article .a_time, .article-time, .pubTime",
        source=".qq_article .a_source, .a_source",
        dropped=(
            ".qq_articleFt, #videokg-photo-ac, .rv-root-v2, .video-title, #Status, #loading-mask,"
            " .content-article > h1, .qq_editor, .QQeditor, .note-container"
        ),
        published=_published,
    ),
)
