"""凤凰网: articles of ifeng.com; its classes end in a hash that changes with every release."""

import re

from crawler.families import framed_family
from crawler.fields.layout import Layout
from crawler.fields.published import Clock, Published, published_stamp
from crawler.page import Page

_NEWS_TIME = re.compile(r"[\"']newsTime[\"']\s*:\s*[\"']([^\"']{8,25})[\"']")


def _published(page: Page, clock: Clock) -> Published | None:
    """Return the date in the page's data; what it prints is made of it by a script."""
    match = _NEWS_TIME.search(page.text) if "newsTime" in page.text else None
    return published_stamp(match[1], clock) if match else None


FAMILY = framed_family(
    "ifeng",
    rank=50,
    marks=(b"ifeng.com", b"ifengimg.com"),
    layout=Layout(
        body="#main_content, [class^=main_content-], [class^=index_main_content_]",
        title="#artical_topic, [class^=topic-], [class^=index_title_] h1",
        signed="[class^=end-] span",
        dropped="#embed_hzh_div, .ifengLogo, [class*=videoBox-]",
        published=_published,
    ),
)
