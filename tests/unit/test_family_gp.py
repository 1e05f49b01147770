"""The gp- template: lists of files with hexadecimal names, and their articles."""

from datetime import UTC, datetime

import pytest

from crawler.discover import LinkKind
from crawler.extract import extract
from crawler.families import family_of, listing_in
from crawler.families.gp import article_key
from crawler.page import Page
from storage.article import Article

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ROOT = "https://yjs.qinglan.example/tzgg"
HEX = "6ee253395ad64b3292519ef80c15f3ce"


def page(address: str, body: str, *, title: str) -> Page:
    html = f"<html><head><title>{title}-研究生院</title></head><body>{body}</body></html>"
    return Page(url=f"{ROOT}/{address}", body=html.encode(), fetched_at=NOW)


def list_page(number: int, pages: int) -> Page:
    address = f"index{number - 1 or ''}.htm"
    after = f'<a href="index{number}.htm">下一页</a>' if number < pages else "<span>下一页</span>"
    before = f'<a href="index{number - 2 or ""}.htm">上一页</a>' if number > 1 else ""
    body = (
        '<div class="nav"><a href="../xygk/index.htm">学院概况</a></div><div class="page-list18">'
        '<ul class="block-list64 gp-clearFix">'
        f'<li><a class="gpTextArea" href="{HEX}.htm"><span class="gp-f14 gpArticleDate">2026-10-02'
        '</span><p class="gp-f16 gpArticleTitle gp-ellipsis">招生章程</p></a></li>'
        '<li><a class="gpTextArea" href="https://mp.weixin.qq.com/s/x"><span class="gpArticleDate">'
        '2026-09-02</span><p class="gpArticleTitle">推送</p></a></li></ul></div>'
        f'<div class="gp-page1"><span>首页</span>{before}{after}'
        f'<a href="index{pages - 1}.htm">尾页</a></div>'
    )
    return page(address, body, title="通知公告")


@pytest.fixture
def article() -> Article:
    body = (
        '<div class="gp-bread gpTextArea">当前位置：<a>首页</a> &gt; <a>通知公告</a></div>'
        '<div class="gp-articleTitle"><h1>招生章程</h1></div><div class="gp-articleAuthor">'
        '<span class="source">来源：研究生院</span>|'
        '<span class="date">发布日期：2026-10-02</span></div>'
        '<div class="gp-article1 gp-article gp-f16"><p>本校面向全国招收硕士研究生二百名。</p></div>'
        '<div class="gp-annex3"><a href="docs/catalog.pdf">目录.pdf</a></div>'
        '<div>上一篇：<a href="x.htm">旧文</a></div>'
    )
    found = extract(page(f"{HEX}.htm", body, title="招生章程"))
    assert isinstance(found, Article), found
    return found


def test_a_list_gives_its_items():
    found = listing_in(list_page(1, 6))

    assert [(one.title, one.kind, one.listed_text) for one in found.links] == [
        ("招生章程", LinkKind.ARTICLE, "2026-10-02"),
        ("推送", LinkKind.EXTERNAL, "2026-09-02"),
    ]


@pytest.mark.parametrize(("number", "following"), [(1, "index1.htm"), (3, "index3.htm"), (6, None)])
def test_page_2_is_index1(number, following):
    found = listing_in(list_page(number, 6))

    assert found.next_url == (f"{ROOT}/{following}" if following else None)
    assert found.page == number


def test_an_article_is_read_with_its_annex(article):
    assert (article.title, article.text) == ("招生章程", "本校面向全国招收硕士研究生二百名。")
    assert (article.published_text, article.source) == ("发布日期：2026-10-02", "研究生院")
    assert [one.name for one in article.attachments] == ["目录.pdf"]
    assert (article.family, article.section) == ("gp", "通知公告")


def test_the_file_names_the_article_in_every_column():
    assert article_key(f"{ROOT}/{HEX}.htm") == article_key(
        f"https://yjs.qinglan.example/x/{HEX}.htm"
    )
    assert article_key(f"{ROOT}/index1.htm") is None


def test_a_page_of_another_make_is_left_alone():
    found = family_of(page("index.htm", "<p class='gp-x'>gp</p>", title="x"))

    assert found is None or found.name != "gp"
