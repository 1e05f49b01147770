"""The list pages of the fixture site: three item forms and three paginators of VSB."""

from collections.abc import Callable
from html import escape

from wenxun.newssite.columns import Column, Entry
from wenxun.newssite.state import NewsSite
from wenxun.newssite.stories import Form

_SHOWN = 24  # characters of a title that the first column shows


def listing(site: NewsSite, column: Column, number: int) -> str:
    """Return the items and the paginator of one list page."""
    items, paginator = _FORMS[column.form]
    return items(site, column, number) + paginator(site, column, number)


def href_of(site: NewsSite, column: Column, entry: Entry) -> str:
    """Return the root-relative address of an item in this column."""
    if entry.newsid is None:
        return entry.href or ""
    if site.stories[entry.newsid].dynamic:
        return (
            f"/content.jsp?urltype=news.NewsContentUrl&wbtreeid={column.tree}"
            f"&wbnewsid={entry.newsid}"
        )
    return f"/info/{column.tree}/{entry.newsid}.htm"


def title_of(site: NewsSite, entry: Entry) -> str:
    """Return the title of an item."""
    return entry.title if entry.newsid is None else site.stories[entry.newsid].full_title


def _shortened(site: NewsSite, column: Column, number: int) -> str:
    """Return items with cut titles, the whole in the `title` attribute, and the batch counter."""
    rows = []
    for n, entry in enumerate(site.page(column.slug, number)):
        title = title_of(site, entry)
        shown = f"{title[:_SHOWN]}..." if len(title) > _SHOWN else title
        mark = '<span class="top">[置顶]</span>' if entry.sticky else ""
        rows.append(
            f'<li id="line_u9_{n}">{mark}<a href="{escape(href_of(site, column, entry))}" '
            f'target="_blank" title="{escape(title)}">{escape(shown)}</a>'
            f"<span>{entry.listed_at:%Y-%m-%d}</span></li>"
        )
    ids = [e.newsid for e in site.page(column.slug, number) if e.newsid is not None]
    spans = ",".join(f"'dynclicks_u9_{newsid}'" for newsid in ids)
    numbers = ",".join(str(newsid) for newsid in ids)
    batch = f'<script>_showDynClickBatch([{spans}],[{numbers}],"wbnews", {site.owner})</script>'
    return f'<ul class="newsList">{"".join(rows)}</ul>{batch}'


def _unclosed(site: NewsSite, column: Column, number: int) -> str:
    """Return the old list: one id for all items, `li` never closed, dates in Chinese."""
    up = "../" * (column.slug.count("/") + (number > 1))
    rows = "".join(
        f'<li id="line_u5_0">\n<div>{"[置顶]" if entry.sticky else ""}'
        f'<a href="{escape(_relative(href_of(site, column, entry), up))}" '
        f'title="{escape(title_of(site, entry))}">{escape(title_of(site, entry))}</a> </div>'
        f"<span>{entry.listed_at:%Y年%m月%d日}</span> "
        '<span id="section_u5_0" style="display: none">'
        '<hr style="border-top: #cccccc 1px dashed"></span>\n'
        for entry in site.page(column.slug, number)
    )
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{value}">'
        for name, value in (("_scode_", "1648537952453"), ("urltype", "tree.TreeTempUrl"),
                            ("wbtreeid", column.tree), ("outFlag", "false"))
    )  # fmt: skip
    return f"<UL>{rows}</UL>{hidden}"


def _rows(site: NewsSite, column: Column, number: int) -> str:
    """Return items as table rows, the date as bare text before the link."""
    rows = "".join(
        f'<tr id="line_u7_{n}"><td width="16"><font face="Wingdings">v</font></td><td>'
        f"{entry.listed_at:%Y/%m/%d}&nbsp;{'<b>置顶</b>' if entry.sticky else ''}"
        f'<a class="c67362" href="{escape(href_of(site, column, entry))}" '
        f'title="{escape(title_of(site, entry))}">{escape(title_of(site, entry))}</a></td></tr>'
        for n, entry in enumerate(site.page(column.slug, number))
    )
    return f'<table class="winstyle67362" width="100%">{rows}</table>'


def _static_url(site: NewsSite, column: Column, number: int) -> str:
    """Return the address of a static list page: page 2 has the highest number."""
    if number == 1:
        return f"/{column.slug}.htm"
    return f"/{column.slug}/{site.pages(column.slug) - number + 1}.htm"


def _dynamic_url(site: NewsSite, column: Column, number: int) -> str:
    return (
        f"/list.jsp?totalpage={site.pages(column.slug)}&PAGENUM={number}"
        f"&urltype=tree.TreeTempUrl&wbtreeid={column.tree}"
    )


def _new_paginator(site: NewsSite, column: Column, number: int) -> str:
    return _pb_sys(site, column, number, url=_static_url)


def _dynamic_paginator(site: NewsSite, column: Column, number: int) -> str:
    return _pb_sys(site, column, number, url=_dynamic_url)


def _pb_sys(
    site: NewsSite, column: Column, number: int, *, url: Callable[[NewsSite, Column, int], str]
) -> str:
    pages, total = site.pages(column.slug), len(site.entries[column.slug])

    def step(name: str, text: str, to: int, *, on: bool) -> str:
        if not on:
            return f'<span class="p_{name}_d p_fun_d">{text}</span>'
        href = escape(url(site, column, to))
        return f'<span class="p_{name} p_fun"><a href="{href}">{text}</a></span>'

    near = range(max(1, number - 2), min(pages, number + 2) + 1)
    numbers = "".join(
        f'<span class="p_no_d">{n}</span>'
        if n == number
        else f'<span class="p_no"><a href="{escape(url(site, column, n))}">{n}</a></span>'
        for n in near
    )
    return (
        '<div class="pb_sys_common pb_sys_normal pb_sys_style1" style="text-align:center;">'
        f'<span class="p_t">共{total}条</span> <span class="p_t">{number}/{pages}</span>'
        f' <span class="p_pages">{step("first", "首页", 1, on=number > 1)}'
        f"{step('prev', '上页', number - 1, on=number > 1)}{numbers}"
        f"{step('next', '下页', number + 1, on=number < pages)}"
        f"{step('last', '尾页', pages, on=number < pages)}</span></div>"
    )


def _old_paginator(site: NewsSite, column: Column, number: int) -> str:
    pages, total = site.pages(column.slug), len(site.entries[column.slug])

    def step(kind: str, text: str, to: int, *, on: bool) -> str:
        if not on:
            return f'<span class="{kind}Disabled">{text}</span>'
        return f'<a href="{_static_url(site, column, to)}" class="{kind}">{text}</a>'

    return (
        '<script language="javascript" src="/system/resource/js/gotopage.js"></script><script>'
        f"function a203020_gopage_fun(){{_simple_list_gotopage_fun({pages},'a203020GOPAGE',2)}}"
        '</script><table class="headStylecfdmrj9xob" width="100%"><tr valign="middle">'
        f'<TD nowrap align="left" width="1%" id="fanye203020">共{total}条&nbsp;&nbsp;'
        f"{number}/{pages}&nbsp;</td><td nowrap><div>"
        f"{step('Prev', '首页', 1, on=number > 1)}{step('Prev', '上页', number - 1, on=number > 1)}"
        f"{step('Next', '下页', number + 1, on=number < pages)}"
        f"{step('Next', '尾页', pages, on=number < pages)}</div></td></tr></table>"
    )


def _relative(href: str, up: str) -> str:
    return up + href.removeprefix("/") if href.startswith("/") else href


_Part = Callable[[NewsSite, Column, int], str]
_FORMS: dict[Form, tuple[_Part, _Part]] = {
    Form.TABLE: (_shortened, _new_paginator),
    Form.ART: (_unclosed, _old_paginator),
    Form.COMPONENT: (_rows, _dynamic_paginator),
}
