"""Bytes become text: by mark, strict UTF-8, label, detection, in this order."""

import codecs
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.page import Page

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TEXT = "<html><head><meta charset={}></head><body>" + "青岚学院召开年度工作会议，镕堃。" * 40


def page(body: bytes, content_type: str = "") -> Page:
    return Page(
        url="http://a.example/", body=body, headers={"content-type": content_type}, fetched_at=NOW
    )


@pytest.mark.parametrize(
    ("declared", "encoding", "content_type"),
    [
        ("gb2312", "gb18030", ""),
        ("gbk", "gb18030", "text/html; charset=ISO-8859-1"),
        ("utf-8", "gb18030", ""),
        ("gb2312", "utf-8", "text/html; charset=gbk"),
        ("iso-8859-1", "gb18030", "text/html"),
        ("x-gbk", "gb18030", ""),
        ("big5", "big5hkscs", ""),
        ("nonsense-8", "utf-8", ""),
        ("gb2312", "gb18030", "text/html; charset=rot13"),
    ],
)
def test_text_is_read_whatever_is_declared(declared: str, encoding: str, content_type: str) -> None:
    text = TEXT.format(declared)
    if encoding == "big5hkscs":
        text = text.replace("召开年度工作会议，镕堃", "學院")

    found = page(text.encode(encoding, "ignore"), content_type)

    assert found.text == text.encode(encoding, "ignore").decode(encoding)
    assert "\ufffd" not in found.text


def test_a_mark_at_the_start_wins_over_every_label() -> None:
    found = page(codecs.BOM_UTF8 + TEXT.format("gb2312").encode())

    assert (found.encoding, found.text[:1]) == ("utf-8", "<")


def test_a_letter_cut_off_at_the_end_spoils_nothing() -> None:
    found = page("青岚学院".encode()[:-1])

    assert found.text == "青岚学"


def test_a_stray_byte_costs_one_letter() -> None:
    body = TEXT.format("gbk").encode("gb18030")

    found = page(body.replace(b"<body>", b"<body>\xff"))

    assert (found.encoding, found.text.count("\ufffd")) == ("gb18030", 1)


def test_nul_characters_go() -> None:
    assert page(b"<p>a\0b").text == "<p>ab"


def test_an_empty_title_is_none() -> None:
    assert page(b"<title> \n </title>").title_text is None
    assert page("<title> 年度\n 会议 </title>".encode()).title_text == "年度 会议"


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_are_too_strange(body: bytes) -> None:
    found = page(body)

    assert isinstance(found.text, str)
    assert found.tree is found.tree
