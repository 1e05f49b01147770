"""However a page breaks, reading it ends in a value, and furniture is never taken for a body.

The pages are the fixtures, changed at random: the same change for the same seed.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from benchmarks.mutating import broken, mutated
from crawler.classify import classify
from crawler.extract import Refusal, extract
from crawler.families import listing_in
from crawler.fields.blanks import squash
from crawler.fields.parts import part_urls
from crawler.fixture import Case, TruthKind, case_folders, load_case, trimmed
from crawler.page import Page
from crawler.survey import column_candidates
from storage.article import Article

ROOT = Path(__file__).parents[2] / "fixtures"
FOLDERS = case_folders(ROOT)
NAMES = [f"{folder.parent.name}/{folder.name}" for folder in FOLDERS]
SEEDS = range(4)
_MENU = 3  # links that stand in one element
_SURE = 8  # letters of a line that stands in one place of a page
_FURNITURE = re.compile(
    r"(?:上|下)一[条篇则页]|(?:当前|您的|您现在的|所在)位置|版权所有|copyright|©|分享[到至]"
    r"|返回(?:顶部|列表|首页)|关闭窗口|打印本页|友情链接|相关(?:阅读|新闻|链接)|热门(?:文章|新闻)|点击排行"
    r"|.*(?:ICP备|公网安备)",
    re.IGNORECASE,
)
PIECES = st.sampled_from(
    [
        *("<div>", "</div>", "<p>", "</p>", "<table>", "<tr>", "<td>", "</table>", "<ul>", "<li>"),
        *("<a href='/info/1001/2.htm'>", "</a>", "<a href='?page=2'>下一页</a>", "<h1>", "</h1>"),
        *("<div class='v_news_content'>", "<div class='wp_articlecontent'>", "<br>", "\0", "<!--"),
        *("<div class='TRS_Editor'>", "<form name='_newscontent_fromname'>", "<title>", "</title>"),
        *("<meta name='PubDate' content='2024-13-45'>", "发布时间：2024-05-06", "浏览次数：", "12"),
        *("<script>createPageHTML(9, 0, 'index', 'htm');</script>", "<script>", "</script>"),
        *("<select><option value='/2.htm'>2</option>", "青岚学院今天召开会议。", "&#x110000;"),
        *("作者：张三", "上一篇：", "附件：<a href='/a.pdf'>名单.pdf</a>", "<img src='data:,'>"),
        *("]]>", "\ud800"),
    ]
)


@cache
def cases(kind: TruthKind) -> tuple[Case, ...]:
    return tuple(case for folder in FOLDERS if (case := load_case(folder)).kind is kind)


def read_in_every_way(page: Page) -> None:
    extract(page)
    classify(page)
    listing_in(page)
    part_urls(page)
    column_candidates(page)


@pytest.mark.parametrize("folder", FOLDERS, ids=NAMES)
def test_no_broken_page_raises(folder):
    page = load_case(folder).page

    for seed in SEEDS:
        read_in_every_way(replace(page, body=mutated(page.body, seed)))


@given(st.sampled_from(FOLDERS), st.integers(min_value=len(SEEDS)))
@settings(max_examples=60)
def test_no_seed_breaks_a_page_so_that_reading_or_trimming_raises(folder, seed):
    page = load_case(folder).page

    trimmed(replace(page, body=mutated(page.body, seed)))


@given(st.binary(max_size=400))
@settings(max_examples=150)
def test_no_bytes_raise(body):
    page = replace(load_case(FOLDERS[0]).page, headers={}, body=body)

    read_in_every_way(page)


@given(st.lists(PIECES, max_size=40))
@settings(max_examples=150)
def test_no_soup_of_markup_raises(pieces):
    body = "".join(pieces).encode("utf-8", "surrogatepass")
    page = replace(load_case(FOLDERS[0]).page, headers={}, body=body)

    read_in_every_way(page)


@pytest.mark.parametrize("case", cases(TruthKind.ARTICLE), ids=lambda case: case.name)
def test_furniture_is_no_text_of_a_broken_page(case):
    for seed in SEEDS:
        found = extract(replace(case.page, body=broken(case.page.body, seed)))

        assert list(furniture_in(found, case)) == [], f"seed {seed}"


@pytest.mark.parametrize("case", cases(TruthKind.ARTICLE), ids=lambda case: case.name)
def test_furniture_is_no_text_of_a_page_without_its_body(case):
    for body in without_body(case):
        page = replace(case.page, headers={"content-type": "text/html; charset=utf-8"}, body=body)

        found = extract(page)

        assert list(furniture_in(found, case)) == []
        if isinstance(found, Article) and not found.text:
            assert found.empty_reason


def test_most_articles_are_tried_without_their_body():
    tried = [case for case in cases(TruthKind.ARTICLE) if any(without_body(case))]

    assert len(tried) > 0.8 * len(cases(TruthKind.ARTICLE))


def furniture_in(found: Article | Refusal, case: Case) -> Iterator[str]:
    """Yield the lines of a text that are links of the page's menus or say that they are such."""
    if isinstance(found, Refusal):
        return
    own = {squash(line) for line in case.truth["text"].split("\n")}
    menus = menu_links(case.page)
    for line in found.text.split("\n"):
        bare = squash(line)
        if bare not in own and (bare in menus or _FURNITURE.match(bare)):
            yield line


def menu_links(page: Page) -> set[str]:
    """Return the texts of links of which three or more stand in one element."""
    groups: defaultdict[int, list[str]] = defaultdict(list)
    for link in page.tree.css("a"):
        above = link.parent
        if above is not None and above.tag in {"li", "span", "td", "dd"}:
            above = above.parent
        if above is not None and (text := squash(link.text())):
            groups[above.mem_id].append(text)
    return {text for texts in groups.values() if len(texts) >= _MENU for text in texts}


def without_body(case: Case) -> Iterator[bytes]:
    """Yield the page without its body's element, and with an empty one, as UTF-8."""
    for is_emptied in (False, True):
        tree = LexborHTMLParser(case.page.source)
        node = body_element(tree, case.truth["text"].split("\n"))
        if node is None or node.tag == "body":
            return
        if is_emptied:
            node.inner_html = ""
        else:
            node.decompose()
        html = re.sub(r"charset=[\"']?[\w-]+", "charset=utf-8", tree.html or "")
        yield html.encode("utf-8", "replace")


def body_element(tree: LexborHTMLParser, lines: list[str]) -> LexborNode | None:
    """Return the innermost element that holds nearly all lines of a text."""
    bare = [squash(line) for line in lines if line]
    wanted = [line[:30] for line in bare if len(line) >= _SURE] or bare

    def holds(node: LexborNode) -> bool:
        text = squash(node.text())
        return sum(line in text for line in wanted) >= 0.9 * len(wanted)

    node = tree.body
    if not wanted or node is None or not holds(node):
        return None
    while inner := next((one for one in node.iter() if one.is_element_node and holds(one)), None):
        node = inner
    return node
