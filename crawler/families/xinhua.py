"""新华网: articles of xinhuanet.com and news.cn."""

from crawler.families import framed_family
from crawler.fields.layout import Layout
from crawler.fields.published import Clock, Published, published_stamp
from crawler.fields.tree import text_at
from crawler.page import Page


def _published(page: Page, clock: Clock) -> Published | None:
    """Return the date that newer templates print in three elements: year, day and time."""
    parts = (text_at(page.tree, f".header-time .{part}") for part in ("year", "day", "time"))
    year, day, time = (part or "" for part in parts)
    return published_stamp(f"{year}/{day} {time}".strip(), clock) if year and day else None


FAMILY = framed_family(
    "xinhua",
    rank=50,
    marks=(b"xinhuanet.com", b"news.cn/", b"xinhua"),
    layout=Layout(
        body="#p-detail, #detail, #detailContent, #Content.article, .h-detail, #xhw-content",
        title=".head-line .title, .h-title, .header .title, #title, h1",
        signed=".editor",
        dropped=(
            ".p-tags, #articleEdit, .tiyi1, .lb, .bai13, .zan-wap, .relatedNews,"
            " #videoArea .pageVideoInfo, .p-jc"
        ),
        published=_published,
    ),
)
