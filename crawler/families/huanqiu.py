"""环球网: articles of huanqiu.com; the newer pages hold them in text areas for a script."""

from dataclasses import replace
from html import escape

from crawler.families import Family, no_key, no_listing
from crawler.fields.framed import Identity, read_framed
from crawler.fields.layout import Layout
from crawler.fields.published import Clock, Published, published_stamp
from crawler.fields.tree import text_at
from crawler.marks import marks_of
from crawler.page import Page
from storage.article import Article

_MARK = b"huanqiu"


def _published(page: Page, clock: Clock) -> Published | None:
    return published_stamp(_stored(page, "time"), clock)


def _stored(page: Page, part: str) -> str | None:
    return text_at(page.tree, f"textarea.article-{part}")


_LAYOUT = Layout(
    body=".article-content, .la_con, .l-con, #text",
    title=".article-title, .t-container-title h3, .a-con-title h1, .tle",
    date=".la_t_a, .metadata-info .time, #pubtime_baidu, .t-container-title .time",
    source=".article-source, .metadata-info .source, #source_baidu, .la_t_b",
    dropped=".adv, .la_edit, .editor, .reTopics, .newsReply, .l-con .edit",
    published=_published,
)


def _read(page: Page) -> Article | None:
    return read_framed(_written_out(page), _LAYOUT, Identity(family="huanqiu"))


def _written_out(page: Page) -> Page:
    """Return the page as its script would write it; a page without text areas as it is."""
    content = _stored(page, "content")
    if content is None:
        return page
    title, source = _stored(page, "title") or page.title_text, _stored(page, "source-name")
    time = _stored(page, "time") or ""
    written = (
        f"<html><head><title>{escape(title or '')}</title></head><body>"
        f'<h1 class="article-title">{escape(title or "")}</h1>'
        f'<p class="article-source">{escape(source or "")}</p>'
        f'<div class="article-content">{content}</div>'
        f'<textarea class="article-time">{escape(time)}</textarea></body></html>'
    )
    return replace(page, body=written.encode("utf-8", "replace"), headers={})


def _has_frame(page: Page) -> bool:
    return page.tree.css_first(_LAYOUT.body) is not None


FAMILY = Family(
    name="huanqiu",
    rank=50,
    marks=(_MARK,),
    recognises=lambda page: _MARK in marks_of(page) and _has_frame(page),
    article=_read,
    listing=no_listing,
    has_frame=_has_frame,
    article_key=no_key,
)
