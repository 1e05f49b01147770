"""When a text holds a word; what it is cut into for the index; what of it is shown."""

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.article import comparable
from storage.bigrams import bigrams, units
from storage.snippets import Marked, marked, snippet
from storage.wording import folded, folded_word, holds

ANY = st.text(
    st.characters() | st.sampled_from("党史 \u3000\n，。…！ＡI12é\u0301ﬁ\u200b"), max_size=60
)


@pytest.mark.parametrize(
    ("text", "word", "is_held"),
    [
        ("云岭大学", "大学", True),
        ("（２０２６）年", "2026", True),
        ("2026年", "26年", False),
        ("MAIN stage", "ai", False),
        ("5G网络", "g网络", True),
        ("董 洋介绍", "董洋", True),
        ("董\n洋介绍", "董洋", False),
        ("no one", "noone", False),
        ("привет мир", "мир", True),
        ("Việt Nam", "việt", True),
    ],
)
def test_a_word_is_held_as_a_reader_sees_it(text: str, word: str, is_held: bool) -> None:
    assert holds(folded(text), folded_word(word)) is is_held


@given(ANY)
def test_the_short_cuts_of_folding_change_nothing(text: str) -> None:
    lines = [comparable(unicodedata.normalize("NFKC", line)) for line in text.split("\n")]

    assert folded(text) == "\n".join(lines).casefold()


def test_index_words_are_pairs_of_neighbours_and_whole_words() -> None:
    expected = """
        云 云岭 岭大 大学 学2026 2026 2026年 年
        5 5g g g与 与ai ai
    """

    assert set(bigrams("云岭大学2026年，5G与 AI。").split()) == set(expected.split())
    assert bigrams("").split() == bigrams(" 。\n").split() == []


@given(ANY)
def test_index_words_are_the_units_of_the_folded_text(text: str) -> None:
    expected = set()
    for run in units(folded(text)):
        cut = [unit[:40] for unit in run]
        expected |= {first + second for first, second in itertools.pairwise(cut)}
        expected |= {cut[0], cut[-1], *(unit for unit in cut if unit[0] in "0123456789")}

    found = set(bigrams(text).split())

    assert expected <= found
    assert all("\ue000" not in token for token in found)


def test_marks_stand_where_the_words_stand_in_the_text_as_it_is() -> None:
    title = "云岭大学 图 书馆２０２６年开馆 (ＡＩ)"

    shown = marked(title, ["图书馆", "2026年开", "ai", "操场"])

    assert [title[a:b] for a, b in shown.marks] == ["图 书馆２０２６年开", "ＡＩ"]


@given(ANY, ANY)
def test_marks_are_inside_the_text_and_apart(text: str, word: str) -> None:
    shown = snippet(text, [w for w in [folded_word(word), folded_word(text[3:5])] if w])

    ends = [end for mark in shown.marks for end in mark]
    assert ends == sorted(ends)
    assert all(0 <= a < b <= len(shown.text) for a, b in shown.marks)


def test_a_snippet_is_the_line_that_holds_most_of_the_words() -> None:
    text = "图书馆开馆。\n" + "很长的一段话" * 20 + "图书馆与体育场" + "再写一些" * 30

    shown = snippet(text, ["图书馆", "体育场"])

    assert shown.text.startswith("…")
    assert shown.text.endswith("…")
    assert [shown.text[a:b] for a, b in shown.marks] == ["图书馆", "体育场"]
    assert snippet("", ["图书馆"]) == Marked(text="", marks=())
    assert snippet("短文", ["图书馆"]) == Marked(text="短文", marks=())
