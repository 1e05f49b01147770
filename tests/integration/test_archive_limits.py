"""What the archive gives up: the oldest first, what an article stands on last, and what it says."""

import os
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from storage.archive.compacting import compact, condemn
from storage.archive.limits import Limits
from storage.archive.overview import archive_stats
from storage.archive.reading import KeptResponse, find, kept_of_address, read, standing
from storage.archive.retention import Dropped, drop, droppable
from storage.archive.segments import locked
from storage.archive.verifying import problems, strangers
from storage.errors import RecordLostError
from storage.schema import Body, Response, Segment
from storage.store import Store
from tests.integration.desk import Desk, article, url_key
from tests.integration.warc_files import all_records, files, header

FIRST = article("info/1001/1")
KEY = url_key(FIRST.url)
YEAR = Limits(max_age=timedelta(days=365))
SIZE = 5000


def noise() -> bytes:
    """A body that takes its room."""
    return os.urandom(SIZE)


def edited(desk: Desk, times: int) -> list[bytes]:
    """An article that changes every hour, each time a crawl of its own; the bodies in order."""
    bodies = []
    for number in range(times):
        bodies.append(noise())
        one = replace(FIRST, title=f"第{number}版")
        desk.begin()
        desk.save(desk.again(one, body=bodies[-1]) if number else desk.read(one, body=bodies[-1]))
        desk.finish()
        desk.later(hours=1)
    return bodies


def dropped_of(desk: Desk) -> list[int]:
    wanted = select(Response.id).where(Response.dropped_at.is_not(None)).order_by(Response.id)
    return [row.id for row in desk.rows(wanted)]


def test_what_is_too_old_goes_but_not_what_an_article_stands_on(desk: Desk) -> None:
    bodies = edited(desk, 4)
    desk.later(days=400)

    gone = drop(desk.store, YEAR, now=desk.now)
    done = compact(desk.store)

    assert (gone.responses, gone.standing, dropped_of(desk)) == (3, 0, [1, 2, 3])
    assert (done.files, done.waiting) == (1, ())
    assert done.bytes_freed > 3 * SIZE
    assert [record.content for record in all_records(desk.store)[1:]] == [bodies[3]]
    assert read(desk.store, 4).body == bodies[3]
    assert list(problems(desk.store)) == []


def test_what_went_is_still_known(desk: Desk) -> None:
    edited(desk, 2)
    desk.later(days=400)

    drop(desk.store, YEAR, now=desk.now)
    compact(desk.store)

    old = kept_of_address(desk.store, KEY, limit=9)[-1]
    assert (old.url, old.outcome, old.dropped_at) == (FIRST.url, "new", desk.now)
    assert old.body_sha256 is not None
    with pytest.raises(RecordLostError, match="it was dropped"):
        read(desk.store, old.id)
    assert archive_stats(desk.store).dropped == 1


def test_nothing_goes_that_is_young_enough_and_a_dry_run_changes_nothing(desk: Desk) -> None:
    edited(desk, 3)

    assert droppable(desk.store, YEAR, now=desk.now) == Dropped()
    desk.later(days=400)
    would = droppable(desk.store, YEAR, now=desk.now)

    assert (would.responses, dropped_of(desk)) == (2, [])
    assert would == drop(desk.store, YEAR, now=desk.now)


def test_a_file_is_not_written_anew_for_little(desk: Desk) -> None:
    edited(desk, 2)
    desk.later(days=400)
    desk.begin()
    desk.save(*(desk.read(article(f"info/2/{n}"), body=noise()) for n in range(20)))

    assert drop(desk.store, YEAR, now=desk.now) == Dropped()


def test_room_is_made_by_the_oldest_and_only_then_by_what_articles_stand_on(desk: Desk) -> None:
    bodies = edited(desk, 6)
    full = archive_stats(desk.store).bytes

    gone = drop(desk.store, Limits(max_bytes=full - 2 * SIZE), now=desk.now)
    compact(desk.store)

    assert (gone.responses, gone.standing, dropped_of(desk)) == (2, 0, [1, 2])
    assert archive_stats(desk.store).bytes <= full - 2 * SIZE
    assert [r.content for r in all_records(desk.store)[1:]] == bodies[2:]

    gone = drop(desk.store, Limits(max_bytes=100), now=desk.now)
    compact(desk.store)

    assert (gone.responses, gone.standing) == (4, 1)
    assert files(desk.store) == []


def test_looks_that_found_nothing_stay_while_the_article_is_withdrawn(desk: Desk) -> None:
    desk.crawl(desk.read(FIRST, body=noise()))
    desk.withdraw(1)
    desk.later(days=400)

    assert drop(desk.store, YEAR, now=desk.now).responses == 0


def test_a_record_that_a_younger_response_refers_to_stays(desk: Desk) -> None:
    same = noise()
    for _ in range(2):
        gone_page = desk.refused(FIRST, same)
        desk.crawl(gone_page)
        desk.later(days=400)
    desk.later(days=-400)

    gone = drop(desk.store, YEAR, now=desk.now)

    assert gone.responses == 0
    desk.later(days=400)
    assert drop(desk.store, YEAR, now=desk.now).responses == 2


def test_a_body_passes_on_to_another_response_that_had_it(desk: Desk) -> None:
    """As when an article is forgotten whose page reads like another's, byte for byte."""
    same = noise()
    desk.begin()
    desk.save(desk.read(FIRST, body=same), desk.read(article("info/1001/2"), body=same))
    with desk.store.write() as connection:
        connection.execute(delete(Response).where(Response.id == 1))
        condemn(connection, [1])

    compact(desk.store)

    [_, record] = all_records(desk.store)
    assert header(record, "WARC-Target-URI") == article("info/1001/2").url
    assert (record.rec_type, record.content) == ("response", same)
    assert read(desk.store, 2).body == same
    assert list(problems(desk.store)) == []


def test_bytes_that_nobody_has_any_more_are_kept_again_when_they_come_back(desk: Desk) -> None:
    same = noise()
    desk.begin()
    desk.save(desk.read(FIRST, body=same))
    with desk.store.write() as connection:
        connection.execute(delete(Response))
        condemn(connection, [1])
    compact(desk.store)
    assert (files(desk.store), desk.rows(select(Body.codec))) == ([], [("dropped",)])

    desk.save(desk.read(article("info/1001/2"), body=same))

    assert find(desk.store, url_key(article("info/1001/2").url)).body == same  # type: ignore[union-attr]


def test_a_file_with_a_writer_waits_and_nothing_is_added_to_it(desk: Desk) -> None:
    bodies = edited(desk, 2)
    [path] = files(desk.store)
    with desk.store.write() as connection:
        condemn(connection, [1])
    writer = locked(path)
    assert writer is not None

    waited = compact(desk.store, patience_s=0.1)
    desk.begin()
    desk.save(desk.again(FIRST, body=noise()))
    writer.close()
    done = compact(desk.store)

    assert (waited.files, waited.waiting, done.files) == (0, (path.name,), 1)
    assert not path.exists()
    assert [read(desk.store, n).body for n in (1, 2)] == bodies


def test_writing_a_file_anew_goes_on_where_it_was_stopped(desk: Desk) -> None:
    desk.begin()
    bodies = [os.urandom(50) for _ in range(450)]
    desk.save(*(desk.read(article(f"info/{n}"), body=b) for n, b in enumerate(bodies)))
    with desk.store.write() as connection:
        condemn(connection, [1])
    asked = iter([False, True])

    stopped = compact(desk.store, is_stopped=lambda: next(asked))
    half = [read(desk.store, n + 1).body for n in range(450)]
    done = compact(desk.store)

    assert (stopped.files, done.files) == (0, 1)
    assert half == bodies == [read(desk.store, n + 1).body for n in range(450)]
    states = desk.rows(select(Segment.state).order_by(Segment.id))
    assert [row.state for row in states] == ["gone", "open"]


def test_the_standing_responses_of_a_document_are_those_of_its_newest_reading(desk: Desk) -> None:
    bodies = edited(desk, 3)
    part = desk.read(article("info/1001/2")).response
    parts = (replace(part, url=part.url + "2", url_key=part.url_key + "2", body=b"second page"),)
    desk.crawl(desk.read(article("info/1001/2"), body=b"first page", parts=parts))

    found = dict(standing(desk.store, range(1, 10)))

    assert [one.body for one in found[1]] == [bodies[2]]  # type: ignore[union-attr]
    assert [one.body for one in found[2]] == [b"first page", b"second page"]  # type: ignore[union-attr]


def test_a_standing_response_that_is_lost_comes_without_a_body(desk: Desk) -> None:
    edited(desk, 1)
    files(desk.store)[0].unlink()

    [(number, [lost])] = standing(desk.store, range(1, 10))

    assert number == 1
    assert type(lost) is KeptResponse


def test_every_byte_that_is_damaged_is_found(desk: Desk) -> None:
    edited(desk, 1)
    [path] = files(desk.store)
    sound = path.read_bytes()
    [start] = [row.record_offset for row in desk.rows(select(Response.record_offset))]
    assert list(problems(desk.store)) == []

    missed = []
    # Not the member's head: its time, flags and system say nothing of the record.
    for at in range(start + 10, len(sound), 7):
        path.write_bytes(sound[:at] + bytes([sound[at] ^ 1]) + sound[at + 1 :])
        if not list(problems(desk.store)):
            missed.append(at)

    assert missed == []


def test_files_that_are_missing_short_or_unknown_are_found(store: Store) -> None:
    store.folder.segment_bytes = 1000
    desk = Desk(store)
    edited(desk, 3)
    one, two, three = files(store)
    one.unlink()
    os.truncate(two, two.stat().st_size - 5)
    unknown = three.with_name("wenxun-20260101000000000-00000000-x.warc.gz")
    unknown.write_bytes(three.read_bytes())

    said = {(p.file, p.what.partition(":")[0]) for p in problems(store)}

    assert (one.name, "is not there") in said
    assert any(file == two.name and "committed bytes" in what for file, what in said)
    assert three.name not in {file for file, _ in said}
    assert strangers(store) == [unknown.name]


def test_a_file_of_another_machine_is_passed_over(desk: Desk) -> None:
    edited(desk, 1)
    files(desk.store)[0].unlink()
    with desk.store.write() as connection:
        connection.execute(update(Segment).values(host="archive-2"))

    assert list(problems(desk.store)) == []
    desk.later(days=400)
    assert drop(desk.store, YEAR, now=desk.now) == Dropped()
