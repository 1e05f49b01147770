"""Articles on several pages: where the rest is, and what the whole is."""

from datetime import UTC, datetime

import pytest

from crawler.fields.parts import MOST_PARTS, joined, part_urls
from crawler.page import Page
from storage.article import Article, Credit, Image

URL = "http://news.anping.example/n1/2023/0615/c1013-311.html"


def parts(body, url=URL):
    page = Page(
        url=url,
        body=f"<html><body>{body}</body></html>".encode(),
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return part_urls(page)


def pager(*links):
    return "".join(f'<a href="{href}">{label}</a> ' for label, href in links)


PEOPLE = (("【1】", "c1013-311.html"), ("【2】", "c1013-311-2.html"), ("【3】", "c1013-311-3.html"))
TRS = "http://a.example/t20_561.html"
ASP = "http://a.example/show.php?id=7"
COUNTED = (
    '<script>var countPage = 2//共多少页\ndocument.write("<a href=\\"t20_561"+"_" + i + "."+"html'
    '\\">2</a>");</script>'
)
SCRIPT = "<script>createPageHTML(3, 0, 't20_561', 'html');</script>"


@pytest.mark.parametrize(
    ("body", "url", "expected"),
    [
        (pager(*PEOPLE), URL, ["c1013-311-2.html", "c1013-311-3.html"]),
        (pager(("下一页", "c_7_2.htm")), "http://a.example/x/c_7.htm", ["c_7_2.htm"]),
        (pager(("2", "t20_561_1.html")), TRS, ["t20_561_1.html"]),
        (pager(("[2]", "?id=7&amp;page=2")), ASP, ["show.php?id=7&page=2"]),
        (SCRIPT, TRS, ["t20_561_1.html", "t20_561_2.html"]),
        (COUNTED, TRS, ["t20_561_1.html"]),
    ],
)
def test_further_pages_have_the_address_of_the_article_and_a_number(body, url, expected):
    assert [found.rpartition("/")[2] for found in parts(body, url)] == expected


@pytest.mark.parametrize(
    "body",
    [
        "",
        pager(("2", "c1013-312.html")),  # another article
        pager(("3", "c1013-311-3.html")),  # nothing between
        pager(("相关报道", "c1013-311-2.html")),  # no label of a pager
        pager(("1", "c1013-311-1.html")),  # the page itself once more
        "<script>createPageHTML(5, 0, 'index', 'html');</script>",  # a list beside the article
        "<p>见 c1013-311-2.html</p>",
    ],
)
def test_what_only_looks_like_a_further_page_is_none(body):
    assert parts(body) == ()


def test_a_pager_without_end_is_cut():
    endless = pager(*((n, f"c1013-311-{n}.html") for n in range(2, 300)))

    assert len(parts(endless)) == MOST_PARTS


def article(text, **more):
    return Article(url=URL, page_key=URL, title="题", text=text, html=f"<p>{text}</p>", **more)


def test_the_whole_is_the_first_page_with_what_the_others_add():
    one, two = Image(url="http://a/1.jpg"), Image(url="http://a/2.jpg")
    editor = Credit(role="editor", name="沈知夏", printed="责编：沈知夏")

    whole = joined(
        article("第一页", images=(one,)), [article("第二页", images=(one, two), credits=(editor,))]
    )

    assert (whole.text, whole.html) == ("第一页\n第二页", "<p>第一页</p>\n<p>第二页</p>")
    assert (whole.images, whole.credits, whole.flags) == ((one, two), (editor,), ())


def test_an_article_that_lacks_a_page_says_so():
    assert joined(article("第一页"), [], complete=False).flags == ("part_missing",)
