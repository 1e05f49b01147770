"""What messages say."""

import json
from dataclasses import replace
from datetime import UTC, datetime

from scheduler.render import message_of, render
from scheduler.watch import Match, Reason
from storage.alert import EventKind, Subject
from storage.article import Credit

SUBJECT = Subject(
    event_id=1,
    uid="evt_7",
    kind=EventKind.NEW,
    change=None,
    backfill=False,
    occurred_at=datetime(2026, 3, 1, 18, 30, tzinfo=UTC),
    detail=None,
    site="yunling",
    site_title="云岭大学新闻网",
    timezone="Asia/Shanghai",
    article_id=12,
    title="奖学金评定办法发布",
    text="正文" * 500,
    url="https://news.yunling.example/info/1/12.htm",
    published_text="日期：2026-03-01 17:00",
    published_at=datetime(2026, 3, 1, 9, 0, tzinfo=UTC),
    published_precision="minute",
    source="学生处",
    columns=("综合新闻", "通知公告"),
    credits=(Credit(role="作者", name="卢青禾", printed="作者：卢青禾"),),
)
MATCH = Match(
    reasons=(
        Reason(wanted="奖学金", found="奖学金", where="title"),
        Reason(wanted=r"20\d\d", found="2026", where="text"),
    )
)


def test_a_message_says_what_where_when_and_why() -> None:
    message = render(SUBJECT, MATCH, watch="资助")

    assert message.subject == "【新文章】奖学金评定办法发布 - 云岭大学新闻网"
    assert message.text == (
        "【新文章】奖学金评定办法发布\n"
        "站点：云岭大学新闻网\n"
        "栏目：综合新闻、通知公告\n"
        "日期：2026-03-01 17:00\n"
        "来源：学生处\n"
        "https://news.yunling.example/info/1/12.htm\n"
        r"命中：标题：“奖学金”；正文：“2026”（20\d\d）" + "\n"
        "关注：资助\n"
        "发现：2026-03-02 02:30"
    )


def test_a_changed_title_is_told_with_the_old_one() -> None:
    changed = replace(SUBJECT, kind=EventKind.CHANGED, change="title", previous_title="评定办法")

    message = render(changed, MATCH, watch="资助")

    assert message.subject == "【标题有修改】奖学金评定办法发布 - 云岭大学新闻网"
    assert message.text.splitlines()[:2] == ["【标题有修改】奖学金评定办法发布", "原标题：评定办法"]


def test_the_payload_carries_the_key_the_type_and_the_offset_of_the_site() -> None:
    payload = render(SUBJECT, MATCH, watch="资助").payload

    assert payload["id"] == "evt_7"
    assert payload["type"] == "article.new"
    assert payload["timestamp"] == "2026-03-02T02:30:00+08:00"
    assert payload["watch"] == "资助"
    assert payload["article"]["published_at"] == "2026-03-01T17:00:00+08:00"
    assert payload["article"]["credits"][0]["name"] == "卢青禾"
    assert payload["matched"][0] == {"wanted": "奖学金", "found": "奖学金", "where": "title"}


def test_a_payload_stays_below_what_receivers_take() -> None:
    long = replace(SUBJECT, text="长" * 100_000)

    payload = json.dumps(render(long, MATCH, watch="资助").payload, ensure_ascii=False).encode()

    assert len(payload) < 20_000


def test_a_site_event_has_no_article() -> None:
    broken = replace(SUBJECT, kind=EventKind.BROKEN, title=None, detail="12 of 30 vanished")

    message = render(broken, Match(reasons=()), watch="站点")

    assert message.subject == "【站点异常】云岭大学新闻网"
    assert message.payload["type"] == "site.broken"
    assert message.payload["article"] is None
    assert "说明：12 of 30 vanished" in message.text


def test_a_message_survives_the_outbox() -> None:
    message = render(SUBJECT, MATCH, watch="资助")

    assert message_of(json.loads(json.dumps(message.record()))) == message
