"""What became of the paragraphs of a text."""

import time
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from storage.differing.paragraphs import Fate, Paragraph, paragraph_diff
from storage.differing.wording import Kind
from tests.unit.test_word_diff import marked

OLD = (
    "第一段说的是甲。\n第二段说的是乙，很长的一段话。\n\n第三段说的是丙。\n"
    "第四段不见了。\n责编：王伟"
)
NEW = "新的开头。\n第三段说的是丙。\n第一段说的是甲。\n第二段说的是乙，很长的一段文字。\n责编：李刚"


def fates(found: Sequence[Paragraph]) -> list[tuple[str, int | None, int | None]]:
    return [
        (str(p.fate), p.old.number if p.old else None, p.new.number if p.new else None)
        for p in found
    ]


def test_paragraphs_are_changed_moved_cut_and_added() -> None:
    found = paragraph_diff(OLD, NEW)

    assert fates(found) == [
        ("added", None, 1), ("moved", 3, 2), ("same", 1, 3), ("changed", 2, 4),
        ("cut", 4, None), ("changed", 5, 5),
    ]  # fmt: skip
    assert marked(found[3].pieces) == "第二段说的是乙，很长的一段[-话-]{+文字+}。"
    assert marked(found[5].pieces) == "责编：[-王伟-]{+李刚+}"


def test_a_moved_paragraph_that_changed_shows_its_words() -> None:
    a, b, c = "第一段说的是甲和乙。", "第二段说的是丙。", "第三段说的是丁。"

    found = paragraph_diff(f"{a}\n{b}\n{c}", f"{b}\n{c}\n{a.replace('乙', '戊')}")

    assert fates(found) == [("same", 2, 1), ("same", 3, 2), ("moved", 1, 3)]
    assert marked(found[2].pieces) == "第一段说的是甲和[-乙-]{+戊+}。"


def test_layout_blanks_and_blank_lines_are_no_change() -> None:
    found = paragraph_diff("甲乙，丙。\n\n丁。", "甲乙， 丙。\n丁。")

    assert {p.fate for p in found} == {Fate.SAME}


def test_a_change_in_every_paragraph_is_shown_in_every_paragraph() -> None:
    old = "\n".join(f"第{n}段，说的是{n}号事情,到此为止" for n in range(300))

    found = paragraph_diff(old, old.replace(",", "，"))

    assert {p.fate for p in found} == {Fate.CHANGED}
    assert marked(found[7].pieces) == "第7段，说的是7号事情[-,-]{+，+}到此为止"


LINES = st.lists(st.sampled_from(["甲乙丙。", "甲乙丁。", "戊己庚，辛。", "", "壬"]), max_size=9)


@given(LINES, LINES)
def test_the_pieces_lie_where_they_say(old_lines: list[str], new_lines: list[str]) -> None:
    old, new = "\n".join(old_lines), "\n".join(new_lines)

    found = paragraph_diff(old, new)

    assert [p.new.number for p in found if p.new] == list(range(1, sum(map(bool, new_lines)) + 1))
    assert sorted(p.old.number for p in found if p.old) == list(
        range(1, sum(map(bool, old_lines)) + 1)
    )
    for piece in (piece for p in found if p.fate is not Fate.SAME for piece in p.pieces):
        if piece.kind is not Kind.ADDED:
            assert old[piece.old : piece.old_end] == piece.text
        if piece.kind is not Kind.CUT:
            assert new[piece.new : piece.new_end] == piece.text


def test_many_like_paragraphs_take_seconds() -> None:
    started = time.process_time()

    paragraph_diff("同样的一行文字\n" * 12_000, "同样的一行文宇\n" * 12_000)
    paragraph_diff("甲\n" * 50_000, "乙\n甲\n" * 25_000)

    assert time.process_time() - started < 8
