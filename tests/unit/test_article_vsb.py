"""VSB pages as articles: each trap of the CMS's pages, one by one."""

from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.extract import Refusal, extract
from crawler.page import Page
from storage.article import Article, Precision

NOW = datetime(2026, 1, 1, tzinfo=UTC)
URL = "http://www.example.edu.cn/info/1033/2095.htm"
HEAD = "<title>青岚学院召开年度工作会议-青岚学院-新闻网</title>"
TITLE = "青岚学院召开年度工作会议"
SCRIPT = '<script>_showDynClicks("wbnews", 1676, 2095)</script>'


def form(inner: str) -> str:
    return f'<form name="_newscontent_fromname">{inner}</form>'


def box(inner: str) -> str:
    return f'<div id="vsb_content"><div class="v_news_content">{inner}</div></div>'


def read(body: str, *, head: str = HEAD, **page: Any) -> Article:
    found = read_any(body, head=head, **page)
    assert isinstance(found, Article), found
    return found


def read_any(body: str, *, head: str = HEAD, **page: Any) -> Article | Refusal:
    html = f"<html><head>{head}</head><body>{body}</body></html>".encode()
    return extract(Page(**{"url": URL, "body": html, "fetched_at": NOW, **page}))


# Titles


@pytest.mark.parametrize(
    ("head", "heading", "expected"),
    [
        (
            "<title>年度会议召开-青岚学院</title>",
            "<h1>青岚学院</h1><h3>年度会议召开</h3>",
            "年度会议召开",
        ),
        (
            "<title>原子-光子--新材料 | 成果-青岚-学院</title>",
            "<td>原子-光子--新材料 | 成果</td>",
            "原子-光子--新材料 | 成果",
        ),
        (
            "<title>【回望】甲 乙（七）-青岚</title>",
            "<div class=t>【回望】甲 乙（七）</div>",
            "【回望】甲 乙（七）",
        ),
        (
            "<title>聚力发展 调研交流共建网络-青岚</title>",
            "<h3>聚力发展 调研交流<br>\n 共建网络</h3>",
            "聚力发展 调研交流共建网络",
        ),
        (
            "<title>聚力发展共建网络-青岚</title>",
            "<h1>聚力发展</h1><h2>共建网络</h2>",
            "聚力发展共建网络",
        ),
        (
            "<title>青岚学院召开年度工…-青岚</title>",
            "<h1>青岚学院召开<br>年度工作会议</h1>",
            "青岚学院召开年度工作会议",
        ),
        (
            "<title>青岚</title><meta name=ArticleTitle content='年度会议召开'>",
            "<i>年度会议召开</i>",
            "年度会议召开",
        ),
        ("<title>青岚</title>", "<h3>年度<br>会议</h3>", "年度会议"),
        (
            "<title>年度&amp;ldquo;会议&amp;rdquo;召开-青岚</title>",
            "<h3>年度“会议”召开</h3>",
            "年度“会议”召开",
        ),
        (
            "<title>年度会议召开 青岚</title><meta name=keywords content='青岚,会议'>",
            "<b>年度会议召开</b>",
            "年度会议召开",
        ),
        (
            "<title>年度会议召开-青岚-学院</title><meta name=keywords content='青岚-学院,会议'>",
            "",
            "年度会议召开",
        ),
    ],
)
def test_a_title_is_the_line_that_the_page_title_confirms(
    head: str, heading: str, expected: str
) -> None:
    nav = "<h3>通知公告</h3><ul><li>年度</li></ul>"

    article = read(
        f"{nav}{form(heading + '<p>时间：2020-01-01</p>' + box('<p>正文</p>'))}", head=head
    )

    assert article.title == expected


def test_a_heading_below_the_title_is_the_subtitle() -> None:
    article = read(form(f"<h3>{TITLE}</h3><h4>——来自会场的报道</h4>{box('<p>正文</p>')}"))

    assert (article.title, article.subtitle) == (TITLE, "——来自会场的报道")


# Dates, labels


@pytest.mark.parametrize(
    ("meta", "printed", "at"),
    [
        ("<p>日期：2022-11-21 09:28</p>", "日期：2022-11-21 09:28", "2022-11-21T01:28"),
        ("<p>时间：\n  <b>2019-09-23</b></p>", "时间：2019-09-23", "2019-09-22T16:00"),
        ("<p>发布时间: 2018-05-17</p>", "发布时间: 2018-05-17", "2018-05-16T16:00"),
        ("<td>时间：</td><td>2019-09-23</td>", "时间：2019-09-23", "2019-09-22T16:00"),
        ("<p>[ 2021/11/2 ]</p>", "2021/11/2", "2021-11-01T16:00"),
        ("<h4>佚名 2019-05-13 15:25:37</h4>", "2019-05-13 15:25:37", "2019-05-13T07:25:37"),
        (
            "<p>更新时间：2021-01-02 发布时间：2021-01-01</p>",
            "发布时间：2021-01-01",
            "2020-12-31T16:00",
        ),
        ("<p>会议时间：2020-05-05</p><p>2020-01-01</p>", "2020-01-01", "2019-12-31T16:00"),
    ],
)
def test_a_date_is_kept_as_printed_and_as_an_instant(meta: str, printed: str, at: str) -> None:
    article = read(form(f"<h3>{TITLE}</h3>{meta}{box('<p>2001-01-01 时间：2002-02-02</p>')}"))

    assert article.published_text == printed
    assert article.published_at == datetime.fromisoformat(at).replace(tzinfo=UTC)


def test_a_meta_gives_the_time_of_a_day_that_the_page_prints() -> None:
    head = f"{HEAD}<meta name=PubDate content='2020-01-01 10:11'>"

    article = read(form(f"<h3>{TITLE}</h3><p>时间：2020-01-01</p>{box('<p>正文</p>')}"), head=head)

    assert article.published_text == "时间：2020-01-01"
    assert article.published_precision is Precision.MINUTE
    assert article.published_at == datetime(2020, 1, 1, 2, 11, tzinfo=UTC)


def test_a_date_in_the_future_is_printed_but_no_instant() -> None:
    article = read(form(f"<h3>{TITLE}</h3><p>时间：2099-01-01</p>{box('<p>正文</p>')}"))

    assert (article.published_text, article.published_at) == ("时间：2099-01-01", None)
    assert article.flags == ("date_in_future",)


def test_a_page_without_a_date_has_none() -> None:
    article = read(form(f"<h3>{TITLE}</h3>{box('<p>定于2020年1月1日召开。</p>')}"))

    assert (article.published_text, article.published_at) == (None, None)


def test_a_date_below_the_body_counts_where_none_stands_above() -> None:
    below = "<p>发布者：江舟 发布时间：2020-02-03</p>"

    article = read(form(f"<h3>{TITLE}</h3>{box('<p>讲座时间：2019-09-09</p>')}{below}"))

    assert article.published_text == "发布时间：2020-02-03"


def test_a_script_that_writes_the_count_is_an_unknown_count() -> None:
    article = read(form(f"<h3>{TITLE}</h3><p>点击：{SCRIPT}次</p>{box('<p>正文</p>')}"))

    assert article.views is None
    assert article.counter is not None
    assert (article.counter.owner, article.counter.article_id) == ("1676", "2095")


def test_meta_line_and_breadcrumb_are_read() -> None:
    crumbs = "<div>当前位置: <a>首页</a> >> <a>新闻中心</a> >> <a>要闻</a> >> 正文</div>"
    meta = "<p>作者：江 舟　来源：宣传部　时间：2020-01-01　浏览次数：801</p>"

    article = read(crumbs + form(f"<h3>{TITLE}</h3>{meta}{box('<p>正文</p>')}"))

    assert (article.source, article.section, article.views) == ("宣传部", "要闻", 801)
    assert [(one.role, one.name) for one in article.credits] == [("author", "江舟")]


# Bodies


DOWNLOAD = "/system/_content/download.jsp?urltype=news.DownloadAttachUrl&owner=1&wbfileid=2"
AFTER = f"""<ul><li>附件【<a href="{DOWNLOAD}">名单.docx</a>】已下载<span>3</span>次</li></ul>
<p>上一条：<a href="1.htm">旧闻</a></p><p>【<a href="javascript:window.close()">关闭</a>】</p>"""
FOOTER = "<div>版权所有：青岚学院 电话：000-1234567</div>"


@pytest.mark.parametrize(
    "body",
    [
        box(f"{box('<p>正文一</p><p>正文二</p>')}"),
        f'<div id="vsb_content"><div class="v_news_content">{box("<p>正文一</p><p>正文二</p>")}',
        f'<div id="vsb_content_2"><div class="v_news_content"><p>正文一</p><p>正文二</p>{AFTER}',
        '<td class="contentstyle50341"><p>正文一</p><p>正文二</p></td>',
        box('<div class="wp_articlecontent"><p>正文一</p><p>正文二</p></div>'),
        f"<table><tr>{box('<table><tr><td><p>正文一</p><p>正文二</p></td></tr></table>')}</tr></table>",
    ],
)
def test_a_body_is_the_innermost_container(body: str) -> None:
    if body.startswith("<td"):
        body = f"<table><tr>{body}</tr></table>"

    article = read(f"{form(f'<h3>{TITLE}</h3>{body}{AFTER}')}{FOOTER}")

    assert article.text == "正文一\n正文二"


def test_what_stands_around_a_pasted_part_is_the_authors() -> None:
    pasted = '<div class="wp_articlecontent"><p>正文一，青岚学院召开年度会议。</p></div>'

    article = read(form(f"<h3>{TITLE}</h3>{box(f'{pasted}<p>图片：江舟</p>')}{AFTER}"))

    assert article.text == "正文一，青岚学院召开年度会议。\n图片：江舟"


def test_an_editors_line_below_the_body_is_a_credit() -> None:
    below = "<div>责任编辑：江舟&nbsp;&nbsp;审核：林 溪</div>"

    article = read(form(f"<h3>{TITLE}</h3>{box('<p>（记者 周未）正文</p>')}{below}{AFTER}"))

    assert article.text == "（记者 周未）正文"
    assert [(one.role, one.name) for one in article.credits] == [
        ("author", "周未"),
        ("editor", "江舟"),
        ("reviewer", "林溪"),
    ]


def test_an_outer_container_is_the_body_where_the_inner_one_is_a_part() -> None:
    lead = "<p>青岚学院昨日召开年度工作会议，全体教师参加，会议由院长主持。</p>"

    article = read(form(f"<h3>{TITLE}</h3>{box(lead + box('<p>附：会议日程</p>') + '<p>完</p>')}"))

    assert article.text.startswith("青岚学院昨日")
    assert article.text.endswith("附：会议日程\n完")


def test_the_row_behind_an_empty_container_may_hold_the_body() -> None:
    text = "青岚学院昨日召开年度工作会议，全体教师参加，会议由院长主持，并通过了决议。"

    article = read(form(f"<table><tr><td><h3>{TITLE}</h3><tr><td>{box('')}<tr><td>{text}</table>"))

    assert article.text == text


@pytest.mark.parametrize(
    ("body", "reason", "kinds", "images"),
    [
        ('<p><img src="s.jpg" orisrc="/__local/o.jpg"></p>', "images", [], 1),
        (
            '<script name="_videourl" vurl="/v.mp4">showVsbVideo("/v.mp4")</script>',
            "video",
            ["video"],
            0,
        ),
        ('<script>showVsbpdfIframe("/__local/a.pdf","100%")</script>', "pdf", ["inline_pdf"], 0),
        ("", "attachments", [], 0),
    ],
)
def test_a_body_without_text_is_never_filled_with_furniture(
    body: str, reason: str, kinds: list[str], images: int
) -> None:
    article = read(f"{form(f'<h3>{TITLE}</h3>{box(body)}{AFTER}')}{FOOTER}")

    assert (article.text, article.empty_reason) == ("", reason)
    assert [one.kind.value for one in article.attachments] == [*kinds, "file"]
    assert len(article.images) == images


def test_attachments_have_names_and_absolute_addresses() -> None:
    article = read(form(f"<h3>{TITLE}</h3>{box('<a href=../../__local/b.xlsx>表</a>')}{AFTER}"))

    assert [(one.name, one.url) for one in article.attachments] == [
        ("表", "http://www.example.edu.cn/__local/b.xlsx"),
        ("名单.docx", f"http://www.example.edu.cn{DOWNLOAD}"),
    ]


def test_a_column_may_be_one_article() -> None:
    script = '<script>_addDynClicks("wbnews", 1676, 12)</script>'

    article = read(
        f"<h2>学院简介</h2>{box('<p>青岚学院建于山下。</p>')}{script}",
        head="<title>学院简介-青岚学院</title>",
        url="https://www.example.edu.cn/xxgk/xyjj.htm",
    )

    assert (article.title, article.published_text) == ("学院简介", None)
    assert article.page_key == "example.edu.cn/xxgk/xyjj.htm"


def test_a_published_title_without_a_body_is_an_article() -> None:
    article = read(form(f"<h3>{TITLE}</h3><p>时间：2020-01-01</p>{box('')}"))

    assert (article.text, article.empty_reason) == ("", "nothing")


def test_a_frame_without_title_and_body_is_none() -> None:
    found = read_any(form(f"<h3></h3>{box('')}"), head="<title>-青岚学院</title>")

    assert isinstance(found, Refusal)
    assert found.state == "empty_shell"


def test_selectors_of_the_site_come_before_the_family() -> None:
    selectors = {"title": ".t", "date": ".d", "body": ".b"}
    body = "<i class=t>另一题</i><i class=d>2020-02-02</i><div class=b>另文</div>"

    article = read(form(f"<h3>{TITLE}</h3>{body}{box('<p>正文</p>')}"), selectors=selectors)

    assert (article.title, article.published_text, article.text) == ("另一题", "2020-02-02", "另文")


@pytest.mark.parametrize(
    "tag", ["<div>", "<span>", "<table><tr><td>", "<div class=v_news_content>"]
)
def test_depth_costs_nothing(tag: str) -> None:
    article = read(form(f"<h3>{TITLE}</h3>{box(tag * 5000 + '正文')}"))

    assert article.text == "正文"


@pytest.mark.parametrize(
    "script",
    [
        "javascript:window.open('/files/a.pdf')",
        "javascript:if(confirm(%27?%27))window.location=%27/files/a.pdf%27",
        "JavaScript: location.href = '/files/a.pdf'",
    ],
)
def test_a_link_that_is_a_script_leads_where_the_script_goes(script: str) -> None:
    article = read(form(f"<h1>{TITLE}</h1>" + box(f'<p>甲</p><a href="{script}">名单</a>')))

    assert [(one.name, one.url) for one in article.attachments] == [
        ("名单", "http://www.example.edu.cn/files/a.pdf")
    ]
