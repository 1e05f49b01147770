"""What makes a body, a heading and an article on a page of which nothing is known."""

from datetime import UTC, datetime
from html import escape

import pytest

from crawler.extract import extract
from crawler.page import Page
from storage.article import Article

TEXT = [
    "渡口的钟楼今年修到第三层，工匠们说，再有两个月就能听见钟声，镇上的人已经等了十一年。",
    "修钟的师傅姓温，七十一岁，年轻时在船上学的手艺，他说钟和船一样，要听，不要看。",
    "新钟不会自己走，每天要有人上去拧十二圈，镇上报名的有四十个人，轮下来一年九回。",
    "最后一道漆要等梅雨过去，在那之前，楼下照旧卖鱼，卖鱼的人说听见钟声就收摊。",
]
MENU = '<div><a href="/">首页</a><a href="/a/">新闻</a><a href="/b/">公告</a></div>'
TITLE = "渡口钟楼修到第三层"
HEADING = f"<h1>{TITLE}</h1><p>2024-05-06 10:20 来源：渡口周报</p>"
FOOTER = "<div>渡口镇 版权所有 渡ICP备00000000号</div>"


def paragraphs(texts=TEXT, tag="p"):
    return "".join(f"<{tag}>{text}</{tag}>" for text in texts)


def read(body, title=f"{TITLE}-渡口新闻网", url="http://n.dukou.example/a/1.html"):
    source = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    return extract(Page(url=url, body=source.encode(), fetched_at=datetime(2026, 1, 1, tzinfo=UTC)))


def lines(body, **options):
    found = read(body, **options)
    assert isinstance(found, Article), found
    return [line for line in found.text.split("\n") if line]


@pytest.mark.parametrize(
    "body",
    [
        f"<div>{paragraphs()}</div>",
        f"<div>{paragraphs(tag='div')}</div>",
        f"<table><tr><td>{'<br>'.join(TEXT)}</td></tr></table>",
        f"<div><div>{paragraphs(TEXT[:1])}</div><div>{paragraphs(TEXT[1:])}</div></div>",
        f"<section><span>{TEXT[0]}</span>{paragraphs(TEXT[1:])}</section>",
    ],
)
def test_the_body_is_where_the_running_text_is(body):
    assert lines(MENU + HEADING + body + FOOTER) == TEXT


def test_heading_and_body_may_stand_in_one_element():
    found = read(f"{MENU}<div>{HEADING}{paragraphs()}</div>{FOOTER}")

    assert isinstance(found, Article)
    assert found.text.split("\n") == TEXT
    assert (found.title, found.source) == (TITLE, "渡口周报")
    assert found.published_text == "2024-05-06 10:20"


def test_signatures_and_tables_without_punctuation_belong_to_the_text():
    table = "<table><tr><td>甲组</td><td>温良</td></tr><tr><td>乙组</td><td>鱼婆</td></tr></table>"
    end = "<p>渡口镇钟楼修缮办公室</p><p>2024年5月6日</p>"

    assert lines(f"{MENU}{HEADING}<div>{paragraphs()}{table}{end}</div>{FOOTER}") == [
        *TEXT,
        "甲组\t温良",
        "乙组\t鱼婆",
        "渡口镇钟楼修缮办公室",
        "2024年5月6日",
    ]


@pytest.mark.parametrize(
    "below",
    [
        "<div><a href='/2.html'>上一篇：鱼市搬迁</a><a href='/3.html'>下一篇：夜渡停航</a></div>",
        "<div>分享到：<a href='#'>微信</a><a href='#'>微博</a></div>",
        "<div><h3>相关阅读</h3><ul><li><a href='/4.html'>钟楼旧照征集启事</a></li></ul></div>",
        f"<div class='comments'><p>{TEXT[0]}</p><p>{TEXT[1]}</p></div>",
        "<p>声明：本网转载的文章，版权归原作者所有，如有异议请与我们联系。</p>",
        "<p>责任编辑：汤怀远</p><p>【打印】【关闭】</p>",
        "<div>【<a href='#'>打印本页</a>】【<a href='#'>关闭窗口</a>】</div>",
    ],
)
def test_what_templates_put_below_a_body_is_none_of_it(below):
    assert lines(f"{MENU}<div>{HEADING}<div>{paragraphs()}</div>{below}</div>{FOOTER}") == TEXT
    assert lines(f"{MENU}<div>{HEADING}{paragraphs()}{below}</div>{FOOTER}") == TEXT


def test_comments_do_not_win_by_their_length():
    comments = "".join(
        f"<li><b>网友{n}</b><p>{TEXT[n % 4]}我也这么想。</p></li>" for n in range(30)
    )
    body = f"{HEADING}<div>{paragraphs(TEXT[:2])}</div><ul class='comment-list'>{comments}</ul>"

    assert lines(MENU + body + FOOTER) == TEXT[:2]


@pytest.mark.parametrize(
    "item",
    [
        "<li><b>网友</b><p>{}我也这么想。</p><a href='#'>回复</a></li>",
        "<li><h4><a href='/x{}.html'>另一篇</a></h4><p>{}</p><i>2024-05-01</i></li>",
    ],
)
def test_what_repeats_with_links_is_no_body_whatever_its_names(item):
    items = "".join(item.format(f"第{n}座钟楼，{TEXT[n % 4]}", TEXT[n % 4]) for n in range(9))
    body = f"{HEADING}<div>{paragraphs()}</div><div><ul>{items}</ul></div>"

    assert lines(MENU + body + FOOTER) == TEXT


def test_a_second_time_is_that_of_an_event():
    event = ["时间：2024年6月1日 19:00", "地点：渡口钟楼二层"]

    found = read(f"{MENU}<div>{HEADING}{paragraphs([*event, *TEXT])}</div>{FOOTER}")

    assert isinstance(found, Article)
    assert found.text.split("\n") == [*event, *TEXT]
    assert found.published_text == "2024-05-06 10:20"


@pytest.mark.parametrize("head", ["渡口新闻网", ""])
def test_a_page_whose_head_has_no_title_has_it_above_the_facts(head):
    found = read(
        f"{MENU}<div><p align=center>{TITLE}</p><p>时间：2024-05-06 来源：渡口周报</p>"
        f"{paragraphs()}</div>{FOOTER}",
        title=head,
    )

    assert isinstance(found, Article)
    assert (found.title, found.flags) == (TITLE, ("title_unconfirmed",))
    assert found.text.split("\n") == TEXT


def test_files_below_a_body_are_attachments_and_no_text():
    found = read(
        f"{MENU}<div>{HEADING}<div>{paragraphs(TEXT[:1])}</div>"
        "<ul><li>附件：</li><li><a href='/f/a.docx'>值日表.docx</a></li></ul></div>"
    )

    assert isinstance(found, Article)
    assert found.text == TEXT[0]
    assert [one.name for one in found.attachments] == ["值日表.docx"]


def test_pictures_alone_are_an_article_and_a_frame_without_them_is_none():
    frame = MENU + "<div>" + HEADING + "<div>{}</div></div>" + FOOTER

    pictures = read(frame.format("<p><img src='/1.jpg'></p><p><img src='/2.jpg'></p>"))

    assert isinstance(pictures, Article)
    assert (pictures.empty_reason, len(pictures.images)) == ("images", 2)
    assert not isinstance(read(frame.format("")), Article)


@pytest.mark.parametrize(
    "body",
    [
        "".join(
            f"<li><a href='/a/{n}.html'>{TITLE}之{n}</a><p>{text}</p><i>2024-05-0{n}</i></li>"
            for n, text in enumerate(TEXT, 1)
        ),
        "".join(
            f"<li><a href='/a/{n}.html'>{text}</a> 2024-05-06</li>" for n, text in enumerate(TEXT)
        ),
        "<p>渡口镇，电话：000-62650942</p>",
        "",
    ],
)
def test_lists_and_frames_are_no_articles(body):
    assert not isinstance(
        read(f"{MENU}<h2>渡口要闻</h2><ul>{body}</ul>{FOOTER}", title="渡口要闻-渡口新闻网"),
        Article,
    )


@pytest.mark.parametrize(
    "kept",
    [
        f"<noscript><div>{HEADING}{paragraphs()}</div></noscript>",
        f"<textarea hidden>{escape(f'<div>{HEADING}{paragraphs()}</div>')}</textarea>",
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "'
        + TITLE
        + '", "datePublished": "2024-05-06T10:20:00+08:00", "articleBody": "'
        + "\\n".join(TEXT)
        + '"}</script>',
    ],
)
def test_what_a_page_keeps_for_its_script_is_read(kept):
    assert lines(f"{MENU}<div id='app'></div>{kept}{FOOTER}") == TEXT
