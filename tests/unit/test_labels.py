"""Labels of the meta line and the values behind them. `\\x1f` is the border of an element."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.fields.labels import Field, number_of, read_labels

MANAGED = "文章来源：管理学院    　　　　发布时间：2020-12-22"
EMPTY = "来源： 作者： 时间：2021-01-01"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (MANAGED, [("source", "管理学院"), ("date", "2020-12-22")]),
        (EMPTY, [("source", None), ("author", None), ("date", "2021-01-01")]),
        ("来源:\n     | 作者: 江 舟", [("source", None), ("author", "江 舟")]),
        ("\x1f信息来源：\n \x1f发布日期：2024-07-09", [("source", None), ("date", "2024-07-09")]),
        ("2021-11-02\x1f作者：\x1f浏览次数：\x1f", [("author", None), ("views", None)]),
        ("作　者：网信 江 舟  来源：校报", [("author", "网信 江 舟"), ("source", "校报")]),
        ("发 布 时 间：2020-01-01", [("date", "2020-01-01")]),
        ("来源：\x1f宣传部\x1f时间：2020-01-01", [("source", "宣传部"), ("date", "2020-01-01")]),
        ("来源：\x1f2019-09-26\x1f", [("source", None)]),
        ("作者：【字号 大 中 小】", [("author", None)]),
        ("责任编辑：江舟（网）　审核：林溪", [("editor", "江舟（网）"), ("reviewer", "林溪")]),
        ("（发布者：江舟）", [("publisher", "江舟")]),
        ("编辑 ：\x1f江舟", [("editor", "江舟")]),
    ],
)
def test_a_value_ends_where_its_label_ends(line: str, expected: list[tuple[str, str]]) -> None:
    assert [(label.field.value, label.value) for label in read_labels(line)] == expected


@pytest.mark.parametrize(
    "line", ["报名时间：2021-01-01", "截止日期：2021-01-01", "会议时间：2021-01-01"]
)
def test_the_time_of_an_event_is_no_publishing_date(line: str) -> None:
    assert all(label.field is not Field.DATE for label in read_labels(line))


@pytest.mark.parametrize(
    "line",
    ["Poems Written By Students", "Photos: Spring in the Valley", "By the river", "Standby Mode"],
)
def test_an_english_title_holds_no_label(line: str) -> None:
    assert read_labels(line) == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("By Jiang Zhou | Source: News", [("author", "Jiang Zhou"), ("source", "News")]),
        ("\n   By Jiang Zhou\x1f2023", [("author", "Jiang Zhou")]),
        ("Publish Date: 2023-12-21", [("date", "2023-12-21")]),
        ("Last updated: 2023-12-21", [("updated", "2023-12-21")]),
        ("成文日期：2023-12-21", [("document", "2023-12-21")]),
        ("作者：江　舟　　来源：校报", [("author", "江 舟"), ("source", "校报")]),
        ("作者：江舟　　林溪", [("author", "江舟")]),
        ("来源：（江舟）", [("source", None)]),
        ("来源：（校报）", [("source", "校报")]),
        ("来源：[ \x1f校报\x1f ]", [("source", "校报")]),
        ("by Taboola", []),
    ],
)
def test_labels_in_english_pads_and_brackets(line: str, expected: list[tuple[str, str]]) -> None:
    assert [(label.field.value, label.value) for label in read_labels(line)] == expected


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("点击：801次", 801),
        ("浏览次数：[ 12 ]", 12),
        ("阅读 33", 33),
        ("点击：", None),
        ("点击：1,053", None),
    ],
)
def test_a_view_count_is_a_plain_number(line: str, number: int | None) -> None:
    [label] = read_labels(line)

    assert number_of(label) == number


@given(st.text("来源作者时间：: |\x1f\n　2021-01-(（张)）", max_size=60))
def test_no_line_is_too_strange(line: str) -> None:
    for label in read_labels(line):
        assert label.printed.startswith(label.label)
