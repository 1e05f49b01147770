"""Site files: two lines are enough, and every mistake names its key."""

from datetime import date, timedelta

import pytest

from crawler.errors import SettingError
from crawler.site import SiteError, parse_site
from crawler.sites import load_site_file, load_sites

LEAST = {"title": "云岭大学新闻网", "start": ["https://news.yunling.example/jdyw.htm"]}
FAMILIES = ("vsb",)


def test_two_lines_make_a_site():
    site = parse_site("yunling", LEAST, families=FAMILIES)

    assert (site.name, site.title, site.start) == ("yunling", LEAST["title"], (LEAST["start"][0],))
    assert (site.every, site.delay_s, site.since, site.max_pages) == (None, None, None, None)
    assert (site.timezone, site.enabled, site.counters) == ("Asia/Shanghai", True, True)
    assert (site.verify_tls, site.render) == (True, False)


def test_every_other_line_is_read():
    table = LEAST | {
        "every": "15m",
        "delay_s": 2,
        "since": "2024-01-01",
        "max_pages": 50,
        "family": "vsb",
        "timezone": "Asia/Urumqi",
        "enabled": False,
        "counters": False,
        "render": True,
        "verify_tls": False,
        "headers": {"X-A": "b"},
        "cookies": {"client_id": "1"},
        "selectors": {"title": "h1.t"},
    }

    site = parse_site("yunling", table, families=FAMILIES)

    assert site.every == timedelta(minutes=15)
    assert (site.delay_s, site.since, site.max_pages) == (2.0, date(2024, 1, 1), 50)
    assert (site.enabled, site.counters, site.verify_tls) == (False, False, False)
    assert site.render
    assert site.selectors == {"title": "h1.t"}


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"titel": "x"}, "titel"),
        ({"title": ""}, "title"),
        ({"title": 3}, "title"),
        ({"start": []}, "start"),
        ({"start": ["https://a.example/x.htm", "ftp://a.example/"]}, "start[1]"),
        ({"start": ["https://a.example/x.htm", 3]}, "start[1]"),
        ({"every": "often"}, "every"),
        ({"delay_s": -1}, "delay_s"),
        ({"delay_s": True}, "delay_s"),
        ({"since": "January"}, "since"),
        ({"since": 2024}, "since"),
        ({"max_pages": 0}, "max_pages"),
        ({"family": "vbs"}, "family"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"enabled": "yes"}, "enabled"),
        ({"selectors": {"titel": "h1"}}, "selectors.titel"),
        ({"selectors": {"body": "div["}}, "selectors.body"),
        ({"selectors": {"list": "ul > "}}, "selectors.list"),
        ({"headers": {"X-A": "b\r\nC: d"}}, "headers.X-A"),
    ],
)
def test_a_wrong_value_names_its_key(change, key):
    with pytest.raises(SettingError) as error:
        parse_site("yunling", LEAST | change, families=FAMILIES)

    assert str(error.value).startswith(key)


def test_a_missing_title_and_a_missing_start_are_named():
    for key in LEAST:
        with pytest.raises(SettingError, match=key):
            parse_site("x", {k: v for k, v in LEAST.items() if k != key}, families=FAMILIES)


def test_a_folder_gives_its_sites_in_order_of_their_names(tmp_path):
    for name in ("b", "a"):
        (tmp_path / f"{name}.toml").write_text('title = "T"\nstart = ["https://a.example/x.htm"]')

    assert [site.name for site in load_sites(tmp_path)] == ["a", "b"]
    assert load_sites(tmp_path / "missing") == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("title = T", "line 1"),
        ('title = "T"\nstart = ["gopher://a.example/"]', "start[0]"),
    ],
)
def test_an_error_names_the_file_and_the_place(tmp_path, text, says):
    path = tmp_path / "yunling.toml"
    path.write_text(text)

    with pytest.raises(SiteError) as error:
        load_site_file(path)

    assert "yunling.toml" in str(error.value)
    assert says in str(error.value)
