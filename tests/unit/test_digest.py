"""What a digest says."""

from datetime import UTC, datetime
from typing import Any

from scheduler.digest import Waited, digest
from scheduler.render import Message
from scheduler.timetable import parse_timetable

TIMETABLE = parse_timetable({"digest": "08:00"}, "")
MORNING = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)  # 08:00 in Shanghai


def message(uid: str, title: str, site: str = "云岭大学新闻网", **given: Any) -> Message:
    article = {
        "title": title,
        "url": f"https://news.example/{uid}.htm",
        "published_at": "2026-03-01T09:28:00+08:00",
        "content_hash": given.get("content", title),
    }
    kind = given.get("kind", "article.new")
    payload = {
        "id": uid,
        "type": kind,
        "timestamp": "2026-03-01T09:30:05+08:00",
        "watch": given.get("watch", "招生"),
        "site": {"name": site, "title": site},
        "article": None if kind.startswith("site.") else article,
    }
    return Message(subject=f"【站点异常】{site}", text="…", payload=payload)


def made(*messages: Message) -> Message:
    waited = [Waited(message=message) for message in messages]
    return digest("dig_1", waited, now=MORNING, timetable=TIMETABLE)


def test_a_digest_lists_what_happened_by_watch() -> None:
    told = made(
        message("evt_1", "招生简章发布"),
        message("evt_2", "学术讲座预告", watch="讲座"),
        message("evt_3", "复试名单", kind="article.withdrawn"),
    )

    assert told.subject == "【早报】03-02 3 条：新文章 2，文章已撤下 1"
    assert told.text.splitlines() == [
        "【早报】03-02 3 条：新文章 2，文章已撤下 1",
        "",
        "■ 招生",
        "1. 【新文章】招生简章发布",
        "云岭大学新闻网 | 2026-03-01",
        "https://news.example/evt_1.htm",
        "2. 【文章已撤下】复试名单",
        "云岭大学新闻网 | 2026-03-01",
        "https://news.example/evt_3.htm",
        "",
        "■ 讲座",
        "3. 【新文章】学术讲座预告",
        "云岭大学新闻网 | 2026-03-01",
        "https://news.example/evt_2.htm",
    ]


def test_programs_get_every_event_under_the_digests_own_id() -> None:
    told = made(message("evt_1", "甲"), message("evt_2", "乙"))

    assert (told.payload["id"], told.payload["type"]) == ("dig_1", "digest")
    assert [event["id"] for event in told.payload["events"]] == ["evt_1", "evt_2"]


def test_an_event_of_two_watches_is_told_once() -> None:
    told = made(message("evt_1", "甲"), message("evt_1", "甲", watch="讲座"))

    assert told.text.count("【新文章】甲") == 1
    assert "■ 招生、讲座" in told.text


def test_one_story_on_several_sites_is_told_once_with_who_reposted() -> None:
    told = made(
        message("evt_1", "甲", content="1:a"),
        message("evt_2", "甲", site="云岭日报", content="1:a"),
        message("evt_3", "甲", site="校友网", content="1:a"),
        message("evt_4", "甲", site="校友网", content="1:b"),
    )

    assert (
        "1. 【新文章】甲\n云岭大学新闻网 | 2026-03-01 | 另有 2 家转载：云岭日报、校友网"
        in told.text
    )
    assert "2. 【新文章】甲\n校友网" in told.text


def test_a_change_and_a_withdrawal_of_one_text_are_two() -> None:
    told = made(
        message("evt_1", "甲", kind="article.changed"),
        message("evt_2", "甲", kind="article.withdrawn"),
    )

    assert "2 条" in told.subject


def test_a_site_is_told_in_its_own_words() -> None:
    assert "1. 【站点异常】云岭大学新闻网" in made(message("evt_1", "", kind="site.broken")).text


def test_the_name_of_a_digest_follows_the_channels_clock() -> None:
    evening = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    waited = [Waited(message=message("evt_1", "甲"))]

    told = digest("dig_1", waited, now=evening, timetable=TIMETABLE)

    assert told.subject.startswith("【晚报】")
