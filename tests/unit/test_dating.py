"""What lists and addresses say of a date: lent where a page says nothing, else compared."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.dating import dated, list_claim
from storage.article import Article, DateClaim, DateFlag, DateSource, Precision
from storage.identity import is_late_find, printed_day, published_day

NOW = datetime(2024, 8, 1, 2, 0, tzinfo=UTC)
ZONE = "Asia/Shanghai"
PLAIN = "http://news.yunling.example/info/1001/2001.htm"


def day(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T00:00+08:00").astimezone(UTC)


def article(printed: str | None = None, *, url: str = PLAIN, **values: object) -> Article:
    one = Article(url=url, page_key="k", title="渡口开了", text="清晨，渡口开了。")
    if printed:
        claim = DateClaim(
            source=DateSource.PRINTED, text=printed, at=day(printed), precision=Precision.DAY
        )
        one = replace(
            one,
            published_text=printed,
            published_at=claim.at,
            published_precision=claim.precision,
            dates=(claim,),
        )
    return replace(one, **values)  # type: ignore[arg-type]


def listed(text: str, on: str) -> DateClaim:
    claim = list_claim(text, day(on))
    assert claim is not None
    return claim


def address(on: str) -> str:
    year, month, number = on.split("-")
    return f"http://news.yunling.example/{year}/{month}{number}/c1a2001/page.htm"


def test_a_page_without_a_date_is_lent_that_of_its_list() -> None:
    one = dated(
        article(url=address("2023-12-19")),
        now=NOW,
        zone=ZONE,
        listed=listed("2023-12-21", "2023-12-21"),
    )

    assert (one.published_text, one.published_at) == (None, day("2023-12-21"))
    assert (one.published_precision, one.flags) == (Precision.DAY, (DateFlag.FROM_LIST,))
    assert [claim.source for claim in one.dates] == [DateSource.LIST, DateSource.URL]


def test_failing_that_the_day_in_its_address() -> None:
    one = dated(article(url=address("2023-12-19")), now=NOW, zone=ZONE)

    assert (one.published_text, one.published_at) == (None, day("2023-12-19"))
    assert one.flags == (DateFlag.FROM_URL,)


def test_a_day_without_a_year_is_kept_and_lends_nothing() -> None:
    one = dated(article(), now=NOW, zone=ZONE, listed=listed("12-21", "2023-12-21"))

    assert (one.published_at, one.flags) == (None, ())
    assert [(claim.text, claim.doubt) for claim in one.dates] == [("12-21", "date_without_year")]


def test_nothing_is_lent_to_a_page_with_a_date() -> None:
    one = dated(
        article("2023-12-21", url=address("2023-12-19")),
        now=NOW,
        zone=ZONE,
        listed=listed("2023-12-22", "2023-12-22"),
    )

    assert (one.published_at, one.flags) == (day("2023-12-21"), ())


def test_the_list_knows_the_publishing_better_than_the_last_change_does() -> None:
    changed = article("2024-05-01", flags=(DateFlag.OF_UPDATE,))
    changed = replace(changed, dates=(replace(changed.dates[0], source=DateSource.UPDATED),))

    one = dated(changed, now=NOW, zone=ZONE, listed=listed("2023-12-21", "2023-12-21"))

    assert (one.published_text, one.published_at) == ("2024-05-01", day("2023-12-21"))
    assert one.flags == (DateFlag.FROM_LIST,)


@pytest.mark.parametrize(
    ("on", "conflict"),
    [
        ("2023-12-20", False),
        ("2023-12-22", False),
        ("2023-12-19", True),
        ("2023-12-23", True),
        ("2022-12-21", True),
    ],
)
def test_a_list_may_be_a_day_off(on: str, conflict: bool) -> None:
    one = dated(article("2023-12-21"), now=NOW, zone=ZONE, listed=listed(on, on))

    assert (DateFlag.CONFLICT in one.flags) is conflict


@pytest.mark.parametrize(
    ("on", "conflict"),
    [
        ("2024-07-31", False),  # moved to another CMS years later
        ("2023-12-22", False),
        ("2023-11-20", False),  # a draft of a month
        ("2023-11-19", True),
        ("2019-12-21", True),
    ],
)
def test_an_address_contradicts_only_a_page_that_is_much_younger(on: str, conflict: bool) -> None:
    one = dated(article("2023-12-21", url=address(on)), now=NOW, zone=ZONE)

    assert (DateFlag.CONFLICT in one.flags) is conflict


@pytest.mark.parametrize(("seen", "conflict"), [("2023-12-20", False), ("2023-12-01", True)])
def test_a_page_cannot_be_seen_before_it_is_published(seen: str, conflict: bool) -> None:
    one = dated(article("2023-12-21"), now=NOW, zone=ZONE, first_seen_at=day(seen))

    assert (DateFlag.CONFLICT in one.flags) is conflict


def test_when_a_page_was_first_seen_is_never_its_date() -> None:
    one = dated(article(), now=NOW, zone=ZONE, first_seen_at=day("2023-12-21"))

    assert (one.published_at, one.dates, one.flags) == (None, (), ())


def test_a_time_of_the_day_makes_no_other_day() -> None:
    late = DateClaim(
        source=DateSource.META,
        text="2023-12-21 23:59",
        at=day("2023-12-21") + timedelta(hours=23, minutes=59),
        precision=Precision.MINUTE,
    )
    one = article("2023-12-21")

    one = dated(replace(one, dates=(*one.dates, late)), now=NOW, zone=ZONE)

    assert one.flags == ()


@pytest.mark.parametrize(
    ("text", "precision"),
    [
        ("2023-12-21", Precision.DAY),
        ("2023-12-21 09:28", Precision.MINUTE),
        ("2023-12-21 09:28:30", Precision.SECOND),
        ("昨天", Precision.DAY),
        ("3小时前", Precision.DAY),
        ("5分钟前", Precision.MINUTE),
        ("Dec 21, 2023", Precision.DAY),
    ],
)
def test_the_text_of_a_list_says_how_exact_it_is(text: str, precision: Precision) -> None:
    claim = list_claim(text, NOW)

    assert claim is not None
    assert (claim.precision, claim.at, claim.doubt) == (precision, NOW, None)


def test_a_list_without_a_date_claims_nothing() -> None:
    assert list_claim(None, None) is None


def test_a_day_that_is_lent_is_not_printed_and_an_address_makes_nothing_old() -> None:
    lent = dated(article(url=address("2023-12-19")), now=NOW, zone=ZONE)

    assert (published_day(lent, ZONE), printed_day(lent, ZONE)) == ("2023-12-19", None)
    assert not is_late_find(lent, now=NOW, max_age=timedelta(days=7))
    own = article("2023-12-19")
    assert printed_day(own, ZONE) == "2023-12-19"
    assert is_late_find(own, now=NOW, max_age=timedelta(days=7))


DAYS = st.dates(datetime(2000, 1, 1, tzinfo=UTC).date(), datetime(2024, 7, 31, tzinfo=UTC).date())


@given(st.none() | DAYS, st.none() | DAYS, st.none() | DAYS)
def test_no_claim_is_lost_and_the_pages_own_date_is_never_changed(
    printed: object, on_list: object, in_address: object
) -> None:
    before = article(
        str(printed) if printed else None, url=address(str(in_address)) if in_address else PLAIN
    )
    claim = listed(str(on_list), str(on_list)) if on_list else None

    one = dated(before, now=NOW, zone=ZONE, listed=claim)

    assert len(one.dates) == sum(map(bool, (printed, on_list, in_address)))
    assert one.published_text == before.published_text
    assert (one.published_at is None) == (not one.dates)
    if printed:
        assert one.published_at == before.published_at
        assert not {DateFlag.FROM_LIST, DateFlag.FROM_URL} & set(one.flags)
