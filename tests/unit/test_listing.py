"""What a list page says, on markup as the CMS makes it. Every sentence is invented."""

from datetime import UTC, datetime

import pytest

from crawler.discover import LinkKind
from crawler.families.vsb.listing import read_listing
from crawler.fields.list_dates import SHANGHAI
from crawler.page import Page

NOW = datetime(2024, 3, 15, 2, tzinfo=UTC)
URL = "https://news.yunling.example/jdyw.htm"
BATCH = '<script>_showDynClickBatch([{spans}],[{ids}],"wbnews", 1676000001)</script>'
OLD_PAGER = """
<table><tr><td id="fanye203020">共{total}条&nbsp;&nbsp;{page}/{pages}&nbsp;</td>
<td><div>{links}</div></td></tr></table>
"""


def page_of(body, url=URL, head="<title>焦点要闻-云岭大学</title>"):
    html = f"<html><head>{head}</head><body>{MENU}{body}{FOOTER}</body></html>"
    return Page(url=url, body=html.encode(), fetched_at=NOW)


MENU = """<ul class="nav"><li><a href="/index.htm">首页</a></li>
<li><a href="/info/1001/11.htm">学校简介</a></li>
<li><a href="/info/1001/12.htm">现任领导</a></li></ul>"""
FOOTER = """<div class="footer"><a href="/info/1001/13.htm">联系我们</a> 2009-2024</div>"""


def items(
    *numbers,
    form='<li id="line_u5_{i}"><a href="/info/1033/{n}.htm" title="第{n}条消息">'
    "第{n}条消息</a><span>2024-03-{d:02}</span></li>",
):
    rows = "".join(form.format(i=i, n=n, d=10 - i) for i, n in enumerate(numbers))
    return f"<ul class='list'>{rows}</ul>"


def batch(*numbers, owner="1676000001"):
    spans = ",".join(f"'dynclicks_u5_{n}'" for n in numbers)
    script = BATCH.format(spans=spans, ids=",".join(map(str, numbers)))
    return script.replace("1676000001", owner)


def read(body, **options):
    listing = read_listing(page_of(body, **options))
    assert listing is not None
    return listing


def keys(listing):
    return [link.key and link.key.rpartition(":")[2] for link in listing.links]


def titles(listing):
    return [link.title for link in listing.links]


def days(listing):
    return [
        link.listed_at and f"{link.listed_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        for link in listing.links
    ]


def pager(page=1, pages=3, total=25, links=""):
    return OLD_PAGER.format(page=page, pages=pages, total=total, links=links)


NEXT = '<a class="Next" href="{0}">下页</a><a class="Next" href="{1}">尾页</a>'


def test_items_are_the_list_and_nothing_of_menu_or_footer():
    listing = read(items(3, 2, 1) + pager(links=NEXT.format("jdyw/2.htm", "jdyw/1.htm")))

    assert keys(listing) == ["3", "2", "1"]
    assert listing.title == "焦点要闻"


def test_ids_of_lines_may_repeat_be_missing_or_stand_on_rows():
    repeated = (
        '<li id="line_u5_0"><a href="/info/1033/{n}.htm">消息{n}</a><span>2024-03-01</span></li>'
    )
    plain = "<li><span>2024-03-01</span><a href='/info/1033/{n}.htm'>消息{n}</a></li>"
    row = (
        '<tr id="line_u1_{i}"><td>v</td><td><a href="/info/1033/{n}.htm">消息{n}</a>'
        "<font>(发布时间：2024-03-01 15:43:14 阅读次数：<span></span>)</font></td></tr>"
    )

    for form in (repeated, plain, row):
        body = items(3, 2, form=form) + pager(pages=1, total=2)
        body = (
            body.replace("<ul class='list'>", "<table>").replace("</ul><table>", "</table><table>")
            if form is row
            else body
        )
        assert keys(read(body)) == ["3", "2"]


def test_a_single_item_on_the_last_page_is_found():
    assert keys(read(items(1) + pager(page=3, total=21))) == ["1"]


def test_small_columns_without_a_paginator_are_lists():
    body = (
        '<div class="side"><h3>热门</h3><ul><li><a href="/info/1099/71.htm">旧闻一则</a></li>'
        '<li><a href="/info/1099/72.htm">旧闻又一则</a></li></ul></div>'
    )

    assert keys(read(body + items(3, 2))) == ["3", "2"]


def test_the_list_is_the_block_beside_the_paginator_not_the_longer_one_at_the_side():
    side = items(
        *range(90, 80, -1),
        form='<li id="line_u8_{i}"><a href="/info/1050/{n}.htm">边栏{n}</a><i>03-{d:02}</i></li>',
    )
    body = f"<div class='l'>{side}</div><div class='r'>{items(3, 2)}{pager()}</div>"

    assert keys(read(body)) == ["3", "2"]


def test_what_leads_elsewhere_is_recorded_as_what_it_is():
    rows = [
        ('<a href="/info/1033/9.htm">本站</a>', LinkKind.ARTICLE),
        (
            '<a href="http://www.news.yunling.example/info/1034/8.htm">本站别名</a>',
            LinkKind.ARTICLE,
        ),
        (
            '<a href="content.jsp?urltype=news.NewsContentUrl&wbnewsid=7">动态</a>',
            LinkKind.ARTICLE,
        ),
        ('<a href="tzggcontent.jsp?wbtreeid=1033&amp;wbnewsid=6">动态又一</a>', LinkKind.ARTICLE),
        ('<a href="http://lib.yunling.example/info/1003/5.htm">图书馆</a>', LinkKind.EXTERNAL),
        ('<a href="https://mp.weixin.qq.com/s/abc">公众号</a>', LinkKind.EXTERNAL),
        ('<a href="/__local/1/2F/x.pdf">简报</a>', LinkKind.FILE),
        ('<a href="/system/_content/download.jsp?wbfileid=3">附件</a>', LinkKind.FILE),
        ('<a href="javascript:;">内部</a>', LinkKind.SCRIPT),
        ("<a>没有地址</a>", LinkKind.SCRIPT),
    ]
    body = "".join(f"<li>{row}<span>2024-03-01</span></li>" for row, _ in rows)

    listing = read(f"<ul>{body}</ul>" + pager(total=10, pages=1))

    assert [link.kind for link in listing.links] == [kind for _, kind in rows]


def test_a_page_whose_items_all_lead_away_is_still_a_list():
    rows = "".join(
        f'<li><a href="https://mp.weixin.qq.com/s/{n}">推文{n}</a><span>2024-03-0{n}</span></li>'
        for n in (3, 2, 1)
    )
    listing = read(f"<div><ul>{rows}</ul>{pager(page=3, total=23)}</div>")

    assert titles(listing) == ["推文3", "推文2", "推文1"]


DAY = "2024-03-09"
FORMS = {
    "after the link": '<li><a href="/info/1/1.htm">甲乙丙</a><span>2024年03月09日</span></li>',
    "in brackets": '<li><a href="/info/1/1.htm">甲乙丙</a> [ 2024-03-09 ]</li>',
    "before the link": '<li>2024/03/09&nbsp;<a href="/info/1/1.htm">甲乙丙</a></li>',
    "in the link, before": '<li><a href="/info/1/1.htm">2024-03-09 甲乙丙</a></li>',
    "in the link, in a span": '<li><a href="/info/1/1.htm"><span>2024.03.09</span>甲乙丙</a></li>',
    "month over year": '<li><a href="/info/1/1.htm"><div><p>03/09</p><span>2024</span></div>'
    "<div><h3>甲乙丙</h3><p>摘要说二〇二三年的事，2023年1月1日。</p></div></a></li>",
    "day over year and month": '<li><b>09</b><i>2024-03</i><a href="/info/1/1.htm">甲乙丙</a></li>',
    "without a year": '<li><a href="/info/1/1.htm">甲乙丙</a><span>[03-09]</span></li>',
    "labelled": '<li><a href="/info/1/1.htm">甲乙丙</a>(时间：2024-03-09 阅读：<i></i>)</li>',
    "title attribute": '<li><a href="/info/1/1.htm" title="甲乙丙">甲…</a>2024-03-09</li>',
    "sticky": '<li>[置顶]<a href="/info/1/1.htm">甲乙丙</a><em>2024-03-09</em></li>',
    "picture mark": '<li><a href="/info/1/1.htm">甲乙丙<i>[图]</i></a>2024-03-09</li>',
    "NEW": '<li><a href="/info/1/1.htm">·甲乙丙 NEW</a><em>2024-03-09</em></li>',
    "category": '<li><a href="/x.htm">[要闻]</a><a href="/info/1/1.htm">甲乙丙</a>2024-03-09</li>',
    "picture and text": '<li><a href="/info/1/1.htm"><img src="x.jpg"></a><div>'
    '<a href="/info/1/1.htm">甲乙丙</a><p>2024-03-09</p>'
    '<a href="/info/1/1.htm">查看详情</a></div></li>',
}


@pytest.mark.parametrize("form", FORMS)
def test_title_and_date_are_read_from_every_form_of_item(form):
    other = FORMS[form].replace("/info/1/1.htm", "/info/1/2.htm")

    listing = read(f"<ul>{FORMS[form]}{other}</ul>{pager(pages=1, total=2)}")

    assert keys(listing) == ["1", "2"]
    assert titles(listing) == ["甲乙丙", "甲乙丙"]
    assert days(listing) == ["2024-03-09 00:00", "2024-03-09 00:00"]


@pytest.mark.parametrize(
    "body",
    [
        "2024-03-09 <a href='info/1/1.htm'>甲</a><br>2024-03-08 <a href='info/1/2.htm'>乙</a>",
        "<a href='info/1/1.htm'>甲</a> 2024-03-09<br><a href='info/1/2.htm'>乙</a> 2024-03-08",
    ],
)
def test_dates_beside_bare_links_belong_to_the_link_they_stand_with(body):
    listing = read(f"<div><div class='x'>{body}</div>{pager(pages=1, total=2)}</div>")

    assert days(listing) == ["2024-03-09 00:00", "2024-03-08 00:00"]


def test_a_title_that_stays_cut_says_so():
    listing = read(
        items(3, 2, form='<li><a href="/info/1/{n}.htm">很长的一个标题…</a>2024-03-01</li>')
        + pager()
    )

    assert [link.truncated for link in listing.links] == [True, True]


def test_brackets_of_the_title_stay():
    form = '<li><a href="/info/1/{n}.htm">【云岭讲坛】第{n}讲（二）</a><i>2024-03-01</i></li>'

    assert titles(read(items(3, form=form) + pager(pages=1, total=1))) == [
        "【云岭讲坛】第3讲（二）"
    ]


def test_sticky_items_are_marked():
    rows = (
        '<li><em>置顶</em><a href="/info/1/9.htm">公告</a>2020-01-01</li>'
        '<li><a href="/info/1/8.htm">消息</a>2024-03-01</li>'
    )

    assert [link.sticky for link in read(f"<ul>{rows}</ul>{pager()}").links] == [True, False]


def test_a_grid_of_cells_is_read_row_by_row():
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td><a href="/info/1/{n}.htm"><img alt="图{n}"></a><br>'
            f'<a href="/info/1/{n}.htm">图文{n}</a></td>'
            for n in row
        )
        + "</tr>"
        for row in ((6, 5, 4), (3, 2, 1))
    )
    listing = read(f"<div><table>{rows}</table>{pager(pages=1, total=6)}</div>")

    assert keys(listing) == ["6", "5", "4", "3", "2", "1"]
    assert titles(listing)[0] == "图文6"


def test_counters_come_from_the_script_that_names_the_list():
    body = items(3, 2) + pager() + batch(3, 2) + batch(3, 77, 76, owner="1676000002")

    listing = read(body)

    assert {link.counter.owner for link in listing.links} == {"1676000001"}
    assert [link.counter.article_id for link in listing.links] == ["3", "2"]


def test_static_pages_count_down():
    first = read(items(3, 2) + pager(1, 124, 1240, NEXT.format("jdyw/123.htm", "jdyw/1.htm")))
    inner = read(
        items(3, 2)
        + pager(
            4,
            124,
            1240,
            '<a class="Prev" href="../jdyw.htm">首页</a>'
            '<a class="Prev" href="122.htm">上页</a>' + NEXT.format("120.htm", "1.htm"),
        ),
        url="https://news.yunling.example/jdyw/121.htm",
    )

    for listing in (first, inner):
        assert listing.page_urls.first == URL
        assert listing.page_urls.url(2, pages=124) == "https://news.yunling.example/jdyw/123.htm"
        assert listing.page_urls.url(124, pages=124) == "https://news.yunling.example/jdyw/1.htm"
    assert (first.page, first.pages, first.total) == (1, 124, 1240)
    assert inner.next_url == "https://news.yunling.example/jdyw/120.htm"


def test_the_new_paginator_without_counts_is_understood_from_its_numbers():
    numbers = (
        '<div class="pb_sys_common pb_sys_normal pb_sys_style1"><span class="p_pages">'
        '<span class="p_first_d p_fun_d">首页</span><span class="p_prev_d p_fun_d">上页</span>'
        '<span class="p_no_d">1</span><span class="p_no"><a href="jdyw/11.htm">2</a></span>'
        '<span class="p_dot">...</span><span class="p_no"><a href="jdyw/1.htm">12</a></span>'
        '<span class="p_next p_fun"><a href="jdyw/11.htm">下页</a></span>'
        '<span class="p_last p_fun"><a href="jdyw/1.htm">尾页</a></span></span></div>'
    )

    listing = read(items(3, 2) + numbers)

    assert (listing.page, listing.pages, listing.total) == (1, 12, None)
    assert listing.page_urls.url(3, pages=12) == "https://news.yunling.example/jdyw/10.htm"


def test_the_last_page_has_no_next():
    listing = read(
        items(1)
        + pager(
            3, 3, 21, '<a class="Prev" href="2.htm">上页</a><span class="NextDisabled">下页</span>'
        ),
        url="https://news.yunling.example/jdyw/1.htm",
    )

    assert listing.next_url is None
    assert listing.page == 3


def test_a_goto_box_tells_the_number_of_pages():
    box = '<script>function u7_fun(){_simple_list_gotopage_fun(5,"u7_goto",2)}</script>'
    listing = read(items(3, 2) + box + '<div><a class="Next" href="jdyw/4.htm">下页</a></div>')

    assert (listing.page, listing.pages) == (1, 5)


def test_dynamic_pages_carry_their_number():
    base = "https://news.yunling.example/list.jsp?"
    links = (
        f'<a href="{base}totalpage=9&PAGENUM=2&urltype=tree.TreeTempUrl&wbtreeid=7">上一页</a>'
        f'<a href="{base}totalpage=9&PAGENUM=4&urltype=tree.TreeTempUrl&wbtreeid=7">下一页</a>'
    )
    listing = read(
        items(3, 2) + pager(3, 9, 90, links),
        url=f"{base}totalpage=9&PAGENUM=3&urltype=tree.TreeTempUrl&wbtreeid=7",
    )

    expected = f"{base}totalpage=10&PAGENUM=5&urltype=tree.TreeTempUrl&wbtreeid=7"
    assert listing.page_urls.url(5, pages=10) == expected
    assert listing.next_url == f"{base}totalpage=9&PAGENUM=4&urltype=tree.TreeTempUrl&wbtreeid=7"


def test_any_other_paginator_is_followed_by_its_next_link():
    link = '<p><a href="?from=abc">上一页</a> <a href="?from=xyz">下一页</a></p>'

    listing = read(items(3, 2) + link)

    assert listing.next_url == f"{URL}?from=xyz"
    assert listing.page_urls is None


ARTICLE = """<form name="_newscontent_fromname"><h3>标题</h3><div id="vsb_content">
<div class="v_news_content"><p>正文。</p></div></div></form>
<p>上一条：<a href="1872.htm">前一篇</a></p>"""


@pytest.mark.parametrize(
    "body",
    [
        ARTICLE,
        ARTICLE + items(3, 2) + batch(3, 2),
        "<script>_jsq_(1033,'/content.jsp',1873,1676000001)</script>" + items(3, 2),
        "<script>_addDynClicks('wbnews',1676000001,1543)</script><div>学校在山谷里。</div>",
        "<div>没有列表的页面</div>",
    ],
    ids=["article", "article with a side list", "visit script", "column as article", "nothing"],
)
def test_a_page_that_is_no_list_is_none(body):
    assert read_listing(page_of(body)) is None


def test_an_empty_column_is_an_empty_list():
    listing = read("<ul></ul>" + pager(1, 1, 0))

    assert (listing.links, listing.total) == ((), 0)


def test_a_home_page_gives_all_its_news_blocks():
    body = f"<div>{items(3, 2)}{batch(3, 2)}</div><div class='b'>{items(7, 6)}{batch(7, 6)}</div>"

    listing = read(body, url="https://news.yunling.example/")

    assert keys(listing) == ["3", "2", "7", "6"]


def test_a_page_of_several_lists_with_more_links_is_an_overview():
    more = '<a href="/{0}.htm">更多&gt;&gt;</a>'
    body = f"<div>{more.format('a')}{items(3, 2)}</div><div>{more.format('b')}{items(7, 6)}</div>"

    assert keys(read(body)) == ["3", "2", "7", "6"]
