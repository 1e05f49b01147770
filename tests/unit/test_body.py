"""The body as lines: the text rules, one by one."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from crawler.fields.body import read_body, text_of
from crawler.fields.tree import hidden_elements
from crawler.page import Page

BASE = "http://a.example/x/"
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def text(html: str) -> str:
    page = Page(url=BASE, body=f"<div id=c>{html}</div>".encode(), fetched_at=NOW)
    node = page.tree.css_first("#c")
    assert node is not None
    return text_of(read_body(node, base=BASE, hidden=hidden_elements(page)).lines)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>甲</p><p>乙</p>", "甲\n乙"),
        ("<p>甲</p><p><img src=a></p><p>乙</p>", "甲\n\n乙"),
        ("<p>甲</p><p></p><p>&nbsp;</p><p><br></p><p>乙</p>", "甲\n\n乙"),
        ("<p><img src=a></p><p>甲</p><p><img src=a></p>", "甲"),
        ("<p>甲<br></p><p>乙</p>", "甲\n乙"),
        ("甲<br>乙<br><br>丙", "甲\n乙\n\n丙"),
        ("<p><img src=a>甲</p><p>乙</p>", "甲\n乙"),
        ("<div>甲</div><div></div><div>乙</div>", "甲\n\n乙"),
        ("<div>甲</div><div class=clear></div><div>乙</div>", "甲\n乙"),
        ("<p>　　甲&nbsp;&nbsp;</p><p>\u200b乙\ufeff</p>", "甲\n乙"),
        ("<p><span>江</span><span>舟</span></p>", "江舟"),
        ("<p><span>江 </span><span>舟</span></p>", "江 舟"),
        ("<p>江&nbsp;舟</p>", "江 舟"),
        ("<p>校园 “网络”</p>", "校园 “网络”"),
        ("<p>校园\n    网络，\n“中心”</p>", "校园网络，“中心”"),
        ("<p>one\n two</p>", "one two"),
        ("<p>甲<o:p></o:p><!-- x --><script>y</script><style>z</style></p>", "甲"),
        ("<p>甲<span style='display: none'>乙</span></p>", "甲"),
        ("<ul><li>甲</li><li>乙</li></ul>", "甲\n乙"),
        ("<pre>甲\n乙</pre>", "甲\n乙"),
        ("<table><tr><th>甲</th><td>乙<tr><td>丙</td><td></td></table>", "甲\t乙\n丙"),
        ("<table><tr><td><p>甲</p><p>乙</p></td><td>丙</td></tr></table>", "甲\n乙\n丙"),
        ("<table><tr></tr><tr><td>&nbsp;</td><td><p>甲</p></td></tr></table>", "甲"),
    ],
)
def test_a_body_is_the_lines_that_a_reader_sees(html: str, expected: str) -> None:
    assert text(html) == expected


@given(
    st.lists(
        st.sampled_from(
            [
                *("<p>", "</p>", "<br>", "<tr>", "<td>", "</td>", "</tr>", "<table>", "</table>"),
                *("<div>", "</div>", "<pre>", "</pre>", "<li>", "<script>", "</script>"),
                *("甲", "&nbsp;", "\n", " ", "<img>", "<span>", "</span>"),
            ]
        ),
        max_size=40,
    )
)
def test_a_text_has_no_blank_edges_and_no_double_blank_lines(pieces: list[str]) -> None:
    found = text("".join(pieces))

    assert found == found.strip("\n")
    assert "\n\n\n" not in found


def test_clean_markup_holds_nothing_that_acts() -> None:
    html = """<p onclick="x()" style="a">甲<script>x()</script><a href="javascript:x()">乙</a>
<a href="b.htm" onmouseover="x()">丙</a><img src=x onerror="y()" orisrc="/o.png"><iframe></iframe>
<svg><a xlink:href="javascript:x()"/></svg><td colspan="2">&lt;b&gt;</td></p>"""
    tree = LexborHTMLParser(f"<div id=c>{html}</div>")
    node = tree.css_first("#c")
    assert node is not None

    found = read_body(node, base=BASE).html

    assert found == (
        '<p>甲乙\n<a href="http://a.example/x/b.htm">丙</a>'
        '<img src="http://a.example/o.png" alt="">\n&lt;b&gt;</p>'
    )


def test_clean_markup_is_harmless_where_an_element_knows_no_escapes() -> None:
    tree = LexborHTMLParser("<div id=c>甲<xmp><script>x()</script>&amp;</xmp></div>")
    node = tree.css_first("#c")
    assert node is not None

    found = read_body(node, base=BASE).html

    assert found == "甲&lt;script&gt;x()&lt;/script&gt;&amp;amp;"


@pytest.mark.parametrize("style", ["display:none", "DISPLAY : NONE", "color:red;Display:none"])
def test_what_a_style_hides_is_not_read(style: str) -> None:
    assert text(f'<p>甲<span style="{style}">乙</span></p>') == "甲"
