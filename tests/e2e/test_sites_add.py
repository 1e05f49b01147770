"""A new user gives an address: the site's columns are found, tried, written and crawled."""

import tomllib

import pytest


def test_from_a_home_page_to_a_crawl(desk, news):
    added = desk.run("sites", "add", f"{news.base}/", "--name", "yunling", "--yes", "--json")

    assert added.code == 0, added
    site = tomllib.loads((desk.folder / "sites" / "yunling.toml").read_text("utf-8"))
    assert site["start"] == [news.base + column.path for column in news.columns]
    assert added.record["written"]
    verdicts = {name: field["verdict"] for name, field in added.record["fields"].items()}
    assert {verdicts[name] for name in ("title", "date", "text")} == {"ok"}
    assert [column["name"] for column in added.record["columns"]] == ["焦点要闻", "通知公告"]

    desk.site("yunling", site["start"])  # delay_s = 0, for the test's sake
    assert desk.crawl("yunling").record["articles_new"] == 24


def test_nothing_that_counts_a_visit_is_asked_for(desk, news):
    desk.run("sites", "add", f"{news.base}/")

    assert not news.trips


def test_a_list_page_is_proposed_alone_and_nothing_is_written_unasked(desk, news):
    column = news.columns[1]

    added = desk.run("sites", "add", news.base + column.path, "--json")

    assert added.record["start"] == [news.base + column.path]
    assert not added.record["written"]
    assert not (desk.folder / "sites").exists()
    assert "--yes" in added.err


def test_a_file_that_is_there_is_never_overwritten(desk, news):
    path = desk.site("yunling", ["http://a.example/"])
    before = path.read_text("utf-8")

    added = desk.run("sites", "add", f"{news.base}/", "--name", "yunling", "--yes")

    assert (added.code, path.read_text("utf-8")) == (2, before)
    assert "is there already" in added.err


def test_check_says_what_is_wrong_with_each_column(desk, news):
    gone = f"{news.base}/gone.htm"
    desk.site("yunling", [news.base + news.columns[0].path, gone])

    checked = desk.run("sites", "check", "yunling", "--json")

    assert checked.code == 1
    assert [column["state"] for column in checked.record["columns"]] == ["listing", "not_found"]
    assert checked.record["problems"] == [f"{gone}: not_found: status 404"]


def test_robots_txt_is_obeyed(desk, news):
    news.robots = "User-agent: *\nDisallow: /"

    added = desk.run("sites", "add", f"{news.base}/")

    assert added.code == 1
    assert "robots.txt forbids it" in added.err


def test_a_saved_folder_is_tried_without_a_network(desk, news):
    import urllib.request

    folder = desk.folder / "saved"
    for path in ("/index.htm", *(column.path for column in news.columns[:1])):
        target = folder / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        with urllib.request.urlopen(news.base + path) as response:
            target.write_bytes(response.read())

    added = desk.run(
        "sites", "add", "http://news.yunling.example/", "--from", str(folder), "--json"
    )

    # The lists are there; the articles were not saved, and that is said.
    assert added.code == 1
    assert [column["name"] for column in added.record["columns"]] == ["焦点要闻"]
    assert all("not_found" in problem for problem in added.record["problems"])


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("http://a.example/", "--name", "x/../y"), "is no name of a site"),
        (("no-address",), "only http and https"),
        (("ftp://a.example/",), "only http and https"),
    ],
)
def test_a_wrong_argument_is_told_before_anything_is_fetched(desk, words, says):
    added = desk.run("sites", "add", *words, "--yes")

    assert (added.code, added.out) == (2, "")
    assert says in added.err
    assert not (desk.folder / "sites").exists()
