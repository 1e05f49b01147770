"""What happened to an article is found again: versions, amendments, withdrawals, events."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from storage.alert import EventKind
from storage.article import Attachment, AttachmentKind
from storage.differing.versions import reading_diff
from storage.errors import NotFoundError
from storage.history import History
from storage.ledger import Ledger, Wanted
from tests.integration.desk import Desk, article, at, link
from wenxun.history_record import evidence_of, reason_of, withdrawals

FIRST = article("info/1001/1")
EDITED = replace(FIRST, title="更正", text=FIRST.text.replace("今日", "昨日"))


def uids(desk: Desk, **wanted: object) -> list[str]:
    return [entry.record()["uid"] for entry in Ledger(desk.store).entries(Wanted(**wanted))]  # type: ignore[arg-type]


def test_a_change_lies_between_the_last_look_before_it_and_the_look_that_found_it(
    desk: Desk,
) -> None:
    desk.crawl(desk.read(FIRST))
    desk.later(hours=1)
    desk.crawl(desk.again(FIRST))
    desk.later(hours=1)
    desk.crawl(desk.again(EDITED))

    first, second = History(desk.store).versions(1)

    assert first.last_look_at == first.seen_from + timedelta(hours=1)
    assert first.seen_to == second.seen_from
    assert (first.crawl_id, second.crawl_id) == (1, 3)
    diff = reading_diff(first.reading, second.reading)
    assert diff.changed == ("title", "text")


def test_a_revert_says_to_which_version(desk: Desk) -> None:
    for one in (FIRST, EDITED, FIRST):
        desk.crawl(desk.again(one))

    versions = History(desk.store).versions(1)

    assert [reason_of(v) for v in versions] == ["first", "changed", "reverted"]
    assert [v.same_as for v in versions] == [None, None, 1]


def test_each_version_has_the_responses_it_was_read_from(desk: Desk) -> None:
    twin = at(FIRST, "http://news.yunling.example/info/1002/2.htm", page_key="info/1002/2")
    desk.crawl(desk.read(FIRST), desk.read(twin))
    desk.crawl(desk.again(EDITED))
    history = History(desk.store)

    versions, looks = history.versions(1), history.looks(1)

    found = [evidence_of(version, looks) for version in versions]
    assert [[look.outcome for look in one] for one in found] == [["new"], ["changed"]]
    assert [one[0].body_sha256 for one in found] == [v.body_hash for v in versions]


def test_what_stood_beside_a_text_that_stays_is_kept(desk: Desk) -> None:
    old = (Attachment(kind=AttachmentKind.FILE, name="名单.pdf", url="http://n/1.pdf"),)
    new = (Attachment(kind=AttachmentKind.FILE, name="名单（新）.pdf", url="http://n/2.pdf"),)
    desk.crawl(desk.read(replace(FIRST, attachments=old, source="新闻中心")))
    desk.later(hours=1)

    desk.crawl(desk.again(replace(FIRST, attachments=new), body=b"other"))

    (version,) = History(desk.store).versions(1)
    (amendment,) = version.amendments
    assert amendment.reason == "changed"
    assert amendment.before == {
        "source": "新闻中心",
        "attachments": [{"kind": "file", "name": "名单.pdf", "url": "http://n/1.pdf"}],
    }
    assert version.reading["source"] is None


def test_a_withdrawal_has_the_looks_that_found_nothing_and_its_end(desk: Desk) -> None:
    desk.crawl(desk.read(FIRST))
    desk.crawl(desk.gone(1))  # found again: no part of the withdrawal
    desk.crawl(desk.again(FIRST))
    desk.withdraw(1)
    desk.later(hours=1)
    desk.crawl(desk.again(FIRST))
    desk.later(hours=1)
    desk.crawl(desk.gone(1))
    history = History(desk.store)

    gone, since = withdrawals(history.turns(1), history.looks(1), history.versions(1))

    assert len(gone.looks) == 3
    assert {look.status for look in gone.looks} == {404}
    assert gone.withdrawn is not None
    assert gone.restored is not None
    assert (since.withdrawn, len(since.looks)) == (None, 1)


def test_the_ledger_goes_on_behind_any_entry(desk: Desk) -> None:
    desk.crawl(*(desk.read(article(f"info/1001/{n}")) for n in range(1, 6)))
    everything = uids(desk)

    for place, uid in enumerate(everything):
        assert uids(desk, after=uid) == everything[place + 1 :]
    with pytest.raises(NotFoundError):
        uids(desk, after="evt_0")


def test_the_ledger_is_asked_by_site_kind_and_the_sites_own_days(desk: Desk) -> None:
    far = Desk(desk.store, site="far", timezone="America/New_York")
    desk.crawl(desk.read(FIRST))
    far.now = desk.now.replace(hour=2)  # still the day before in New York
    far.crawl(far.read(article("info/1001/2", url="http://far.example/2.htm")))
    day = desk.now.date()

    assert len(uids(desk)) == 2
    assert len(uids(desk, site="far")) == 1
    assert len(uids(desk, kinds=(EventKind.CHANGED,))) == 0
    assert uids(desk, since=day) == uids(desk, site="yunling")
    assert uids(desk, until=day - timedelta(days=1)) == uids(desk, site="far")
    assert uids(desk, until=date(2020, 1, 1)) == []


def test_a_held_event_says_why_and_so_does_one_that_was_dropped(desk: Desk) -> None:
    many = [article(f"info/1001/{n}") for n in range(1, 7)]
    desk.crawl(*(desk.read(one) for one in many))
    desk.crawl(*(desk.again(replace(one, title="维护中")) for one in many))
    held = [e.record() for e in Ledger(desk.store).entries(Wanted(kinds=(EventKind.CHANGED,)))]

    assert {e["state"] for e in held} == {"held"}
    assert {e["state_reason"] for e in held} == {"6 of 6 changed or vanished at once"}

    desk.crawl(*(desk.again(one) for one in many))
    back = [e.record() for e in Ledger(desk.store).entries(Wanted(kinds=(EventKind.CHANGED,)))]
    assert {(e["state"], e["state_reason"]) for e in back} == {
        ("cancelled", "the page went back to what it said before")
    }
    assert back[0]["occurred_at"].endswith("+08:00")


def test_columns_say_when_they_listed_an_article_first_and_last(desk: Desk) -> None:
    desk.crawl(desk.read(FIRST))
    for _ in range(2):
        desk.begin()
        for name in ("xyxw", "tzgg"):
            desk.save(desk.listing(desk.column(name), [link(FIRST, document_id=1)]))
        desk.finish()
        desk.later(hours=2)

    found = History(desk.store).sightings(1)

    assert [one.column_url.rpartition("/")[2] for one in found] == ["xyxw.htm", "tzgg.htm"]
    assert {one.last_seen_at - one.first_seen_at for one in found} == {timedelta(hours=2)}
