"""Values as records."""

import json
from dataclasses import replace
from datetime import UTC, datetime

from storage.article import (
    Article,
    Attachment,
    AttachmentKind,
    Credit,
    DateClaim,
    DateSource,
    Image,
    Precision,
)
from storage.articles import RECORD_FIELDS
from storage.record import (
    article_record,
    attachment_record,
    credit_record,
    date_record,
    image_record,
)

FULL = Article(
    url="http://n.example/1",
    page_key="n.example/1",
    title="甲",
    text="乙",
    published_at=datetime(2026, 3, 1, 16, 30, tzinfo=UTC),
    published_precision=Precision.MINUTE,
    credits=(Credit(role="作者", name="某人", printed="作者：某人"),),
    attachments=(Attachment(kind=AttachmentKind.INLINE_PDF, name=None, url="http://n.example/a"),),
    images=(Image(url="http://n.example/b"),),
)


def test_parts_are_records_of_plain_values() -> None:
    assert credit_record(FULL.credits[0]) == {
        "role": "作者", "name": "某人", "printed": "作者：某人",
    }  # fmt: skip
    assert attachment_record(FULL.attachments[0]) == {
        "kind": "inline_pdf", "name": None, "url": "http://n.example/a",
    }  # fmt: skip
    assert image_record(FULL.images[0]) == {"url": "http://n.example/b", "alt": None}


def test_a_record_can_be_written_as_json_and_read_back() -> None:
    record = article_record(FULL, site=None, timezone="Asia/Shanghai")

    assert json.loads(json.dumps(record)) == record
    assert record["published_at"] == "2026-03-02T00:30:00+08:00"
    assert (record["views"], record["site"]) == (None, None)


def test_an_undated_article_has_no_time() -> None:
    record = article_record(replace(FULL, published_at=None), site="a", timezone="UTC")

    assert record["published_at"] is None


def test_what_a_page_says_has_the_same_names_read_and_stored() -> None:
    read = article_record(FULL, site="a", timezone="UTC").keys() - {"family", "page_key"}

    assert read <= set(RECORD_FIELDS)


def test_a_claim_is_kept_in_utc_and_given_in_the_sites_time() -> None:
    claim = DateClaim(
        source=DateSource.META,
        text="2026-03-02 00:30",
        at=FULL.published_at,
        precision=Precision.MINUTE,
    )

    record = article_record(replace(FULL, dates=(claim,)), site="a", timezone="Asia/Shanghai")

    said = {"source": "meta", "text": "2026-03-02 00:30", "precision": "minute", "doubt": None}
    assert date_record(claim) == said | {"at": "2026-03-01T16:30:00+00:00"}
    assert record["dates"] == [said | {"at": "2026-03-02T00:30:00+08:00"}]
