"""The documents of the corpus, published by a VSB site in three columns, come back as they are."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.databases import ON_EVERY_DATABASE

CORPUS = os.environ.get("WENXUN_TEST_CORPUS")
pytestmark = [
    pytest.mark.skipif(not CORPUS, reason="WENXUN_TEST_CORPUS names no folder"),
    ON_EVERY_DATABASE,
]
SEEDS = sorted(Path(CORPUS, "seeds").glob("*.txt")) if CORPUS else []

SITE = "青岚学院-网络中心"
OWNER = 1676231333
TREES = (1033, 1041, 1124)
LISTS = ("/jdyw.htm", "/xwzx/tzgg.htm", "/list.jsp?urltype=tree.TreeTempUrl&wbtreeid=1124")
CLICK = "/system/resource/code/news/click/"
PICTURE = '<p class="vsbcontent_img"><img src="/__local/1.jpg" orisrc="/__local/1.jpg"></p>'


@dataclass(frozen=True)
class Seed:
    title: str
    published: str
    views: str
    lines: list[str]

    @property
    def counted(self) -> bool:
        return self.views != "未知"


def seed_of(path: Path) -> Seed:
    head, _, text = path.read_text("utf-8").partition("\n正文内容:\n")
    title, published, views = (line.partition(": ")[2] for line in head.split("\n"))
    return Seed(title, published, views, text.split("\n"))


# How the articles of a column are addressed: (seed number, column number) -> (path, newsid).
Addressed = Callable[[int, int], tuple[str, int]]


def same(number: int, _: int) -> tuple[str, int]:
    return f"/info/1033/{7300 + number}.htm", 7300 + number


def twin(number: int, column: int) -> tuple[str, int]:
    return f"/info/{TREES[column]}/{7300 + number}.htm", 7300 + number


def own(number: int, column: int) -> tuple[str, int]:
    newsid = 7300 + 100 * column + number
    return f"/info/{TREES[column]}/{newsid}.htm", newsid


def dynamic(number: int, column: int) -> tuple[str, int]:
    if column == 0:
        return twin(number, column)
    page = ("content.jsp", "show.jsp")[column - 1]
    query = f"urltype=news.NewsContentUrl&wbtreeid={TREES[column]}&wbnewsid={7300 + number}"
    return f"/{page}?{query}", 7300 + number


def counter_of(seed: Seed, newsid: int, form: str) -> str:
    if not seed.counted:
        return ""
    if form == "old":
        return (
            f"浏览次数：<span id='n{newsid}'></span>"
            f"<script>getClickTimes({newsid},{OWNER},'wbnews','n')</script>"
        )
    return f'浏览次数：<script>_showDynClicks("wbnews", {OWNER}, {newsid})</script>次'


GENERATIONS = (
    """<div class="art-tit cont-tit d"><h3>{title}</h3><h4></h4><p><span>信息来源：
</span><span>{meta}</span></p></div><div id="vsb_content" class="art-body d">{body}</div>""",
    """<table><tr><td bgcolor="#fff" style="FONT-SIZE:16pt">{broken}</td></tr>
<tr><td>　　　文章来源：网络中心　　{meta}</td></tr><tr>{body}</tr></table>""",
    """<table class="winstyle5"><tr><td class="titlestyle5">{title}</td></tr>
<tr><td><span class="timestyle5">{meta}</span></td></tr><tr><td class="contentstyle5">
<div id="vsb_newscontent">{body}</div></td></tr></table>""",
)


def article_page(seed: Seed, newsid: int, column: int, form: str) -> str:
    """One page in the generation of its column."""
    body = "\n".join(f"<p>　　{line}</p>" if line else PICTURE for line in seed.lines)
    body = f'<div class="v_news_content">{body}</div>'
    meta = f"{seed.published}　　{counter_of(seed, newsid, form)}"
    inner = GENERATIONS[column].format(
        title=seed.title, broken=f"{seed.title[:9]}<br>{seed.title[9:]}", meta=meta, body=body
    )
    return framed(
        seed.title,
        f'<h1>新闻</h1><form name="_newscontent_fromname">{inner}</form>'
        "<p>上一条：<a href='1.htm'>另一条</a></p>",
        newsid=newsid,
    )


def list_page(items: list[tuple[str, str]]) -> str:
    rows = "".join(
        f'<li id="line_u9_{n}"><a href="{href}" title="{title}">{title[:12]}…</a>'
        f"<span>2024-01-{28 - n:02d}</span></li>"
        for n, (href, title) in enumerate(items)
    )
    return framed("栏目", f"<ul>{rows}</ul><p>共{len(items)}条 1/1 首页 上页 下页 尾页</p>")


def framed(title: str, inner: str, *, newsid: int = -1) -> str:
    return (
        f"<!DOCTYPE html><html><head><title>{title}-{SITE}</title>"
        f'<META Name="keywords" Content="{SITE}" /><!--Announced by Visual SiteBuilder 9-->'
        '<link href="/_sitegray/_sitegray_d.css" rel="stylesheet">'
        f'<script>_jsq_(1033,"/content.jsp",{newsid},{OWNER})</script></head><body>'
        '<ul><li><a href="/">首页</a></li><li><a href="/jdyw.htm">要闻</a></li></ul>'
        f"{inner}<div>版权所有：青岚学院</div></body></html>"
    )


class SeedSite:
    """Pages and counters; `form` is the only counter end point that answers."""

    def __init__(self, addressed: Addressed, form: str) -> None:
        self.form = form
        self.pages: dict[str, str] = {"/robots.txt": "User-agent: *\nDisallow:\n"}
        self.views: dict[str, str] = {}
        seeds = [seed_of(path) for path in SEEDS]
        for column, path in enumerate(LISTS):
            items = []
            for number, seed in enumerate(seeds):
                address, newsid = addressed(number, column)
                self.pages.setdefault(address, article_page(seed, newsid, column, form))
                self.views[str(newsid)] = seed.views
                items.append((address, seed.title))
            self.pages[path] = list_page(items)

    def __call__(self, path: str) -> str | None:
        if path.startswith(CLICK):
            return self.count(path)
        return self.pages.get(path)

    def count(self, path: str) -> str | None:
        query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
        name = urlsplit(path).path.removeprefix(CLICK)
        forms = {"batch": "dynclicksbatch.jsp", "single": "dynclicks.jsp", "old": "clicktimes.jsp"}
        if name != forms[self.form] or query.get("owner") != str(OWNER):
            return None
        if self.form == "batch":
            return ",".join(self.views[one] for one in query["clickids"].split(","))
        if self.form == "single":
            return f" {self.views[query['clickid']]}\n"
        return f'{{"wbshowtimes":{self.views[query["wbnewsid"]]},"randomid":"n"}}'


@pytest.mark.parametrize(
    ("addressed", "form"),
    [(same, "batch"), (twin, "single"), (own, "batch"), (own, "single"), (dynamic, "old")],
    ids=["same-urls", "twin-urls", "own-newsids", "own-newsids-single", "dynamic-twins"],
)
def test_documents_in_three_columns_are_five_articles_and_come_back(
    desk, hosted, reply, addressed, form
):
    site = SeedSite(addressed, form)
    host = hosted(lambda path: reply(found) if (found := site(path)) is not None else None)
    desk.site("qinglan", [host.url + path for path in LISTS])

    first = desk.crawl()
    asked_first = len(host.asked)
    second = desk.crawl()
    desk.run("export", "--format", "text", "--out", "documents")

    assert first.record | {"elapsed_s": 0} == {
        "site": "qinglan", "outcome": "ok", "requests": asked_first, "articles_new": 5,
        "articles_changed": 0, "articles_withdrawn": 0, "articles_seen": 0, "sightings": 15,
        "failures": {}, "elapsed_s": 0,
    }  # fmt: skip
    assert (second.record["articles_new"], second.record["articles_seen"]) == (0, 5)
    assert len(host.asked) - asked_first <= 12
    assert not [path for path in host.asked if re.search(r"datainput|addclicktimes", path)]
    written = [path.read_bytes() for path in (desk.folder / "documents").iterdir()]
    assert sorted(written) == sorted(path.read_bytes() for path in SEEDS)
