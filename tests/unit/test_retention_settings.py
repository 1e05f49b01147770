"""How long things are kept, as the configuration says it."""

from datetime import timedelta

import pytest

from crawler.errors import SettingError
from storage.retention import Retention
from wenxun.config import parse_config
from wenxun.retention_settings import retention_plan


def test_what_is_not_named_is_kept_for_ever() -> None:
    plan = retention_plan({})

    assert plan.is_for_ever
    assert plan.of("yunling") == Retention()


def test_a_site_says_what_is_other_for_it() -> None:
    plan = retention_plan(
        {
            "retention": {
                "crawls": "1y",
                "view_counts": "4w",
                "sites": {"yunling": {"crawls": "forever", "articles": "5y"}},
            }
        }
    )

    four_weeks = timedelta(weeks=4)
    assert plan.of("beihai") == Retention(crawls=timedelta(days=365), view_counts=four_weeks)
    assert plan.of("yunling") == Retention(view_counts=four_weeks, articles=timedelta(days=1825))
    assert not plan.is_for_ever


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ({"retention": "5y"}, "retention"),
        ({"retention": {"article": "5y"}}, "retention.article"),
        ({"retention": {"articles": "5 years"}}, "retention.articles"),
        ({"retention": {"articles": "0d"}}, "retention.articles"),
        ({"retention": {"sites": ["yunling"]}}, "retention.sites"),
        ({"retention": {"sites": {"yunling": {"keep": "5y"}}}}, "retention.sites.yunling.keep"),
        ({"retention": {"sites": {"yunling": {"crawls": 5}}}}, "retention.sites.yunling.crawls"),
    ],
)
def test_a_wrong_setting_is_named(table: dict[str, object], key: str) -> None:
    with pytest.raises(SettingError) as raised:
        retention_plan(table)

    assert raised.value.key == key


def test_the_environment_says_it_too() -> None:
    config = parse_config({}, path=None, environ={"WENXUN_RETENTION_ARTICLES": "2y"})

    assert config.retention.everywhere == Retention(articles=timedelta(days=730))
