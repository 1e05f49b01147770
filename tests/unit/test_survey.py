"""Which links of a home page may be columns, and what is proposed for the site."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.page import Page
from crawler.survey import column_candidates, is_home
from crawler.trial import ColumnTrial, Trial
from wenxun.proposal import Proposal, proposed, site_file_text, site_name

HOME = "http://www.yunling.edu.cn/"
MENU = """
<ul><li><a href="/">首页</a></li><li><a href="/xxgk/xxjj.htm">学校简介</a></li>
<li><a href="/xwzx/xyxw.htm">校园新闻</a></li><li><a href="/kxyj.htm">科学研究</a></li>
<li><a href="/xwzx/xyxw.htm#top">校园新闻</a></li><li><a href="http://lib.yunling.edu.cn/">图书馆</a></li>
<li><a href="/_redirect?siteId=8&amp;columnId=9">专题新闻</a></li>
<li><a href="/files/a.pdf">公告附件</a></li><li><a href="javascript:;">通知</a></li></ul>"""
BLOCK = """<div class="box"><div class="hd"><h3>学术讲座 MORE+</h3>
<a href="/xsjz.htm">MORE+</a></div>
<ul><li><a href="/info/1002/33.htm">关于举办讲座的通知</a></li></ul></div>"""


def page(body, url=HOME, title="云岭大学"):
    source = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    return Page(url=url, body=source.encode(), fetched_at=datetime(2026, 1, 1, tzinfo=UTC))


def names(body):
    return [candidate.name for candidate in column_candidates(page(body))]


def test_a_more_link_is_named_by_the_heading_of_its_block_and_comes_first():
    assert names(MENU + BLOCK) == ["学术讲座", "校园新闻", "科学研究"]


def test_articles_files_scripts_other_hosts_and_pages_about_the_school_are_no_columns():
    found = {candidate.url for candidate in column_candidates(page(MENU + BLOCK))}

    assert found == {f"{HOME}xsjz.htm", f"{HOME}xwzx/xyxw.htm", f"{HOME}kxyj.htm"}


@pytest.mark.parametrize(
    ("url", "home"),
    [
        ("http://a.edu.cn", True),
        ("http://a.edu.cn/index.htm", True),
        ("http://a.edu.cn/main.psp", True),
        ("http://a.edu.cn/news.htm", False),
        ("http://a.edu.cn/xw/index.htm", False),
    ],
)
def test_a_home_page_is_told_by_its_address(url, home):
    assert is_home(page("", url=url)) is home


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://news.yunling.edu.cn/a.htm", "yunling-news"),
        ("http://www.anping.gov.cn/", "anping"),
        ("http://jwc.xy.yunling.edu.cn:8080/", "yunling-xy-jwc"),
        ("http://127.0.0.1:8000/", "127-0-0-1"),
        ("http://localhost/", "localhost"),
    ],
)
def test_a_site_is_named_after_its_host(url, name):
    assert site_name(url) == name


@pytest.mark.parametrize(
    ("title", "url", "expected"),
    [
        ("云岭大学新闻网", HOME, "云岭大学新闻网"),
        ("通知公告-云岭大学教务处", f"{HOME}tzgg.htm", "云岭大学教务处"),
        ("", HOME, "yunling"),
    ],
)
def test_the_title_of_the_site_is_the_end_of_the_pages_title(title, url, expected):
    trial = Trial(columns=(ColumnTrial(url=url, name=None),), articles=())

    made = proposed(page("", url, title), trial, name="yunling", folder=Path("s"), render=False)

    assert made.title == expected


def test_the_file_is_toml_whatever_the_names_hold():
    import tomllib

    columns = ((f'{HOME}a"b.htm', "新闻\n要闻"), (f"{HOME}c.htm", None))
    proposal = Proposal(
        name="x", title='云岭"\\\x7f大学', path=Path("x.toml"), columns=columns, render=True
    )

    read = tomllib.loads(site_file_text(proposal))

    start = [f'{HOME}a"b.htm', f"{HOME}c.htm"]
    assert read == {"title": '云岭"\\\x7f大学', "start": start, "render": True}
