"""What pages may hold and one database would refuse: one rule for both."""

from datetime import timedelta

import pytest

from storage.archive.reading import find
from storage.article import Attachment, AttachmentKind, Credit
from storage.crawl import Saved
from tests.integration.desk import Desk, article, link

STRANGE = "甲\x00乙\ud800丙\udfff丁\U0001f600"
KEPT = "甲\ufffd乙\ufffd丙\ufffd丁\U0001f600"


def test_characters_that_cannot_be_kept_are_replaced_in_texts_and_records(desk: Desk) -> None:
    strange = article(
        title=STRANGE, text=f"{STRANGE}\n" * 20, source=STRANGE, html=f"<p>{STRANGE}</p>",
        credits=(Credit(role="作者", name=STRANGE, printed=STRANGE),),
        attachments=(Attachment(kind=AttachmentKind.FILE, name=STRANGE, url="http://a.example/"),),
    )  # fmt: skip
    desk.begin()
    column = desk.column("jdyw")
    desk.save(desk.listing(column, [link(strange, title=STRANGE)], title=STRANGE))

    saved = [
        *desk.save(desk.read(strange, body=b"a page")),
        *desk.save(desk.again(strange, body=b"a page")),
    ]

    (kept,) = desk.all()
    assert saved == [Saved.NEW, Saved.SEEN]
    assert (kept.title, kept.source, kept.html) == (KEPT, KEPT, f"<p>{KEPT}</p>")
    assert kept.text == f"{KEPT}\n" * 20
    assert kept.credits == ({"role": "作者", "name": KEPT, "printed": KEPT},)
    assert kept.attachments[0]["name"] == KEPT
    assert kept.content_hash == article(title=KEPT, text=kept.text).content_hash


def test_what_was_replaced_is_found_by_what_it_was(desk: Desk) -> None:
    desk.begin()
    desk.column("jdyw")
    strange = article(f"info/{STRANGE}")
    desk.save(desk.read(strange, body=b"a page"))

    assert find(desk.store, desk.read(strange, body=b"").response.url_key) is not None


@pytest.mark.parametrize("length", [2000, 2083])
def test_addresses_are_kept_as_long_as_any_is_asked_for(desk: Desk, length: int) -> None:
    key = "".join(chr(97 + (n * n + n // 7) % 26) for n in range(length))
    long = article(key, url=f"http://a.example/{key}"[:length], page_key=key[:length])
    desk.begin()
    column = desk.column("jdyw")
    desk.save(desk.listing(column, [link(long)]), desk.read(long))

    assert desk.all()[0].url == long.url


def test_numbers_as_large_as_a_counter_may_show_are_kept(desk: Desk) -> None:
    desk.crawl(desk.read(article(views=2**53)))

    assert desk.all()[0].views == 2**53


def test_instants_keep_their_microseconds_and_come_back_as_utc(desk: Desk) -> None:
    at = desk.now + timedelta(microseconds=123456)
    desk.crawl(desk.read(article(published_at=at)))

    (kept,) = desk.all()
    assert kept.published_at == at
    assert str(kept.published_at).endswith(".123456+00:00")
