"""What comes in place of a file is told from the file, and a file by its bytes."""

from datetime import UTC, datetime

import pytest

from crawler.extract import Refusal
from crawler.files.answer import FileCame, read_answer
from crawler.files.kinds import kind_named, kind_of_bytes
from crawler.page import Page
from wenxun.newssite import files

NOW = datetime(2026, 3, 2, tzinfo=UTC)
URL = "http://n.example/system/_content/download.jsp?wbfileid=1"


def answer(body: bytes, named: str = "名单.pdf", status: int = 200, **headers: str) -> object:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    page = Page(url=URL, status=status, headers=given, body=body, fetched_at=NOW)
    return read_answer(page, url=URL, named=named)


def refused(found: object) -> str:
    assert isinstance(found, Refusal), found
    return str(found.state)


@pytest.mark.parametrize(
    ("body", "named", "kind"),
    [
        (files.pdf("名单"), "pdf", "pdf"),
        (b"\n\n" + files.pdf("名单"), "pdf", "pdf"),
        (files.docx("名单"), "docx", "docx"),
        (files.xlsx([["名单"]]), None, "xlsx"),
        (b"PK\x03\x04 mimetype", "docx", "zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...", "xls", "xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...", "pdf", "doc"),
        (b"\x89PNG\r\n\x1a\n", "jpg", "png"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8", None, "webp"),
        (b"\x00\x00\x00\x20ftypisom", "mp4", "mp4"),
        (b'<?xml version="1.0"?><svg xmlns="x">', "svg", "svg"),
        ("姓名,成绩".encode(), "csv", "csv"),
        ("姓名,成绩".encode(), "pdf", None),
        (b"  <!DOCTYPE html><html>", "pdf", "html"),
    ],
)
def test_bytes_tell_what_a_file_is_before_its_name(
    body: bytes, named: str | None, kind: str | None
) -> None:
    assert kind_of_bytes(body, named=named) == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("名单.PDF", "pdf"), ("照片.jpeg", "jpg"), ("a.b.docx ", "docx"), ("download.jsp", None),
        ("关于2024.12.30的通知", None), ("", None), (None, None), ("n.example.net", None),
    ],
)  # fmt: skip
def test_a_name_tells_a_kind_only_by_a_known_ending(name: str | None, kind: str | None) -> None:
    assert kind_named(name) == kind


def test_a_file_keeps_the_name_that_the_server_sends() -> None:
    sent = answer(files.pdf("名单"), content_disposition="attachment; filename=list.pdf")

    assert sent == FileCame(kind="pdf", name="list.pdf")


@pytest.mark.parametrize(
    ("text", "state"),
    [
        (
            "<html><head><title>404</title></head><body>您访问的页面不存在</body></html>",
            "not_found",
        ),
        ("<html><body>该文件仅限校内访问</body></html>", "intranet"),
        ("<html><body><form>验证码<input name=codeValue></form></body></html>", "challenge"),
        ("<html><body><img src='/createimage.jsp'><input></body></html>", "challenge"),
        ("<script>location.href='/'</script>", "not_found"),
        ("<html><body>欢迎</body></html>", "not_a_file"),
    ],
)
def test_a_page_in_place_of_a_file_is_no_file(text: str, state: str) -> None:
    assert refused(answer(text.encode(), content_type="text/html; charset=utf-8")) == state


def test_a_message_in_plain_letters_is_no_file_either() -> None:
    assert refused(answer("请登录".encode(), content_type="text/html")) != "kept"


def test_a_page_that_was_named_as_one_is_a_file() -> None:
    assert isinstance(answer(b"<html><body>x</body></html>", named="a.html"), FileCame)


@pytest.mark.parametrize(
    ("status", "state"), [(404, "not_found"), (403, "blocked"), (401, "login"), (206, "error")]
)
def test_only_a_whole_answer_is_a_file(status: int, state: str) -> None:
    assert refused(answer(files.pdf("名单") if status == 206 else b"", status=status)) == state
