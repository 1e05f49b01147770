"""A crawl that takes too much memory says so, and the next one goes on."""

import json

from tests.e2e.conftest import Desk
from wenxun.newssite import NewsSite

LIMITED = """
from crawler import settings
for found in [one for one in vars(settings).values() if isinstance(one, dict)]:
    if "MEMUSAGE_LIMIT_MB" in found:
        found["MEMUSAGE_LIMIT_MB"] = 1
from wenxun.cli import main
main()
"""


def test_a_crawl_that_takes_too_much_is_interrupted_and_says_why(
    desk: Desk, news: NewsSite
) -> None:
    desk.site_of(news)
    (desk.folder / "limited.py").write_text(LIMITED, "utf-8")

    ended = desk.run("crawl", module="limited")
    again = json.loads(desk.crawl().out)

    assert "interrupted" in ended.out
    assert "more than 1 MB of memory; the next crawl goes on" in ended.err
    assert ended.code == 1
    assert (again["outcome"], again["articles_new"]) == ("ok", 24)
