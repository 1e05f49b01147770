"""The fixture site's second face: the same stories in the markup of WebPlus (苏迪).

Pure: state in, answers' bodies out. Columns take turns in how their articles are addressed (low
bytes of the id, the day, pages made on demand) and how they are listed (a list, nested tables,
pictures without dates). Counts are given to POST only, and each page carries the picture that
counts a visit, which no crawler may ask for.
"""

import json
import re
from collections.abc import Callable
from html import escape
from urllib.parse import quote
from zlib import crc32

from wenxun.newssite.columns import Column, Entry
from wenxun.newssite.state import NewsSite
from wenxun.newssite.stories import Form, Story

SITE_ID = 180
_PLACEHOLDER = 10  # what every page prints as its count until the script has asked
_LIST = re.compile(r"/(?P<slug>.+)/list(?P<number>\d*)\.(?:htm|psp)")
_PAGE = re.compile(r"/(?:\w+/)*c(?P<tree>\d+)a(?P<newsid>\d+)/page\.(?:htm|psp)")


def list_path(column: Column, number: int = 1) -> str:
    """Return the address of list page `number` of a column, 1 being the newest."""
    return f"/{column.slug}/list{number if number > 1 else ''}.{_ending(column)}"


def place_of(site: NewsSite, path: str) -> tuple[Column, int] | None:
    """Return column and page number of a list address, or None where it is none."""
    match = _LIST.fullmatch(path)
    column = next((c for c in site.columns if match and c.slug == match["slug"]), None)
    if match is None or column is None:
        return None
    number = int(match["number"] or 1)
    return (column, number) if 1 <= number <= site.pages(column.slug) else None


def article_of(path: str) -> tuple[str, str] | None:
    """Return column and article id of an article's address, or None where it is none."""
    match = _PAGE.fullmatch(path)
    return (match["tree"], match["newsid"]) if match else None


def listing(site: NewsSite, column: Column, number: int) -> bytes:
    """Return a list page: the column's own list with its paginator, another column's beside it."""
    other = site.columns[site.columns.index(column) - 1]
    items = _LISTS[column.form](site, column, number)
    main = (
        '<div class="col_news"><ul class="col_metas" frag="窗口5" portletmode="simpleColumnAttri">'
        '<li class="col_path">当前位置：<a href="/main.htm">首页</a></li><li class="col_title">'
        f'<h2>{column.name}</h2></li></ul><div frag="窗口6" portletmode="simpleList">'
        f'<div id="wp_news_w6">{items}</div>{_paging(site, column, number)}</div></div>'
        f'<div class="right" frag="窗口21"><div id="wp_news_w21">{_side(site, other)}</div></div>'
    )
    visit = f"siteId={SITE_ID}&type=2&columnId={column.tree}"
    return _framed(site, title=column.name, main=main, visit=visit)


def article(site: NewsSite, story: Story) -> bytes:
    """Return the page of an article."""
    column = site.column(story.column)
    query = f"siteId={SITE_ID}&type=3&articleId={story.newsid}"
    date = f"{story.listed_at:%Y.%m.%d}" if story.form is Form.TABLE else _labelled(story)
    source = f"<span>来源：{escape(story.source)}</span>" if story.source else ""
    body = "\n".join(block.html for block in story.blocks)
    main = (
        f'<ul class="col_metas"><li class="col_path">当前位置：<a href="/main.htm">首页</a>'
        f'<span class="possplit">&nbsp;&nbsp;</span><a href="{list_path(column)}">{column.name}</a>'
        '</li></ul><div class="article" frag="窗口3" portletmode="simpleArticleAttri">'
        f'<h1 class="arti_title">{escape(story.full_title)}</h1>'
        f'<h2 class="arti_title">{escape(story.subtitle or "")}</h2>'
        '<p class="arti_metas"><!--<span class="arti_publisher">发布者：管理员</span>-->'
        f'<span class="arti_update">{date}</span>{source}<span class="arti_views">浏览次数：'
        f'<span class="WP_VisitCount" url="/_visitcountdisplay?{query}">{_PLACEHOLDER}</span>'
        '</span></p><div class="entry"><div class="read">'
        f"<div class='wp_articlecontent'>{body}</div>"
        "</div></div></div>"
    )
    return _framed(site, title=story.full_title, main=main, visit=query)


def home(site: NewsSite) -> bytes:
    """Return the home page: the newest of each column, with days but no years."""
    windows = "".join(
        f'<div frag="窗口{n}" portletmode="simpleNews"><h3 class="tit">{column.name}</h3>'
        f'<div class="more_btn"><a class="w{n}_more" href="{list_path(column)}">更多</a></div>'
        f'<div id="wp_news_w{n}">{_side(site, column)}</div></div>'
        for n, column in enumerate(site.columns, start=11)
    )
    visit = f"siteId={SITE_ID}&type=1&columnId=1"
    return _framed(site, title=site.name, main=windows, visit=visit)


def counts(site: NewsSite, query: dict[str, list[str]]) -> str:
    """Return what the counter answers to a POST: one number in a span, or many as JSON."""
    if query.get("siteId") != [str(SITE_ID)]:
        return ""
    if "articleId" in query:
        return f"<span>{_views(site, query['articleId'][0])}</span>"
    ids = query.get("articleIds", [""])[0].split(",")
    return json.dumps([{"articleId": int(n), "count": _views(site, n)} for n in ids if n.isdigit()])


def href_of(site: NewsSite, column: Column, entry: Entry) -> str:
    """Return the address of an item in this column."""
    if entry.newsid is None:
        # The CMS keeps links that lead elsewhere as articles of their own.
        number = crc32(entry.title.encode()) % 9999
        return f"/_redirect?siteId={SITE_ID}&columnId={column.tree}&articleId={number}"
    low = f"{entry.newsid & 0xFFFF:04x}"
    when = site.stories[entry.newsid].listed_at
    folder = f"{low[:2]}/{low[2:]}" if column.form is Form.TABLE else f"{when:%Y/%m%d}"
    return f"/{folder}/c{column.tree}a{entry.newsid}/page.{_ending(column)}"


def _ending(column: Column) -> str:
    return "psp" if column.form is Form.COMPONENT else "htm"


def _labelled(story: Story) -> str:
    return f"发布时间：{story.listed_at:%Y-%m-%d}"


def _views(site: NewsSite, newsid: str) -> int:
    return site.views.get(int(newsid), 0) if newsid.isdecimal() else 0


def _title(site: NewsSite, entry: Entry) -> str:
    return escape(entry.title if entry.newsid is None else site.stories[entry.newsid].full_title)


def _news(site: NewsSite, column: Column, number: int) -> str:
    rows = "".join(
        f'<li class="list_item i{n} clearfix"><div class="fields pr_fields"><span '
        f"class='Article_Index'>{n}</span><span class='Article_Title'>"
        f"{_link(site, column, entry)}</span></div><div class='fields ex_fields'>"
        f"<span class='Article_PublishDate'>{entry.listed_at:%Y-%m-%d}</span></div></li>"
        for n, entry in enumerate(site.page(column.slug, number), start=1)
    )
    return f'<ul class="wp_article_list">{rows}</ul>'


def _tables(site: NewsSite, column: Column, number: int) -> str:
    rows = "".join(
        '<tbody><tr><td height="28"><table width="100%"><tr><td align="left">'
        f'{_link(site, column, entry)}</td><td width="30px"><div style="white-space:nowrap">'
        f"{entry.listed_at:%Y-%m-%d}</div></td></tr></table></td></tr></tbody>"
        for entry in site.page(column.slug, number)
    )
    return f'<table class="wp_article_list_table" width="100%">{rows}</table>'


def _pictures(site: NewsSite, column: Column, number: int) -> str:
    rows = "".join(
        f'<li class="news n{n} clearfix"><div class="news_imgs"><a href='
        f"'{escape(href_of(site, column, entry))}'><img src='/_upload/article/images/{n}_s.jpg'>"
        f'</a></div><div class="news_title">{_link(site, column, entry)}</div></li>'
        for n, entry in enumerate(site.page(column.slug, number), start=1)
    )
    return f'<ul class="news_list list2">{rows}</ul>'


_LISTS: dict[Form, Callable[[NewsSite, Column, int], str]] = {
    Form.TABLE: _news,
    Form.ART: _tables,
    Form.COMPONENT: _pictures,
}


def _link(site: NewsSite, column: Column, entry: Entry) -> str:
    title = _title(site, entry)
    return (
        f"<a href='{escape(href_of(site, column, entry))}' target='_blank' title='{title}'>"
        f"{title}</a>"
    )


def _side(site: NewsSite, column: Column) -> str:
    rows = "".join(
        f'<li class="news n{n} clearfix"><div class="news_title">{_link(site, column, entry)}</div>'
        f'<div class="news_meta">{entry.listed_at:%m-%d}</div></li>'
        for n, entry in enumerate(site.page(column.slug, 1)[:5], start=1)
    )
    return f'<ul class="news_list clearfix">{rows}</ul>'


def _paging(site: NewsSite, column: Column, number: int) -> str:
    pages, total = site.pages(column.slug), len(site.entries[column.slug])

    def to(page: int) -> str:
        return list_path(column, page) if page != number else "javascript:void(0);"

    return (
        '<div id="wp_paging_w6"><ul class="wp_paging clearfix"><li class="pages_count">'
        f'<span class="per_page">每页&nbsp;<em class="per_count">{site.per_page}</em>&nbsp;记录'
        f'</span><span class="all_count">总共&nbsp;<em class="all_count">{total}</em>&nbsp;记录'
        f'</span></li><li class="page_nav"><a class="first" href="{to(1)}"><span>第一页</span></a>'
        f'<a class="prev" href="{to(max(1, number - 1))}"><span>&lt;&lt;上一页</span></a>'
        f'<a class="next" href="{to(min(pages, number + 1))}"><span>下一页&gt;&gt;</span></a>'
        f'<a class="last" href="{to(pages)}"><span>尾页</span></a></li><li class="page_jump">'
        f'<span class="pages">页码&nbsp;<em class="curr_page">{number}</em>/<em class="all_pages">'
        f"{pages}</em></span></li></ul></div>"
    )


def _framed(site: NewsSite, *, title: str, main: str, visit: str) -> bytes:
    menu = "".join(
        f'<li class="menu-item"><a class="menu-link" href="{quote(list_path(column))}">'
        f"{column.name}</a></li>"
        for column in site.columns
    )
    page = (
        f'<!DOCTYPE html>\n<html class="webplus-page"><head><meta charset="utf-8">'
        f'<title>{escape(title)}</title><meta name="keywords" content="{escape(site.name)}">'
        '<link type="text/css" href="/_css/_system/system.css" rel="stylesheet">'
        f'<script src="/_js/jquery.min.js" sudy-wp-context="" sudy-wp-siteId="{SITE_ID}"></script>'
        '<script src="/_js/jquery.sudy.wp.visitcount.js"></script></head><body>'
        f'<div class="wp-navi"><ul class="wp-menu"><li><a href="/main.htm">首页</a></li>{menu}</ul>'
        f'</div><div class="wp-container">{main}</div><div class="footer">Copyright ©2024 云岭大学'
        f' 版权所有</div></body></html>\n <img src="/_visitcount?{visit}" style="display:none">'
    )
    return page.encode()
