"""The language of an article, by its letters: templates print `lang="en"` over Chinese. Pure."""

import re

_HAN = re.compile(r"[\u4e00-\u9fff]+")
_KANA = re.compile(r"[\u3041-\u30fe]+")
_HANGUL = re.compile(r"[\uac00-\ud7a3]+")
_OF_NEIGHBOURS = re.compile(r"[\u3041-\u30fe\uac00-\ud7a3]")
_LATIN = re.compile(r"[A-Za-z]+")
_SAMPLE = 240
_LETTERS_PER_HAN = 8  # Chinese text with many foreign names is still Chinese
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_LONGEST = 16  # letters of a tag that are kept: language, script and region have room


def language_of(text: str, *, declared: str | None) -> str | None:
    """Return `zh`, `ja` or `ko` by the letters of a text, else the declared language, or None."""
    sample = text[:_SAMPLE]
    han = _count(_HAN, sample)
    if _OF_NEIGHBOURS.search(sample):
        if _count(_HANGUL, sample) > han:
            return "ko"
        if (kana := _count(_KANA, sample)) and kana > han // 4:
            return "ja"
    others = len(sample) - han  # all of them letters at most
    if han * _LETTERS_PER_HAN > others or han * _LETTERS_PER_HAN > _count(_LATIN, sample):
        return "zh"
    if declared and _TAG.fullmatch(declared) and not declared.lower().startswith("zh"):
        return _shortened(declared.lower())
    return None


def _shortened(tag: str) -> str:
    while len(tag) > _LONGEST:
        tag = tag.rpartition("-")[0]
    return tag


def _count(letters: re.Pattern[str], text: str) -> int:
    return sum(map(len, letters.findall(text)))
