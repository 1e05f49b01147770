"""`wenxun fixture`: records a page once, replays it, names the fields that differ."""

import pytest
import typer
from typer.testing import CliRunner, Result

from wenxun.commands.fixture import register
from wenxun.config import ConfigError

PAGE = """<html><head><title>夜校的灯-青溪学院</title><!--Announced by Visual SiteBuilder 9-->
<script>_jsq_(1002,'/content.jsp',77,1678350002)</script></head><body>
<form name="_newscontent_fromname"><h3>夜校的灯</h3><p>日期：2023-05-13 15:25</p>
<div id="vsb_content"><div class="v_news_content"><p>下班以后，灯一盏一盏亮起来。</p></div></div>
</form></body></html>"""
URL = "http://www.qingxi.example/info/1002/77.htm"


def run(*words: object) -> Result:
    app = typer.Typer()
    app.callback()(lambda: None)
    register(app)
    return CliRunner().invoke(app, ["fixture", *map(str, words)])


@pytest.fixture
def root(tmp_path):
    saved = tmp_path / "saved.html"
    saved.write_text(PAGE, "utf-8")
    run("record", "--from", saved, "--url", URL, "--root", tmp_path / "fixtures")
    return tmp_path / "fixtures"


def test_a_recorded_page_is_named_after_its_address(root):
    assert (root / "qingxi.example" / "info-1002-77-htm" / "article.json").exists()


def test_a_case_that_is_right_ends_with_0(root):
    result = run("replay", root)

    assert (result.exit_code, result.output) == (0, "1 cases, 0 differ\n")


def test_a_difference_is_printed_by_field_and_ends_with_1(root):
    truth = next(root.rglob("article.json"))
    truth.write_text(truth.read_text("utf-8").replace("15:25", "15:26"), "utf-8")

    result = run("replay", root)

    assert result.exit_code == 1
    assert "qingxi.example/info-1002-77-htm:published_text\n" in result.output
    assert '  - "日期：2023-05-13 15:26"\n  + "日期：2023-05-13 15:25"' in result.output


def test_an_update_ends_with_0_and_leaves_nothing_to_say(root):
    truth = next(root.rglob("article.json"))
    truth.write_text(truth.read_text("utf-8").replace("15:25", "15:26"), "utf-8")

    updated = run("replay", root, "--update")

    assert updated.exit_code == 0
    assert run("replay", root).output == "1 cases, 0 differ\n"


def test_a_folder_without_cases_is_bad_use(tmp_path):
    result = run("replay", tmp_path)

    assert isinstance(result.exception, ConfigError)
    assert "wenxun fixture record URL" in str(result.exception)


def test_a_file_without_its_address_is_bad_use(tmp_path):
    result = run("record", "--from", tmp_path / "saved.html")

    assert result.exit_code == 2
