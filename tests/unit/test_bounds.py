"""What no real page has is refused as too large, by its bytes alone."""

from datetime import UTC, datetime

import pytest

from crawler.bounds import MOST_ATTRIBUTES, MOST_LINKS, MOST_OPTIONS, MOST_TAGS, excess_of
from crawler.classify import State, classify
from crawler.extract import Refusal, extract
from crawler.families import listing_in
from crawler.page import Page

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TOO_LARGE = {
    "tags": b"<br>" * (MOST_TAGS + 1),
    "links": b"<A href=/1.htm>" * (MOST_LINKS + 1),
    "options": b"<option>1" * (MOST_OPTIONS + 1),
    "attributes": b"<p" + b"".join(b" a%d=b" % n for n in range(MOST_ATTRIBUTES + 1)) + b">",
}


@pytest.mark.parametrize("what", TOO_LARGE)
def test_what_is_too_large_is_refused_with_its_measure(what: str) -> None:
    page = Page(url="http://a.example/info/1/2.htm", body=b"<p>" + TOO_LARGE[what], fetched_at=NOW)

    found = extract(page)

    assert isinstance(found, Refusal)
    assert found.state is State.TOO_LARGE
    assert what in found.evidence
    assert classify(page).state is State.TOO_LARGE
    assert listing_in(page) is None


def test_long_scripts_and_pictures_have_no_attributes() -> None:
    script = b"<script>for(i=0;i<n;i++){" + b" a = b c ;" * 20_000 + b"}</script>"
    picture = b"<img src='data:image/png;base64," + b"QUJD " * 50_000 + b"'>"

    assert excess_of(script, tags=script.count(b"<")) is None
    assert excess_of(picture, tags=picture.count(b"<")) is None
