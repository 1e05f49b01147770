"""Search finds exactly what reading every article would find."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from storage.article import Precision
from storage.articles import Filter, StoredArticle, tree_of
from storage.errors import IndexUnfinishedError, NotFoundError, QueryError
from storage.filling import SearchIndex
from storage.found import STANDING
from storage.indexing import unindex
from storage.query import And, Field, Not, Or, Tree, Word, parse
from storage.search import Search
from storage.store import Store
from storage.wording import folded, folded_word
from tests.databases import ON_SQLITE
from tests.integration.desk import Desk, article

SLOW = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
# Few letters, so that words meet; and what databases, query languages and Unicode trip over.
LETTERS = "党史学习教育年の한тиئا" + "abAI12２０Ａé\u0301ßſﬁ" + "，。、！…“”  \u3000\xa0\n\u200b"
ODD = LETTERS + "\"'*%_-()|:\\&<>!?§¶¤😀𠀀𠀁①²\ufffd\ue000"
PASSAGES = st.text(ODD, max_size=40)
WORDS = st.text(LETTERS, min_size=1, max_size=5) | st.text(ODD + "\0\ud800", min_size=1, max_size=4)


def words(fields: st.SearchStrategy[Field | None]) -> st.SearchStrategy[Tree]:
    known = WORDS.map(folded_word).filter(bool)
    return st.builds(Word, text=known, field=fields, at=st.just(0))


TREES: st.SearchStrategy[Tree] = st.recursive(
    words(st.sampled_from([None, None, Field.TITLE, Field.TEXT, Field.SECTION])),
    lambda part: (
        st.builds(And, parts=st.lists(part, min_size=1, max_size=3).map(tuple))
        | st.builds(Or, parts=st.lists(part, min_size=1, max_size=3).map(tuple))
        | st.builds(Not, part=part)
    ),
    max_leaves=5,
)


def scanned(tree: Tree, one: StoredArticle) -> bool:
    """What a reader of the whole article says: another way than the search's own."""
    match tree:
        case And(parts=parts):
            return min(scanned(part, one) for part in parts)
        case Or(parts=parts):
            return max(scanned(part, one) for part in parts)
        case Not(part=part):
            return not scanned(part, one)
        case Word(field=where, text=word):
            fields = {
                None: (one.title, one.text), Field.TITLE: (one.title,), Field.TEXT: (one.text,),
                Field.SECTION: (one.section or "",),
            }[where]  # fmt: skip
            return any(stands_in(word, folded(field)) for field in fields)
    raise AssertionError(tree)


def stands_in(word: str, passage: str) -> bool:
    latin = "[^\\W\\d_\u0250-\U0010ffff]"
    before = r"(?<!\d)" if word[0].isdecimal() else f"(?<!{latin})" if is_latin(word[0]) else ""
    behind = r"(?!\d)" if word[-1].isdecimal() else f"(?!{latin})" if is_latin(word[-1]) else ""
    return re.search(before + re.escape(word) + behind, passage) is not None


def is_latin(letter: str) -> bool:
    return letter.isalpha() and letter < "\u0250"


def numbered() -> Callable[[], str]:
    numbers = iter(range(1, 10_000))
    return lambda: f"info/1/{next(numbers)}"


@pytest.fixture
def next_key() -> Callable[[], str]:
    return numbered()


@pytest.fixture
def search(desk: Desk) -> Search:
    desk.begin()
    return Search(desk.store)


@SLOW
@given(
    passages=st.lists(st.tuples(PASSAGES, PASSAGES, PASSAGES), min_size=3, max_size=5),
    trees=st.lists(TREES, min_size=10, max_size=10),
)
def test_search_finds_exactly_what_a_scan_finds(
    desk: Desk, search: Search, next_key: Callable[[], str],
    passages: list[tuple[str, str, str]], trees: list[Tree],
) -> None:  # fmt: skip
    reads = [
        desk.read(article(next_key(), title=title or "题", text=body, section=section))
        for title, body, section in passages
    ]
    desk.save(*reads)
    everything = desk.all()

    for tree in trees:
        expected = [one.id for one in everything if scanned(tree, one)]
        assert search.ids(tree) == expected, tree
        newest = [hit.id for hit in search.newest(tree, limit=5)]
        assert newest == sorted(expected, reverse=True)[:5]
        assert {hit.id for hit in search.best(tree, limit=5)} <= set(expected)


@SLOW
@given(query=st.text(ODD + "ANDORNT title:date2024.\0\ud800", max_size=30))
def test_any_line_is_a_query_or_names_its_mistake(search: Search, query: str) -> None:
    column = 1
    try:
        search.newest(parse(query), limit=3)
    except QueryError as error:
        column = error.column

    assert 1 <= column <= len(query) + 1


def found(desk: Desk, query: str, **wanted: Any) -> list[int]:
    return Search(desk.store).ids(tree_of(Filter(words=query, **wanted)))


def published(at: datetime | None) -> dict[str, Any]:
    return {
        "published_at": at,
        "published_precision": Precision.MINUTE if at else None,
        "published_text": f"{at:%Y-%m-%d %H:%M}" if at else None,
    }


def test_the_newest_are_first_to_the_minute_and_the_undated_last(desk: Desk) -> None:
    noon = datetime(2026, 2, 1, 4, tzinfo=UTC)
    times = [noon, None, noon + timedelta(minutes=5), noon - timedelta(days=400), noon]
    reads = []
    desk.begin()
    for number, at in enumerate(times, start=1):
        reads.append(desk.read(article(f"info/1/{number}", **published(at))))
    desk.save(*reads[3:], *reads[:3])

    hits = Search(desk.store).newest(parse("图书馆"), limit=9)

    order = [re.sub(r"\D", "", hit.url.rpartition("/")[2]) for hit in hits]
    assert order == ["3", "1", "5", "4", "2"]
    assert [h.id for h in Search(desk.store).newest(parse("图书馆"), limit=2)] == [
        h.id for h in hits[:2]
    ]


def test_more_articles_of_one_day_than_are_asked_for_at_once_come_in_order(desk: Desk) -> None:
    noon = datetime(2026, 2, 1, 4, tzinfo=UTC)
    minutes = [(number * 7) % 200 for number in range(200)]
    desk.begin()
    desk.save(
        *(
            desk.read(article(f"info/1/{n}", **published(noon + timedelta(minutes=minute))))
            for n, minute in enumerate(minutes)
        )
    )

    hits = Search(desk.store).newest(parse("读者"), limit=200)

    shown = [hit.published_at for hit in hits]
    assert shown == sorted(shown, reverse=True)
    assert len({hit.id for hit in hits}) == 200


def test_a_single_letter_is_found_whether_it_is_frequent_or_rare(desk: Desk) -> None:
    texts = ["人人读书"] * 400 + ["只此一人"] + ["众人"] * 40
    desk.begin()
    desk.save(
        *(
            desk.read(
                article(f"info/1/{n}", title=f"第{n}号", text=f"{text}{n}", **published(None))
            )
            for n, text in enumerate(texts)
        )
    )

    def newest(query: str) -> list[int]:
        return [hit.id for hit in Search(desk.store).newest(parse(query), limit=30)]

    assert newest("人") == list(range(441, 411, -1))
    assert newest("读") == list(range(400, 370, -1))
    assert newest("此") == [401]
    assert len(found(desk, "人")) == 441


def test_an_article_is_found_as_it_stands_now(desk: Desk) -> None:
    before = article(text="旧文写到图书馆")
    after = article(text="新文写到体育场")
    desk.crawl(desk.read(before))
    desk.crawl(desk.again(after))
    assert (found(desk, "图书馆"), found(desk, "体育场")) == ([], [1])

    desk.crawl(desk.again(before))

    assert (found(desk, "图书馆"), found(desk, "体育场")) == ([1], [])


def test_another_date_moves_an_article(desk: Desk) -> None:
    desk.crawl(desk.read(article("info/1/1")), desk.read(article("info/1/2")))
    moved = article("info/1/1", **published(datetime(2026, 3, 1, tzinfo=UTC)))
    desk.crawl(desk.again(moved))

    hits = Search(desk.store).newest(parse("图书馆"), limit=5)

    assert [hit.id for hit in hits] == [1, 2]
    assert found(desk, "图书馆 after:2026-03-01") == [1]
    assert found(desk, "图书馆", until="2026-02-28") == [2]


def test_a_withdrawn_article_is_found_and_says_so(desk: Desk) -> None:
    desk.crawl(desk.read(article("info/1/1")))
    desk.withdraw(1)

    [hit] = Search(desk.store).newest(parse("图书馆"), limit=5)

    assert hit.withdrawn_at is not None


def test_one_content_on_two_sites_is_found_on_each(desk: Desk) -> None:
    other = Desk(desk.store, site="other")
    desk.crawl(desk.read(article()))
    twin = article(url="http://www.other.example/1.htm", page_key="other.example/1")
    other.crawl(other.read(twin))

    assert found(desk, "图书馆") == [1, 2]
    assert found(desk, "图书馆 site:other") == [2]
    assert found(desk, "图书馆 -site:other") == [1]
    assert found(desk, "图书馆", site="yunling") == [1]
    with pytest.raises(NotFoundError):
        found(desk, "site:nowhere")


def test_days_are_those_of_the_site(desk: Desk) -> None:
    tokyo = Desk(desk.store, site="tokyo", timezone="Asia/Tokyo")
    late = published(datetime(2026, 2, 27, 15, 30, tzinfo=UTC))  # 00:30 in Tokyo, 23:30 in China
    desk.crawl(desk.read(article(**late)))
    one = article(url="http://t.example/1.htm", page_key="t.example/1", **late)
    tokyo.crawl(tokyo.read(one))

    assert found(desk, "date:2026-02-27") == [1]
    assert found(desk, "date:2026-02-28") == [2]
    assert found(desk, "图书馆 date:2026-02") == [1, 2]


def test_a_text_with_too_many_index_words_is_found_all_the_same(desk: Desk) -> None:
    letters = [chr(0x4E00 + number % 20_000) for number in range(0, 120_000 * 7, 7)]
    long = "".join(letters[i] + letters[-i // 3] for i in range(60_000))
    desk.crawl(desk.read(article("info/1/1", text=long)), desk.read(article("info/1/2")))
    word = long[70_000:70_002]

    assert found(desk, word) == [1]
    assert found(desk, f"-{word}") == [2]
    assert found(desk, "图书馆") == [2]


def test_very_long_words_and_numbers_are_found_whole(desk: Desk) -> None:
    number, name = "1234567890" * 300, "abc" * 1000
    desk.crawl(desk.read(article(text=f"编号{number}，{name}完")))

    assert found(desk, number) == found(desk, name) == [1]
    assert found(desk, number[:-1]) == found(desk, name[:-1]) == []


def test_the_index_is_made_anew_from_what_is_stored(desk: Desk) -> None:
    desk.crawl(*(desk.read(article(f"info/1/{n}")) for n in range(450)))
    index = SearchIndex(desk.store)
    assert index.filling() is None
    index.clear()
    with pytest.raises(IndexUnfinishedError):
        found(desk, "图书馆")
    steps: list[tuple[int, int]] = []

    index.fill(lambda done, total: steps.append((done, total)))

    assert steps == [(200, 450), (400, 450), (450, 450)]
    assert index.filling() is None
    assert len(found(desk, "图书馆")) == 450


def test_what_is_saved_while_the_index_is_filled_is_found_once(desk: Desk) -> None:
    desk.crawl(*(desk.read(article(f"info/1/{n}")) for n in range(3)))
    index = SearchIndex(desk.store)
    index.clear()
    desk.crawl(desk.read(article("info/2/1")))
    assert [hit.id for hit in Search(desk.store).newest(parse("图书馆"), limit=9)] == [4]

    index.fill()

    assert found(desk, "图书馆") == [1, 2, 3, 4]
    with desk.store.read() as connection:
        assert connection.scalar(text("SELECT count(*) FROM search_entries")) == 4


def test_a_content_that_is_taken_out_is_not_in_the_index(desk: Desk) -> None:
    desk.crawl(*(desk.read(article(f"info/1/{n}")) for n in range(3)))
    with desk.store.write() as connection:
        unindex(connection, [3])
    desk.crawl(
        desk.read(article("info/1/4", text="另一篇写到操场"))
    )  # takes the number of the third

    assert found(desk, "图书馆") == [1, 2]
    assert found(desk, "操场") == [4]
    assert found(desk, "-操场") == [1, 2]


@ON_SQLITE
def test_entries_lead_to_documents_without_reading_all_of_them(store: Store) -> None:
    with store.read() as connection:
        asked = STANDING.params(ids=[1, 2]).compile(
            connection.engine, compile_kwargs={"literal_binds": True}
        )
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}").all()
    assert [row.detail.split(" USING ")[0] for row in plan] == [
        "SEARCH search_entries", "SEARCH documents", "SEARCH versions",
    ]  # fmt: skip
