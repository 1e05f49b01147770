"""JCMS: the body between comments, the list in records, the next group by GET."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crawler.extract import extract
from crawler.families import listing_in
from crawler.families.jcms.addresses import article_key
from crawler.page import Page
from crawler.reading import read_listing
from storage.article import Article

COLUMN = "http://www.jiangwan.example/col/col12377/index.html"
PROXY = "http://www.jiangwan.example/module/web/jpage/dataproxy.jsp"
COMPONENT = (
    "<script>$('#1').jpage({totalRecord:%d,proxyUrl:'/module/jpage/dataproxy.jsp',perPage:1,"
    "ajaxParam:{type:'post',data:{col:1,webid:'60',path:'/',columnid:12377,unitid:'9'}}})</script>"
)


def page(body, url=COLUMN, kind="text/html"):
    html = f"<html><head><title>江湾县 公告</title></head><body>{body}</body></html>"
    body = body if kind != "text/html" else html
    return Page(
        url=url,
        headers={"content-type": kind},
        body=body.encode(),
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def store(*ids, following=None, total=None, pages=None, column=12377):
    records = "".join(
        f"<record><![CDATA[<li><a href='/art/2024/3/1/art_{column}_{one}.html'>江湾县第{one}号公告"
        f"</a><span>2024-03-01</span></li>]]></record>"
        for one in ids
    )
    said = f"<totalrecord>{total}</totalrecord>" if total is not None else ""
    said += f"<totalpage>{pages}</totalpage>" if pages is not None else ""
    said += f'<nextgroup><![CDATA[<a href="{following}"></a>]]></nextgroup>' if following else ""
    return f"<datastore>{said}<recordset>{records}</recordset></datastore>"


def in_page(data):
    return f'<div id="9"><script type="text/xml">{data}</script></div>'


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://a.example/art/2018/5/21/art_1599522_12345.html", "a.example:12345"),
        ("http://www.a.example/art/2018/5/21/art_77_12345.html?x=1", "a.example:12345"),
        ("http://a.example/zf/art/2026/art_3bd4f6d0a4ec4e0c9f3a1b2c3d4e5f60.html",
         "a.example:3bd4f6d0a4ec4e0c9f3a1b2c3d4e5f60"),
        (COLUMN, None),
        (PROXY + "?page=1&columnid=7", None),
    ],
)  # fmt: skip
def test_an_article_has_one_key_in_all_its_columns(url, key):
    assert article_key(url) == key


@pytest.mark.parametrize("name", ["<$[信息内容]>", "ZJEG_RSS.content."])
def test_the_body_is_what_stands_between_the_comments(name):
    text = "江湾大桥维修工程已经完成，10月8日起全幅通车。"
    found = extract(
        page(
            "<h1>江湾大桥全幅通车</h1><p>发布日期：2024-09-30</p><div><p>字号：大 中</p>"
            f"<!--{name}begin--><p>{text}</p><!--{name}end--><p>扫一扫在手机打开</p></div>",
            url="http://a.example/art/2024/9/30/art_7_8.html",
        )
    )

    assert isinstance(found, Article)
    assert (found.family, found.text) == ("jcms", text)


def test_of_two_lists_the_one_of_the_pages_column_counts():
    side = in_page(store(*range(900, 920), column=999))
    nextgroup = "/module/web/jpage/dataproxy.jsp?page=1&columnid=12377&unitid=9"
    listing = listing_in(page(side + in_page(store(1, 2, following=nextgroup))))

    assert listing is not None
    assert [link.key for link in listing.links] == ["jiangwan.example:1", "jiangwan.example:2"]
    assert listing.next_url == PROXY + "?page=1&columnid=12377&unitid=9"


@pytest.mark.parametrize(
    ("url", "data", "expected"),
    [
        (f"{PROXY}?page=1&columnid=7", store(1, 2, total=9, pages=4), f"{PROXY}?page=2&columnid=7"),
        (f"{PROXY}?page=3&columnid=7", store(1, total=7, pages=4), None),
        (f"{PROXY}?page=1&columnid=7", store(), None),
        (f"{PROXY}?startrecord=3&endrecord=4&columnid=7", store(1, 2, total=9),
         f"{PROXY}?startrecord=5&endrecord=6&columnid=7"),
        (f"{PROXY}?startrecord=9&endrecord=10&columnid=7", store(1, total=9), None),
    ],
)  # fmt: skip
def test_the_answers_of_the_proxy_lead_to_the_last_group(url, data, expected):
    listing = read_listing(page(data, url=url, kind="text/xml;charset=UTF-8"))

    assert listing.next_url == expected


def test_a_page_that_does_not_name_the_next_group_is_asked_as_its_component_would():
    body = in_page(store(1, 2)) + COMPONENT
    first, whole = page(body % 3), page(body % 2)

    assert listing_in(first).next_url == (
        "http://www.jiangwan.example/module/jpage/dataproxy.jsp"
        "?startrecord=3&endrecord=4&col=1&webid=60&path=%2F&columnid=12377&unitid=9&perpage=1"
    )
    assert listing_in(whole).next_url is None


@pytest.mark.parametrize("cut", range(40, 400, 45))
def test_a_datastore_that_is_cut_off_breaks_nothing(cut):
    whole = page(store(1, 2, total=9), url=f"{PROXY}?page=1&columnid=7", kind="text/xml")

    read_listing(replace(whole, body=whole.body[:cut]))
