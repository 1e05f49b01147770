"""Pages with the government metas: the title and the day that they name, the bodies they have."""

from datetime import UTC, datetime

import pytest

from crawler.extract import extract
from crawler.families import family_of
from crawler.page import Page
from storage.article import Article

TITLE = "松汀市启动课后服务质量评估"
TEXT = "松汀市教育局召开会议，启动全市中小学课后服务质量评估工作，评估将在6月底前完成。"
METAS = {
    "SiteName": "松汀市教育局",
    "SiteIDCode": "5301000011",
    "ArticleTitle": TITLE,
    "PubDate": "2022-03-15 09:12",
    "ContentSource": "基础教育科",
}


def page(body, *, title=f"{TITLE}_松汀市教育局", **metas):
    named = METAS | metas
    head = "".join(f'<meta name="{k}" content="{v}">' for k, v in named.items() if v is not None)
    html = f"<html><head>{head}<title>{title}</title></head><body>{body}</body></html>"
    return Page(
        url="http://jyj.songting.example/xw/2022/88123.html",
        body=html.encode(),
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def article(body, **kwargs):
    found = extract(page(body, **kwargs))
    assert isinstance(found, Article), found
    return found


@pytest.mark.parametrize("box", [
    'id="zoom"', 'id="Zoom"', 'id="UCAP-CONTENT"', 'class="pages_content"', 'class="xxgk-cont"',
    'class="article" id="dochtmlcon"', 'class="article-content"', 'class="con_txt"', 'id="content"',
])  # fmt: skip
def test_each_of_the_templates_elements_is_a_body(box):
    found = article(f"<h2>{TITLE}</h2><p>来源：基教科</p><div {box}><p>{TEXT}</p></div>")

    assert (found.family, found.title, found.text) == ("gov", TITLE, TEXT)
    assert found.source == "基教科"


@pytest.mark.parametrize("title", ["松汀市教育局", "教育要闻_松汀市教育局", "教育要闻"])
def test_the_meta_names_the_title_where_the_head_names_site_or_column(title):
    found = article(
        f"<h1>松汀市教育局</h1><h2>教育要闻</h2><div class=bt>{TITLE}</div><p>2022-03-15</p>"
        f"<div id=zoom><p>{TEXT}</p></div>",
        title=title,
    )

    assert (found.title, found.flags) == (TITLE, ())


@pytest.mark.parametrize(
    ("line", "printed", "time"),
    [
        ("发布日期：2022-03-15", "发布日期：2022-03-15", "01:12"),
        ("2022-03-15 10:00　来源：基教科", "2022-03-15 10:00", "02:00"),
        ("字号：大 中 小", "2022-03-15 09:12", "01:12"),
        ("成文日期：2022-03-01　发布日期：2022年3月15日", "发布日期：2022年3月15日", "01:12"),
    ],
)
def test_the_visible_day_gets_the_time_of_the_meta(line, printed, time):
    found = article(f"<h2>{TITLE}</h2><p>{line}</p><div id=zoom><p>{TEXT}</p></div>")

    assert found.published_text == printed
    assert found.published_at is not None
    assert f"{found.published_at:%Y-%m-%d %H:%M}" == f"2022-03-15 {time}"


def test_the_time_at_which_the_page_was_made_is_no_date():
    found = article(
        f"<h2>{TITLE}</h2><div id=zoom><p>{TEXT}</p></div>",
        PubDate=None,
        Maketime="2025-04-12 10:18:21",
    )

    assert found.published_text is None


def test_a_box_that_holds_the_title_too_is_not_taken_for_the_body():
    found = extract(
        page(
            f'<div class="content"><h2>{TITLE}</h2><p>发布日期：2022-03-15</p><div><p>{TEXT}</p>'
            f"<p>{TEXT}</p></div></div>"
        )
    )

    assert isinstance(found, Article)
    assert not found.text.startswith(TITLE)
    assert "发布日期" not in found.text


def test_a_frame_around_menu_and_article_is_not_taken_for_the_body():
    menu = "".join(f"<li><a href='/lm{n}/'>机构职能与信息公开第{n}号</a></li>" for n in range(60))
    found = extract(
        page(
            f'<div class="content"><ul>{menu}</ul><h2>{TITLE}</h2><p>发布日期：2022-03-15</p>'
            f"<div><p>{TEXT}</p><p>{TEXT}</p></div></div>"
        )
    )

    assert isinstance(found, Article)
    assert found.text == f"{TEXT}\n{TEXT}"


def test_the_title_may_stand_in_a_row_of_the_documents_table():
    rows = (
        "<tr><td><b>索 引 号：</b></td><td>0001/2022-1</td><td>主题分类：</td><td>教育</td></tr>"
        "<tr><td>发文机关：</td><td>松汀市教育局</td><td>成文日期：</td><td>2022年03月01日</td></tr>"
        f"<tr><td><b>标　　题：</b></td><td colspan=3>{TITLE}</td></tr>"
        "<tr><td>发文字号：</td><td>松教〔2022〕4号</td><td>发布日期：</td><td>2022年03月15日</td></tr>"
    )
    found = article(
        f"<table>{rows}</table><div id=zoom><p>{TEXT}</p></div>",
        title=f"{TITLE}（松教〔2022〕4号）_政府信息公开专栏",
        ArticleTitle=None,
        ContentSource=None,
    )

    assert (found.title, found.flags) == (TITLE, ())
    assert found.source == "松汀市教育局"
    assert found.published_text == "发布日期：2022年03月15日"


def test_a_title_that_only_stands_in_the_bodys_element_is_no_part_of_the_text():
    found = article(f"<p>发布日期：2022-03-15</p><div id=zoom><h2>{TITLE}</h2><p>{TEXT}</p></div>")

    assert (found.title, found.text, found.flags) == (TITLE, TEXT, ())


def test_the_editor_in_the_metas_is_no_author():
    found = article(f"<h2>{TITLE}</h2><div id=zoom><p>{TEXT}</p></div>", Author="白露")

    assert found.credits == ()


def test_one_meta_of_the_set_alone_makes_no_government_page():
    one = page("<p>x", SiteName=None, SiteIDCode=None, ArticleTitle=None, ContentSource=None)

    family = family_of(one)
    assert family is None or family.name != "gov"
