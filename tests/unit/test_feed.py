"""Feeds as start addresses. Every sentence is invented."""

from datetime import UTC, datetime

import pytest

from crawler.discover import LinkKind, Listing
from crawler.page import Page
from crawler.reading import read_listing
from crawler.wordings import State

NOW = datetime(2026, 3, 2, tzinfo=UTC)
URL = "https://www.qinghe.example/rss/yaowen.xml"
RSS = """<?xml version="1.0" encoding="UTF-8"?>
<!-- made by hand -->
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>青禾要闻</title><link>https://www.qinghe.example/</link>
<item><title>老粮仓改建的民俗馆开始试运行</title><link>https://www.qinghe.example/xw/1003.html</link></item>
<item><title><![CDATA[镇卫生院新添<b>一台</b>移动体检车]]></title>
  <link>https://www.qinghe.example/info/1033/1001.htm</link>
  <pubDate>Tue, 10 Feb 2026 09:30:00 +0800</pubDate></item>
<item><title>春灌水渠清淤工程提前完工</title><link>/xw/1002.html?a=1&amp;b=2</link>
  <pubDate>2026-02-28 08:00:00</pubDate></item>
<item><title>县报报道青禾</title><guid>http://paper.example/2026/7.html</guid>
  <dc:date>2026-02-01T08:00:00Z</dc:date></item>
<item><title>年度报告</title><link>/files/nb.pdf</link><pubDate>2099-01-01</pubDate></item>
<item><title>没有地址</title><guid isPermaLink="false">7-31</guid></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title type="text">青禾镇</title>
<link rel="self" href="https://www.qinghe.example/atom.xml"/>
<link rel="next" href="/atom.xml?page=2"/>
<entry><title>乡村图书角同时开放</title><link rel="edit" href="/edit/9"/>
<link href="https://www.qinghe.example/xw/9.html"/>
<updated>2026-02-20T12:00:00+08:00</updated><published>2026-02-18T12:00:00+08:00</published></entry>
</feed>"""


def read(body, kind="application/rss+xml"):
    page = Page(url=URL, body=body.encode(), headers={"content-type": kind}, fetched_at=NOW)
    return read_listing(page)


@pytest.mark.parametrize("kind", ["application/rss+xml", "text/xml; charset=utf-8", "text/html"])
def test_an_rss_feed_is_a_list_newest_first_and_undated_last(kind):
    listing = read(RSS, kind)

    assert isinstance(listing, Listing)
    assert listing.title == "青禾要闻"
    assert [(link.title, link.kind) for link in listing.links] == [
        ("春灌水渠清淤工程提前完工", LinkKind.ARTICLE),
        ("镇卫生院新添一台移动体检车", LinkKind.ARTICLE),
        ("县报报道青禾", LinkKind.EXTERNAL),
        ("老粮仓改建的民俗馆开始试运行", LinkKind.ARTICLE),
        ("年度报告", LinkKind.FILE),
    ]
    assert [link.listed_at and f"{link.listed_at:%m-%d %H:%M}" for link in listing.links] == [
        "02-28 00:00", "02-10 01:30", "02-01 08:00", None, None,
    ]  # fmt: skip


def test_items_have_the_key_that_their_family_gives():
    keys = [link.key for link in read(RSS).links]

    assert keys == [
        "qinghe.example/xw/1002.html?a=1&b=2", "qinghe.example:1001", None,
        "qinghe.example/xw/1003.html", None,
    ]  # fmt: skip


def test_an_absurd_date_is_kept_as_printed_only():
    report = read(RSS).links[-1]

    assert (report.listed_text, report.listed_at) == ("2099-01-01", None)


def test_an_atom_feed_names_its_entries_and_its_next_page():
    listing = read(ATOM, "application/atom+xml")

    assert [(link.url, link.listed_text) for link in listing.links] == [
        ("https://www.qinghe.example/xw/9.html", "2026-02-18T12:00:00+08:00")
    ]
    assert listing.next_url == "https://www.qinghe.example/atom.xml?page=2"


def test_a_broken_feed_gives_what_can_be_read():
    assert len(read(RSS[: RSS.index("<item><title>县报")]).links) == 3
    assert read("<rss><channel></channel></rss>").links == ()


def test_a_feed_reads_nothing_outside_of_it_and_does_not_grow():
    doctype = '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/hostname"><!ENTITY b "&a;&a;">]>'
    item = "<item><title>要闻&b;</title><link>/xw/1.html</link></item>"

    listing = read(f"{doctype}<rss><channel>{item}</channel></rss>")

    assert isinstance(listing, Listing)
    assert [link.title for link in listing.links] == ["要闻"]


def test_other_xml_is_still_no_page():
    found = read('<?xml version="1.0"?><books><book/></books>', "application/xml")

    assert found.state is State.NOT_HTML
