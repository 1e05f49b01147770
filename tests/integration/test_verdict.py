"""What a whole crawl says: withdrawn and restored articles, and changes too many to be true."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from storage.alert import EventKind
from storage.crawl import CrawlOutcome, PageRefused, Saved
from storage.errors import NotFoundError
from storage.health import Finding, Health
from storage.held import Held
from storage.schema import Site
from tests.integration.desk import Desk, article, at, link

FIRST = article("info/1001/1")
TWIN = at(FIRST, "http://news.yunling.example/info/1002/2.htm", page_key="news/info/1002/2")
MANY = [article(f"info/1001/{n}") for n in range(20)]


def health(desk: Desk) -> tuple[str, str | None]:
    return desk.rows(select(Site.health, Site.health_evidence))[0]


# Withdrawn


def test_an_article_that_three_looks_over_24_hours_did_not_find_is_withdrawn(desk: Desk) -> None:
    desk.crawl(desk.read(FIRST))

    for hours in (1, 12, 12):
        assert desk.document(1).state == "live"
        desk.later(hours=hours)
        summary = desk.crawl(desk.gone(1))

    assert summary.articles_withdrawn == 1
    assert desk.told("withdrawn") == [("withdrawn", 1)]
    assert desk.all()[0].withdrawn_at == desk.now


def test_three_looks_within_a_day_or_two_over_many_withdraw_nothing(desk: Desk) -> None:
    desk.crawl(desk.read(FIRST), desk.read(MANY[9]))

    for _ in range(4):
        desk.later(hours=5)
        desk.crawl(desk.gone(1))
    for _ in range(2):
        desk.later(hours=48)
        desk.crawl(desk.gone(2))

    assert desk.events("withdrawn") == []


def test_looks_before_it_was_found_again_count_towards_no_withdrawal(desk: Desk) -> None:
    desk.crawl(desk.read(FIRST))
    for _ in range(2):
        desk.later(hours=8)
        desk.crawl(desk.gone(1))
    desk.later(hours=8)
    desk.crawl(desk.again(FIRST))

    for hours in (12, 25):
        desk.later(hours=hours)
        desk.crawl(desk.gone(1))
    assert desk.events("withdrawn") == []

    desk.later(hours=1)
    assert desk.crawl(desk.gone(1)).articles_withdrawn == 1


def test_three_looks_of_one_crawl_are_one(desk: Desk) -> None:
    desk.crawl(desk.read(FIRST))
    desk.begin()

    for _ in range(3):
        desk.later(hours=13)
        desk.save(desk.gone(1))
    desk.finish()

    assert desk.events("withdrawn") == []


@pytest.mark.parametrize("status", [403, 412, 500, 502])
def test_a_page_that_is_refused_or_fails_is_not_withdrawn(desk: Desk, status: int) -> None:
    desk.crawl(desk.read(FIRST))

    for _ in range(5):
        desk.later(hours=12)
        desk.crawl(desk.gone(1, missing=False, status=status))

    assert desk.events("withdrawn") == []
    assert desk.document(1).not_found_since is None


@pytest.mark.parametrize("outcome", ["failed", "blocked", "interrupted"])
def test_looks_of_a_crawl_that_ended_badly_do_not_count(desk: Desk, outcome: str) -> None:
    desk.crawl(desk.read(FIRST))

    for _ in range(5):
        desk.later(hours=12)
        desk.crawl(desk.gone(1), outcome=CrawlOutcome(outcome))
    for hours in (12, 1, 1):
        desk.later(hours=hours)
        desk.crawl(desk.gone(1))

    assert desk.events("withdrawn") == []


def test_a_page_that_is_found_starts_the_count_anew(desk: Desk) -> None:
    desk.crawl(desk.read(FIRST))
    for _ in range(2):
        desk.later(hours=12)
        desk.crawl(desk.gone(1))

    desk.later(hours=12)
    desk.crawl(desk.again(FIRST))
    desk.later(hours=12)
    desk.crawl(desk.gone(1))

    assert desk.events("withdrawn") == []
    assert desk.now - desk.document(1).not_found_since < timedelta(minutes=1)


def test_an_article_that_stands_on_at_another_address_is_not_withdrawn(desk: Desk) -> None:
    desk.crawl(desk.read(FIRST), desk.read(TWIN))

    summary = desk.withdraw(1)

    assert summary.articles_withdrawn == 0
    assert [(d.state, d.lead_id) for d in desk.documents()] == [("withdrawn", 2), ("live", None)]
    assert [a.withdrawn_at for a in desk.all()] == [None]


@pytest.mark.parametrize("together", [True, False])
def test_an_article_of_which_every_document_is_gone_is_withdrawn_once(
    desk: Desk, together: bool
) -> None:
    desk.crawl(desk.read(FIRST), desk.read(TWIN))

    if together:
        desk.withdraw(1, 2)
    else:
        desk.withdraw(2)
        desk.withdraw(1)

    assert desk.told("withdrawn") == [("withdrawn", 1)]
    assert len(desk.all()) == 1


# Restored


def test_a_withdrawn_article_that_is_found_again_is_restored(desk: Desk) -> None:
    desk.crawl(desk.read(FIRST))
    desk.withdraw(1)
    desk.begin()

    saved = desk.save(desk.again(FIRST))

    assert saved == [Saved.RESTORED]
    assert desk.told("restored") == [("restored", 1)]
    assert (desk.document(1).state, desk.all()[0].withdrawn_at) == ("live", None)


def test_a_withdrawn_article_that_is_found_with_another_text_is_restored_and_changed(
    desk: Desk,
) -> None:
    desk.crawl(desk.read(FIRST))
    desk.withdraw(1)

    desk.crawl(desk.again(replace(FIRST, title="更正")))

    assert desk.told("restored", "changed") == [("restored", 1), ("changed", 1)]


def test_a_document_that_is_found_while_its_article_stood_elsewhere_tells_nothing(
    desk: Desk,
) -> None:
    desk.crawl(desk.read(FIRST), desk.read(TWIN))
    desk.withdraw(1)

    desk.crawl(desk.again(FIRST))

    assert desk.events("restored") == []
    assert [d.lead_id for d in desk.documents()] == [None, 1]


def test_an_article_is_restored_by_any_of_its_documents(desk: Desk) -> None:
    desk.crawl(desk.read(FIRST), desk.read(TWIN))
    desk.withdraw(1, 2)

    desk.crawl(desk.again(TWIN))

    assert desk.told("restored") == [("restored", 2)]
    assert [d.lead_id for d in desk.documents()] == [2, None]
    assert [a.withdrawn_at for a in desk.all()] == [None]


def test_a_withdrawn_article_published_under_another_number_is_restored_not_new(
    desk: Desk,
) -> None:
    desk.crawl(desk.read(FIRST))
    desk.withdraw(1)

    summary = desk.crawl(desk.read(TWIN))

    assert summary.articles_new == 0
    assert desk.told("restored") == [("restored", 2)]
    assert [a.id for a in desk.all()] == [2]


def test_a_withdrawn_article_that_is_listed_again_is_looked_at(desk: Desk) -> None:
    desk.crawl(desk.read(FIRST))
    desk.withdraw(1)
    site_id = desk.lease.site_id
    nothing = desk.listings.due(site_id, now=desk.now, limit=9)

    desk.begin()
    desk.save(desk.listing(desk.column("zyxw"), [link(FIRST, document_id=1)]))

    assert nothing == []
    due = desk.listings.due(site_id, now=desk.now, limit=9)
    assert [d.document_id for d in due] == [1]


# The guard


def edited(desk: Desk, count: int, of: int) -> list[object]:
    changed = [desk.again(replace(a, text=a.text + "改版")) for a in MANY[:count]]
    return [*changed, *(desk.again(a) for a in MANY[count:of])]


@pytest.mark.parametrize(
    ("changed", "rechecked", "held"), [(5, 20, True), (4, 20, False), (4, 4, False), (5, 24, True)]
)
def test_changes_of_more_than_a_fifth_and_at_least_five_are_held(
    desk: Desk, changed: int, rechecked: int, held: bool
) -> None:
    desk.crawl(*(desk.read(a) for a in MANY))
    more = [desk.again(MANY[-1])] * (rechecked - 20)

    summary = desk.crawl(*edited(desk, changed, min(rechecked, 20)), *more)

    states = {e.state for e in desk.events("changed")}
    assert states == ({"held"} if held else {"open"})
    assert health(desk)[0] == ("layout_broken" if held else "healthy")
    assert bool(summary.notes) is held


def test_a_fifth_exactly_is_not_held(desk: Desk) -> None:
    more = [article(f"info/2/{n}") for n in range(5)]
    desk.crawl(*(desk.read(a) for a in (*MANY, *more)))

    desk.crawl(*edited(desk, 5, 20), *(desk.again(a) for a in more))

    assert {e.state for e in desk.events("changed")} == {"open"}


def test_changed_and_vanished_articles_are_counted_together(desk: Desk) -> None:
    desk.crawl(*(desk.read(a) for a in MANY))

    desk.crawl(*edited(desk, 3, 18), desk.gone(19), desk.gone(20))

    assert {e.state for e in desk.events("changed")} == {"held"}


def test_a_site_breaks_and_recovers_with_one_event_each(desk: Desk) -> None:
    desk.crawl(*(desk.read(a) for a in MANY))
    for _ in range(2):
        desk.later(hours=8)
        desk.crawl(*(desk.gone(n + 1) for n in range(20)))
    broken = health(desk)

    desk.crawl(*(desk.again(a) for a in MANY))

    assert (broken[0], health(desk)) == ("layout_broken", ("healthy", None))
    assert desk.told("broken", "recovered") == [("broken", None), ("recovered", None)]
    assert desk.events("broken")[0].detail.endswith(broken[1])
    assert "文章页读不出" in desk.events("broken")[0].detail
    assert "文章页读不出" in desk.events("recovered")[0].detail


DOWN = Finding(health=Health.UNREACHABLE, evidence="502", is_passing=True)
SHUT = Finding(health=Health.INTRANET, evidence="校内", is_passing=True)
UNREAD = Finding(health=Health.LISTING_BROKEN, evidence="an empty list")
WELL = Finding(health=Health.HEALTHY)


@pytest.mark.parametrize(
    ("findings", "told"),
    [
        ([DOWN, WELL, DOWN, WELL], []),
        ([DOWN, DOWN, DOWN, WELL], ["broken", "recovered"]),
        ([DOWN, SHUT, WELL], ["broken", "recovered"]),
        ([UNREAD, WELL], ["broken", "recovered"]),
        ([UNREAD, DOWN, UNREAD, UNREAD, WELL], ["broken", "broken", "recovered"]),
        ([DOWN, UNREAD, WELL], ["broken", "recovered"]),
    ],
)
def test_what_may_pass_is_told_if_it_stays(
    desk: Desk, findings: list[Finding], told: list[str]
) -> None:
    desk.crawl(desk.read(MANY[0]))
    for finding in findings:
        desk.later(minutes=10)
        desk.begin()
        desk.finish(CrawlOutcome.OK, finding=finding)
        assert health(desk)[0] == finding.health

    assert [kind for kind, _ in desk.told("broken", "recovered")] == told


def test_what_is_found_again_within_minutes_may_still_pass(desk: Desk) -> None:
    for minutes in (0, 4, 5):
        desk.later(minutes=minutes)
        desk.begin()
        desk.finish(CrawlOutcome.OK, finding=DOWN)

    assert desk.told("broken") == []


def test_looks_of_a_broken_site_do_not_count_towards_a_withdrawal(desk: Desk) -> None:
    desk.crawl(*(desk.read(a) for a in MANY))
    for _ in range(4):
        desk.later(hours=12)
        desk.crawl(*(desk.gone(n + 1) for n in range(20)))

    desk.later(hours=1)
    desk.crawl(desk.gone(1), *(desk.again(a) for a in MANY[1:]))

    assert desk.events("withdrawn") == []


def test_a_held_change_that_is_reverted_is_cancelled_without_an_event(desk: Desk) -> None:
    desk.crawl(*(desk.read(a) for a in MANY))
    desk.crawl(*edited(desk, 20, 20))

    summary = desk.crawl(*(desk.again(a) for a in MANY))

    assert {e.state for e in desk.events("changed")} == {"cancelled"}
    assert desk.told("changed") == []
    assert (health(desk)[0], summary.articles_changed) == ("healthy", 0)
    assert [v.number for v in desk.versions()] == [1, 2, 3]


def test_what_is_held_is_listed_and_told_once_it_is_released(desk: Desk) -> None:
    desk.crawl(*(desk.read(a) for a in MANY))
    (note,) = desk.crawl(*edited(desk, 6, 20)).notes
    held = Held(desk.store)

    listed = held.events(limit=5)
    released = held.release("yunling")

    assert "wenxun alerts list --held" in note
    assert [(e.site, e.kind, e.change, e.title) for e in listed] == [
        ("yunling", EventKind.CHANGED, "text", a.title) for a in MANY[:5]
    ]
    assert (released, held.count(), held.release("yunling")) == (6, 0, 0)
    assert desk.told("changed") == [("changed", n) for n in range(1, 7)]
    assert [e.uid for e in desk.events("changed") if e.matched_at] == []


def test_what_is_held_and_discarded_is_never_told_and_its_versions_stay(desk: Desk) -> None:
    desk.crawl(*(desk.read(a) for a in MANY))
    desk.crawl(*edited(desk, 6, 20))

    discarded = Held(desk.store).discard("yunling")

    assert discarded == 6
    assert desk.told("changed") == []
    assert [v.number for v in desk.versions()] == [1, 2]


def test_only_what_the_guard_holds_of_that_site_is_decided(desk: Desk) -> None:
    other = Desk(desk.store, site="other")
    for each in (desk, other):
        each.crawl(*(each.read(a) for a in MANY))
        each.crawl(*edited(each, 6, 20))

    Held(desk.store).release("other")

    assert {e.site for e in Held(desk.store).events(limit=99)} == {"yunling"}
    with pytest.raises(NotFoundError):
        Held(desk.store).discard("nobody")


def test_a_site_whose_redesign_was_released_recovers_with_the_next_crawl(desk: Desk) -> None:
    desk.crawl(*(desk.read(a) for a in MANY))
    desk.crawl(*edited(desk, 20, 20))
    Held(desk.store).release("yunling")

    desk.later(hours=1)
    desk.crawl(*edited(desk, 20, 20))

    assert health(desk) == ("healthy", None)
    assert len(desk.told("changed")) == 20


def test_changes_of_a_killed_crawl_are_judged_with_those_of_the_next(desk: Desk) -> None:
    desk.crawl(*(desk.read(a) for a in MANY))
    desk.begin()
    desk.save(*edited(desk, 4, 10))
    desk.later(minutes=5)

    desk.crawl(
        *(desk.again(replace(a, text=a.text + "改版")) for a in MANY[4:6]),
        *(desk.again(a) for a in MANY[6:]),
    )

    assert [e.state for e in desk.events("changed")] == ["held"] * 6


def test_pages_that_stay_gone_after_their_withdrawal_break_nothing(desk: Desk) -> None:
    desk.crawl(*(desk.read(a) for a in MANY))
    for n in range(6):
        desk.withdraw(n + 1)

    desk.later(hours=8)
    desk.crawl(*(desk.gone(n + 1) for n in range(6)))

    assert health(desk)[0] == "healthy"
    assert len(desk.told("withdrawn")) == 6


def test_a_page_without_a_document_that_is_missing_is_no_withdrawal(desk: Desk) -> None:
    desk.begin()
    desk.save(desk.listing(desk.column("zyxw"), [link(FIRST)]))
    refused = PageRefused(
        url=FIRST.url, link_url_key=link(FIRST).url_key, column_id=1, state="not_found",
        evidence="status 404", seen_at=desk.now, response=None, next_try_at=desk.now,
        missing=True,
    )  # fmt: skip

    desk.save(refused)
    desk.finish()

    assert [(s.refused_state, s.tries) for s in desk.sightings()] == [("not_found", 1)]
    assert desk.events() == []
