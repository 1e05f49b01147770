"""The query language: what a line means, and what is said of a line that means nothing."""

import pytest

from storage.errors import QueryError
from storage.periods import period
from storage.query import And, Days, Field, Not, Or, Tree, Word, asked_of, days_of, parse
from storage.query_index import condition, fts5, tsquery, unsure


def shown(tree: Tree) -> str:
    """The tree in one line, every group in brackets."""
    match tree:
        case Word(text=text, field=field):
            return f"{field}:{text}" if field else text
        case Days(since=since, until=until):
            return f"{since or ''}..{until or ''}"
        case And(parts=parts):
            return f"({' & '.join(map(shown, parts))})"
        case Or(parts=parts):
            return f"({' | '.join(map(shown, parts))})"
        case Not(part=part):
            return f"-{shown(part)}"


@pytest.mark.parametrize(
    ("query", "meaning"),
    [
        ("奖学金 评定", "(奖学金 & 评定)"),
        ("奖学金　评定", "(奖学金 & 评定)"),
        ("奖学金 AND 评定", "(奖学金 & 评定)"),
        ("招生 | 录取", "(招生 | 录取)"),
        ("招生｜录取 OR 复试", "(招生 | 录取 | 复试)"),
        ("招生 录取 | 复试", "((招生 & 录取) | 复试)"),
        ("招生 （录取 | 复试）", "(招生 & (录取 | 复试))"),
        ("招生 -考试", "(招生 & -考试)"),
        ("招生 NOT (考试 | 复试)", "(招生 & -(考试 | 复试))"),
        ("NOT -考试", "考试"),
        ('"no  one" “董 洋”', "(no one & 董洋)"),
        ("ＡＩ Ai", "(ai & ai)"),
        ("COVID-19 R&D a:1", None),
        ("COVID-19 R&D", "(covid-19 & r&d)"),
        ("title:奖学金 TITLE:奖学金", "(title:奖学金 & title:奖学金)"),
        ("标题：（招生 | 录取） 正文:学校", "((title:招生 | title:录取) & text:学校)"),
        ('-title:"a b"', "-title:a b"),
        ("site:xjtu-News 来源:新华社", "(site:xjtu-News & source:新华社)"),
        ("招生 date:2024", "(招生 & 2024-01-01..2024-12-31)"),
        ("after:2024-02 before:2024-02", "(2024-02-01.. & ..2024-02-29)"),
        ("关于：招生 http://a.b/c", "(关于:招生 & http://a.b/c)"),
        ("and or not", "(and & or & not)"),
    ],
)
def test_a_query_means(query: str, meaning: str | None) -> None:
    if meaning is None:
        with pytest.raises(QueryError):
            parse(query)
    else:
        assert shown(parse(query)) == meaning


@pytest.mark.parametrize(
    ("query", "line", "column", "says"),
    [
        ("", 1, 1, "is empty"),
        ("招生 AND", 1, 4, "no word behind it"),
        ("| 招生", 1, 1, "no word before it"),
        ("招生\n(录取", 2, 1, "is not closed"),
        ("招生)", 1, 3, "closes nothing"),
        ('招生 "录取', 1, 4, "close the quotes"),
        ("招生 - 录取", 1, 4, "stands alone"),
        ("titel:招生", 1, 1, "titel is no field (known: title, text"),
        ("title: 招生", 1, 1, "nothing behind it"),
        ("title:(text:招生)", 1, 8, "another field"),
        ("招生 date:2023-02-30", 1, 9, "2023-02-30 is no day or span"),
        ('""', 1, 1, "no letters"),
        ("招生 \u200b", 1, 4, "no letters"),
        ("(" * 60 + "a", 1, 51, "use fewer"),
        ("a " * 101, 1, 201, "one word too many"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_to_do(
    query: str, line: int, column: int, says: str
) -> None:
    with pytest.raises(QueryError, match=f"column {column}: .*") as caught:
        parse(query)

    assert (caught.value.line, caught.value.column) == (line, column)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "written", "span"),
    [
        ("date", "2024", ("2024-01-01", "2024-12-31")),
        ("date", "2024-02", ("2024-02-01", "2024-02-29")),
        ("date", "2024/2/3", ("2024-02-03", "2024-02-03")),
        ("date", "2024年2月3日", ("2024-02-03", "2024-02-03")),
        ("date", "2023-12..2024", ("2023-12-01", "2024-12-31")),
        ("date", "..2024", (None, "2024-12-31")),
        ("date", "2024-05..", ("2024-05-01", None)),
        ("after", "2024", ("2024-01-01", None)),
        ("before", "2024", (None, "2024-12-31")),
        ("date", "2024..2023", None),
        ("date", "..", None),
        ("date", "2024-13", None),
        ("date", "0000", None),
        ("after", "2023..2024", None),
        ("date", "昨天", None),
    ],
)
def test_days_months_and_years_are_spans(
    kind: str, written: str, span: tuple[str | None, str | None] | None
) -> None:
    assert period(kind, written) == span


def test_only_days_that_hold_for_the_whole_query_narrow_it_down() -> None:
    assert days_of(parse("a date:2023..2024 after:2023-05")) == Days(
        since="2023-05-01", until="2024-12-31"
    )
    assert days_of(parse("a | after:2024")) == Days(since=None, until=None)
    assert days_of(parse("a -after:2024")) == Days(since=None, until=None)


def test_a_query_can_be_asked_of_titles() -> None:
    assert shown(asked_of(parse("招生 (a | text:b) -c"), Field.TITLE)) == (
        "(title:招生 & (title:a | text:b) & -c)"
    )


@pytest.mark.parametrize(
    ("query", "of_sqlite", "of_postgresql", "doubt"),
    [
        ("党史", '(("党史") OR "¤")', "(('党史') | '¤')", None),
        ("党", '(("党" *) OR "¤")', "(('党':*) | '¤')", None),
        ("title:党史", '(("¶党史") OR "¤")', "(('¶党史') | '¤')", None),
        ("奖学金", '(("奖学" AND "学金") OR "¤")', "(('奖学' & '学金') | '¤')", "奖学金"),
        ("-奖学金", '("§" OR "¤")', "('§' | '¤')", "-奖学金"),
        ("-党史", '((("§") NOT (("党史"))) OR "¤")', "(('§' & !(('党史'))) | '¤')", None),
        ("site:a", '("§7" OR "¤")', "('§7' | '¤')", None),
        ("c++", '(("c") OR "¤")', "(('c') | '¤')", "c++"),
        ("😀", '("§" OR "¤")', "('§' | '¤')", "😀"),
    ],
)
def test_the_index_is_asked_what_it_knows(
    query: str, of_sqlite: str, of_postgresql: str, doubt: str | None
) -> None:
    tree = parse(query)
    asked = condition(tree, {"a": 7})
    left = unsure(tree)

    assert (fts5(asked), tsquery(asked)) == (of_sqlite, of_postgresql)
    assert (None if left is None else shown(left)) == doubt
