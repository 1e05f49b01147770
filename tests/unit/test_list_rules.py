"""What a family has to say of its lists for them to be read. Every sentence is invented."""

import re
from datetime import UTC, datetime

import pytest

from crawler.discover import LinkKind
from crawler.fields.links import url_key
from crawler.listing.addresses import Addresses
from crawler.listing.numbering import (
    BEHIND_NAME,
    COUNTING_DOWN,
    IN_QUERY,
    UNDERSCORED,
    UNDERSCORED_FROM_0,
    UNDERSCORED_FROM_1,
)
from crawler.listing.paginator import Pager, first_of, read_paginator
from crawler.listing.read import read_list
from crawler.listing.rules import ListRules
from crawler.listing.scripts import script_paginator
from crawler.page import Page

NOW = datetime(2026, 3, 2, tzinfo=UTC)
HOST = "http://www.qinghe.example"
ARTICLE = re.compile(r"c\d+a(\d+)/page\.htm$")


def page_of(body, url=f"{HOST}/12/list.htm"):
    return Page(url=url, body=f"<title>公告</title><body>{body}".encode(), fetched_at=NOW)


def article_key(url):
    return url_key(url) if ARTICLE.search(url) else None


ADDRESSES = Addresses(
    looks_like_article=lambda href: ARTICLE.search(href) is not None, key=article_key
)


def marked_list(page):
    return page.tree.css("#main")


def row(number, day=1):
    return f"<li><a href='/c12a{number}/page.htm'>第{number}则公告</a><i>2026-02-{day:02}</i></li>"


SIDE = f"<div id='side'><ul>{row(91)}{row(92)}{row(93)}{row(94)}</ul></div>"


def titles(listing):
    return [link.title for link in listing.links]


def test_a_marked_container_is_the_whole_list():
    rules = ListRules(addresses=ADDRESSES, containers=marked_list)
    body = f"{SIDE}<div id='main'><ul>{row(3)}{row(2)}</ul></div>{SIDE}"

    listing = read_list(page_of(body), rules)

    assert titles(listing) == ["第3则公告", "第2则公告"]


def test_a_container_without_article_addresses_gives_what_stands_in_it():
    rules = ListRules(addresses=ADDRESSES, containers=marked_list)
    body = (
        "<div id='main'><ul><li><a href='http://mp.weixin.qq.com/s/x'>外文一则</a></li>"
        "<li><a href='/files/a.pdf'>附件一份</a></li></ul><a href='/12/list.htm'>更多</a></div>"
    )

    listing = read_list(page_of(body), rules)

    assert [link.kind for link in listing.links] == [LinkKind.EXTERNAL, LinkKind.FILE]


def test_the_family_may_name_the_items_of_its_container():
    rules = ListRules(addresses=ADDRESSES, containers=marked_list, items="tr.row")
    body = (
        "<div id='main'><table><tr><th><a href='/12/list.htm'>标题</a></th></tr>"
        "<tr class='row'><td><a href='/c12a7/page.htm'>第7则公告</a></td><td>2026-02-01</td></tr>"
        "<tr class='row'><td>没有链接</td></tr></table></div>"
    )

    listing = read_list(page_of(body), rules)

    assert titles(listing) == ["第7则公告"]
    assert listing.links[0].listed_text == "2026-02-01"


def test_a_marked_container_without_items_is_an_empty_listing():
    rules = ListRules(addresses=ADDRESSES, containers=marked_list)

    listing = read_list(page_of("<div id='main'></div>"), rules)

    assert listing is not None
    assert listing.links == ()


def test_evidence_of_the_family_outweighs_the_longer_block():
    body = (
        f"<ul class='a'>{row(1)}{row(2)}{row(3)}</ul>"
        f"<div><ul class='mine'>{row(4)}{row(5)}</ul></div>"
    )
    rules = ListRules(
        addresses=ADDRESSES,
        evidence=lambda _: (
            lambda block: 2 * ("mine" in (block.container.attributes["class"] or ""))
        ),
    )

    listing = read_list(page_of(body), rules)

    assert titles(listing) == ["第4则公告", "第5则公告"]


@pytest.mark.parametrize(
    ("numbering", "first", "second", "fifth"),
    [
        (BEHIND_NAME, "/12/list.htm", "/12/list2.htm", "/12/list5.htm"),
        (UNDERSCORED, "/xw/index.html", "/xw/index_2.html", "/xw/index_5.html"),
        (UNDERSCORED_FROM_0, "/xw/index.html", "/xw/index_1.html", "/xw/index_4.html"),
        (UNDERSCORED_FROM_1, "/xw/list_7_1.html", "/xw/list_7_2.html", "/xw/list_7_5.html"),
        (COUNTING_DOWN, "/xw.htm", "/xw/8.htm", "/xw/5.htm"),
        (IN_QUERY, "/xw.jsp?page=1&id=3", "/xw.jsp?page=2&id=3", "/xw.jsp?page=5&id=3"),
    ],
)
def test_a_numbering_is_proven_by_the_next_page_and_gives_all_others(
    numbering, first, second, fifth
):
    pager = Pager(numberings=(numbering,))
    body = f"<p>1/9 <a href='{second}'>下一页</a></p>"

    paginator = read_paginator(page_of(body, url=HOST + first), pager)

    assert (paginator.page, paginator.pages) == (1, 9)
    assert paginator.next_url == HOST + second
    assert paginator.page_urls.url(5, pages=9) == HOST + fifth
    assert paginator.page_urls.url(1, pages=9) == HOST + first


def test_a_numbering_that_one_link_contradicts_is_not_believed():
    pager = Pager(numberings=(UNDERSCORED,))
    body = "<p>1/9 <a href='/xw/index_1.html'>下一页</a></p>"

    paginator = read_paginator(page_of(body, url=f"{HOST}/xw/index.html"), pager)

    assert paginator.next_url == f"{HOST}/xw/index_1.html"
    assert paginator.page_urls is None


def test_the_own_address_tells_the_page_where_nothing_printed_does():
    pager = Pager(numberings=(BEHIND_NAME,))
    body = "<p><a href='/12/list2.htm'>上一页</a> <a href='/12/list4.htm'>下一页</a></p>"

    paginator = read_paginator(page_of(body, url=f"{HOST}/12/list3.htm"), pager)

    assert paginator.page == 3


SCRIPTS = [
    'createPageHTML(4, 0, "index", "html");',
    "createPageHTML('page_div',4, 0,'index','html');",
    "Pager({size:4,current:0,prefix:'index',suffix:'html'})",
    (
        "var countPage = 4;//共多少页\nvar currentPage = 0;\n"
        'createPageHTML(countPage, currentPage, "index", "html");'
    ),
    """var currentPage = 0;//所在页从0开始
var nextPage = currentPage+1//下一页
var countPage = 4//共多少页
if(countPage>1&&currentPage!=(countPage-1)){
document.write("<a href=\\"index"+"_" + nextPage + "."+"html\\">下一页</a>");}""",
    'var currentPage=0; var countPage = 4; go("index_" + nextPage + ".html")',
]


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_paginator_that_a_script_writes_is_read_from_its_call(script):
    page = page_of(f"<div><script>{script}</script></div>", url=f"{HOST}/gsgg/")

    paginator = script_paginator(page)

    assert (paginator.page, paginator.pages) == (1, 4)
    assert paginator.next_url == f"{HOST}/gsgg/index_1.html"
    assert paginator.page_urls.url(1, pages=4) == f"{HOST}/gsgg/"


def test_a_script_that_fills_an_element_and_counts_items_counts_pages_from_one():
    script = "window.onload=function(){createPageHTML('page_div',4, 2,'xwzx_list','shtml',78);}"
    page = page_of(f"<script>{script}</script>", url=f"{HOST}/xwzx/xwzx_list_2.shtml")

    paginator = script_paginator(page)

    assert (paginator.page, paginator.pages, paginator.total) == (2, 4, 78)
    assert paginator.next_url == f"{HOST}/xwzx/xwzx_list_3.shtml"
    assert paginator.page_urls.url(1, pages=4) == f"{HOST}/xwzx/xwzx_list.shtml"


def test_the_last_page_of_a_script_has_no_next():
    script = SCRIPTS[0].replace(" 0,", " 3,")
    page = page_of(f"<script>{script}</script>", url=f"{HOST}/gsgg/index_3.html")

    paginator = script_paginator(page)

    assert (paginator.page, paginator.pages, paginator.next_url) == (4, 4, None)
    assert paginator.page_urls.url(3, pages=4) == f"{HOST}/gsgg/index_2.html"


@pytest.mark.parametrize(
    "script",
    [
        "function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){}",
        'createPageHTML(2, 9, "index", "html");',
        'createPageHTML(999999999, 0, "index", "html");',
        "new Pager({el: '#x'})",
    ],
)
def test_what_is_no_call_with_a_place_is_no_paginator(script):
    assert script_paginator(page_of(f"<script>{script}</script>")) is None


def test_the_first_reader_that_finds_a_paginator_is_believed():
    read = first_of(script_paginator, lambda page: read_paginator(page, Pager()))

    found = read(page_of("<p>2/3 <a href='?page=3'>下页</a></p>"))

    assert (found.page, found.pages) == (2, 3)
    assert read(page_of("<p>没有</p>")) is None
