"""Lists of other articles that templates set amid a body are no part of its text."""

from datetime import UTC, datetime

import pytest

from crawler.extract import extract
from crawler.page import Page
from storage.article import Article

FIRST = (
    "图书馆新馆今日开馆，首日接待读者三千余人，新馆藏书二百万册，设阅览座位四千席，全年向读者开放。"
)
LAST = "馆长在致辞中说，读者的声音是最好的藏书，新馆将继续听取读者的意见，不断完善各项服务工作。"
OTHERS = (
    "<li><a href='/info/1001/2.htm'>教务处公布考试安排</a> 03-05</li>"
    "<li>2.<a href='/info/1001/3.htm' title='x'>校团委举办春季长跑</a></li>"
)


def article(amid: str, head: str = "") -> Article:
    body = (
        f"<html><head><title>图书馆新馆开馆-云岭大学</title></head><body>{head}"
        "<form name='_newscontent_fromname'><h1>图书馆新馆开馆</h1><p>发布时间：2024-03-05</p>"
        f"<div class='v_news_content'><p>{FIRST}</p>{amid}<p>{LAST}</p></div></form></body></html>"
    )
    found = extract(
        Page(
            url="http://news.yunling.example/info/1001/1.htm", body=body.encode(),
            fetched_at=datetime(2024, 3, 6, tzinfo=UTC), headers={"content-type": "text/html"},
        )
    )  # fmt: skip
    assert isinstance(found, Article)
    return found


NEIGHBOURS = [
    "<p>上一篇：<a href='/info/1001/2.htm'>教务处公布考试安排</a></p><p>下一篇：没有了</p>",
    "<p><a href='/a/2.htm'>上一篇：教务处公布本学期期末考试的安排与注意事项</a></p>",
    "<div>上一条：教务处公布本学期期末考试的安排<br>下一条：校团委举办春季长跑</div>",
    "<ul><li>上一条：<a href='/a/2.htm'>教务处公布考试安排</a></li></ul>",
]
SIGNED = "<p>特此通告。</p><p style='text-align:right'>云岭大学图书馆</p><p>2024年3月5日</p>"


def unknown(body: str) -> str:
    """Return the text of a page of an unknown layout."""
    page = (
        "<html><head><title>图书馆新馆开馆-云岭大学</title></head><body><div class=nav>"
        "<a href=/>首页</a><a href=/xw/>新闻</a></div><div class=con><h1>图书馆新馆开馆</h1>"
        f"<div>发布时间：2024-03-05</div><div class=box>{body}</div></div>"
        "<div class=foot>版权所有 云岭大学</div></body></html>"
    )
    found = extract(
        Page(
            url="http://news.yunling.example/a/1.htm", body=page.encode(),
            fetched_at=datetime(2024, 3, 6, tzinfo=UTC), headers={"content-type": "text/html"},
        )
    )  # fmt: skip
    assert isinstance(found, Article)
    return found.text


@pytest.mark.parametrize("neighbours", NEIGHBOURS)
def test_neighbours_amid_the_paragraphs_cut_nothing(neighbours: str) -> None:
    signed = f"{FIRST}\n{LAST}\n特此通告。\n云岭大学图书馆\n2024年3月5日"

    assert article(neighbours).text == f"{FIRST}\n{LAST}"
    ended = article(f"<p>{LAST}</p>{neighbours}<p>特此通告。</p>").text
    assert ended == f"{FIRST}\n{LAST}\n特此通告。\n{LAST}"
    assert unknown(f"<p>{FIRST}</p>{neighbours}<p>{LAST}</p>{SIGNED}") == signed


@pytest.mark.parametrize("neighbours", NEIGHBOURS)
@pytest.mark.parametrize(
    "below",
    [
        "",
        "<p>相关新闻</p><ul><li><a href='/a/5.htm'>图书馆延长开放时间</a></li></ul>",
        "<p>本站声明：所载图文版权归原作者所有。</p>",
        "<p>网友评论仅供其表达个人看法。</p><p>友情链接</p>",
        "<p>地址：云岭市学府路1号 邮编：000000</p>",
    ],
)
def test_neighbours_at_the_end_are_cut_with_what_templates_put_below_them(
    neighbours: str, below: str
) -> None:
    text = f"{FIRST}\n{LAST}"

    assert unknown(f"<p>{FIRST}</p><p>{LAST}</p>{neighbours}{below}") == text


@pytest.mark.parametrize(
    "heading",
    [
        "热点新闻",
        "图文推荐",
        "相关阅读",
        "点击排行",
        "猜你喜欢",
        "最新动态 更多&gt;&gt;",
        "本周热门文章",
    ],
)
@pytest.mark.parametrize("tag", ["h3", "div", "p"])
def test_a_list_of_other_articles_under_its_heading_goes(heading: str, tag: str) -> None:
    amid = f"<div class='box'><{tag}>{heading}</{tag}><ul>{OTHERS}</ul></div>"

    assert article(amid).text == f"{FIRST}\n{LAST}"


@pytest.mark.parametrize(
    "amid",
    [
        f"<p>各学院的报道如下：</p><ul>{OTHERS}</ul>",
        "<p>相关链接</p><p>本馆成立于一九五二年，原址在云岭湖畔。</p>",
        "<p>最新公告</p><p><a href='/files/1.pdf'>开馆时间表</a></p>",
    ],
    ids=["words-of-an-author-above", "text-below", "a-file-below"],
)
def test_what_an_author_wrote_or_attached_stays(amid: str) -> None:
    assert len(article(amid).text.split("\n")) >= 4


@pytest.mark.parametrize(
    "line",
    [
        "阅读：123次", "浏览次数：4567", "点击数：[89]", "（阅读 1,024）", "您是第4321位访客",
        "您是第885440位访客 今日访问：278 在线：18人", "今天是：2026年4月9日 星期四 11:05:09",
        "页面生成于 2026-04-09 11:05:09", "Processed in 0.012 second(s), 5 queries",
    ],
)  # fmt: skip
def test_a_number_that_is_another_at_every_visit_goes(line: str) -> None:
    assert article(f"<p>{line}</p>").text == f"{FIRST}\n{LAST}"


@pytest.mark.parametrize(
    "line",
    [
        "今年的阅读量达到1.2亿次，比去年多一成。",
        "第3次全体会议",
        "访问学者12人",
        "第12位访客留影。",
    ],
)
def test_a_number_that_an_author_wrote_stays(line: str) -> None:
    assert line in article(f"<p>{line}</p>").text


def test_the_heading_of_such_a_list_is_no_title() -> None:
    page = (
        "<html><head><title>云岭县</title></head><body><div class='box'><h3>热点新闻</h3>"
        f"<ul>{OTHERS}</ul></div><h2>县图书馆开馆</h2><p>发布时间：2024-03-05</p>"
        f"<div class='TRS_Editor'><p>{FIRST}</p><p>{LAST}</p></div></body></html>"
    )
    found = extract(
        Page(
            url="http://www.yunling.example/zx/202403/t20240305_12.html", body=page.encode(),
            fetched_at=datetime(2024, 3, 6, tzinfo=UTC),
        )
    )  # fmt: skip

    assert isinstance(found, Article)
    assert found.title == "县图书馆开馆"


@pytest.mark.parametrize(
    ("src", "url"),
    [
        ("/a/1.jpg?v=123", "/a/1.jpg"),
        ("/a/1.JPG?1709600000", "/a/1.JPG"),
        ("/a/1.png?t=0.55", "/a/1.png"),
        ("/a/1.jpg?w=600", "/a/1.jpg?w=600"),
        ("/show.jsp?v=123", "/show.jsp?v=123"),
    ],
)
def test_the_address_of_a_picture_has_no_number_against_caches(src: str, url: str) -> None:
    (image,) = article(f"<p><img src='{src}'></p>").images

    assert image.url == f"http://news.yunling.example{url}"
