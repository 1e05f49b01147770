"""Texts that were taken over are told from texts that are only alike."""

from collections.abc import Sequence

import pytest

from storage.likeness import Reading, keys, read
from storage.same_story import is_one_story
from tests.unit.stories.labelled import LabelledPair, labelled_pairs, texts

PAIRS = labelled_pairs()
READINGS = {text: read(*text) for text in texts().values()}
LONG = texts()["library"]


def said_same(pair: LabelledPair) -> bool:
    return is_one_story(READINGS[pair.first], READINGS[pair.second])


def precision_and_recall(pairs: Sequence[LabelledPair]) -> tuple[float, float]:
    """A pair that shares no key is never compared: it counts as not the same."""
    found = [p for p in pairs if said_same(p) and shares_a_key(p)]
    right = sum(p.same for p in found)
    return right / len(found), right / sum(p.same for p in pairs)


def shares_a_key(pair: LabelledPair) -> bool:
    return not set(keys(READINGS[pair.first])).isdisjoint(keys(READINGS[pair.second]))


@pytest.mark.parametrize(
    "halves", [{"tune"}, {"held"}, {"tune", "held", "probe"}], ids=["tune", "held", "all"]
)
def test_the_labelled_pairs_are_told_apart(halves: set[str]) -> None:
    precision, recall = precision_and_recall([p for p in PAIRS if p.half in halves])

    assert precision >= 0.98
    assert recall >= 0.95


def test_the_order_of_two_texts_makes_no_difference() -> None:
    one_way = [said_same(p) for p in PAIRS]

    assert [is_one_story(READINGS[p.second], READINGS[p.first]) for p in PAIRS] == one_way


def test_no_two_texts_that_are_not_labelled_as_one_story_are_taken_for_one() -> None:
    """All pairs of all texts: what stands before `~`, `@` and `#` tells where a text is from."""
    by_origin: dict[str, list[Reading]] = {}
    for name, text in texts().items():
        if not name.startswith(("roundup", "digest", "probe")):
            by_origin.setdefault(name.split("~")[0].removesuffix("#frame"), []).append(
                READINGS[text]
            )
    origins = list(by_origin)

    wrong = [
        (one, other)
        for at, one in enumerate(origins)
        for other in origins[at + 1 :]
        if any(is_one_story(a, b) for a in by_origin[one][:2] for b in by_origin[other][:2])
    ]

    assert wrong == []


def test_a_paragraph_that_was_moved_is_the_same() -> None:
    title, text = LONG
    paragraphs = text.split("\n")

    assert is_one_story(read(title, text), read(title, "\n".join(paragraphs[2:] + paragraphs[:2])))


def test_a_long_text_whose_one_number_was_corrected_is_the_same() -> None:
    title, text = LONG

    corrected = text.replace("三千一百二十人次", "三千二百一十人次")

    assert corrected != text
    assert is_one_story(read(title, text), read(title, corrected))


def test_one_appointment_is_not_another_though_only_the_name_differs() -> None:
    form = (
        "经学校研究决定，任命{0}同志为图书馆副馆长，试用期一年。希望{0}同志在新的岗位上"
        "恪尽职守，团结协作，为学校事业发展作出新的贡献。特此通知。学校办公室印发"
    )
    one, other = (read(f"关于{n}同志任职的通知", form.format(n)) for n in ("江舟", "白露"))

    assert not is_one_story(one, other)


def test_one_text_under_titles_of_two_years_is_two_notices() -> None:
    text = (
        "现将拟录取名单予以公示，名单见附件。公示期内如有异议，请以书面形式向学院反映，"
        "反映情况须实名并提供有效联系方式，逾期不予受理。特此公示。学院招生工作领导小组"
    )

    assert not is_one_story(read("2023级新生名单公示", text), read("2024级新生名单公示", text))


def test_a_text_of_nothing_is_no_story() -> None:
    assert not is_one_story(read("校园秋色", ""), read("校园秋色", ""))
    assert keys(read("校园秋色", "")) == ()


def test_keys_do_not_depend_on_width_blanks_and_paragraphs() -> None:
    title, text = LONG
    wide = text.replace("42000", "４２０００").replace("\n", "").replace("，", ", ")

    assert set(keys(read(title, text))) == set(keys(read(title, wide)))


def test_a_long_text_gives_few_keys() -> None:
    long = "\n".join(f"第{n}条规定由主管部门负责解释，并报上级{n}号机关备案。" for n in range(500))

    assert len(keys(read("章程", long))) < 100
