"""What a site file selects comes before the rules; names are found however a page writes them."""

from datetime import UTC, datetime

import pytest

from crawler.extract import Refusal, extract
from crawler.families import listing_in
from crawler.fields.selecting import all_in, is_selector, may_have, selector
from crawler.page import Page
from storage.article import Article

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FIRST = "青岚学院今天召开会议，部署下一阶段的工作，各单位负责人参加。"
SECOND = "会议指出，要把安全检查落到实处，做到有检查、有记录、有整改。"
MARKED = selector(".marked_name, form[name=_some_form]")


def page(
    inner, /, *, doctype="<!DOCTYPE html>", url="https://news.example.edu.cn/a/1.htm", **selectors
):
    html = f"{doctype}<html><head><title>青岚学院召开会议</title></head><body>{inner}</body></html>"
    return Page(url=url, body=html.encode(), fetched_at=NOW, selectors=selectors)


def article(inner, /, **selectors) -> Article:
    found = extract(page(inner, **selectors))
    assert isinstance(found, Article), found
    return found


@pytest.mark.parametrize(
    "written",
    [
        "marked_name",
        "other MARKED_Name",
        "m&#97;rked_name",
        "marked&#x5F;name",
        "marked&lowbar;name",
        "marked&#0000095;name",
    ],
)
def test_a_name_is_found_however_the_page_writes_it(written):
    old = page(f'<div class="{written}">正文</div>', doctype="")

    assert may_have(old, MARKED)
    assert len(all_in(old, MARKED)) == 1


@pytest.mark.parametrize("written", ["form name=&#95;some_form", "form name='_some&#95;form'"])
def test_the_value_of_an_attribute_is_found_however_the_page_writes_it(written):
    assert len(all_in(page(f"<{written}>正文</form>"), MARKED)) == 1


@pytest.mark.parametrize("text", ["&nbsp;&#160;&#8203;&#34;&#39;&amp;&#12289;", "&copy;", "a&b"])
def test_references_in_texts_that_no_name_has_open_nothing(text):
    assert not may_have(page(f"<p>{text}</p>"), MARKED)


def test_what_a_selector_rules_out_is_not_looked_for():
    css = selector("p.kept:not(.a_much_longer_name)")

    assert len(all_in(page("<p class=kept>x</p>"), css)) == 1


@pytest.mark.parametrize("css", ["div[", "..a", "a:::b", "div >", "a, "])
def test_what_is_no_selector_is_told(css):
    assert not is_selector(css)


def test_a_body_in_several_elements_is_read_in_page_order():
    parts = f'<div class="t">{FIRST}</div><p>广告：报名从速</p><div class="t"><p>{SECOND}</p></div>'

    found = article(f"<h1>青岚学院召开会议</h1>{parts}<p>责任编辑：林岚</p>", body=".t")

    assert found.text == f"{FIRST}\n{SECOND}"
    assert [credit.name for credit in found.credits] == ["林岚"]


def test_of_nested_elements_the_outermost_is_read_once():
    body = f'<div class="t"><div class="t">{FIRST}</div>{SECOND}</div>'

    assert article(body, body=".t, div.t, .t .t").text == f"{FIRST}\n{SECOND}"


def test_what_the_site_file_drops_is_no_part_of_title_or_body():
    body = (
        f"<h1 class=h>青岚学院召开会议<i class=x>【大中小】</i></h1><div class=t><p>{FIRST}</p>"
        f"<div class=x>推荐：三年前的一次会议，值得再读一遍的长文章</div><p>{SECOND}</p></div>"
    )

    found = article(body, title=".h", body=".t", drop=".x")

    assert (found.title, found.text) == ("青岚学院召开会议", f"{FIRST}\n{SECOND}")


def test_the_rules_for_any_page_leave_out_what_is_dropped():
    text = f"<div><p>{FIRST * 4}</p><p class=x>{SECOND}</p></div>"
    body = f"<h1>青岚学院召开会议</h1><p>2025-12-01</p>{text}"

    assert SECOND in article(body).text
    assert SECOND not in article(body, drop=".x").text


def test_the_lines_of_a_selected_title_are_joined_as_a_reader_would():
    found = article(
        f"<h1 class=h>青岚学院<br>\n  召开会议</h1><div class=t>{FIRST}</div>",
        title=".h",
        body=".t",
    )

    assert found.title == "青岚学院召开会议"


def test_a_source_is_selected():
    body = f"<h1>青岚学院召开会议</h1><b class=s>宣传部</b><div class=t>{FIRST}</div>"

    assert article(body, body=".t", source=".s").source == "宣传部"


def test_a_body_that_is_not_on_the_page_gives_no_article():
    assert isinstance(extract(page(f"<h1>青岚学院</h1><p>{FIRST * 9}</p>", body=".t")), Refusal)


def rows(*numbers):
    link = '<a href="/x/{n}.htm">第{n}次全体会议在图书馆召开</a>'
    items = (f'<div class="r">{link.format(n=n)}<i>2025-11-{n}</i></div>' for n in numbers)
    return f"<div>{''.join(items)}</div>"


def test_a_list_is_read_from_the_items_that_are_selected():
    other = rows(20).replace('class="r"', 'class="s"')
    body = f"<div>{rows(10, 11, 12)}</div><section>{other}</section>"

    listing = listing_in(page(body, url="https://news.example.edu.cn/x/", list="section .s"))

    assert listing is not None
    assert [(link.url, link.title) for link in listing.links] == [
        ("https://news.example.edu.cn/x/20.htm", "第20次全体会议在图书馆召开")
    ]
    assert [link.listed_text for link in listing.links] == ["2025-11-20"]


def test_the_next_page_is_the_one_that_is_selected():
    body = f"<div>{rows(10, 11, 12)}</div><a class='go' href='/x/p2.htm'><img src=a.png></a>"

    first = listing_in(page(body, url="https://news.example.edu.cn/x/", next=".go"))
    last = listing_in(
        page(rows(13, 14, 15), url="https://news.example.edu.cn/x/p9.htm", next=".go")
    )

    assert first is not None
    assert first.next_url == "https://news.example.edu.cn/x/p2.htm"
    assert last is not None
    assert last.next_url is None


def test_a_page_without_such_items_is_left_to_the_rules():
    listing = listing_in(page(rows(10, 11, 12), url="https://news.example.edu.cn/x/", list=".none"))

    assert listing is not None
    assert len(listing.links) == 3
