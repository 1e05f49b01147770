"""Of very many watches only those are asked that may be met; nobody is forgotten."""

import random
from datetime import UTC, datetime

from scheduler.meeting import View, Want, match, want, word_index
from scheduler.roster import Roster
from scheduler.watch import parse_watch
from storage.alert import SITE_EVENTS, EventKind, Subject

NOW = datetime(2026, 3, 1, tzinfo=UTC)
WORDS = ["招生", "录取", "复试", "讲座", "奖学金", "AI", "2026", "体检", "食堂", "教务处"]
QUERIES = [
    "title:招生 -讲座", "(招生 | 复试) 奖学金", "-讲座", "site:a 招生", "招生 | site:b",
    "date:2026 奖学金", "section:食堂 | source:教务处", "-(讲座 | 体检) AI", "site:a",
]  # fmt: skip


def anybody(random_: random.Random) -> Want:
    """A watch with some conditions of any kind, or none."""
    table: dict[str, object] = {"name": "w"}
    for key in ("any_of", "all_of", "none_of"):
        if random_.random() < 0.4:
            table[key] = random_.sample(WORDS, random_.randint(1, 3))
    if random_.random() < 0.3:
        table["query"] = random_.choice(QUERIES)
    if random_.random() < 0.2:
        table["regex"] = [r"招.{0,3}简章|AI"]
    if random_.random() < 0.3:
        table["sites"] = random_.sample(["a", "b", "c"], random_.randint(1, 2))
    if random_.random() < 0.4:
        table["events"] = random_.sample(list(EventKind), random_.randint(1, 3))
    return want(parse_watch(table, "watch"))


def anything(random_: random.Random) -> Subject:
    kind = random_.choice(list(EventKind))
    of_site = kind in SITE_EVENTS
    return Subject(
        event_id=1, uid="evt_1", kind=kind, change=None, backfill=False, occurred_at=NOW,
        detail=None, site=random_.choice("abc"), site_title=None, timezone="Asia/Shanghai",
        title=None if of_site else "，".join(random_.sample(WORDS, random_.randint(0, 3))) or "无",
        text=None if of_site else "。".join(random_.sample(WORDS, random_.randint(0, 4))),
        section=random_.choice([None, "食堂"]), source=random_.choice([None, "教务处"]),
        published_at=random_.choice([None, NOW]),
    )  # fmt: skip


def test_whom_the_roster_leaves_out_would_not_have_been_met() -> None:
    random_ = random.Random(11)
    wants = [anybody(random_) for _ in range(300)]
    index, roster = word_index(wants), Roster(wants)
    asked = 0
    for _ in range(300):
        view = View(anything(random_), index)
        places = list(roster.candidates(view))
        asked += len(places)

        met = [n for n, one in enumerate(wants) if match(one, view, since=NOW) is not None]

        assert set(met) <= set(places)
        assert places == sorted(set(places))
    assert asked < 300 * 300 * 0.7


def test_a_watch_is_asked_only_where_a_word_that_it_needs_is_met() -> None:
    wants = [want(parse_watch({"name": word, "all_of": [word, "学"]}, "")) for word in WORDS]
    index, roster = word_index(wants), Roster(wants)
    subject = Subject(
        event_id=1, uid="evt_1", kind=EventKind.NEW, change=None, backfill=False, occurred_at=NOW,
        detail=None, site="a", site_title=None, timezone="Asia/Shanghai", title="复试名单", text="",
    )  # fmt: skip

    places = list(roster.candidates(View(subject, index)))

    assert [WORDS[place] for place in places] == ["复试"]
