"""Files of other tools are taken whole and once, whatever their form; what is not taken is said."""

import gzip
import io
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]

from crawler.fields.links import url_key
from storage.archive.importing import Imported, import_file
from storage.archive.reading import find, kept_of_address
from storage.archive.verifying import problems
from storage.errors import ImportFailedError, NotFoundError
from storage.schema import Response
from storage.store import Store
from tests.integration.desk import Desk, article
from tests.integration.warc_files import all_records, header
from wenxun.newssite import NewsSite, serve

AT = "2025-05-04T03:02:01Z"
URL = "http://news.yunling.example/info/1001/7.htm"
PAGE = "<html><meta charset=gbk>云岭大学".encode("gbk") * 50


class Tool:
    """Another tool that writes a WARC file."""

    def __init__(self, *, packed: bool = True, version: str = "1.0") -> None:
        self.out = io.BytesIO()
        self.writer = WARCWriter(self.out, gzip=packed, warc_version=version)

    def response(self, url: str = URL, body: bytes = PAGE, *, at: str = AT, **headers: str) -> Any:
        record = self.writer.create_warc_record(
            url, "response", payload=io.BytesIO(body), warc_headers_dict={"WARC-Date": at},
            http_headers=http(**headers),
        )  # fmt: skip
        self.write(record)
        return record

    def revisit(self, original: Any, url: str, *, at: str) -> None:
        record = self.writer.create_revisit_record(
            url, original.rec_headers.get_header("WARC-Payload-Digest"),
            original.rec_headers.get_header("WARC-Target-URI"), AT, http_headers=http(),
            warc_headers_dict={"WARC-Date": at},
        )  # fmt: skip
        self.write(record)

    def write(self, record: Any) -> None:
        self.writer.write_record(record)
        if record.raw_stream is not None:
            record.raw_stream.close()  # a temporary file of warcio's

    def save(self, path: Path) -> Path:
        path.write_bytes(self.out.getvalue())
        return path


def http(**headers: str) -> StatusAndHeaders:
    given = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return StatusAndHeaders("200 OK", [("Content-Type", "text/html"), *given], protocol="HTTP/1.1")


def take(store: Store, path: Path, **options: Any) -> Imported:
    *_, done = import_file(store, path, url_key=url_key, **options)
    return done


def body_of(store: Store, url: str = URL) -> bytes | None:
    found = find(store, url_key(url))
    return None if found is None else found.body


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_response_is_taken_with_its_time(
    store: Store, tmp_path: Path, packed: bool, version: str
) -> None:
    tool = Tool(packed=packed, version=version)
    tool.response(Set_Cookie="a=1", Etag="x")

    done = take(store, tool.save(tmp_path / "other.warc"))

    [kept] = kept_of_address(store, url_key(URL), limit=9)
    assert (done.taken, done.known, done.differing, dict(done.left)) == (1, 0, 0, {})
    assert (kept.outcome, kept.status, kept.site_id) == ("imported", 200, None)
    assert kept.fetched_at == datetime(2025, 5, 4, 3, 2, 1, tzinfo=UTC)
    assert kept.headers == {"content-type": "text/html", "etag": "x"}
    assert (kept.evidence or "").startswith("imported from other.warc, record <urn:uuid:")
    assert body_of(store) == PAGE
    [_, record] = all_records(store)
    assert header(record, "WARC-Date") == "2025-05-04T03:02:01.000000Z"
    assert list(problems(store)) == []


def test_bodies_are_decoded(store: Store, tmp_path: Path) -> None:
    chunked = b"%x\r\n%b\r\n0\r\n\r\n" % (len(PAGE), PAGE)
    tool = Tool()
    tool.response(f"{URL}?gzip", gzip.compress(PAGE), Content_Encoding="gzip")
    tool.response(f"{URL}?chunked", chunked, Transfer_Encoding="chunked")
    # Some tools decode the body and leave the header.
    tool.response(f"{URL}?said", PAGE, Content_Encoding="gzip")

    done = take(store, tool.save(tmp_path / "a.warc.gz"))

    assert done.taken == 3
    assert [body_of(store, f"{URL}?{how}") for how in ("gzip", "chunked", "said")] == [PAGE] * 3


def test_nothing_is_taken_twice(store: Store, tmp_path: Path) -> None:
    tool = Tool()
    tool.response()
    tool.response()
    tool.response(at="2025-05-05T03:02:01Z")
    path = tool.save(tmp_path / "a.warc.gz")

    first, second = take(store, path), take(store, path)

    assert (first.taken, second.taken, second.known) == (2, 0, 2)
    assert [record.rec_type for record in all_records(store)] == ["warcinfo", "response", "revisit"]


def test_a_revisit_gets_the_body_that_it_refers_to(store: Store, tmp_path: Path) -> None:
    tool = Tool()
    original = tool.response()
    tool.revisit(original, f"{URL}?2", at="2025-05-05T00:00:00Z")
    path = tool.save(tmp_path / "a.warc.gz")
    later = Tool()
    later.revisit(original, f"{URL}?3", at="2025-05-06T00:00:00Z")
    lost = Tool()
    lost.write(lost.writer.create_revisit_record(f"{URL}?4", "sha1:NONE", f"{URL}?no", AT, http()))

    take(store, path)
    take(store, later.save(tmp_path / "b.warc.gz"))
    done = take(store, lost.save(tmp_path / "c.warc.gz"))

    assert body_of(store, f"{URL}?2") == body_of(store, f"{URL}?3") == PAGE
    assert dict(done.left) == {"revisits without their original": 1}


def test_what_is_not_taken_is_counted_by_why(store: Store, tmp_path: Path) -> None:
    tool = Tool()
    tool.write(tool.writer.create_warcinfo_record("a.warc.gz", {"software": "x"}))
    tool.response(f"{URL}?br", b"\x0b\x02\x80abc\x03", Content_Encoding="x-secret")
    dns = tool.writer.create_warc_record(
        "dns:yunling.example", "response", payload=io.BytesIO(b"10.0.0.1"),
        warc_content_type="text/dns",
    )  # fmt: skip
    tool.write(dns)

    done = take(store, tool.save(tmp_path / "a.warc.gz"))

    assert (done.taken, dict(done.left)) == (
        0,
        {
            "warcinfo records": 1,
            "bodies encoded as x-secret": 1,
            "records of other protocols than HTTP": 1,
        },
    )


def test_a_record_that_is_not_what_its_digest_says_is_taken_and_told(
    store: Store, tmp_path: Path
) -> None:
    tool = Tool(packed=False)
    tool.response(body=b"true words")
    path = tool.save(tmp_path / "a.warc")
    path.write_bytes(path.read_bytes().replace(b"true words", b"other word"))

    done = take(store, path)

    [kept] = kept_of_address(store, url_key(URL), limit=9)
    assert (done.taken, done.differing) == (1, 1)
    assert (kept.evidence or "").endswith("; its digest differs")


def test_a_file_that_is_compressed_as_a_whole_is_taken_too(store: Store, tmp_path: Path) -> None:
    tool = Tool(packed=False)
    for number in range(3):
        tool.response(f"{URL}?{number}")
    path = tmp_path / "whole.warc.gz"
    path.write_bytes(gzip.compress(tool.out.getvalue()))

    assert take(store, path).taken == 3


@pytest.mark.parametrize("packed", [True, False])
def test_of_a_file_that_is_cut_what_is_whole_is_taken_and_the_rest_is_an_error(
    store: Store, tmp_path: Path, packed: bool
) -> None:
    tool = Tool(packed=packed)
    tool.response(f"{URL}?1")
    tool.response(f"{URL}?2")
    path = tool.save(tmp_path / "cut.warc.gz")
    path.write_bytes(path.read_bytes()[:-20])

    with pytest.raises(ImportFailedError, match=r"cut\.warc\.gz: damaged behind [12] records"):
        take(store, path)

    assert body_of(store, f"{URL}?1") == PAGE
    assert body_of(store, f"{URL}?2") is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "holds no records"),
        (b"these are some notes\n", "is no WARC file that can be read"),
        (b"\x1f\x8b\x08 not really gzip", "is no WARC file that can be read"),
        (gzip.compress(b"a text", mtime=0), "is no WARC file that can be read"),
        (b"\x28\xb5\x2f\xfd zstd", "is no WARC file that can be read"),
    ],
)
def test_a_file_of_another_kind_is_an_error_in_one_line(
    store: Store, tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(content)

    with pytest.raises(ImportFailedError, match=reason) as told:
        take(store, path)

    assert "\n" not in str(told.value)


def test_a_file_that_is_not_there_is_an_error(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ImportFailedError, match="No such file"):
        take(store, tmp_path / "no.warc.gz")


def test_pages_belong_to_the_site_whose_lists_are_on_their_host(desk: Desk, tmp_path: Path) -> None:
    desk.begin()
    desk.column("zyxw")
    desk.save(desk.read(article("info/1001/7")))
    tool = Tool()
    tool.response()
    tool.response("http://elsewhere.example/")

    take(desk.store, tool.save(tmp_path / "a.warc.gz"))

    rows = desk.rows(select(Response).where(Response.outcome == "imported").order_by(Response.id))
    assert {(row.url, row.site_id, row.document_id) for row in rows} == {
        (URL, 1, 1), ("http://elsewhere.example/", None, None),
    }  # fmt: skip
    take(desk.store, tool.save(tmp_path / "b.warc.gz"), site="yunling")
    with pytest.raises(NotFoundError):
        take(desk.store, tool.save(tmp_path / "b.warc.gz"), site="nowhere")


@pytest.mark.skipif(shutil.which("wget") is None, reason="wget is not installed")
def test_what_wget_wrote_is_taken(store: Store, tmp_path: Path) -> None:
    site = NewsSite(articles=12)
    with serve(site):
        subprocess.run(
            ["wget", "-q", "-r", "-l", "2", "-e", "robots=off", "--warc-file=site", site.base],
            cwd=tmp_path, check=False, timeout=60,
        )  # fmt: skip

    done = take(store, tmp_path / "site.warc.gz")

    assert done.taken > 12
    assert done.differing == 0
    assert set(done.left) <= {"warcinfo records", "request records", "metadata records"} | {
        "resource records"
    }
    assert list(problems(store)) == []
    kept = kept_of_address(store, url_key(site.base) + "*", limit=500)
    pages = sum("云岭大学".encode() in (body_of(store, one.url) or b"") for one in kept)
    assert pages > 12
