"""Articles are found by what their files say, and a hit names the file."""

from typing import Any

import pytest

from storage.asset import AssetRead, FileText
from storage.crawl import AssetLink, RawResponse
from storage.file_search import FileSearch, together
from storage.forgetting.articles import forget_articles
from storage.forgetting.names import forget_name
from storage.forgetting.recording import Asked
from storage.query import parse
from storage.search import Search
from tests.integration.desk import Desk, article, url_key

PDF = "http://news.yunling.example/__local/1.pdf"
SAID = "附件：拟录取名单\n沈知秋 物理学 总成绩 452.5"


def save(desk: Desk, said: str = SAID, *, key: str = "info/1001/1", **values: Any) -> None:
    """An article with a file that says this."""
    url = f"http://news.yunling.example/{key}.pdf"
    named = AssetLink(url=url, url_key=url_key(url), role="file", name="名单.pdf")
    desk.crawl(desk.read(article(key, **values), assets=(named,)))
    [due] = desk_assets(desk)
    response = RawResponse(
        url=url, url_key=url_key(url), status=200, headers={}, body=said.encode(),
        fetched_at=desk.now,
    )  # fmt: skip
    text = FileText(state="read", text=said)
    desk.crawl(
        AssetRead(
            asset_id=due, response=response, kind="pdf", name=None, text=text, next_try_at=None
        )
    )


def desk_assets(desk: Desk) -> list[int]:
    from storage.assets import Assets

    found = Assets(desk.store).due(desk.lease.site_id, now=desk.now, limit=9)
    return [one.id for one in found]


def find(desk: Desk, query: str) -> list[int]:
    return [one.hit.id for one in FileSearch(desk.store).newest(parse(query), limit=9)]


def test_a_hit_names_the_file_and_shows_where(desk: Desk) -> None:
    save(desk)

    [found] = FileSearch(desk.store).newest(parse("拟录取"), limit=9)

    assert (found.name, found.url) == ("名单.pdf", "http://news.yunling.example/info/1001/1.pdf")
    [(start, end)] = found.snippet.marks
    assert found.snippet.text[start:end] == "拟录取"
    assert Search(desk.store).newest(parse("拟录取"), limit=9) == []


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("名单", True),
        ("沈知秋", True),
        ("录取 沈知秋", True),
        ("录取 沈先生", False),
        ('"物理学 总成绩"', True),
        ("452.5", True),
        ("52", False),  # a number is found whole
        ("录取 -沈知秋", False),
        ("录取 -沈先生", True),
        ("录取 | 奖学金", True),
        ("录取 site:yunling", True),
        ("录取 title:新闻", True),
        ("录取 title:奖学金", False),
        ("录取 after:2026-03", False),
        ("录取 before:2026-03", True),
        ("读者", False),  # the article's own words are found in the article
        ("site:yunling", False),
        ("-奖学金", False),
        ("录取 | site:yunling", False),
    ],
)
def test_a_file_meets_a_query_as_an_article_does(desk: Desk, query: str, is_found: bool) -> None:
    save(desk)

    assert find(desk, query) == ([1] if is_found else [])


def test_every_pair_of_letters_of_a_file_is_found(desk: Desk) -> None:
    save(desk)
    pairs = {SAID[at : at + 2] for at in range(len(SAID) - 1)}

    missed = [pair for pair in pairs if pair.isalpha() and not find(desk, f'"{pair}"')]

    assert missed == []


def test_a_file_with_too_many_words_for_the_index_is_read(desk: Desk) -> None:
    letters = "".join(chr(0x4E00 + (n * 7919) % 20_000) for n in range(60_000))
    save(desk, f"{letters}沈知秋")

    assert find(desk, "沈知秋") == [1]


def test_an_article_that_meets_a_query_with_its_file_is_one_result(desk: Desk) -> None:
    save(desk, title="拟录取名单公示")
    save(desk, "拟录取名单（二）", key="info/1001/2")
    tree = parse("录取")
    hits = Search(desk.store).newest(tree, limit=9)
    files = FileSearch(desk.store).newest(tree, limit=9)

    results = together(hits, files, by_date=True)

    found = [(one.hit.id, one.is_itself, len(one.files)) for one in results]
    assert sorted(found) == [(1, True, 1), (2, False, 1)]


def test_what_is_forgotten_is_found_no_more(desk: Desk) -> None:
    asked = Asked(by="somebody", at=desk.now, reason=None)
    save(desk)
    save(desk, "名单：程砚", key="info/1001/2", text="程砚老师作报告，听众很多，气氛热烈。")
    save(desk, "别的名单", key="info/1001/3", text="另一位程砚老师也来了，带来了新的作品。")

    forget_articles(desk.store, [1], asked)
    forget_name(desk.store, "程砚", asked)

    assert (find(desk, "沈知秋"), find(desk, "程砚"), find(desk, "名单")) == ([], [], [3])
    search = Search(desk.store)
    assert search.newest(parse("程砚"), limit=9) == []
    assert [hit.id for hit in search.newest(parse("作报告"), limit=9)] == [2]
    assert [hit.id for hit in search.newest(parse("新的作品"), limit=9)] == [3]
