"""Who made an article: what stays in the text, what leaves it, and who is named."""

import pytest

from crawler.fields.credits import names_of, split_credits


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("网信中心 江 舟", ["江舟"]),
        ("网信中心 程 溪 王亚楠", ["程溪", "王亚楠"]),
        ("江舟、林溪，周未", ["江舟", "林溪", "周未"]),
        ("管理学院", ["管理学院"]),
        ("江舟（青岚学院）", ["江舟"]),
        ("佚名", []),
        ("江舟 江舟", ["江舟"]),
        ("江舟 整合", ["江舟"]),
    ],
)
def test_people_are_named_without_offices_and_pads(value: str, names: list[str]) -> None:
    assert names_of(value) == names


def test_credits_of_the_author_stay_in_the_text() -> None:
    lines = ("正文。", "文字：网信中心 江 舟", "图片：程溪")

    kept, found = split_credits(lines)

    assert kept == lines
    assert [(one.role, one.name) for one in found] == [("text", "江舟"), ("photo", "程溪")]


@pytest.mark.parametrize(
    "tail",
    [
        "编辑：江舟",
        "（责任编辑：江舟）",
        "【责编：江舟】",
        "编辑：江舟 审核：林溪",
        "编辑：江舟 审核：",
        "[编辑 江舟]",
        "责任编辑/江舟",
    ],
)
def test_an_editors_line_leaves_the_text(tail: str) -> None:
    kept, found = split_credits(("正文。", tail))

    assert kept == ("正文。",)
    assert ("editor", "江舟") in [(one.role, one.name) for one in found]


def test_an_editors_line_among_the_authors_leaves_alone() -> None:
    kept, _ = split_credits(("正文。", "编辑：江舟", "", "作者：林溪"))

    assert kept == ("正文。", "", "作者：林溪")


@pytest.mark.parametrize(
    "line",
    ["编辑：这是新时代出版人的使命。", "作者：江舟走进会场。", "编辑部收到来信", "审核：林溪"],
)
def test_a_sentence_is_no_editors_line(line: str) -> None:
    kept, _ = split_credits(("正文。", line))

    assert kept == ("正文。", line)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("正文（通讯员 江舟）",), [("author", "江舟")]),
        (("正文", "（文/江舟 图/林溪）"), [("text", "江舟"), ("photo", "林溪")]),
        (("【供稿/管理学院 江舟】", "正文", "更多"), [("author", "江舟")]),
    ],
)
def test_brackets_at_the_ends_name_people(
    lines: tuple[str, ...], expected: list[tuple[str, str]]
) -> None:
    kept, found = split_credits(lines)

    assert kept == lines
    assert [(one.role, one.name) for one in found] == expected
