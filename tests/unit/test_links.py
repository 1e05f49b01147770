"""One canonical form for an address, and one key for all its spellings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.fields.links import canonical_url, host_key, is_file, url_key

BASE = "https://www.yunling.example/xw/jdyw.htm"


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("1872.htm", "https://www.yunling.example/xw/1872.htm"),
        ("../info/1/2.htm", "https://www.yunling.example/info/1/2.htm"),
        ("../../../info/1/2.htm", "https://www.yunling.example/info/1/2.htm"),
        ("//Lib.Yunling.example/a/../b", "https://lib.yunling.example/b"),
        ("?PAGENUM=2&b=1", "https://www.yunling.example/xw/jdyw.htm?PAGENUM=2&b=1"),
        ("HTTP://yunling.example", "http://yunling.example/"),
        ("http://yunling.example:80/a#b", "http://yunling.example/a"),
        ("http://yunling.example:8080/a", "http://yunling.example:8080/a"),
        ("http://a:b@yunling.example/a", "http://yunling.example/a"),
        (" \n http://yunling.example/a\n b ", "http://yunling.example/a%20b"),
        ("http://x.example/http://yunling.example/a", "http://yunling.example/a"),
        ("http://http://yunling.example/a", "http://yunling.example/a"),
        ("http:/yunling.example/a", "http://yunling.example/a"),
        ("http://x.example/go?u=http://y.example/", "http://x.example/go?u=http://y.example/"),
        (r"http:\\yunling.example\a", "http://yunling.example/a"),
        ("/%e4%ba%91%41岭", "https://www.yunling.example/%E4%BA%91A%E5%B2%AD"),
        ("/100%", "https://www.yunling.example/100%25"),
        ("/a.jsp;jsessionid=0A1B.w1?id=7", "https://www.yunling.example/a.jsp?id=7"),
        ("/a.php?PHPSESSID=0a1b&id=7", "https://www.yunling.example/a.php?id=7"),
        ("/a.asp?id=7&ASPSESSIONIDQQ=AB#b", "https://www.yunling.example/a.asp?id=7"),
        ("/a.asp?JSESSIONID=0A1B", "https://www.yunling.example/a.asp"),
        ("/(S(lit3py55t21z5v55vlm25s55))/a.aspx", "https://www.yunling.example/a.aspx"),
        ("/a(1)/b.htm?sid=7", "https://www.yunling.example/a(1)/b.htm?sid=7"),
    ],
)
def test_every_spelling_has_one_canonical_form(href, url):
    assert canonical_url(href, base=BASE) == url


@pytest.mark.parametrize(
    "href", ["javascript:;", "mailto:a@b.example", "tel:1", "http://", "http://[::1", "ftp://a.b/"]
)
def test_what_cannot_be_fetched_has_no_canonical_form(href):
    assert canonical_url(href, base=BASE) is None


@given(st.text(max_size=40))
def test_the_canonical_form_of_a_canonical_form_is_itself(href):
    once = canonical_url(href, base=BASE)

    assert once is None or canonical_url(once) == once


def test_the_key_knows_neither_scheme_nor_www():
    assert url_key("http://www.yunling.example/a") == url_key("https://yunling.example/a#b")


def test_the_host_keeps_a_port_that_is_not_the_schemes_own():
    assert host_key("http://www.yunling.example:80/") == "yunling.example"
    assert host_key("http://yunling.example:443/") == "yunling.example:443"


def test_files_are_told_by_their_suffix():
    assert is_file("http://yunling.example/a.PDF?x=1")
    assert not is_file("http://yunling.example/a.htm?file=a.pdf")


def test_an_address_that_nobody_asks_for_is_none_and_its_key_is_short() -> None:
    long = "http://a.example/" + "x" * 3000

    assert canonical_url(long) is None
    assert canonical_url(long[:2083]) == long[:2083]
    assert len(url_key(long)) < 700
    assert url_key(long) != url_key(long + "y")
