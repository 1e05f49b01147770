"""Lists of pages of which nothing is known, and what must not be taken for one. All invented."""

from datetime import UTC, datetime

import pytest

from crawler.discover import LinkKind
from crawler.families.generic.column_name import column_name
from crawler.families.generic.listing import read_listing
from crawler.page import Page

NOW = datetime(2026, 3, 2, tzinfo=UTC)
HOST = "http://www.qinghe.example"
URL = f"{HOST}/xw/index.html"
TITLES = [
    "青禾镇春灌水渠清淤工程提前完工",
    "镇卫生院新添一台移动体检车",
    "乡村图书角在七个村同时开放",
    "老粮仓改建的民俗馆开始试运行",
]
MENU = """<div class="nav"><ul><li><a href="/list_101.html">镇情概况与历史沿革介绍</a></li>
<li><a href="/list_102.html">政务公开目录及公开指南</a></li>
<li><a href="/list_103.html">便民服务事项与办理流程</a></li></ul></div>"""
FRIENDS = """<div class="friend_links"><a href="http://a.example/1001.html">青禾县人民政府门户网站</a>
<a href="http://b.example/1002.html">青禾县教育局官方网站</a>
<a href="http://c.example/1003.html">青禾县卫生健康委员会网站</a></div>"""
SENTENCE = "今年以来，镇里把水利设施维护放在前面，分三批清理渠道，沿线群众主动参与。"


def page_of(body, url=URL, title="镇内要闻-青禾镇人民政府"):
    html = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    return Page(url=url, body=html.encode(), fetched_at=NOW)


def row(number, title, day="2026-02-1"):
    date = f"<span>{day}{number}</span>" if day else ""
    return f"<li><a href='/xw/2026/100{number}.html'>{title}</a>{date}</li>"


def rows(day="2026-02-1"):
    return "".join(row(number, title, day) for number, title in enumerate(TITLES))


def titles(listing):
    return [link.title for link in listing.links]


def test_the_list_is_what_looks_like_news_and_not_the_menu_or_the_friends():
    listing = read_listing(page_of(f"{MENU}<div class='c'><ul>{rows()}</ul></div>{FRIENDS}"))

    assert titles(listing) == TITLES


def test_a_list_without_dates_is_found_by_its_headlines_and_addresses():
    listing = read_listing(page_of(f"{MENU}<div class='c'><ul>{rows(day='')}</ul></div>{FRIENDS}"))

    assert titles(listing) == TITLES


def test_menus_and_friends_alone_are_no_list():
    assert read_listing(page_of(MENU + FRIENDS)) is None


def test_short_headlines_are_news_where_dates_stand_with_them():
    for date in ("2026-02-0{}", "<i>2025年0{}月</i>", "{}分钟前"):
        body = "".join(
            f"<li><a href='/a/{n}.html'>{title}</a> {date.format(n)}</li>"
            for n, title in enumerate(["放假通知", "停电公告", "招聘启事"], start=1)
        )
        listing = read_listing(page_of(f"<ul>{body}</ul>"))
        assert titles(listing) == ["放假通知", "停电公告", "招聘启事"]


def test_the_list_is_the_one_beside_the_paginator():
    hot = f"<div class='r'><ol>{rows()}</ol></div>"
    body = f"<div class='l'><ul><li><a href='/xw/9.html'>{TITLES[1]}续闻</a> 2026-01-09</li></ul>"
    pager = "<p>1/3 <a href='index_2.html'>下一页</a></p></div>"

    assert titles(read_listing(page_of(hot + body + pager))) == [f"{TITLES[1]}续闻"]


def test_a_link_to_the_office_that_published_is_no_item():
    offices = ["青禾镇乡村振兴工作办公室", "青禾镇社会事务综合服务中心"]
    body = "".join(
        f"<li>[<a href='/bm/10{n % 2}.html'>{offices[n % 2]}</a>] "
        f"<a href='/xw/2026/100{n}.html'>{title}</a><span>2026-02-1{n}</span></li>"
        for n, title in enumerate(TITLES)
    )

    assert titles(read_listing(page_of(f"<ul>{body}</ul>"))) == TITLES


def test_pictures_are_called_by_what_they_say_of_themselves():
    body = "".join(
        f"<li><a href='/xw/2026/100{n}.html'><img src='{n}.jpg' alt='{title}'></a></li>"
        for n, title in enumerate(TITLES)
    )

    assert titles(read_listing(page_of(f"<ul>{body}</ul>"))) == TITLES


def test_each_item_may_be_a_table_of_its_own():
    body = "".join(
        f"<tbody><tr><td><table><tr><td><a href='/xw/2026/100{n}.html'>{title}</a></td>"
        f"<td>2026-02-1{n}</td></tr></table></td></tr></tbody>"
        for n, title in enumerate(TITLES)
    )

    listing = read_listing(page_of(f"{MENU}<table>{body}</table>"))

    assert titles(listing) == TITLES
    assert all(link.listed_at for link in listing.links)


def test_pictures_beside_a_paginator_need_neither_dates_nor_long_titles():
    body = "".join(
        f"<li><a href='/tp/2026/100{n}.html'><img src='{n}.jpg'>{title}</a></li>"
        for n, title in enumerate(["镇上的春天", "渠边的清晨"])
    )
    pager = "<p>1/3 <a href='index_2.html'>下一页</a></p>"

    listing = read_listing(page_of(f"{MENU}<div><ul>{body}</ul>{pager}</div>"))

    assert titles(listing) == ["镇上的春天", "渠边的清晨"]


def test_a_column_that_says_it_is_empty_is_an_empty_list():
    side = f"<div class='r'><ul>{rows()}</ul></div>"
    pager = "<div class='l'><ul></ul><p>共 0 条 1/0 <a href='#'>下一页</a></p></div>"

    listing = read_listing(page_of(pager + side))

    assert (listing.links, listing.total) == ((), 0)


@pytest.mark.parametrize("between", ["", "<hr>", "<h3>2026年2月</h3>", "<div class='line'> </div>"])
def test_a_list_cut_into_several_elements_is_one(between):
    body = f"<div><ul class='a'>{row(0, TITLES[0])}{row(1, TITLES[1])}</ul>{between}"
    body += f"<ul class='b'>{row(2, TITLES[2])}{row(3, TITLES[3])}</ul></div>"

    assert titles(read_listing(page_of(body))) == TITLES


def test_another_list_under_its_own_heading_is_none_of_the_column_s():
    body = f"<div><ul class='a'>{row(0, TITLES[0])}{row(1, TITLES[1])}{row(2, TITLES[2])}</ul>"
    body += f"<h3>猜你喜欢</h3><ul class='b'>{row(3, TITLES[3])}{row(4, TITLES[3])}</ul></div>"

    assert titles(read_listing(page_of(body))) == TITLES[:3]


def test_addresses_of_words_are_as_good_as_numbers():
    names = ["canal-cleared-early", "health-van", "seven-reading-corners", "granary-museum"]
    body = "".join(
        f"<li><a href='/2026/02/{name}/'>{title}</a></li>"
        for name, title in zip(names, TITLES, strict=True)
    )

    assert titles(read_listing(page_of(f"{MENU}<ul>{body}</ul>"))) == TITLES


@pytest.mark.parametrize(
    ("href", "kind"),
    [
        ("/xw/2026/7.html", LinkKind.ARTICLE),
        ("http://other.example/2026/7.html", LinkKind.EXTERNAL),
        ("/upload/2026/7.pdf", LinkKind.FILE),
        ("javascript:show(7)", LinkKind.SCRIPT),
        ("#", LinkKind.SCRIPT),
    ],
)
def test_an_item_says_where_it_leads(href, kind):
    other = f'<li><a href="{href}">{TITLES[0]}另一则</a><span>2026-02-20</span></li>'

    listing = read_listing(page_of(f"<ul>{rows()}{other}</ul>"))

    assert listing.links[-1].kind is kind
    assert len(listing.links) == len(TITLES) + 1


def test_an_address_that_a_family_knows_has_that_family_s_key():
    other = f"<li><a href='/info/1033/209.htm'>{TITLES[0]}另一则</a><span>2026-02-20</span></li>"

    listing = read_listing(page_of(f"<ul>{rows()}{other}</ul>"))

    assert listing.links[0].key == "qinghe.example/xw/2026/1000.html"
    assert listing.links[-1].key == "qinghe.example:209"


ARTICLE = f"""<h1>{TITLES[0]}</h1>{{facts}}<div class="body">{{body}}</div>
<div class="more"><h3>其他新闻</h3><ul>{rows()}</ul></div>"""


@pytest.mark.parametrize(
    ("facts", "body"),
    [
        ("", f"<p>{SENTENCE}</p>" * 8),
        ("<p>来源：青禾镇　发布时间：2026-02-10</p>", "<img src='a.jpg'>"),
        ("<p>2026-02-10</p>", "<p><img src='a.jpg'></p>"),
    ],
)
def test_an_article_with_a_list_below_it_is_no_list(facts, body):
    page = page_of(ARTICLE.format(facts=facts, body=body), title=f"{TITLES[0]}-青禾镇人民政府")

    assert read_listing(page) is None


def test_a_note_beside_a_list_does_not_make_it_an_article():
    body = f"<p>{SENTENCE}</p><ul>{rows()}</ul><p>版权所有 青禾镇人民政府 地址：青禾镇中街1号</p>"

    assert titles(read_listing(page_of(body))) == TITLES


@pytest.mark.parametrize(
    "body",
    [
        (
            f"<p>上一篇：<a href='/xw/2026/1001.html'>{TITLES[0]}</a></p>"
            f"<p>下一篇：<a href='/xw/2026/1003.html'>{TITLES[1]}</a></p>"
        ),
        "<p>附件1：<a href='/u/2026021001.docx'>清淤工程施工单位报名表</a></p>",
        f"<div><a href='/xw/2026/1001.html'>{TITLES[0]}</a>　2026-02-11 {SENTENCE * 3}</div>",
    ],
)
def test_neighbours_files_and_a_linked_sentence_are_no_list(body):
    assert read_listing(page_of(f"<h1>{TITLES[2]}</h1>{body}")) is None


def test_a_home_page_gives_all_its_news_whatever_it_says_of_itself():
    intro = f"<div class='intro'>{SENTENCE * 9}</div>"
    blocks = f"<div class='a'><ul>{row(0, TITLES[0])}{row(1, TITLES[1])}</ul></div>"
    blocks += f"<div class='b'><ol>{row(2, TITLES[2])}{row(3, TITLES[3])}</ol></div>"

    listing = read_listing(page_of(MENU + intro + blocks + FRIENDS, url=f"{HOST}/"))

    assert titles(listing) == TITLES


def test_a_calendar_is_no_paginator():
    days = "".join(f"<a href='/xw/day.asp?d={day}'>{day}</a>" for day in range(1, 29))
    calendar = f"<div class='cal'>日一二三四五六{days}</div>"

    listing = read_listing(page_of(f"{calendar}<ul>{rows()}</ul>"))

    assert titles(listing) == TITLES
    assert (listing.page, listing.next_url) == (None, None)


@pytest.mark.parametrize(
    ("crumbs", "title", "expected"),
    [
        ("当前位置：<a href='/'>首页</a> &gt; 镇内要闻", "青禾镇人民政府", "镇内要闻"),
        ("您的位置：<a href='/'>首页</a>» <a href='/xw/'>新闻</a> » 镇内要闻", "x", "镇内要闻"),
        ("", "镇内要闻-青禾镇人民政府", "镇内要闻"),
        ("", "青禾镇人民政府_镇内要闻", "镇内要闻"),
        ("", "青禾图书馆 >> 本馆公告", "本馆公告"),
        ("", "青禾镇人民政府", "青禾镇人民政府"),
        ("", "", None),
    ],
)
def test_a_column_is_called_by_its_breadcrumb_or_its_title(crumbs, title, expected):
    assert column_name(page_of(f"<div class='c'>{crumbs}</div>", title=title)) == expected
