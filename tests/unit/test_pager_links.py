"""What paginators print and where they lead, in the forms that sites use. Names are invented."""

from datetime import UTC, datetime

import pytest

from crawler.listing.laypage import laypage_paginator
from crawler.listing.numbering import page_by, proven_rule
from crawler.listing.paginator import Pager, read_paginator
from crawler.listing.scripts import script_paginator
from crawler.page import Page

NOW = datetime(2026, 3, 2, tzinfo=UTC)
HOST = "http://www.qinghe.example"
ANY = Pager(elements=lambda page: tuple(page.tree.css("#p")), numberings=(), infer=True)


def page_of(body, url=f"{HOST}/xw/index.html"):
    return Page(url=url, body=f"<body>{body}".encode(), fetched_at=NOW)


def read(body, url=f"{HOST}/xw/index.html"):
    found = read_paginator(page_of(f"<div id='p'>{body}</div>", url), ANY)
    assert found is not None
    return found


@pytest.mark.parametrize(
    "link",
    [
        "<a href='index_2.html'>下一页</a>",
        "<a href='index_2.html'>下一页&gt;&gt;</a>",
        "<a href='index_2.html'>[下页]</a>",
        "<a href='index_2.html'>下一頁</a>",
        "<a href='index_2.html'>Next »</a>",
        "<a href='index_2.html'>»</a>",
        "<a href='index_2.html'>&gt;</a>",
        "<a href='index_2.html' title='下一页'><img src='r.gif'></a>",
        "<a href='index_2.html' aria-label='Next'><i></i></a>",
        "<a href='index_2.html' class='page-next'><i></i></a>",
        "<a href='#' onclick=\"location.href=encodeURI('index_2.html');\">下一页</a>",
        "<a href=\"javascript:window.location.href='index_2.html'\">下一页</a>",
    ],
)
def test_the_next_page_is_found_by_any_of_its_names(link):
    assert read(link).next_url == f"{HOST}/xw/index_2.html"


@pytest.mark.parametrize(
    "link",
    [
        "<a href='http://other.example/2.html'>下一页</a>",
        "<a href='javascript:;'>下一页</a>",
        "<a href='#'>下一页</a>",
        "<a href='a.html'>下一篇</a>",
    ],
)
def test_what_leads_nowhere_or_elsewhere_is_no_next_page(link):
    assert read(f"1/2 {link}").next_url is None


def test_a_double_arrow_is_the_last_page_where_a_single_one_is_the_next():
    found = read("<a href='index_2.html'>›</a><a href='index_9.html'>»</a>")

    assert found.next_url == f"{HOST}/xw/index_2.html"


NUMBERS = "".join(f"<a href='index_{n}.html'>{n}</a>" for n in (2, 3, 4))


@pytest.mark.parametrize("current", ["<b>1</b>", "<span>1</span>", "<a>1</a>", "<em>1</em>"])
def test_this_page_is_the_number_without_a_link(current):
    found = read(f"{current}{NUMBERS}")

    assert (found.page, found.next_url) == (1, f"{HOST}/xw/index_2.html")


def test_a_box_of_addresses_is_a_paginator():
    options = "".join(
        f"<option value='list_5_{n}.html'{' selected' if n == 2 else ''}>第{n}页</option>"
        for n in range(1, 7)
    )

    found = read(f"<select onchange='go(this)'>{options}</select>", f"{HOST}/xw/list_5_2.html")

    assert (found.page, found.pages) == (2, 6)
    assert found.next_url == f"{HOST}/xw/list_5_3.html"
    assert found.page_urls.url(6, pages=6) == f"{HOST}/xw/list_5_6.html"


def test_a_box_without_addresses_names_no_page():
    found = read("1/3 <select><option value='1'>1</option><option value='2'>2</option></select>")

    assert (found.pages, found.next_url) == (3, None)


def test_counts_are_read_in_any_wording():
    texts = {
        "页次：1/326 <a href='2.html'>下页</a>": (1, 326, None),
        "共 60 条记录 第 1 页 共 3 页 <a href='2.html'>下页</a>": (1, 3, 60),
        "分12页 第1页 <a href='2.html'>下页</a>": (1, 12, None),
    }

    for text, expected in texts.items():
        found = read(text)
        assert (found.page, found.pages, found.total) == expected


def test_a_date_is_no_place_in_a_column():
    assert read("2020/12/30 <a href='2.html'>下页</a>").pages is None


def test_a_number_that_counts_nothing_is_none():
    huge = "9" * 5000
    far = huge[:900]  # no address is longer than 2,083 letters
    body = f"1/{huge} 共{huge}页 共{huge}条 第{huge}页 <a href='?page={far}'>下页</a><b>{huge}</b>"

    found = read(body, f"{HOST}/xw/index_{far}.html")

    assert (found.pages, found.page_urls) == (None, None)
    assert (
        script_paginator(page_of(f"<script>createPageHTML({huge}, 0, 'a', 'b')</script>")) is None
    )


def urls(*pairs):
    return {page: f"{HOST}/{path}" for page, path in pairs}


@pytest.mark.parametrize(
    ("known", "third"),
    [
        (urls((1, "xw/"), (2, "xw/index_1.html"), (9, "xw/index_8.html")), "xw/index_2.html"),
        (urls((1, "xw/"), (2, "xw/index_2.html"), (9, "xw/index_9.html")), "xw/index_3.html"),
        (urls((1, "xw.htm"), (2, "xw/8.htm"), (9, "xw/1.htm")), "xw/7.htm"),
        (urls((1, "l?c=7&p=1"), (2, "l?c=7&p=2")), "l?c=7&p=3"),
        (urls((1, "l?p=0"), (2, "l?p=20"), (3, "l?p=40")), None),  # counts items, not pages
        (urls((1, "xw/"), (2, "xw/index_2.html")), None),  # one link proves nothing
        (urls((2, "xw/index_2.html"), (9, "xw/index_9.html")), None),  # no first page
        (urls((1, "a/"), (2, "a/2.htm"), (3, "b/3.htm"), (4, "a/4.htm")), None),
        (urls((1, "a/"), (2, "a/02.htm"), (9, "a/09.htm")), None),  # how is 10 written?
    ],
)
def test_a_rule_is_believed_where_two_links_prove_it(known, third):
    rule = proven_rule(known, pages=9)

    assert (rule and rule.url(3, pages=9)) == (third and f"{HOST}/{third}")
    for page, url in known.items() if rule else ():
        assert page_by(rule, url, pages=9) == page


LAYPAGE = """<div id="pages"></div><script>layui.use('laypage', function(){
  layui.laypage.render({elem: 'pages', count: 271, limit: 15, curr: 2,
    jump: function(obj, first){ if(!first){ location.href = '/xw/list?cat=3&page=' + obj.curr; } }
  }); });</script>"""


def test_a_laypage_says_counts_and_how_it_jumps():
    found = laypage_paginator(page_of(LAYPAGE))

    assert (found.page, found.pages, found.total) == (2, 19, 271)
    assert found.next_url == f"{HOST}/xw/list?cat=3&page=3"
    assert found.page_urls.url(19, pages=19) == f"{HOST}/xw/list?cat=3&page=19"


def test_a_laypage_that_loads_its_items_by_script_has_no_next_address():
    script = LAYPAGE.replace("location.href = '/xw/list?cat=3&page=' + obj.curr;", "load(obj.curr)")

    found = laypage_paginator(page_of(script))

    assert (found.pages, found.next_url, found.page_urls) == (19, None, None)


def test_a_page_that_only_loads_the_library_has_no_laypage():
    assert laypage_paginator(page_of("<script>layui.use('laypage')</script>")) is None
