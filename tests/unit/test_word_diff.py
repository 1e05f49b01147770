"""A changed text as a reader would mark it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.differing.wording import Kind, Piece, word_diff


def marked(pieces: tuple[Piece, ...]) -> str:
    forms = {Kind.SAME: "{}", Kind.CUT: "[-{}-]", Kind.ADDED: "{{+{}+}}"}
    return "".join(forms[piece.kind].format(piece.text) for piece in pieces)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("于2024年3月5日召开", "于2024年3月6日召开", "于[-2024年3月5日-]{+2024年3月6日+}召开"),
        ("第十二届运动会", "第十三届运动会", "[-第十二届-]{+第十三届+}运动会"),
        ("共 300 人", "共 3000 人", "共 [-300-]{+3000+} 人"),
        ("读者三千余人", "读者五千余人", "读者[-三千-]{+五千+}余人"),
        ("COVID-19 疫苗", "COVID-20 疫苗", "[-COVID-19-]{+COVID-20+} 疫苗"),
        ("党委书记陈明", "党委副书记陈明", "党委{+副+}书记陈明"),
        ("校长王伟出席并讲话。", "校长王刚出席。", "校长王[-伟-]{+刚+}出席[-并讲话-]。"),
        ("3月5日，星期二，晴", "3月6日，星期三，晴", "[-3月5日-]{+3月6日+}，星期[-二-]{+三+}，晴"),
        ("院长张三、李四参加", "院长张三、赵六、李四参加", "院长张三、{+赵六、+}李四参加"),
        ("会议由校长主持。", "会议由校长主持。副校长主持。", "会议由校长主持。{+副校长主持。+}"),
        # A letter between two changes that agrees by chance is no word that stayed.
        ("他说，好", "他强调指出，很好", "他[-说，-]{+强调指出，很+}好"),
        ("甲乙丙丁戊己庚", "子丑寅丁辰午未", "[-甲乙丙丁戊己庚-]{+子丑寅丁辰午未+}"),
        ("", "全文", "{+全文+}"),
        ("全文", "", "[-全文-]"),
        ("同", "同", "同"),
    ],
)  # fmt: skip
def test_changes_are_marked_where_a_reader_sees_them(old: str, new: str, expected: str) -> None:
    assert marked(word_diff(old, new)) == expected


LETTERS = "甲乙丙第十届1年。， a"


@given(st.text(alphabet=LETTERS, max_size=40), st.text(alphabet=LETTERS, max_size=40))
def test_the_pieces_give_both_texts_with_true_offsets(old: str, new: str) -> None:
    pieces = word_diff(old, new)

    assert "".join(p.text for p in pieces if p.kind is not Kind.ADDED) == old
    assert "".join(p.text for p in pieces if p.kind is not Kind.CUT) == new
    for piece in pieces:
        if piece.kind is not Kind.ADDED:
            assert old[piece.old : piece.old_end] == piece.text
        if piece.kind is not Kind.CUT:
            assert new[piece.new : piece.new_end] == piece.text
