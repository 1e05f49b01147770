"""The watch language: what matches, and why."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import SettingError
from scheduler.meeting import View, match, obstacles, want, word_index
from scheduler.watch import DEFAULT_EVENTS, Reason, Watch, definition, parse_watch
from storage.alert import EventKind, Subject
from storage.article import Credit
from storage.wording import folded, folded_word, holds

BORN = datetime(2026, 3, 1, tzinfo=UTC)
ARTICLE = Subject(
    event_id=1,
    uid="evt_1",
    kind=EventKind.NEW,
    change=None,
    backfill=False,
    occurred_at=BORN + timedelta(hours=1),
    detail=None,
    site="yunling",
    site_title="云岭大学新闻网",
    timezone="Asia/Shanghai",
    title="云岭大学发布２０２６年奖学金评定办法",
    text="学校近日修订办法。\n评定工作由学生处 负责，AI助教参与。\n董 洋介绍了情况。",
    source="学生处",
    credits=(Credit(role="作者", name="卢青禾", printed="作者：卢青禾"),),
)


def why(watch: Watch, subject: Subject = ARTICLE) -> tuple[Reason, ...] | None:
    ready = want(watch)
    found = match(ready, View(subject, word_index([ready])), since=BORN)
    return None if found is None else found.reasons


def against(watch: Watch, subject: Subject = ARTICLE) -> tuple[str, ...]:
    ready = want(watch)
    return obstacles(ready, View(subject, word_index([ready])))


@pytest.mark.parametrize(
    ("word", "where"),
    [
        ("奖学金", "title"),
        ("2026年", "title"),
        ("２０２６年", "title"),
        ("董洋", "text"),
        ("董　洋", "text"),
        ("ai", "text"),
        ("卢青禾", "credits"),
    ],
)
def test_a_word_is_met_as_a_reader_sees_it(word: str, where: str) -> None:
    reasons = why(Watch(name="w", any_of=(word,)))

    assert reasons == (Reason(wanted=word, found=word, where=where),)


@pytest.mark.parametrize("word", ["助学金", "026年", "情况。学校", "办法。评定", "I助教"])
def test_a_word_is_not_met_across_paragraphs_or_inside_a_number_or_latin_word(word: str) -> None:
    assert why(Watch(name="w", any_of=(word,))) is None


def test_a_latin_word_is_met_only_whole() -> None:
    subject = replace(ARTICLE, title="MAIN STAGE", text="maintenance")

    assert why(Watch(name="w", any_of=("AI", "main", "stag")), subject) == (
        Reason(wanted="main", found="main", where="title"),
    )


def test_every_condition_that_is_given_must_hold() -> None:
    watch = Watch(name="w", any_of=("奖学金", "助学金"), all_of=("学生处", "评定"))

    assert why(watch) is not None
    assert why(replace(watch, all_of=("学生处", "教务处"))) is None
    assert why(replace(watch, none_of=("AI",))) is None
    assert why(replace(watch, regex=(r"\d{4}年.{0,3}奖学金",))) is not None
    assert why(replace(watch, regex=(r"^\d{4}年",))) is None
    assert why(replace(watch, sites=("other",))) is None
    assert why(replace(watch, sites=("other", "yunling"))) is not None


def test_a_pattern_sees_half_width_digits_and_says_what_it_found() -> None:
    assert why(Watch(name="w", regex=("不会有", r"20\d\d年"))) == (
        Reason(wanted=r"20\d\d年", found="2026年", where="title"),
    )


def test_a_watch_without_words_meets_everything() -> None:
    assert why(Watch(name="w", sites=("yunling",))) == ()


def test_only_new_changed_and_withdrawn_are_told_unless_the_watch_says_otherwise() -> None:
    told = {kind for kind in EventKind if why(Watch(name="w"), replace(ARTICLE, kind=kind)) == ()}

    assert told == set(DEFAULT_EVENTS) == {EventKind.NEW, EventKind.CHANGED, EventKind.WITHDRAWN}


def test_a_site_event_is_met_without_words() -> None:
    broken = replace(ARTICLE, kind=EventKind.BROKEN, title=None, text=None, credits=())

    assert why(Watch(name="w", any_of=("奖学金",), events=(EventKind.BROKEN,)), broken) == ()


@pytest.mark.parametrize(
    "old",
    [
        replace(ARTICLE, backfill=True),
        replace(ARTICLE, occurred_at=BORN - timedelta(seconds=1)),
    ],
)
def test_what_was_before_the_watch_is_told_only_on_request(old: Subject) -> None:
    assert why(Watch(name="w"), old) is None
    assert why(Watch(name="w", backfill=True), old) == ()


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({}, "watch[2].name: is missing"),
        ({"name": "w", "any_of": []}, "watch[2].any_of: must not be empty"),
        ({"name": "w", "any_of": ["招生", " "]}, "watch[2].any_of[1]: must not be empty"),
        ({"name": "w", "any_of": ["\u200b"]}, "watch[2].any_of[0]: must not be empty"),
        ({"name": "w", "all_of": [3]}, "watch[2].all_of[0]: must be a string"),
        ({"name": "w", "none_of": 3}, "watch[2].none_of: must be a list of strings"),
        ({"name": "w", "backfill": "yes"}, "watch[2].backfill: must be true or false"),
        ({"name": " "}, "watch[2].name: must not be empty"),
    ],
)
def test_an_error_names_its_key(table: dict[str, object], message: str) -> None:
    with pytest.raises(SettingError) as error:
        parse_watch(table, "watch[2]")

    assert str(error.value) == message


@pytest.mark.parametrize(
    ("table", "start"),
    [
        ({"name": "w", "anyof": ["a"]}, "watch[0].anyof: unknown key (known: all_of, any_of"),
        ({"name": "w", "regex": ["a", "(b"]}, "watch[0].regex[1]: is no RE2 pattern: missing )"),
        ({"name": "w", "regex": r"(a)\1"}, "watch[0].regex[0]: is no RE2 pattern: "),
        ({"name": "w", "events": ["newer"]}, "watch[0].events[0]: unknown event 'newer' (known: "),
    ],
)
def test_an_error_says_what_is_known(table: dict[str, object], start: str) -> None:
    with pytest.raises(SettingError) as error:
        parse_watch(table, "watch[0]")

    assert str(error.value).startswith(start)


def test_one_word_may_be_given_without_a_list() -> None:
    assert parse_watch({"name": "w", "any_of": "招生"}, "watch[0]").any_of == ("招生",)


def test_a_definition_reads_back_as_the_same_watch() -> None:
    watch = Watch(
        name="招生",
        any_of=("复试",),
        none_of=("讲座",),
        regex=(r"\d+",),
        events=(EventKind.NEW,),
        channels=("log",),
        backfill=True,
    )

    assert parse_watch(definition(watch), "watch") == watch


def test_a_pattern_that_backtracks_elsewhere_is_linear_here() -> None:
    """(a+)+$ on these letters takes longer than the universe with a backtracking engine."""
    subject = replace(ARTICLE, text="a" * 20_000 + "!")

    assert why(Watch(name="w", regex=("(a+)+$",)), subject) is None


@pytest.mark.parametrize(
    ("query", "met"),
    [
        ("奖学金 评定", True),
        ("奖学金 助学金", False),
        ("(助学金 | 奖学金) -讲座", True),
        ("奖学金 -AI", False),
        ("title:奖学金 text:修订", True),
        ("title:修订", False),
        ("credit:卢青禾 source:学生处", True),
        ("卢青禾", False),
        ("section:通知公告", True),
        ("site:yunling 奖学金", True),
        ("site:other 奖学金", False),
        ("奖学金 date:2026-03", True),
        ("奖学金 after:2026-04", False),
        ('"学生处 负责"', True),
    ],
)
def test_a_query_is_that_of_search(query: str, met: bool) -> None:
    subject = replace(ARTICLE, section="通知公告", published_at=BORN)

    assert (why(Watch(name="w", query=query), subject) is not None) is met
    assert (against(Watch(name="w", query=query), subject) == ()) is met


def test_a_query_says_what_it_met_and_what_stood_against_it() -> None:
    assert why(Watch(name="w", query="奖学金 (讲座 | AI) -助学金")) == (
        Reason(wanted="奖学金", found="奖学金", where="title"),
        Reason(wanted="ai", found="ai", where="text"),
    )
    assert against(Watch(name="w", query="讲座 -AI")) == ("query: no 讲座; has ai",)


def test_a_query_that_is_none_names_line_and_column() -> None:
    table = {"name": "w", "query": "招生 (录取"}

    with pytest.raises(SettingError, match=r"watch\[3\]\.query: line 1, column 4: "):
        parse_watch(table, "watch[3]")


def test_of_ten_thousand_words_those_that_are_met_are_named_in_their_order() -> None:
    words = tuple(f"词{n}组" for n in range(10_000))
    subject = replace(ARTICLE, text="先有词9999组，后有词12组。")

    reasons = why(Watch(name="w", any_of=words), subject)

    assert reasons is not None
    assert [reason.wanted for reason in reasons] == ["词12组", "词9999组"]


@given(
    st.lists(st.text("云岭ab1 A，", min_size=1, max_size=4), min_size=1, max_size=12),
    st.text("云岭ab1 A，\n", max_size=40),
)
def test_words_that_are_looked_for_together_are_met_as_each_would_be(
    words: list[str], text: str
) -> None:
    known = [word for word in words if folded_word(word)]
    subject = replace(ARTICLE, title=None, source=None, credits=(), text=text)

    met = {word for word in known if holds(folded(text), folded_word(word))}

    reasons = why(Watch(name="w", any_of=tuple(known)), subject) if known else None
    firsts = {folded_word(word) for word in met}
    assert {folded_word(reason.wanted) for reason in reasons or ()} == firsts
