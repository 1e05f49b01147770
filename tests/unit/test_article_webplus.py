"""WebPlus pages as articles: each template and each trap of the CMS's pages, one by one."""

from datetime import UTC, datetime
from typing import Any

import pytest

from crawler.extract import Refusal, extract
from crawler.families.webplus import FAMILY
from crawler.page import Page
from storage.article import Article, AttachmentKind, Counter, Precision

NOW = datetime(2026, 11, 1, tzinfo=UTC)
URL = "http://news.qinglan.example/2026/0326/c13475a107499/page.htm"
TITLE = "青岚学院召开年度工作会议"
LINES = ("五月十日，青岚学院召开年度工作会议。", "会议由院长主持，全体教师参加。")
TEXT = "\n".join(LINES)
BODY = "<div class='wp_articlecontent'>" + "".join(f"<p>{line}</p>" for line in LINES) + "</div>"
DISPLAY = "/_visitcountdisplay?siteId=2&type=3&articleId=107499"
COUNT = f"<span class='WP_VisitCount' url='{DISPLAY}'>10</span>"
MENU = '<ul class="wp-menu"><li><a href="/2016/0101/c5a9/page.htm">学院简介</a></li></ul>'
VISIT = "<img src='/_visitcount?siteId=2&type=3&articleId=107499' style='display:none'>"


def stock(metas: str = "", body: str = BODY, *, below: str = "") -> str:
    return (
        f'<div class="article" frag="窗口3" portletmode="simpleArticleAttri">'
        f'<h1 class="arti_title">{TITLE}</h1><h2 class="arti_title"></h2>'
        f'<p class="arti_metas">{metas}</p><div class="entry"><div class="read">{body}</div></div>'
        f"</div>{below}"
    )


def read_any(inner: str, *, title: str = TITLE, visit: str = VISIT, **page: Any) -> Any:
    html = (
        f"<html class='webplus-page'><head><title>{title}</title>"
        f"<link href='/_css/_system/system.css'></head><body>{MENU}{inner}"
        f"<div class='foot'>版权所有 青岚学院</div></body></html>{visit}"
    )
    return extract(Page(**{"url": URL, "body": html.encode(), "fetched_at": NOW, **page}))


def read(inner: str, **page: Any) -> Article:
    found = read_any(inner, **page)
    assert isinstance(found, Article), found
    return found


# Templates


@pytest.mark.parametrize(
    ("inner", "published", "people"),
    [
        (
            stock(
                '<span class="arti_publisher">发布者：林 岚</span>'
                '<span class="arti_update">发布时间：2026-03-26</span>'
            ),
            "发布时间：2026-03-26",
            {("publisher", "林岚")},
        ),
        (
            (
                '<table portletmode="simpleArticleAttri"><tr><td class="biaoti3">'
                f"{TITLE}</td></tr><tr><td><span>发布者：</span><span>林岚</span><span>发布时间：</span>"
                f"<span>2017-06-09</span><span>浏览次数：</span>{COUNT}</td></tr>"
                f"<tr><td>{BODY}</td></tr></table>"
            ),
            "发布时间：2017-06-09",
            {("publisher", "林岚")},
        ),
        (
            (
                f'<div class="content_title"><h2>{TITLE}</h2><div class="cont_tit">编辑 ：'
                f"<span>王聪</span>时间 ：<span>2026-03-18</span>访问次数 ：<span>{COUNT}</span>"
                f'</div></div><div class="content_main">{BODY}</div>'
            ),
            "时间 ：2026-03-18",
            {("editor", "王聪")},
        ),
        (
            (
                f'<span class="Article_Title">{TITLE}</span><div><span>作者：</span>'
                '<span class="Article_Author">林岚</span>'
                f'<span class="Article_PublishDate">2022.09.30</span></div>'
                f'<div class="Article_Content">{BODY}</div>'
            ),
            "2022.09.30",
            {("author", "林岚")},
        ),
    ],
)
def test_the_stock_article_and_hand_made_ones_are_read(inner, published, people):
    article = read(inner)

    assert article.title == TITLE
    assert article.published_text == published
    assert {(one.role, one.name) for one in article.credits} == people
    assert article.text == TEXT


@pytest.mark.parametrize("name", ["entry", "read", "Article_Content"])
def test_a_window_without_the_cms_own_body_element_is_read_too(name):
    plain = BODY.replace("wp_articlecontent", "plain")
    inner = stock('<span class="arti_update">2026-03-26</span>', plain).replace("read", name)

    assert read(inner).text == TEXT


@pytest.mark.parametrize(("name", "known"), [("wp_articlecontent", True), ("unheard-of", False)])
def test_a_template_without_any_known_mark_is_left_to_others(name, known):
    body = BODY.replace("wp_articlecontent", name)
    html = f"<div><h1>{TITLE}</h1>{body}</div>{VISIT}"

    page = Page(url=URL, body=html.encode(), fetched_at=NOW)

    assert FAMILY.recognises(page)
    assert FAMILY.has_frame(page) is known


def test_a_subtitle_is_kept_apart():
    inner = stock().replace('<h2 class="arti_title">', '<h2 class="arti_title">——记春天的会')

    article = read(inner)

    assert (article.title, article.subtitle) == (TITLE, "——记春天的会")


def test_a_span_that_is_a_comment_says_nothing():
    metas = (
        '<!--<span class="arti_publisher">发布者：林岚</span>--><span class="arti_update">'
        "2022.09.30</span>"
    )

    article = read(stock(metas))

    assert article.credits == ()
    assert article.published_precision is Precision.DAY
    assert article.published_at == datetime(2022, 9, 29, 16, tzinfo=UTC)


def test_the_buttons_of_readers_are_no_author():
    metas = (
        '<span class="arti-update">发布时间：2019-05-30</span>'
        '<span class="arti-views">作者：</span>'
        '<a class="read-options" href="javascript:void(0)">设置</a></p>'
        '<div class="read-setting"><p class="setting-item">夜晚模式</p></div><p>'
    )

    assert read(stock(metas)).credits == ()


def test_the_column_is_the_last_of_a_path_that_is_parted_by_blanks_alone():
    gap = '<span class="possplit">&nbsp;&nbsp;</span>'
    path = f"<div>当前位置：<a>首页</a>{gap}<a>通知公告</a>{gap}<a>考试管理</a></div>"

    assert read(path + stock()).section == "考试管理"


# Bodies


def test_a_pdf_is_the_body_and_keeps_its_name():
    player = (
        "<div class='wp_articlecontent'><p><div class='wp_pdf_player' pdfsrc='/_upload/a.pdf'"
        " sudyfile-attr=\"{'title':'名单.pdf'}\"></div></p></div>"
    )
    below = "<p>上一篇：<a>上一篇新闻的题目很长，长到可以被当作正文来读的程度也说不定</a></p>"

    article = read(stock('<span class="arti_update">2026-03-26</span>', player, below=below))

    (pdf,) = article.attachments
    assert (pdf.kind, pdf.name) == (AttachmentKind.INLINE_PDF, "名单.pdf")
    assert pdf.url == "http://news.qinglan.example/_upload/a.pdf"
    assert (article.text, article.empty_reason) == ("", "pdf")


def test_the_pages_of_a_long_article_are_one_body():
    pages = "".join(
        f'<div id="wp_content_w3_{n}" class="paging_content" style="display:{style}"><p>{line}</p>'
        "</div>"
        for n, (line, style) in enumerate(zip(LINES, ("", "none"), strict=True))
    )

    assert read(stock(body=f"<div class='wp_articlecontent'>{pages}</div>")).text == TEXT


def test_a_film_is_named_by_an_attribute():
    film = '<div class="wp_video_player" sudy-wp-src="/_upload/f.mp4"></div>'

    article = read(stock(body=BODY.replace("<p>", film + "<p>", 1)))

    assert [one.kind for one in article.attachments] == [AttachmentKind.VIDEO]
    assert article.text == TEXT


def test_files_in_the_body_keep_the_name_that_they_were_uploaded_under():
    icon = '<img src="/_ueditor/themes/default/images/icon_doc.gif">'
    files = (
        f'<p>{icon}<a href="/_upload/article/files/a/0b1c.docx" sudyfile-attr='
        "\"{'title':'附件1.docx'}\">点击下载</a></p>"
        "<p><a href='/down?id=7' sudyfile-attr=\"{'title':'细则.docx'}\">细则</a></p>"
        "<p><a href='/_upload/b.xls'>名册.xls</a></p>"
    )

    article = read(stock(body=BODY.replace("</div>", files + "</div>")))

    assert [one.name for one in article.attachments] == ["附件1.docx", "细则.docx", "名册.xls"]
    assert article.images == ()


def test_pictures_are_of_the_original_size():
    picture = '<p><img data-layer="photo" src="/_upload/a.jpg" original-src="/_upload/a_d.jpg"></p>'

    article = read(stock(body=BODY.replace("<p>", picture + "<p>", 1)))

    assert [one.url for one in article.images] == ["http://news.qinglan.example/_upload/a_d.jpg"]


def test_what_was_pasted_from_another_cms_is_the_body_of_this_one():
    pasted = BODY.replace("<p>", '<div id="vsb_content"><div class="v_news_content"><p>', 1)

    article = read(stock(body=pasted.replace("</div>", "</div></div></div>", 1)))

    assert (article.family, article.text) == ("webplus", TEXT)


def test_the_text_of_another_window_is_no_body():
    foot = f"<div frag='窗口9'>{BODY.replace('五月十日', '地址：青岚路一号，' * 20)}</div>"

    assert read(stock(below=foot)).text == TEXT


# Counters


def test_the_number_on_the_page_is_a_placeholder():
    article = read(stock(f'<span class="arti_views">浏览次数：{COUNT}</span>'))

    assert article.views is None
    assert article.counter == Counter(owner="2", article_id="107499", kind="webplus")
    assert article.owner == "2"


def test_a_count_in_a_comment_or_in_the_text_is_none():
    comment = '<!--<span class="arti_views">浏览次数：<span>10</span></span>-->'

    said = read(stock(comment, BODY.replace("全体教师参加", "视频浏览次数：500，全体教师参加")))

    assert said.views is None


def test_the_counters_of_others_are_not_the_article_s():
    neighbour = "<span class='WP_VisitCount' url='{}'>3</span>".format(
        DISPLAY.replace("107499", "107500")
    )

    counter = read(stock(neighbour + COUNT)).counter

    assert counter is not None
    assert counter.article_id == "107499"


def test_the_counter_of_the_site_is_none_of_an_article():
    total = "<span class='WP_VisitCount' url='/_visitcountdisplay?siteId=2&type=1'>8</span>"

    article = read(stock(below=f"<p>访问量：{total}</p>"))

    assert (article.counter, article.views) == (None, None)


# What is no article


def test_the_frame_of_an_article_without_content_is_an_empty_shell():
    found = read_any(stock(body="<div class='wp_articlecontent'></div>").replace(TITLE, ""))

    assert isinstance(found, Refusal)
    assert found.state == "empty_shell"


def test_an_article_that_only_the_campus_may_read_is_refused():
    found = read_any("<p>您当前ip并非校内地址，该信息仅允许校内地址访问</p>", visit="")

    assert isinstance(found, Refusal)
    assert found.state == "intranet"


def test_a_column_that_is_one_article_is_read_as_one():
    column = (
        '<div portletmode="simpleColumnAttri"><h2>学院概况</h2></div><div portletmode="simpleList">'
        '<div class="wp_single wp_column_article" id="wp_column_article"><div class="wp_entry">'
        f'<p>{LINES[0]}<a href="/2016/0101/c5a9/page.htm">沿革</a></p></div></div>'
        '<div id="wp_paging_w6" class="wp_paging"><a href="#">下一页</a></div></div>'
    )

    article = read(
        column,
        title="学院概况",
        url="http://news.qinglan.example/xygk/list.htm",
        visit=VISIT.replace("type=3&articleId=107499", "type=2&columnId=5"),
    )

    assert (article.title, article.text) == ("学院概况", LINES[0] + "沿革")


def test_without_the_page_s_own_word_its_address_tells_what_it_is():
    window = (
        '<div portletmode="simpleList"><ul><li><a href="/2026/0326/c9a1/page.htm">新闻</a>'
        "<span>2026-03-26</span></li></ul></div>"
    )

    article = read(stock(below=window), visit="")
    home = read_any(stock(below=window), visit="", url="http://news.qinglan.example/main.htm")

    assert article.text == TEXT
    assert isinstance(home, Refusal)


@pytest.mark.parametrize("kind", ["type=1&columnId=9", "type=2&columnId=9"])
def test_a_page_that_says_it_is_a_list_is_no_article(kind):
    item = (
        '<li class="news"><a href="/2026/0326/c9a1/page.htm">新闻</a><span>2026-03-26</span></li>'
    )
    window = f'<div portletmode="simpleList"><ul class="news_list">{item}</ul></div>'

    found = read_any(
        window + stock(),
        visit=VISIT.replace("type=3&articleId=107499", kind),
        url="http://news.qinglan.example/xw/list.htm",
    )

    assert isinstance(found, Refusal)
    assert found.state == "listing"
