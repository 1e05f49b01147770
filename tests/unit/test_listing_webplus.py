"""WebPlus list pages: the windows that are the page's list, their items, and the paginator."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from crawler.discover import LinkKind, Listing
from crawler.families.webplus.addresses import article_key
from crawler.families.webplus.listing import read_listing
from crawler.page import Page
from storage.article import Counter

NOW = datetime(2026, 11, 1, tzinfo=UTC)
HOST = "http://news.qinglan.example"
MENU = '<ul class="wp-menu"><li><a href="/2016/0101/c5a9/page.htm">学院简介</a></li></ul>'
SIDE = (
    '<div frag="窗口21"><div id="wp_news_w21"><ul class="news_list"><li class="news n1">'
    '<div class="news_title"><a href="/2025/1201/c99a701/page.htm" title="旁边">旁边</a></div>'
    '<div class="news_meta">12-01</div></li><li class="news n2"><div class="news_title">'
    '<a href="/2025/1202/c99a702/page.htm">旁边二</a></div><div class="news_meta">12-02</div></li>'
    '</ul></div><div class="more_btn"><a href="/99/list.htm" class="w21_more">更多</a></div></div>'
)
NOWHERE = "javascript:void(0);"


def paging(page: int, pages: int, *, window: int = 6, column: str = "/13/list") -> str:
    after = f"{column}{page + 1}.htm" if page < pages else NOWHERE
    before = f"{column}{page - 1}.htm" if page > 1 else NOWHERE
    return (
        f'<div id="wp_paging_w{window}"><ul class="wp_paging clearfix"><li class="pages_count">'
        '<span class="per_page">每页&nbsp;<em class="per_count">14</em>&nbsp;记录&nbsp;</span>'
        '<span class="all_count">总共&nbsp;<em class="all_count">271</em>&nbsp;记录&nbsp;</span>'
        f'</li><li class="page_nav"><a class="first" href="{NOWHERE}"><span>第一页</span></a>'
        f'<a class="prev" href="{before}"><span>&lt;&lt;上一页</span></a>'
        f'<a class="next" href="{after}"><span>下一页&gt;&gt;</span></a>'
        f'<a class="last" href="{column}{pages}.htm"><span>尾页</span></a></li>'
        f'<li class="page_jump"><span class="pages">页码&nbsp;<em class="curr_page">{page}</em>/'
        f'<em class="all_pages">{pages}</em></span></li></ul></div>'
    )


def listing(inner: str, *, address: str = "/13/list.htm", kind: str = "type=2&columnId=13"):
    body = (
        "<html class='webplus-list'><head><title>通知公告</title></head><body>"
        f"{MENU}{inner}<div><a href='http://www.x.example'>友情链接</a></div></body></html>"
        f"<img src='/_visitcount?siteId=2&{kind}' style='display:none'>"
    )
    return read_listing(Page(url=HOST + address, body=body.encode(), fetched_at=NOW))


def ids(found: Listing | None) -> Sequence[str | None]:
    assert found is not None
    return [link.key.rpartition(":a")[2] if link.key else None for link in found.links]


def item(number: int, *, href: str | None = None) -> str:
    href = href or f"/2026/03{number}/c13a{number}/page.htm"
    return (
        f'<li class="list_item i{number}"><div class="fields pr_fields">'
        f'<span class="Article_Index">{number}</span><span class="Article_Title">'
        f'<a href="{href}" title="通知第{number}号全称">'
        f'通知第{number}号…</a></span></div><div class="fields ex_fields">'
        f'<span class="Article_PublishDate">2026-03-{number}</span></div></li>'
    )


def window(items: str, pager: str = "", *, number: int = 6) -> str:
    return (
        f'<div frag="窗口{number}" portletmode="simpleList"><div id="wp_news_w{number}">'
        f'<ul class="wp_article_list">{items}</ul></div>{pager}</div>'
    )


def test_the_list_is_the_window_that_has_a_paginator():
    found = listing(SIDE + window(item(15) + item(14), paging(1, 20)) + SIDE)

    assert ids(found) == ["15", "14"]
    assert [link.title for link in found.links] == ["通知第15号全称", "通知第14号全称"]
    assert [link.listed_text for link in found.links] == ["2026-03-15", "2026-03-14"]


def test_of_two_lists_with_paginators_the_page_s_own_is_the_one_that_it_pages():
    other = window(item(12), paging(1, 9, window=7, column="/77/list"), number=7)

    found = listing(other + window(item(15), paging(2, 3)), address="/13/list2.htm")

    assert ids(found) == ["15"]
    assert (found.page, found.next_url) == (2, f"{HOST}/13/list3.htm")


def test_a_list_without_a_paginator_is_the_window_of_that_mode():
    assert ids(listing(window(item(15)) + SIDE)) == ["15"]


def test_of_two_lists_without_paginators_the_one_of_the_page_s_column_counts():
    other = window(item(12, href="/2026/0312/c77a12/page.htm"), number=7)

    assert ids(listing(other + window(item(15)))) == ["15"]
    assert ids(listing(other + window(item(15)), kind="type=2&columnId=5")) == ["12", "15"]


def test_a_list_without_either_is_the_window_of_the_page_s_own_column():
    rows = "".join(
        f'<tr><td><table><tr><td><a href="/2026/0315/c13a{number}/page.htm">通知{number}</a></td>'
        f"<td><div>2026-03-15</div></td></tr></table></td></tr>"
        for number in (15, 14, 13)
    )
    table = f'<div id="wp_news_w3"><table class="wp_article_list_table">{rows}</table></div>'

    assert ids(listing(table + SIDE)) == ["15", "14", "13"]


def test_items_that_lead_elsewhere_are_kept_as_what_they_are():
    items = "".join(
        [
            item(15),
            item(14, href="/_redirect?siteId=2&columnId=13&articleId=7"),
            item(13, href="https://mp.weixin.qq.com/s/abc"),
            item(12, href="/_upload/article/files/a/b.pdf"),
        ]
    )

    found = listing(window(items, paging(1, 2)))

    kinds = [link.kind for link in found.links]
    assert kinds == [LinkKind.ARTICLE, LinkKind.EXTERNAL, LinkKind.EXTERNAL, LinkKind.FILE]


def test_rows_of_nested_tables_that_lead_elsewhere_are_items_in_their_place():
    hrefs = ["/2026/0315/c13a15/page.htm", "https://mp.weixin.qq.com/s/a", "/a/b/c13a13/page.htm"]
    rows = "".join(
        f"<tbody><tr><td><table><tr><td><a href='{href}'>第{at}条</a></td>"
        "<td><div>2026-03-15</div></td></tr></table></td></tr></tbody>"
        for at, href in enumerate(hrefs)
    )

    found = listing(f'<div id="wp_news_w6"><table>{rows}</table>{paging(1, 9)}</div>' + SIDE)

    assert [link.title for link in found.links] == ["第0条", "第1条", "第2条"]


def test_the_column_that_stands_before_a_title_is_no_item():
    items = item(15).replace(
        '<span class="Article_Title">',
        '<a href="/7/list.htm">[教学]</a><span class="Article_Title">',
    )

    found = listing(window(items, paging(1, 2)))

    assert [link.title for link in found.links] == ["通知第15号全称"]


@pytest.mark.parametrize(
    "date",
    [
        (
            '<div class="news_date"><span class="news_days">15</span>'
            '<span class="news_year">2026-03</span></div>'
        ),
        '<span class="news_meta">[2026.03.15]</span>',
        '<span class="news_meta">2026年03月15日</span>',
        '<div class="d"><b>15</b>2026.03</div>',
    ],
)
def test_every_form_of_date_is_read(date):
    row = f'<li class="news n1">{date}<a href="/2026/0315/c13a15/page.htm">通知</a></li>'

    (link,) = listing(window(row, paging(1, 1))).links

    assert link.listed_at == datetime(2026, 3, 14, 16, tzinfo=UTC)


def test_a_link_around_a_summary_has_the_title_that_it_names():
    href, summary = "/2026/0315/c13a15/page.htm", "（通讯员：林岚）为进一步落实课程建设方案，" * 4
    row = f"<li><p><a href='{href}' title='课程建设推动会召开'>{summary}...</a></p></li>"

    (link,) = listing(window(row, paging(1, 1))).links

    assert (link.title, link.truncated) == ("课程建设推动会召开", False)


def test_photos_without_dates_are_items_with_the_title_of_their_text():
    href = "/2026/0315/c13a15/page.htm"
    row = (
        f'<li class="news n1"><div class="imgs"><a href="{href}"><img src="/_upload/a_s.jpg"></a>'
        f'</div><div class="wz"><a href="{href}" title="春天的校园"><span>春天的校园</span></a>'
        "</div></li>"
    )

    (link,) = listing(window(row, paging(1, 1))).links

    assert (link.title, link.listed_at) == ("春天的校园", None)


@pytest.mark.parametrize(
    ("page", "following"), [(1, "/13/list2.htm"), (2, "/13/list3.htm"), (3, None)]
)
def test_pages_count_up(page, following):
    found = listing(window(item(15), paging(page, 3)), address=f"/13/list{page}.htm")

    assert (found.page, found.pages, found.total) == (page, 3, 271)
    assert found.next_url == (HOST + following if following else None)
    assert found.page_urls.url(3, pages=3) == f"{HOST}/13/list3.htm"


def test_page_1_has_one_address():
    found = listing(window(item(15), paging(2, 3)), address="/13/list2.htm")

    assert found.page_urls.url(1, pages=3) == f"{HOST}/13/list.htm"


def test_pages_that_are_made_on_demand_count_up_too():
    found = listing(window(item(15), paging(1, 3)).replace(".htm", ".psp"), address="/13/list.psp")

    assert ids(found) == ["15"]
    assert found.next_url == f"{HOST}/13/list2.psp"


def test_an_empty_list_is_a_list():
    found = listing(window("", paging(1, 0)) + SIDE)

    assert found is not None
    assert found.links == ()


def test_the_way_to_the_column_may_stand_outside_of_its_window():
    rows = "".join(
        f'<li><a href="/2024/12{n}/c10853a{n}/page.htm" target="_blank"><i>></i>任前公示</a></li>'
        for n in (18, 13)
    )
    news = f'<div portletmode="simpleNews"><div id="wp_news_w7"><ul>{rows}</ul></div></div>'
    head = '<div class="t"><span>党委行政</span><a href="/10853/list.htm">MORE</a></div>'

    found = listing(head + news, address="/main.htm", kind="type=1&columnId=1")

    assert [link.title for link in found.links] == ["任前公示", "任前公示"]


def test_items_are_of_one_kind_whatever_number_the_template_gives_them():
    rows = "".join(
        f'<li class="news n{n}"><a href="{href}">第{n}条</a><span>04-0{n}</span></li>'
        for n, href in enumerate(["/2026/0401/c13a1/page.htm", "https://mp.weixin.qq.com/s/a"], 1)
    )
    more = '<a class="w11_more" href="/13/list.htm">更多</a>'
    news = f'<div portletmode="simpleNews">{more}<ul class="news_list">{rows}</ul></div>'

    found = listing(news, address="/main.htm", kind="type=1&columnId=1")

    assert [link.title for link in found.links] == ["第1条", "第2条"]


def test_a_home_page_gives_its_news_and_no_lists_of_pages():
    undated = SIDE.replace("c99a", "c55a").replace("12-01", "").replace("12-02", "")
    majors = undated[: undated.index('<div class="more_btn">')] + "</div>"
    slides = majors.replace("c55a7", "c56a8").replace("旁边", "云岭大学师生在湖畔种下新一批树苗")
    news = f'<div portletmode="simpleNews"><ul>{item(15)}{item(14)}</ul></div>'

    page = slides + majors + news + SIDE

    found = listing(page, address="/main.htm", kind="type=1&columnId=1")

    assert ids(found) == ["801", "802", "15", "14", "701", "702"]


def test_a_list_that_shows_counts_says_where_they_are_asked_for():
    shown = '<span class="wp_listVisitCount" artId="15" type="3"></span></li>'

    (counted,) = listing(window(item(15).replace("</li>", shown), paging(1, 1))).links
    (uncounted,) = listing(window(item(15), paging(1, 1))).links

    assert counted.counter == Counter(owner="2", article_id="15", kind="webplus")
    assert uncounted.counter is None


def test_an_article_is_no_list_whatever_stands_beside_it():
    assert listing(window(item(15), paging(1, 2)), kind="type=3&articleId=4") is None


@pytest.mark.parametrize(
    "address",
    [
        "http://news.qinglan.example/2026/0313/c13475a290241/page.htm",
        "https://www.news.qinglan.example/2026/0313/c22a290241/page.psp",
        "http://news.qinglan.example/6d/c1/c13475a290241/page.htm",
        "http://news.qinglan.example/_t960/2026/0313/c13475a290241/page.htm",
        "http://news.qinglan.example/_s12/2026/0313/c13475a290241/page.psp",
        "http://news.qinglan.example/2026/0313/c13475a290241/page.htm?from=list",
    ],
)
def test_all_addresses_of_an_article_have_one_key(address):
    assert article_key(address) == "news.qinglan.example:a290241"


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("http://a.example/zs/2026/0929/c13185a243970/page.htm", "a.example/zs:a243970"),
        (
            "http://a.example/isoenglish/f2/99/c52434a783001/page.htm",
            "a.example/isoenglish:a783001",
        ),
        ("http://a.example/s/13/t/542/aa/bb/info12345.htm", "a.example/s/13:a12345"),
        ("http://a.example:8080/2026/0929/c1a2/page.htm", "a.example:8080:a2"),
        ("http://a.example/2026/0929/c1a2/page2.htm", "a.example:a2-2"),
        ("http://a.example/13/list.htm", None),
        ("http://a.example/_redirect?siteId=1&columnId=2&articleId=3", None),
        ("http://a.example/info/1033/2095.htm", None),
        ("http://[a/2026/0929/c1a2/page.htm", None),
    ],
)
def test_sub_sites_and_versions_have_keys_of_their_own(address, key):
    assert article_key(address) == key
