"""The files of the archive: WARC 1.1 that other tools read, whatever happens to their writer."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from storage.archive.members import compressed
from storage.archive.reading import find
from storage.archive.warc import END
from storage.errors import ArchiveFailedError, RecordLostError
from storage.schema import Segment
from storage.store import Store, archive_of, open_store
from tests.integration.desk import Desk, article, url_key
from tests.integration.warc_files import all_records, files, header, records

PAGE = "<html>云岭大学</html>".encode() * 200
KEY_1, KEY_2 = (url_key(article(f"info/1001/{number}").url) for number in (1, 2))
HEADERS = {
    "content-type": "text/html; charset=gbk", "content-encoding": "gzip", "content-length": "99",
    "set-cookie": "JSESSIONID=1", "transfer-encoding": "chunked", "etag": '"a"',
}  # fmt: skip


def page(desk: Desk, number: int, body: bytes = PAGE, **values: Any) -> Any:
    read = desk.read(article(f"info/1001/{number}"), body=body)
    return replace(read, response=replace(read.response, **values))


def test_a_response_is_a_record_that_other_tools_read(desk: Desk) -> None:
    desk.begin()
    desk.save(page(desk, 1, headers=HEADERS))

    [info, record] = all_records(desk.store)

    assert info.rec_type == "warcinfo"
    assert b"conformsTo: https://iipc.github.io" in info.content
    assert record.rec_type == "response"
    assert header(record, "WARC-Target-URI") == "http://news.yunling.example/info/1001/1.htm"
    assert header(record, "WARC-Date") == "2026-03-02T08:00:00.000000Z"
    assert (header(record, "WARC-Payload-Digest") or "").startswith("sha256:")
    assert record.http_headers.get_statuscode() == "200"
    assert record.content == PAGE


def test_a_body_is_kept_decoded_and_its_headers_say_so(desk: Desk) -> None:
    desk.begin()
    desk.save(page(desk, 1, headers=HEADERS))

    record = all_records(desk.store)[1]

    http = record.http_headers
    assert http.get_header("Content-Encoding") is None
    assert http.get_header("X-Archive-Orig-Content-Encoding") == "gzip"
    assert http.get_header("Transfer-Encoding") is None
    assert http.get_header("Content-Length") == str(len(PAGE))
    assert http.get_header("X-Archive-Orig-Content-Length") == "99"
    assert "JSESSIONID" not in str(http)
    assert header(record, "Wenxun-Headers-Left-Out") == "set-cookie, transfer-encoding"


def test_equal_bodies_are_a_record_and_revisits_that_refer_to_it(desk: Desk) -> None:
    desk.begin()
    desk.save(page(desk, 1), page(desk, 2))
    desk.later(hours=1)
    desk.save(page(desk, 3))

    [_, first, *revisits] = all_records(desk.store)

    assert [r.rec_type for r in revisits] == ["revisit", "revisit"]
    for revisit in revisits:
        assert header(revisit, "WARC-Profile") == (
            "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
        )
        assert header(revisit, "WARC-Refers-To") == header(first, "WARC-Record-ID")
        assert header(revisit, "WARC-Refers-To-Date") == header(first, "WARC-Date")
        assert header(revisit, "WARC-Refers-To-Target-URI") == header(first, "WARC-Target-URI")
        assert header(revisit, "WARC-Payload-Digest") == header(first, "WARC-Payload-Digest")
    assert find(desk.store, KEY_2).body == PAGE  # type: ignore[union-attr]


def test_a_header_cannot_begin_a_record_of_its_own(desk: Desk) -> None:
    desk.begin()
    headers = {"server": "x\r\n\r\nWARC/1.1\r\nWARC-Type: response", "etag": "ü→"}
    desk.save(page(desk, 1, headers=headers))

    record = all_records(desk.store)[1]

    assert record.content == PAGE
    assert "\n" not in record.http_headers.get_header("Server")


def test_a_large_body_is_kept_whole(desk: Desk) -> None:
    body = os.urandom(12_000_000)
    desk.begin()
    desk.save(page(desk, 1, body))

    assert all_records(desk.store)[1].content == body


def test_many_batches_go_to_one_file_and_a_full_one_is_left(store: Store) -> None:
    store.folder.segment_bytes = 20_000
    desk = Desk(store)
    desk.begin()
    for number in range(12):
        desk.save(page(desk, number, os.urandom(4000)))

    assert [len(records(path)) - 1 for path in files(store)] == [5, 5, 2]
    assert [row.state for row in desk.rows(select(Segment.state).order_by(Segment.id))] == [
        "full",
        "full",
        "open",
    ]


def test_what_a_failed_transaction_wrote_is_taken_out_again(desk: Desk) -> None:
    desk.begin()
    desk.save(page(desk, 1))
    [path] = files(desk.store)
    before = path.read_bytes()

    def fail() -> None:
        with desk.store.write() as connection:
            archive_of(connection).append(b"a record")
            assert path.stat().st_size > len(before)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert path.read_bytes() == before


def test_a_torn_tail_is_cut_wherever_it_tears_and_counted(desk: Desk) -> None:
    """Every byte of a record that a killed writer left behind what was committed."""
    desk.begin()
    desk.save(page(desk, 1))
    [path] = files(desk.store)
    torn = b"".join(compressed(b"WARC/1.1 as its writer began it", END))

    for cut in range(1, len(torn)):
        with path.open("ab") as file:
            file.write(torn[:cut])
        desk.save(page(desk, 1 + cut, str(cut).encode()))

    kept = [record.content for record in records(path)[2:]]
    assert kept == [str(cut).encode() for cut in range(1, len(torn))]
    [segment] = desk.rows(select(Segment))
    assert segment.torn_bytes == sum(range(1, len(torn)))
    assert (segment.size, segment.records) == (path.stat().st_size, len(kept) + 2)


def test_a_whole_record_that_was_not_committed_is_left_and_harms_nobody(desk: Desk) -> None:
    desk.begin()
    desk.save(page(desk, 1))
    [path] = files(desk.store)
    with path.open("ab") as file:
        file.write(b"".join(compressed(b"WARC/1.1\r\nContent-Length: 0\r\n\r\n", END)))

    desk.save(page(desk, 2))

    assert find(desk.store, KEY_2).body == PAGE  # type: ignore[union-attr]
    assert desk.rows(select(Segment.torn_bytes)) == [(0,)]


def test_zeros_behind_the_end_as_a_power_cut_leaves_them_are_cut(desk: Desk) -> None:
    desk.begin()
    desk.save(page(desk, 1))
    [path] = files(desk.store)
    with path.open("ab") as file:
        file.write(bytes(5000))

    desk.save(page(desk, 2, b"two"))

    assert [record.content for record in records(path)[1:]] == [PAGE, b"two"]


def test_a_file_that_lost_what_was_committed_is_written_to_no_more(desk: Desk) -> None:
    desk.begin()
    desk.save(page(desk, 1))
    [path] = files(desk.store)
    os.truncate(path, path.stat().st_size - 1)

    desk.save(page(desk, 2, b"two"))

    assert len(files(desk.store)) == 2
    assert find(desk.store, KEY_2).body == b"two"  # type: ignore[union-attr]
    with pytest.raises(RecordLostError, match="ends before byte"):
        find(desk.store, KEY_1)


def test_what_lies_on_another_machine_is_said_so(desk: Desk) -> None:
    desk.begin()
    desk.save(page(desk, 1))
    with desk.store.write() as connection:
        connection.execute(update(Segment).values(host="archive-2"))
    files(desk.store)[0].unlink()

    with pytest.raises(RecordLostError, match="is on the machine archive-2, not in"):
        find(desk.store, KEY_1)


def test_a_body_whose_record_cannot_be_read_here_is_written_again(desk: Desk) -> None:
    desk.begin()
    desk.save(page(desk, 1))
    files(desk.store)[0].unlink()

    desk.save(page(desk, 2))

    assert [record.rec_type for record in all_records(desk.store)] == ["warcinfo", "response"]
    assert find(desk.store, KEY_2).body == PAGE  # type: ignore[union-attr]


def test_a_folder_that_cannot_be_made_is_an_error_and_nothing_is_saved(
    file_url: str, tmp_path: Path
) -> None:
    store = open_store(file_url, archive_dir=tmp_path / "no" / "such")
    desk = Desk(store)
    desk.begin()

    with pytest.raises(ArchiveFailedError, match="no/such failed: No such file or directory"):
        desk.save(page(desk, 1))

    assert desk.documents() == []
    store.close()
