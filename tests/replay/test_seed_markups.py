"""Every document comes back byte for byte from a page of any VSB markup.

The documents are read from the corpus; the markup around them is made here.
"""

import itertools
import os
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.extract import extract
from crawler.page import Page
from storage.article import Article, document

CORPUS = os.environ.get("WENXUN_TEST_CORPUS")
pytestmark = pytest.mark.skipif(not CORPUS, reason="WENXUN_TEST_CORPUS names no folder")
SEEDS = sorted(Path(CORPUS, "seeds").glob("*.txt")) if CORPUS else []
NOW = datetime(2026, 1, 1, tzinfo=UTC)
URL = "http://news.example.edu.cn/info/1033/209597.htm"
SITE = "青岚学院-网络中心"
PIC = (
    '<img class="img_vsb_content" src="/__local/1/2.jpg" orisrc="/__local/1/2.jpg" vurl="/_vsl/1">'
)


@dataclass(frozen=True)
class Seed:
    title: str
    published: str
    views: str
    lines: list[str]


def read_seed(path: Path) -> Seed:
    head, _, text = path.read_text("utf-8").partition("\n正文内容:\n")
    title, published, views = (line.partition(": ")[2] for line in head.split("\n"))
    return Seed(title, published, views, text.split("\n"))


# Pieces of a sentence, as editors leave them.


def plain(line: str, _: random.Random) -> str:
    return line


def word(line: str, rng: random.Random) -> str:
    """A sentence pasted from Word: spans anywhere, folds of the source between CJK letters."""
    cuts = sorted(rng.sample(range(1, len(line)), min(9, len(line) - 1)))
    parts = [line[i:j] for i, j in itertools.pairwise([0, *cuts, len(line)])]
    tags = [
        '<span lang="EN-US" style="font-size:12.0pt;mso-fareast-language:ZH-CN">{}</span>',
        '<font face="宋体">{}<o:p></o:p></font>',
        "<strong><span>{}</span></strong>",
        "{}<!--[if gte mso 9]><xml><w:View>Normal</w:View></xml><![endif]-->",
        "<a name='OLE_LINK1'></a>{}&#8203;",
    ]
    return "".join(rng.choice(tags).format(part) for part in parts)


def folded(line: str, rng: random.Random) -> str:
    places = [m.start() + 1 for m in re.finditer(r"[\u4e00-\u9fff](?=[\u4e00-\u9fff])", line)]
    for place in sorted(rng.sample(places, min(3, len(places))), reverse=True):
        line = f"{line[:place]}\n        {line[place:]}"
    return line


def with_nbsp(line: str, _: random.Random) -> str:
    return "&nbsp;&nbsp;　　" + line.replace(" ", "&nbsp;") + "　"


INLINES: list[Callable[[str, random.Random], str]] = [plain, word, folded, with_nbsp]

# Paragraphs.

BLANKS = [
    "<p></p>",
    "<p>&nbsp;</p>",
    "<p><br/></p>",
    f"<p>{PIC}</p>",
    "<p><span><o:p>&nbsp;</o:p></span></p>",
    f'<p class="vsbcontent_img" style="text-align:center">{PIC}</p><p><br></p>',
    f"<div>{PIC}</div>",
    "<p>　　</p><p>\n</p>",
]


def paragraphs(lines: list[str], rng: random.Random) -> str:
    return "\n".join(
        f'<p style="text-indent:2em">{x}</p>' if x else rng.choice(BLANKS) for x in lines
    )


def marked(lines: list[str], rng: random.Random) -> str:
    first, *middle, last = lines
    return (
        f'<p class="vsbcontent_start">{first}</p>{paragraphs(middle, rng)}'
        f'<p class="vsbcontent_end">{last}<br></p><p>{PIC}</p>'
    )


def divs(lines: list[str], _: random.Random) -> str:
    return "".join(f"<div><span>{x}</span></div>" if x else "<div><br></div>" for x in lines)


def bare_divs(lines: list[str], _: random.Random) -> str:
    return "\n".join(f"<div>{x}</div>" for x in lines)


def breaks(lines: list[str], _: random.Random) -> str:
    return "<br />\n".join(f"　　{x}" if x else PIC for x in lines)


def sections(lines: list[str], rng: random.Random) -> str:
    inner = "".join(
        f"<section><section><p><span>{x}</span></p></section></section>"
        if x
        else f"<section>{rng.choice(BLANKS)}</section>"
        for x in lines
    )
    return f'<section class="wrap"><div>{inner}</div></section>'


def table(lines: list[str], rng: random.Random) -> str:
    return f"<table border=0><tbody><tr><td>{paragraphs(lines, rng)}</td></tr></tbody></table>"


def table_rows(lines: list[str], _: random.Random) -> str:
    rows = "".join(f"<tr><td>{x}</td></tr>" if x else f"<tr><td>{PIC}</td></tr>" for x in lines)
    return f"<table>{rows}</table>"


def indented_rows(lines: list[str], _: random.Random) -> str:
    rows = "".join(f"<tr><td width=20>&nbsp;</td><td><p>{x}</p></td></tr>" for x in lines)
    return f"<table>{rows}</table>"


BODIES: list[Callable[[list[str], random.Random], str]] = [
    paragraphs, marked, divs, bare_divs, breaks, sections, table, table_rows, indented_rows,
]  # fmt: skip

# Containers.


def simple(body: str) -> str:
    inner = f'<div class="v_news_content">\n{body}\n</div>'
    return f'<div id="vsb_content" class="art-body d">{inner}</div>'


def numbered(body: str) -> str:
    return f'<div id="vsb_content_500"><div class="v_news_content">{body}</div></div>'


def doubled(body: str) -> str:
    return simple(simple(body))


def unclosed(body: str) -> str:
    return f'<div id="vsb_content"><div class="v_news_content">\n{simple(body)}'


def pasted(body: str) -> str:
    return simple(f'<div class="wp_articlecontent">{body}</div>')


def with_editor(body: str) -> str:
    return simple(f'{body}<p style="text-align:right">（责任编辑：系统管理员）</p>')


CONTAINERS = [simple, numbered, doubled, unclosed, pasted, with_editor]

# Titles and pages.


def split_title(title: str) -> tuple[str, str]:
    at = title.find("网络信息中心") if title.find("网络信息中心") > 4 else len(title) // 2
    return title[:at], title[at:]


TITLES: list[Callable[[str], str]] = [
    lambda t: f"<h3>{t}</h3><h4></h4>",
    lambda t: "<h1>{}<br/>\n   {}</h1>".format(*split_title(t)),
    lambda t: "<h1>{}</h1><h2>{}</h2>".format(*split_title(t)),
    lambda t: "<div class='d_title'>\n{}<br>{}\n</div>".format(*split_title(t)),
    lambda t: "<p align=center><font size=5><b>{}</b></font><span>{}</span></p>".format(
        *split_title(t)
    ),
]


def meta(seed: Seed, rng: random.Random) -> str:
    date = seed.published
    script = '<script>_showDynClicks("wbnews", 1676231333, 209597)</script>'
    views = f"浏览次数：{seed.views}" if seed.views != "未知" else f"点击：{script}"
    return rng.choice(
        [
            f"<p><span>信息来源：\n   </span><span>{date}</span><span>{views}</span></p>",
            f"　　　文章来源：网络中心    　　　　{date}　　　{views}",
            f"<div class='time'>{date}<em>作者：</em>{views}次</div>",
            f"<div>来源： 作者：张 三 | {date} | （{views}）</div>",
            f"<ul><li>{date}</li><li>作　者：李四</li><li>{views}</li></ul>",
            f"<p>[ {date} ]  {views}</p>",
        ]
    )


AFTER = """<p><UL style="list-style-type:none;"><li>附件【<a href="/system/_content/download.jsp
?urltype=news.DownloadAttachUrl&owner=1676231333&wbfileid=28345" target=_blank>名单.docx</a>】已下载
<span id="nattach28345">
<script>getClickTimes(28345,1676231333,"wbnewsfile","attach")</script></span>次</li></UL></p>
<div id="div_vote_id"></div>
<p>上一条：<a href="1872.htm" Title="全文">青岚学院召开…</a></p><p>下一条：没有了</p>
<p align="right">【<a href="javascript:window.close();">关闭</a>】</p>"""
NAV = """<ul><li><a href="/">首页</a></li><li><a href="/xwzx.htm">新闻中心</a></li></ul>
<h1>新闻中心</h1><h3>通知公告</h3>
<div class="position">当前位置：<a href="/">首页</a> >> <a href="/xw.htm">新闻</a> >> 正文</div>"""
FOOTER = "<div class=footer><p>版权所有：青岚学院 地址：青岚路1号</p><p>2020-01-01 10:00</p></div>"


def generation_a(title: str, meta_line: str, body: str) -> str:
    return f"""<form name="_newscontent_fromname"><div class="art-tit cont-tit d">{title}
{meta_line}</div>{body}{AFTER}</form>"""


def generation_b(title: str, meta_line: str, body: str) -> str:
    return f"""<form name="_newscontent_fromname"><table width=1000><tr><td width=20>&nbsp;</td>
<td bgcolor="#f4f4f4" style="FONT-SIZE: 16pt">{title}</td></tr>
<tr><td colspan=2>{meta_line}</td></tr>
<tr>{body}</tr></table>{AFTER}</form>"""


def generation_c(title: str, meta_line: str, body: str) -> str:
    return f"""<form name="form50341a"><table class="winstyle50341">
<tr><td class="titlestyle50341">{title}</td></tr>
<tr><td><span class="timestyle50341">{meta_line}</span></td></tr><tr>
<td class="contentstyle50341">
<div class="c50341_content" id="vsb_newscontent">{body}</div></td></tr>
<tr><td><table class="winstyle99"><tr><td class="titlestyle99">导航</td></tr></table></td></tr>
</table></form>{AFTER}"""


def no_form(title: str, meta_line: str, body: str) -> str:
    return f"<div class=main>{title}<div class=info>{meta_line}</div>{body}</div>{AFTER}"


GENERATIONS = [generation_a, generation_b, generation_c, no_form]


def page_of(seed: Seed, number: int) -> Page:
    """One page of the many; the number chooses its markup."""
    rng = random.Random(number)
    inline = INLINES[number % len(INLINES)]
    lines = [inline(line, rng) if line else "" for line in seed.lines]
    body = rng.choice(CONTAINERS)(rng.choice(BODIES)(lines, rng))
    frame = rng.choice(GENERATIONS)
    inner = frame(rng.choice(TITLES)(seed.title), meta(seed, rng), body)
    encoding = rng.choice(["utf-8", "gb18030"])
    declared = "gb2312" if encoding == "gb18030" else "utf-8"
    html = f"""<!DOCTYPE html><HTML lang="en"><HEAD><TITLE>{seed.title}-{SITE}</TITLE>
<META Name="keywords" Content="{SITE},新闻" />
<META content="text/html; charset={declared}" http-equiv="Content-Type">
<!--Announced by Visual SiteBuilder 9--></HEAD><BODY>{NAV}{inner}{FOOTER}</BODY></HTML>"""
    return Page(url=URL, body=html.encode(encoding, "xmlcharrefreplace"), fetched_at=NOW)


@pytest.mark.parametrize("path", SEEDS, ids=[path.name[:3] for path in SEEDS])
def test_a_document_comes_back_from_every_markup(path: Path) -> None:
    seed = read_seed(path)
    wrong = []

    for number in range(400):
        article = extract(page_of(seed, number))
        assert isinstance(article, Article), number
        if document(article) != path.read_text("utf-8"):
            wrong.append(number)

    assert wrong == []


@pytest.mark.parametrize("path", SEEDS, ids=[path.name[:3] for path in SEEDS])
def test_all_markups_of_a_document_are_one_content(path: Path) -> None:
    seed = read_seed(path)
    pages = [page_of(seed, number) for number in range(0, 400, 7)]

    hashes = {one.content_hash for page in pages if isinstance(one := extract(page), Article)}

    assert len(hashes) == 1
