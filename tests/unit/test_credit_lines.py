"""Credit lines of the shapes that pages have, with invented names, and who is named in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.fields.credits import (
    credits_of_labels,
    read_credit_line,
    signed_source,
    split_credits,
)
from crawler.fields.labels import read_labels
from crawler.fields.names import are_people, is_person, names_of

# A line, and what is read in it: role:name, in order.
LINES = [
    ("文字：网信中心 江 舟", "text:江舟"),
    ("图片：网信中心 程 溪 王亚楠", "photo:程溪 photo:王亚楠"),
    ("作者：网信中心 林文欣", "author:林文欣"),
    ("文字 江 舟", "text:江舟"),
    ("文字　江　舟", "text:江舟"),
    ("作　者：江舟", "author:江舟"),
    ("作者：江舟、林溪，周未", "author:江舟 author:林溪 author:周未"),
    ("作者：江舟 林溪", "author:江舟 author:林溪"),
    ("作者：江舟|林溪", "author:江舟 author:林溪"),
    ("作者：江舟 / 林溪", "author:江舟 author:林溪"),
    ("作者：江舟 林溪等", "author:江舟 author:林溪"),
    ("作者：江舟等", "author:江舟"),
    ("作者：江舟 等", "author:江舟"),
    ("作者：张 三 丰", "author:张三丰"),
    ("作者：江 舟 林 溪", "author:江舟 author:林溪"),
    ("作者：欧阳清风", "author:欧阳清风"),
    ("作者：校报 江舟", "author:江舟"),
    ("作者：管理学院", "author:管理学院"),
    ("作者：党委宣传部 团委", "author:党委宣传部 author:团委"),
    ("作者：管理学院 刘科", "author:刘科"),
    ("作者：江舟（青岚学院）", "author:江舟"),
    ("作者：江舟，系青岚学院2021级学生", "author:江舟"),
    ("作者：阿依努尔·买买提", "author:阿依努尔·买买提"),
    ("作者：阿依努尔 · 买买提、江舟", "author:阿依努尔·买买提 author:江舟"),
    ("作者：扎西 卓玛", "author:扎西 author:卓玛"),
    ("通讯员：江舟 摄影：林溪", "author:江舟 photo:林溪"),
    ("（通讯员 江舟）", "author:江舟"),
    ("(通讯员江舟)", "author:江舟"),
    ("（记者江舟 通讯员林溪）", "author:江舟 author:林溪"),
    ("（记者 江舟 林溪 报道）", "author:江舟 author:林溪"),
    ("（本报记者 江舟）", "author:江舟"),
    ("本报记者 江舟", "author:江舟"),
    ("本报记者 江舟 通讯员 林溪", "author:江舟 author:林溪"),
    ("【供稿/管理学院 黄翔】", "author:黄翔"),
    ("[编辑 江舟]", "editor:江舟"),
    ("图/文 江舟", "photo:江舟 text:江舟"),
    ("文/图 江舟", "text:江舟 photo:江舟"),
    ("图文：江舟", "text:江舟 photo:江舟"),
    ("图文/江舟", "text:江舟 photo:江舟"),
    ("文字、图片：网信中心 江 舟", "text:江舟 photo:江舟"),
    ("文/江舟 图/林溪", "text:江舟 photo:林溪"),
    ("文：江舟 图：林溪", "text:江舟 photo:林溪"),
    ("文 | 江舟", "text:江舟"),
    ("撰稿｜江舟", "author:江舟"),
    ("撰稿、摄影：江舟", "author:江舟 photo:江舟"),
    ("摄影/林溪", "photo:林溪"),
    ("江舟 摄", "photo:江舟"),
    ("（江舟 摄）", "photo:江舟"),
    ("江舟 文/图", "text:江舟 photo:江舟"),
    ("编辑：江舟 责任编辑：林溪 终审：周未", "editor:江舟 editor:林溪 reviewer:周未"),
    ("责任编辑：江舟 审核：林溪 终审：周未", "editor:江舟 reviewer:林溪 reviewer:周未"),
    ("初审：江舟  复审：林溪  终审：周未", "reviewer:江舟 reviewer:林溪 reviewer:周未"),
    ("一审/江舟 二审/林溪 三审/周未", "reviewer:江舟 reviewer:林溪 reviewer:周未"),
    ("编辑：江舟；审核：林溪", "editor:江舟 reviewer:林溪"),
    ("编辑： 责任编辑： 审核：林溪", "reviewer:林溪"),
    ("作者： 摄影：林溪", "photo:林溪"),
    ("作者：江舟 发布时间：2023-12-21", "author:江舟"),
    ("编辑：江舟 2023-12-21", "editor:江舟"),
    ("来源：云岭日报 作者：江舟", "author:江舟"),
    ("（来源：云岭日报 编辑：江舟）", "editor:江舟"),
    ("责任编辑:江舟", "editor:江舟"),
    ("责编：江舟 | 校对：林溪", "editor:江舟 reviewer:林溪"),
    ("供稿：云岭大学新闻中心", "author:云岭大学新闻中心"),
    ("By Jiang Zhou", "author:Jiang Zhou"),
    ("Editor: Lin Xi", "editor:Lin Xi"),
    ("Author: Jiang Zhou and Lin Xi", "author:Jiang Zhou author:Lin Xi"),
    ("Photo by Lin Xi", "photo:Lin Xi"),
    ("Written by: Jiang Zhou; Edited by: Lin Xi", "author:Jiang Zhou editor:Lin Xi"),
    ("Reporter: O'Neill, J. P. Smith", "author:O'Neill author:J. P. Smith"),
    ("责任编辑：江舟_NT6056", "editor:江舟"),
    ("作者：江舟，查看更多", "author:江舟"),
    ("作者：佚名", ""),
    ("编辑：admin", ""),
    ("来源：云岭日报", ""),
    ("文字记录了山谷的四季。", ""),
    ("作者江舟走进会场。", ""),
    ("作者 走进 会场", ""),
    ("编辑部收到来信", ""),
    ("编辑：这是新时代出版人的使命。", ""),
    ("图书馆 开放时间 公告", ""),
    ("记者 走进 校园", ""),
    ("照片 展览 开幕", ""),
    ("By the end of 2023, the valley was green", ""),
    ("审核 流程 如下", ""),
    ("附件：名单", ""),
    ("", ""),
]  # fmt: skip


@pytest.mark.parametrize(("line", "expected"), LINES, ids=[line for line, _ in LINES])
def test_a_line_names_people_with_their_roles(line: str, expected: str) -> None:
    found = read_credit_line(line)

    assert " ".join(f"{one.role}:{one.name}" for one in found) == expected


# A meta line as it stands in the source, and what its labels name.
META_LINES = [
    ("作者：江　舟　　发布时间：2023-12-21", "author:江舟"),
    ("作者：江\xa0\xa0舟\xa0\xa0\xa0来源：校报", "author:江舟"),
    ("文字：江 舟\x1f图片：程 溪 王亚楠", "text:江舟 photo:程溪 photo:王亚楠"),
    ("来源：新华社 作者：江舟 编辑：林溪", "author:江舟 editor:林溪"),
    ("来源： 作者： 编辑：林溪", "editor:林溪"),
    ("责任编辑：江舟（网）　审核：林溪", "editor:江舟 reviewer:林溪"),
    ("By Jiang Zhou | Yunling Daily | Updated: 2023-12-21", "author:Jiang Zhou"),
    ("Author: Jiang Zhou  Source: Yunling Daily", "author:Jiang Zhou"),
    ("发布者：管理员  时间：2023-12-21", ""),
]


@pytest.mark.parametrize(("line", "expected"), META_LINES, ids=[line for line, _ in META_LINES])
def test_the_meta_line_names_people_with_their_roles(line: str, expected: str) -> None:
    found = credits_of_labels(read_labels(line))

    assert " ".join(f"{one.role}:{one.name}" for one in found) == expected


@pytest.mark.parametrize(
    ("first", "names"),
    [
        ("云岭日报讯（记者 江舟 通讯员 林溪）清晨，渡口开了。", ["江舟", "林溪"]),
        ("本报云岭6月15日电（记者江舟）清晨，渡口开了。", ["江舟"]),
        ("清晨，渡口的船工（记者的老友）来了。", []),
        ("渡口（云岭）清晨开了。", []),
    ],
)
def test_a_dateline_names_the_reporters(first: str, names: list[str]) -> None:
    kept, found = split_credits((first, "人们说，河水清了。"))

    assert kept == (first, "人们说，河水清了。")
    assert [one.name for one in found] == names


@pytest.mark.parametrize(
    ("last", "source"),
    [
        ("（来源：云岭日报）", "云岭日报"),
        ("来源：云岭日报", "云岭日报"),
        ("河水清了。（来源：云岭日报）", "云岭日报"),
        ("来源：云岭日报 作者：江舟", "云岭日报"),
        ("（来源：江舟）", None),
        ("来源：", None),
        ("水的来源：山谷里的泉。", None),
        ("河水清了（云岭日报）", None),
    ],
)
def test_a_line_at_the_end_names_the_source(last: str, source: str | None) -> None:
    assert signed_source(("清晨，渡口开了。", "", last)) == source


@pytest.mark.parametrize("part", ["江舟", "刘科", "欧阳清", "欧阳清风", "买买提·艾力", "李四光"])
def test_a_person_has_the_form_of_a_name(part: str) -> None:
    assert is_person(part)


@pytest.mark.parametrize(
    "part",
    [
        *(
            "校报",
            "党委",
            "文学院",
            "金融学院",
            "人民网",
            "管理学院",
            "张三李四王五",
            "A",
            "舟",
            "",
        ),
        *("文学社", "宣传部", "高教处", "马院", "单位", "2023"),
    ],
)
def test_an_office_or_a_word_has_not(part: str) -> None:
    assert not is_person(part)


NAMES = st.sampled_from(["江舟", "林小溪", "王亚楠", "欧阳清风", "买买提·艾力", "刘科"])
SEPARATORS = st.sampled_from(["、", "，", " ", "|", "；", " / ", "\u3000"])
OFFICES = st.sampled_from(["", "网信中心 ", "管理学院 ", "党委宣传部、"])


@given(OFFICES, st.lists(NAMES, min_size=1, max_size=5, unique=True), SEPARATORS)
def test_names_come_back_however_they_are_listed(
    office: str, names: list[str], separator: str
) -> None:
    value = office + separator.join(names)

    assert names_of(value) == names


@given(st.lists(NAMES, min_size=1, max_size=4, unique=True), SEPARATORS)
def test_padding_changes_no_name(names: list[str], separator: str) -> None:
    padded = [" ".join(name) if len(name) == 2 else name for name in names]
    listed = separator if separator.strip() else "、"  # with blanks only, pads are read two by two

    assert names_of(listed.join(padded)) == names


@given(st.text("作者编辑文图/：: |、，（）()【】江舟林溪By Ann·等123。\u3000", max_size=60))
def test_no_line_is_too_strange_and_what_is_printed_stands_in_it(line: str) -> None:
    for credit in read_credit_line(line):
        assert credit.printed in line
        assert credit.name
        assert credit.name == credit.name.strip()
    names_of(line)
    are_people(line)
    split_credits((line, line))
