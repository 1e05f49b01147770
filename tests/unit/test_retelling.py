"""Who was first, how much later the others were, and what they changed."""

from datetime import UTC, datetime, timedelta
from typing import Any

from storage.article import Precision
from storage.retelling import Delay, Telling, delay, differences, in_order

MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # nine o'clock there
TEXT = "甲地今天下雪，路上积雪半尺。\n学校照常上课，食堂提前开门。\n明天放晴，气温回升到五度。"


def telling(number: int = 1, **values: Any) -> Telling:
    given: dict[str, Any] = {
        "article_id": number,
        "site": f"site{number}",
        "timezone": "Asia/Shanghai",
        "url": f"http://n.example/{number}",
        "title": "下雪了",
        "text": TEXT,
        "published_at": MORNING,
        "published_precision": Precision.MINUTE,
        "first_seen_at": MORNING,
        "withdrawn_at": None,
    }
    return Telling(**(given | values))


def day(at: datetime = datetime(2026, 3, 1, 16, 0, tzinfo=UTC), **values: Any) -> dict[str, Any]:
    return {"published_at": at, "published_precision": Precision.DAY, **values}


def test_who_published_first_is_first() -> None:
    late, early = telling(1, published_at=MORNING + timedelta(hours=2)), telling(2)

    assert in_order([late, early]) == (early, late)
    assert delay(early, late) == Delay(days=0, span=timedelta(hours=2))


def test_a_day_without_a_time_is_no_midnight() -> None:
    noon = telling(1)
    some_time = telling(2, **day(first_seen_at=MORNING + timedelta(hours=9)))

    assert in_order([some_time, noon]) == (noon, some_time)
    assert delay(noon, some_time) == Delay(days=0, span=None)


def test_a_day_that_was_seen_later_ends_before_we_saw_it() -> None:
    old = telling(1, **day(first_seen_at=MORNING + timedelta(days=30)))
    next_day = telling(2, published_at=MORNING + timedelta(days=1))

    assert in_order([next_day, old]) == (old, next_day)
    assert delay(old, next_day).days == 1


def test_an_undated_article_counts_from_when_it_was_seen() -> None:
    undated = telling(1, published_at=None, published_precision=None)

    assert delay(telling(2), undated) == Delay(days=0, span=timedelta(0))


def test_a_copy_changed_nothing() -> None:
    found = differences(telling(), telling(2, text=TEXT.replace("，", ",").replace("\n", "")))

    assert not found.title
    assert (found.cut, found.added, found.edited, found.credits) == ((), (), (), ())


def test_what_was_cut_added_and_edited_is_named() -> None:
    text = (
        "本站提醒：出门注意防滑。\n甲地今天下雪，路上积雪一尺。\n学校照常上课，食堂提前开门。\n"
        "责任编辑：江舟"
    )

    found = differences(telling(), telling(2, title="雪后", text=text))

    assert found.title
    assert found.cut == ("明天放晴，气温回升到五度。",)
    assert found.added == ("本站提醒：出门注意防滑。",)
    assert found.edited == ("甲地今天下雪，路上积雪半尺。",)
    assert found.credits == ("责任编辑：江舟",)


def test_credits_beside_the_text_are_told_once() -> None:
    text = f"来源：校报\n{TEXT}\n来源：校报"

    found = differences(
        telling(credits=("责编：江舟",)),
        telling(2, text=text, credits=("责编：江舟", "责编：白露")),
    )

    assert found.credits == ("来源：校报", "责编：白露")
