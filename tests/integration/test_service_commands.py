"""The commands around the service: what they say, and their exit codes."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert
from typer.testing import CliRunner, Result

from storage.errors import NotFoundError
from storage.holder import me
from storage.schema import (
    Alert,
    Channel,
    Content,
    Delivery,
    Document,
    Event,
    Response,
    Site,
    Version,
    Watch,
)
from storage.services import Kind, Services
from storage.store import Store, open_store
from storage.watches import WatchExistsError, WatchMissingError, WatchOfFileError
from wenxun.cli import app
from wenxun.config import ConfigError

NOW = datetime.now(UTC)
PAGE = """<html><head><title>奖学金评定办法发布-云岭大学</title>
<META Name="SiteName" Content="云岭大学" /><!--Announced by Visual SiteBuilder 9--></head><body>
<form name="_newscontent_fromname"><h3>奖学金评定办法发布</h3><p>日期：2026-03-01 17:00</p>
<div id="vsb_content"><div class="v_news_content"><p>学校近日修订奖学金评定办法，自下学期起施行，
各学院须在学期开始之前完成宣讲，并把学生的意见汇总后报送学生处，由学生处统一答复。</p></div></div>
</form></body></html>"""

Call = Callable[..., Result]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Run a command in an empty folder; an error of ours is raised as itself."""
    monkeypatch.chdir(tmp_path)
    Path("wenxun.toml").write_text('[[watch]]\nname = "资助"\nany_of = ["奖学金"]\n', "utf-8")

    def run(*arguments: str) -> Result:
        result = CliRunner().invoke(app, list(arguments))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


def lines(result: Result) -> list[Any]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_watches_are_added_listed_and_removed(call: Call) -> None:
    added = call("watch", "add", "讲座", "--any-of", "讲座", "--any-of", "报告", "--event", "new")
    listed = lines(call("watch", "list", "--json"))
    removed = call("watch", "remove", "讲座")

    assert (added.exit_code, removed.exit_code) == (0, 0)
    assert [(watch["name"], watch["origin"]) for watch in listed] == [
        ("讲座", "command"),
        ("资助", "file"),
    ]
    assert listed[0]["any_of"] == ["讲座", "报告"]
    assert "资助" in call("watch", "list").stdout


def test_a_watch_that_cannot_be_is_refused(call: Call) -> None:
    with pytest.raises(WatchExistsError):
        call("watch", "add", "资助")
    with pytest.raises(WatchOfFileError):
        call("watch", "remove", "资助")
    with pytest.raises(WatchMissingError):
        call("watch", "remove", "nobody")
    with pytest.raises(ConfigError, match=r"regex\[0\]: is no RE2 pattern"):
        call("watch", "add", "new", "--regex", "(")
    with pytest.raises(ConfigError, match="no channel 'pigeon'"):
        call("watch", "add", "new", "--channel", "pigeon")
    Path("subscribers").mkdir()
    Path("subscribers/wang.toml").write_text(
        '[[channel]]\nname = "his"\nkind = "console"\n', "utf-8"
    )
    with pytest.raises(ConfigError, match=r"no channel 'his' \(there are: console\)"):
        call("watch", "add", "new", "--channel", "his")


def test_a_watch_is_added_with_a_query_that_is_urgent(call: Call) -> None:
    call("watch", "add", "dean", "--query", "title:(任命 | 免职)", "--urgent", "--every-repost")

    added = next(one for one in lines(call("watch", "list", "--json")) if one["name"] == "dean")

    assert (added["query"], added["urgent"]) == ("title:(任命 | 免职)", True)
    assert added["every_repost"] is True
    with pytest.raises(ConfigError, match="query: line 1, column 7"):
        call("watch", "add", "wrong", "--query", "title:(任命")


def test_a_saved_page_is_held_against_the_watches(call: Call) -> None:
    Path("page.html").write_text(PAGE, "utf-8")
    call("watch", "add", "讲座", "--all-of", "讲座", "--none-of", "宣讲")

    said = call("watch", "test", "page.html").stdout.splitlines()
    (verdict,) = lines(call("watch", "test", "page.html", "--watch", "资助", "--json"))

    assert said == [
        "讲座: no. all_of: no '讲座'; none_of: '宣讲' in the text",
        "资助: yes. 标题：“奖学金”",
        "    标题: 奖学金评定办法发布",
    ]
    assert verdict["marks"] == {"title": {"text": "奖学金评定办法发布", "marks": [[0, 3]]}}
    assert verdict["matches"] is True
    assert verdict["matched"] == [{"wanted": "奖学金", "found": "奖学金", "where": "title"}]


def test_a_stored_article_is_held_against_the_watches_and_looked_back_at(call: Call) -> None:
    _store_event(dead=False)

    tested = call("watch", "test", "1").stdout
    (found,) = lines(call("watch", "backtest", "资助", "--days", "7", "--json"))

    assert tested == "资助: yes. 标题：“奖学金”\n    标题: 奖学金评定\n"
    assert (found["title"], found["event"], found["site"]) == ("奖学金评定", "new", "yunling")
    with pytest.raises(NotFoundError):
        call("watch", "test", "99")


def test_given_up_alerts_are_listed_and_retried(call: Call) -> None:
    _store_event(dead=True)

    (listed,) = lines(call("alerts", "list", "--json"))
    retried = call("alerts", "retry")
    again = call("alerts", "retry", "1")
    (after,) = lines(call("alerts", "list", "--unsent", "--json"))

    assert (listed["state"], listed["last_error"]) == ("dead", "HTTP 410")
    assert (retried.exit_code, again.exit_code) == (0, 1)
    assert after["state"] == "pending"
    assert "HTTP 410" in call("alerts", "list").stdout


def test_held_events_are_listed_and_decided(call: Call) -> None:
    _store_event(dead=False, state="held")

    (listed,) = lines(call("alerts", "list", "--held", "--json"))
    shown = call("alerts", "list", "--held").stdout
    unmatched = lines(call("status", "--json"))[2]
    released = call("alerts", "release", "yunling")
    again = call("alerts", "release", "yunling", "--discard")

    assert (listed["site"], listed["kind"], listed["title"]) == ("yunling", "new", "奖学金评定")
    assert "奖学金评定" in shown
    assert unmatched == {"unmatched_events": 0, "held_events": 1, "queued_crawls": 0}
    assert (released.exit_code, again.exit_code) == (0, 1)
    assert "1 events of yunling released" in released.stderr
    with pytest.raises(NotFoundError):
        call("alerts", "release", "nobody")


def test_status_says_how_all_stands(call: Call) -> None:
    _store_event(dead=True)

    objects = lines(call("status", "--json"))
    shown = call("status").stdout

    assert (objects[0]["site"], objects[0]["articles"]) == ("yunling", 1)
    assert objects[1]["deliveries"]["dead"] == 1
    assert "yunling" in shown
    assert "1 dead" in shown
    assert "none is alive" in shown


def test_status_names_sites_that_were_never_looked_at(call: Call) -> None:
    _store_event(dead=False)
    Path("sites").mkdir()
    for name, rest in (("xinan", ""), ("off", "enabled = false\n")):
        text = f'title = "{name}"\nstart = ["https://{name}.example/a.htm"]\n{rest}'
        Path(f"sites/{name}.toml").write_text(text, "utf-8")

    objects = lines(call("status", "--json"))
    shown = call("status").stdout.splitlines()
    Path("sites/xinan.toml").write_text("wrong", "utf-8")
    broken = call("status")

    assert [(o["site"], o["health"]) for o in objects[:-3]] == [("xinan", None), ("yunling", None)]
    assert "never" in shown[1]
    assert (broken.exit_code, "yunling" in broken.stdout) == (0, True)
    assert "sites/xinan.toml: is no TOML" in broken.stderr


def test_a_health_check_is_good_while_a_service_beats(call: Call) -> None:
    store = open_store()
    services = Services(store)

    before = call("status", "--check")
    services.beat(me(), now=datetime.now(UTC) - timedelta(seconds=61))
    stale = call("status", "--check")
    services.beat(me(), now=datetime.now(UTC))
    alive = call("status", "--check")
    store.close()

    assert (before.exit_code, stale.exit_code, alive.exit_code) == (1, 1, 0)


@pytest.mark.parametrize("kind", [Kind.SERVICE, Kind.WORKER])
def test_a_container_is_well_while_its_own_service_or_worker_beats(call: Call, kind: Kind) -> None:
    store = open_store()
    services = Services(store)

    services.beat("elsewhere:boot-1:7:7", now=datetime.now(UTC), kind=Kind.SERVICE)
    of_others = call("status", "--check"), call("status", "--check", "--here")
    services.beat(me(), now=datetime.now(UTC), kind=kind)
    own = call("status", "--check", "--here")
    services.stop(me(), now=datetime.now(UTC))
    stopped = call("status", "--check", "--here")
    store.close()

    assert [one.exit_code for one in of_others] == [0, 1]
    assert "of this machine" in of_others[1].stderr
    assert (own.exit_code, stopped.exit_code) == (0, 1)
    assert call("status", "--here").exit_code == 2


def test_every_command_tells_a_time_of_a_site_in_its_zone(call: Call) -> None:
    _store_event(dead=True)
    store = open_store()
    add = _adder(store)
    add(
        Response, site_id=1, url="https://u/1", url_key="u/1", status=200, headers={},
        fetched_at=NOW, outcome="new",
    )  # fmt: skip
    store.close()

    (alert,) = lines(call("alerts", "list", "--json"))
    (kept,) = lines(call("archive", "list", "https://u/1", "--json"))
    (event,) = lines(call("events", "--json"))
    machine = lines(call("watch", "list", "--json"))[0]["since"]

    at = NOW.astimezone(ZoneInfo("Asia/Shanghai"))
    assert [alert["created_at"], kept["fetched_at"], event["occurred_at"]] == [at.isoformat()] * 3
    assert datetime.fromisoformat(machine).utcoffset() == NOW.astimezone().utcoffset()
    assert f"{at:%m-%d %H:%M}" in call("alerts", "list").stdout
    assert f"{at:%Y-%m-%d %H:%M:%S}" in call("archive", "list", "https://u/1").stdout


def _store_event(*, dead: bool, state: str = "open") -> None:
    store = open_store()
    add = _adder(store)
    add(Site, name="yunling", title="云岭大学", added_at=NOW)
    add(Content, content_hash="1:0", title="奖学金评定", text="正文", created_at=NOW)
    add(
        Document, site_id=1, page_key="1", link_key="1", url_key="1", url="https://u/1",
        content_id=1, first_seen_at=NOW, last_seen_at=NOW,
    )  # fmt: skip
    add(
        Version, document_id=1, number=1, content_id=1, reason="first", seen_from=NOW,
        extractor_version=1, body_hash="0", credits=[], attachments=[], images=[], flags=[],
    )  # fmt: skip
    add(
        Event, uid="evt_1", key="new:1", kind="new", site_id=1, document_id=1, version_id=1,
        occurred_at=NOW, matched_at=NOW if state == "open" else None, state=state,
    )  # fmt: skip
    if dead:
        add(Watch, name="资助", origin="file", definition={"name": "资助"}, created_at=NOW)
        add(Channel, name="hook", kind="webhook", origin="file", options={}, created_at=NOW)
        add(Alert, watch_id=1, event_id=1, matched=[], created_at=NOW)
        add(
            Delivery, alert_id=1, channel_id=1, idempotency_key="evt_1", created_at=NOW,
            message={"subject": "s", "text": "t", "payload": {}}, state="dead",
            last_error="HTTP 410",
        )  # fmt: skip
    store.close()


def _adder(store: Store) -> Callable[..., None]:
    def add(table: Any, **values: Any) -> None:
        with store.write() as connection:
            connection.execute(insert(table).values(**values))

    return add
