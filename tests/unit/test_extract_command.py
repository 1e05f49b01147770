"""`wenxun extract`: what it prints, to the byte."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from wenxun.cli import app

PAGE = """<html><head><title>年度会议召开-青岚学院</title></head><body>
<form name="_newscontent_fromname"><h3>年度会议召开</h3><p>时间：2019-09-23</p>
<div class="v_news_content"><p>正文一</p><p>　　正文二</p></div></form></body></html>"""
DOCUMENT = "标题: 年度会议召开\n发布日期: 时间：2019-09-23\n浏览次数: {}\n正文内容:\n正文一\n正文二"


@pytest.fixture
def saved(tmp_path: Path) -> str:
    path = tmp_path / "page.html"
    path.write_text(PAGE, "utf-8")
    return str(path)


def test_the_document_ends_without_a_newline(saved: str) -> None:
    result = CliRunner().invoke(app, ["extract", saved])

    assert result.stdout_bytes == DOCUMENT.format("未知").encode()
    assert result.exit_code == 0


def test_a_known_view_count_is_printed(saved: str) -> None:
    result = CliRunner().invoke(app, ["extract", saved, "--views", "801"])

    assert result.stdout_bytes == DOCUMENT.format(801).encode()


def test_a_blank_line_stands_between_documents(saved: str) -> None:
    result = CliRunner().invoke(app, ["extract", saved, saved])

    document = DOCUMENT.format("未知")
    assert result.stdout_bytes == f"{document}\n\n{document}".encode()


def test_a_page_is_read_from_stdin_with_its_address() -> None:
    url = "http://www.example.edu.cn/info/1001/2001.htm"

    result = CliRunner().invoke(
        app, ["extract", "-", "--url", url, "--format", "json"], input=PAGE.encode()
    )

    record = json.loads(result.stdout)
    assert (record["url"], record["title"]) == (url, "年度会议召开")
    assert record["published_at"] == "2019-09-23T00:00:00+08:00"
    assert record["views"] is None


def test_a_page_without_an_article_is_one_line_and_fails(tmp_path: Path, saved: str) -> None:
    (tmp_path / "lost.html").write_text("<title>404错误提示</title>", "utf-8")

    text = CliRunner().invoke(app, ["extract", str(tmp_path / "lost.html"), saved])
    record = CliRunner().invoke(app, ["extract", "--format", "json", str(tmp_path / "lost.html")])

    assert text.stdout_bytes == DOCUMENT.format("未知").encode()
    assert text.stderr.count("\n") == 1
    assert json.loads(record.stdout)["state"] == "not_found"
    assert (text.exit_code, record.exit_code) == (1, 1)


def test_a_missing_file_is_said_in_place(tmp_path: Path, saved: str) -> None:
    result = CliRunner().invoke(
        app, ["extract", "--format", "json", str(tmp_path / "none.html"), saved]
    )

    first, second = result.stdout.splitlines()
    assert json.loads(first)["state"] == "unreadable"
    assert json.loads(second)["title"] == "年度会议召开"
    assert result.exit_code == 1
