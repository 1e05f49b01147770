"""Whatever bytes come, the letters that are there are read, and those that are not are counted."""

import codecs
import gzip
import re
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.decoding import REPLACEMENT, decode
from crawler.page import Page

QUICK = settings(max_examples=60, deadline=None)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
PAGE = '<html><head><meta charset="{label}"><title>a-b</title></head><body><p>{text}</p></body>'
CHINESE = "云岭大学召开新学期工作会议，部署教学与科研工作，各学院的负责人参加。"
TRADITIONAL = "雲嶺大學召開新學期工作會議，部署教學和科研工作，各學院的負責人參加。"

# The codec, the label by which pages name it, a sentence, and the letters that may follow it.
LANGUAGES = [
    ("utf-8", "utf-8", CHINESE, CHINESE + TRADITIONAL + "のкé한😀"),
    ("gb18030", "gb2312", CHINESE, CHINESE + "镕堃囍①€"),
    ("gb18030", "gbk", CHINESE, CHINESE + "abc123"),
    ("gb18030", "GB18030", CHINESE, CHINESE + "㐀𠀀"),
    ("big5hkscs", "big5", TRADITIONAL, TRADITIONAL + "功許蓋"),
    ("euc_jp", "euc-jp", "大学は新しい年度の会議を開きました。", "あいうのはアイウ会議学"),
    ("cp932", "shift_jis", "大学は新しい年度の会議を開きました。", "あいうのはアイウ会議学①"),
    ("cp949", "euc-kr", "대학은 새 학기 회의를 열었습니다.", "가나다라마바사한국어"),
    ("cp1251", "windows-1251", "Университет провёл совещание.", "абвгдежзийклмнопрст"),
    ("koi8-r", "koi8-r", "Университет провел совещание.", "абвгдежзийклмнопрст"),
]


def asciis(text: str) -> str:
    return re.sub("[^\x01-\x7f]", "", text)


@pytest.mark.parametrize(("codec", "label", "sentence", "letters"), LANGUAGES)
@QUICK
@given(st.data())
def test_text_under_its_label_comes_back(
    codec: str, label: str, sentence: str, letters: str, data: st.DataObject
) -> None:
    more = data.draw(st.text(st.sampled_from(letters + " <>&\n"), max_size=80))
    text = PAGE.format(label=label, text=sentence + more)

    found = decode(text.encode(codec), "")

    assert (found.text, found.encoding) == (text, codec)


@QUICK
@given(
    st.text(st.sampled_from(CHINESE + "镕ab<p> \n"), max_size=200), st.sampled_from(["le", "be"])
)
def test_utf_16_needs_no_mark(more: str, order: str) -> None:
    text = PAGE.format(label="utf-16", text=CHINESE + more)

    assert decode(text.encode(f"utf-16-{order}"), "text/html; charset=gbk").text == text


@QUICK
@given(st.binary(max_size=400), st.text(max_size=40))
def test_no_bytes_and_no_label_are_too_strange(body: bytes, content_type: str) -> None:
    found = decode(body, f"text/html; charset={content_type}")

    assert isinstance(found.text, str)
    assert found.source is None or found.source.decode("utf-8") == found.text


@QUICK
@given(
    st.binary().filter(lambda body: body.isascii() and b"\0" not in body),
    st.sampled_from(["", "utf-7", "utf-16", "gbk", "big5", "hz-gb-2312", "iso-2022-cn"]),
)
def test_ascii_is_what_it_is_under_every_label(body: bytes, label: str) -> None:
    assert decode(body, f"text/html; charset={label}").text == body.decode("ascii")


@pytest.mark.parametrize(("codec", "label"), [("utf-8", "gbk"), ("gb18030", ""), ("big5hkscs", "")])
@QUICK
@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0x80, 0xFF)), max_size=5))
def test_broken_bytes_take_no_markup_with_them(
    codec: str, label: str, broken: list[tuple[int, int]]
) -> None:
    sentence = TRADITIONAL if codec == "big5hkscs" else CHINESE
    body = bytearray(PAGE.format(label=label, text=f"<b>{sentence}</b>" * 3).encode(codec))
    for share, byte in broken:
        body.insert(len(body) * share // 100, byte)

    found = decode(bytes(body), "")

    assert re.findall('[<>="/]', found.text) == re.findall('[<>="/]', body.decode("latin-1"))


@QUICK
@given(st.integers(1, len(CHINESE.encode()) - 1), st.binary(min_size=1, max_size=2))
def test_a_broken_letter_makes_no_utf_8_page_a_gbk_one(at: int, strange: bytes) -> None:
    whole = CHINESE.encode()
    body = PAGE.format(label="gb2312", text="{}").encode().replace(b"{}", CHINESE.encode() * 3)
    broken = body.replace(whole, whole[:at] + b"\xff" + strange + whole[at:], 1)

    found = decode(broken, "text/html; charset=gb2312")

    assert found.encoding == "utf-8"
    assert 1 <= found.text.count(REPLACEMENT) <= 6
    assert found.text.count(CHINESE) == 2


@QUICK
@given(st.integers(0, len(CHINESE) - 1))
def test_a_broken_byte_costs_a_gbk_page_one_letter(number: int) -> None:
    head, tail = CHINESE[:number], CHINESE[number + 1 :]
    lost = CHINESE[number].encode("gb18030")
    body = (head.encode("gb18030"), b"\xff" + lost[1:], tail.encode("gb18030"))
    text = PAGE.format(label="gbk", text=CHINESE + "{}").encode("gb18030")

    found = decode(text.replace(b"{}", b"".join(body)), "")

    assert found.text.count(REPLACEMENT) == 1
    assert head + REPLACEMENT + tail in found.text


@pytest.mark.parametrize(
    ("header", "meta"),
    [
        ("", ""),
        ("iso-8859-1", "gb2312"),
        ("", "utf-8"),
        ("utf-8", "utf-8"),
        ("big5", ""),
        ("utf-16", "utf-7"),
        ("x-nonsense", "GB_2312-80"),
        ("ISO-8859-1", "iso-8859-1"),
    ],
)
def test_gbk_is_read_under_every_label(header: str, meta: str) -> None:
    text = PAGE.format(label=meta, text=CHINESE * 2)

    found = decode(text.encode("gb18030"), f"text/html; charset={header}")

    assert (found.text, found.encoding) == (text, "gb18030")


@pytest.mark.parametrize("label", ["big5", "gb2312", "utf-8", "iso-8859-1", ""])
def test_big5_is_read_under_every_label(label: str) -> None:
    text = PAGE.format(label=label, text=TRADITIONAL * 3)

    assert decode(text.encode("big5hkscs"), "").text == text


@pytest.mark.parametrize("word", ["学校", "校学", "研究学"])
def test_a_few_letters_that_would_be_cyrillic_are_chinese_under_their_label(word: str) -> None:
    text = PAGE.format(label="gbk", text=word)

    assert decode(text.encode("gb18030"), "").text == text


@pytest.mark.parametrize("text", ["© 2024 »", "Привет", "naïve café"])
def test_utf_8_without_long_letters_stays_utf_8(text: str) -> None:
    assert decode(PAGE.format(label="utf-8", text=text).encode(), "").text.count(text) == 1


def test_western_text_under_the_usual_label_is_windows_1252() -> None:
    text = PAGE.format(label="iso-8859-1", text="The “first” prize – €500 – at the café")

    assert decode(text.encode("cp1252"), "text/html").text == text


def test_a_label_far_down_is_found() -> None:
    padding = "<!--" + "x" * 20_000 + "-->"
    text = padding + PAGE.format(label="shift_jis", text="大学は会議を開きました。" * 3)

    assert decode(text.encode("cp932"), "").text == text


def test_a_mark_over_other_bytes_is_not_believed() -> None:
    text = PAGE.format(label="gbk", text=CHINESE)

    assert decode(codecs.BOM_UTF8 + text.encode("gb18030"), "").text == text


@pytest.mark.parametrize(
    "body", [b"\xff" * 3_000_000, bytes(range(256)) * 12_000, b"\x81" * 999_999]
)
def test_garbage_is_read_in_no_time(body: bytes) -> None:
    started = time.thread_time()

    decode(body, "text/html; charset=gbk")

    assert time.thread_time() - started < 2


def test_a_gzipped_page_that_no_header_names_is_unpacked() -> None:
    page = Page(url="http://a.example/", body=gzip.compress("<p>青岚".encode()), fetched_at=NOW)

    assert page.text == "<p>青岚"


@pytest.mark.parametrize(
    "body", [gzip.compress(b"no markup", mtime=0), b"\x1f\x8b\x08 broken <p>", b"\x1f\x8b\x08"]
)
def test_what_is_no_gzipped_page_stays_as_it_is(body: bytes) -> None:
    page = Page(url="http://a.example/", body=body, fetched_at=NOW)

    assert page.text.startswith("\x1f")
