"""TRS pages: how they are told from others, which container is the body, which address is whose."""

from datetime import UTC, datetime

import pytest

from crawler.extract import extract
from crawler.families import family_of, listing_in
from crawler.families.trs.addresses import article_key
from crawler.page import Page
from storage.article import Article

URL = "http://www.qingshi.example/gg/202403/t20240311_3586201.html"
TEXT = "青石县林业局今日召开会议，部署春季造林和森林防火工作，要求各乡镇压实责任。"


def page(body, url=URL, title="青石县部署春季造林"):
    html = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    return Page(url=url, body=html.encode(), fetched_at=datetime(2026, 1, 1, tzinfo=UTC))


def article(body, **kwargs):
    found = extract(page(f"<h1>青石县部署春季造林</h1><p>发布时间：2024-03-11</p>{body}", **kwargs))
    assert isinstance(found, Article), found
    return found


@pytest.mark.parametrize(
    ("url", "key"),
    [
        (URL, "qingshi.example:3586201"),
        ("https://qingshi.example/x/202403/t20240311_3586201.shtml?s=1", "qingshi.example:3586201"),
        ("http://news.a.example/sywh/202010/t3714581.htm", "news.a.example:3714581"),
        ("http://a.example:8080/t20240311_1.html", "a.example:8080:1"),
        ("http://a.example/202403/t20240311_3586201_2.html", "a.example:3586201_2"),
        ("http://a.example/tj/index_1.html", None),
        ("http://a.example/2024/t20240311.pdf", None),
        ("http://a.example/art/2024/3/11/art_1_2.html", None),
    ],
)  # fmt: skip
def test_a_document_has_one_key_in_all_its_columns(url, key):
    assert article_key(url) == key


@pytest.mark.parametrize("name", [
    "TRS_Editor", "view TRS_UEDITOR trs_paper_default trs_web", "trs_editor_view",
    "Custom_UnionStyle", "TRS_PreAppend",
])  # fmt: skip
def test_each_editor_of_the_cms_is_a_body(name):
    found = article(f'<div class="{name}"><style>.TRS_Editor P{{}}</style><p>{TEXT}</p></div>')

    assert (found.family, found.text) == ("trs", TEXT)


def test_the_body_is_the_first_container_that_is_no_footer_however_long_that_is():
    found = article(
        f"<div class=TRS_Editor><p>{TEXT}</p></div><div class='site_foot'><div class=TRS_Editor><p>"
        f"版权所有：青石县林业局{'　地址：澄湖大街78号' * 20}</p></div></div>"
    )

    assert found.text == TEXT


def test_a_notice_above_the_article_is_not_the_article():
    found = extract(
        page(
            "<div class='l'><div class=TRS_Editor>热线：0870</div></div><h1>青石县部署春季造林</h1>"
            f"<p>发布时间：2024-03-11</p><div class=TRS_Editor><p>{TEXT}</p></div>"
        )
    )

    assert isinstance(found, Article)
    assert found.text == TEXT


def test_the_date_in_the_address_is_never_that_of_publishing():
    found = extract(page(f"<h1>青石县部署春季造林</h1><div class=TRS_Editor><p>{TEXT}</p></div>"))

    assert isinstance(found, Article)
    assert found.published_text is None


def test_a_counter_that_a_script_writes_is_no_count():
    found = article(
        '点击量：<script src="//a.example/count/index?id=3586201&siteid=5"></script>次'
        f"<div class=TRS_Editor><p>{TEXT}</p></div>"
    )

    assert found.views is None


@pytest.mark.parametrize(
    "files",
    [
        '<div class="fj"><a href="./P020240311612002218843.docx">名单.docx</a></div>',
        '<div id="appendix"><a href="/upload/1.docx">名单.docx</a></div>',
        "<script>var fjxz='<a href=\\\"./P020240311612002218843.docx\\\">名单.docx</a>';</script>",
    ],
)
def test_files_beside_the_body_are_the_articles(files):
    found = article(f"<div class=TRS_Editor><p>{TEXT}</p></div>{files}")

    assert [one.name for one in found.attachments] == ["名单.docx"]
    assert found.attachments[0].url.endswith(".docx")


def test_a_column_with_a_notice_in_the_editor_is_a_list():
    items = "".join(
        f'<li><a href="./202403/t2024031{n}_358620{n}.html">通知第{n}号</a></li>' for n in range(5)
    )
    column = page(
        f"<div class=TRS_Editor><p>{TEXT}</p></div><div><ul>{items}</ul>"
        "<script>createPageHTML(3, 1, 'index', 'html');</script></div>",
        url="http://www.qingshi.example/gg/index_1.html",
    )

    assert not isinstance(extract(column), Article)
    listing = listing_in(column)
    assert listing is not None
    assert [link.key for link in listing.links] == [f"qingshi.example:358620{n}" for n in range(5)]
    assert (listing.page, listing.pages) == (2, 3)
    assert listing.next_url == "http://www.qingshi.example/gg/index_2.html"


@pytest.mark.parametrize(
    ("body", "url", "family"),
    [
        (f"<div class=TRS_Editor>{TEXT}</div>", URL, "trs"),
        (f"<div class=TRS_Editor>{TEXT}</div>", "http://a.example/art/2024/3/1/art_7_8.html", None),
        (f"<div id=UCAP-CONTENT><div class=TRS_UEDITOR>{TEXT}</div></div>",
         "http://a.example/yw/content_6892793.htm", "gov"),
        (f"<div class=v_news_content><div class=TRS_Editor>{TEXT}</div></div>", URL, "vsb"),
        ("<a href='t20240311_1.html'>x</a>", "http://a.example/", None),
    ],
)  # fmt: skip
def test_text_pasted_from_a_trs_site_leaves_a_page_its_own_family(body, url, family):
    found = family_of(page(body, url=url))

    assert (found.name if found and found.name not in {"generic", "jcms"} else None) == family


def test_a_body_in_an_element_of_the_sites_own_is_read_with_what_its_scripts_say():
    text = f"<p>{TEXT}</p>" * 3
    found = extract(
        page(
            "<div class=w><h1>青石县部署春季造林</h1><div>发布时间：<script>var d='2024年03月11日';"
            f"document.write(d)</script></div><div class=nr2017>{text}</div></div>"
            '<a class="CurrChnlCls" href="../">公告</a>'
        )
    )

    assert isinstance(found, Article)
    assert (found.family, found.page_key) == ("trs", "qingshi.example:3586201")
    assert found.published_text == "发布时间：2024年03月11日"
    assert found.text == "\n".join([TEXT] * 3)


def test_a_long_article_is_no_list_for_having_the_paginator_of_one():
    body = (
        "<h1>青石县部署春季造林</h1><p>发布时间：2024-03-11</p>"
        f"<div class=TRS_Editor><p>{TEXT}</p></div>"
        "<script>createPageHTML(3, 0, 't20240311_3586201', 'html');</script>"
    )
    saved = page(body, url="http://mirror.example/saved.html")

    assert isinstance(extract(saved), Article)
    assert listing_in(saved) is None


@pytest.mark.parametrize(
    "link",
    [
        r'"<a href=\"index"+"_" + nextPage + "."+"html\">下一页</a>"',
        r'"<a href=\"index_" + nextPage + ".html\">下一页</a>"',
        r"'<a href=index_'+nextPage+'.html>下一页</a>'",
    ],
)
def test_the_oldest_paginators_count_in_variables(link):
    items = "".join(
        f'<li><a href="./202403/t2024031{n}_358620{n}.html">通知第{n}号</a></li>' for n in range(5)
    )
    column = page(
        f"<ul>{items}</ul><div><script>\nvar currentPage = 1;//所在页从0开始\n"
        "var nextPage = currentPage+1//下一页\nvar countPage = 23//共多少页\n"
        f"if(countPage>1) document.write({link});</script></div>",
        url="http://www.qingshi.example/gg/index_1.html",
    )

    listing = listing_in(column)

    assert listing is not None
    assert (listing.page, listing.pages, len(listing.links)) == (2, 23, 5)
    assert listing.next_url == "http://www.qingshi.example/gg/index_2.html"
