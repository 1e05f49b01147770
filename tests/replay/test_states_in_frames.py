"""The saved messages and articles keep their sides where sites dress them otherwise.

A message stands in the frame of a site, with menus and lists of the newest articles beside it; an
article stands on a page that bears no mark of its CMS.
"""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.extract import Refusal, extract
from crawler.fixture import case_folders, load_case
from crawler.page import Page
from crawler.wordings import State
from storage.article import Article

ROOT = Path(__file__).parents[2] / "fixtures"
REFUSED = case_folders(ROOT / "refused")
ARTICLES = case_folders(ROOT / "stays-article")
MENU = "".join(f'<li><a href="/c{n}/list.htm">栏目名称第{n}号</a></li>' for n in range(40))
NEWEST = "".join(
    f'<li><a href="/info/1033/{8000 + n}.htm">青石湖研究站第{n}次观测</a>2024-07-{n + 10}</li>'
    for n in range(8)
)
FOOTER = "<div>版权所有 云岭大学 地址：云岭市青石路1号 今天是2024年8月1日 星期四</div>"
BEFORE, BESIDE = f"<div><ul>{MENU}</ul></div>", f"<div><h3>最新新闻</h3><ul>{NEWEST}</ul></div>"
# What says by itself that VSB made a page.
MARKS = {
    "v_news_content": "text",
    "vsb_content": "main",
    "_newscontent_fromname": "f1",
    "_sitegray/_sitegray": "css/site",
    "Announced by Visual SiteBuilder 9": "a page",
    "CustomerNO:": "number",
}


def framed(page: Page, *, beside: str) -> Page:
    """Return the page with status 200 in the frame of a site."""
    html = page.body.decode("utf-8", "replace")
    start = re.search(r"<body[^>]*>", html, re.IGNORECASE)
    at = start.end() if start else 0
    body = f"{html[:at]}{BEFORE}{html[at:]}{beside}{FOOTER}"
    return replace(page, status=200, body=body.encode())


@pytest.mark.parametrize("beside", ["", BESIDE], ids=["alone", "beside-the-newest"])
@pytest.mark.parametrize("folder", REFUSED, ids=[folder.name for folder in REFUSED])
def test_a_message_in_the_frame_of_a_site_is_no_article(folder: Path, beside: str) -> None:
    found = extract(framed(load_case(folder).page, beside=beside))

    assert isinstance(found, Refusal)
    assert found.evidence


@pytest.mark.parametrize("folder", ARTICLES, ids=[folder.name for folder in ARTICLES])
def test_an_article_of_no_known_cms_is_no_message(folder: Path) -> None:
    page = load_case(folder).page
    html = page.body.decode()
    for mark, plain in MARKS.items():
        html = html.replace(mark, plain)

    found = extract(replace(page, url="https://news.yunling.example/a/1.html", body=html.encode()))

    assert isinstance(found, Article) or found.state is State.UNKNOWN_LAYOUT
