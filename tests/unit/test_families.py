"""The family of a page: recognised by what the page holds, unless the site file names it."""

from datetime import UTC, datetime

import pytest

from crawler.families import families, family_of
from crawler.page import Page

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def page(body: bytes, family: str | None = None) -> Page:
    return Page(url="http://news.example/a.htm", body=body, fetched_at=NOW, family=family)


def test_a_page_without_marks_is_read_by_the_rules_for_any_page():
    found = family_of(page(b"<p>nothing known"))

    assert found is not None
    assert found.name == "generic"


@pytest.mark.parametrize("name", [family.name for family in families()])
def test_the_site_file_says_the_family_where_the_page_does_not(name):
    found = family_of(page(b"<p>nothing known", family=name))

    assert found is not None
    assert found.name == name


def test_the_families_are_asked_in_the_order_of_their_rank():
    ranks = [family.rank for family in families()]

    assert ranks == sorted(ranks)
