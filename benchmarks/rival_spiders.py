"""The spiders that ours is measured against; run as a program of their own.

`counting` has Wenxun's own Scrapy settings and does nothing with a page but count it and follow
its links: what fetching alone costs. `plain` is what a Scrapy user writes first: stock settings,
CSS selectors, one committed insert for each item with the same database library. `least` is the
counting one that keeps what it fetches, by no rules at all (`least_spider.py`).

Usage: python benchmarks/rival_spiders.py counting|least|plain DATABASE LIST_PAGE...
"""

import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from crawler.collecting import collect_seldom

if sys.argv[1:2] in (["counting"], ["least"]):  # before the large imports, as a crawl of ours does
    collect_seldom()

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from sqlalchemy import Column, MetaData, Table, Text, create_engine, insert

_ARTICLE = re.compile(rb'href="([^"]*/info/\d+/\d+\.htm)"')
_NEXT = re.compile(rb'href="([^"]+)"[^>]*>\xe4\xb8\x8b\xe9\xa1\xb5')  # 下页


class CountingSpider(scrapy.Spider):
    """Counts responses."""

    name = "counting"
    pages = 0

    def parse(self, response: Response) -> Iterator[Any]:
        self.pages += 1
        body = response.body
        for path in dict.fromkeys(_ARTICLE.findall(body)):
            yield scrapy.Request(urljoin(response.url, path.decode()), callback=self.parse_article)
        if found := _NEXT.search(body):
            following = found.group(1).decode().replace("&amp;", "&")
            yield scrapy.Request(urljoin(response.url, following))

    def parse_article(self, response: Response) -> None:  # noqa: ARG002 (Scrapy passes it)
        self.pages += 1


class LeastSpider(CountingSpider):
    """Keeps what the counting one only counts."""

    name = "least"

    def __init__(self, *, database: str, **arguments: Any) -> None:
        from least_spider import Kept  # the others are not to pay for it

        super().__init__(**arguments)
        self._kept = Kept(Path(database))

    def parse_article(self, response: Response) -> None:
        self.pages += 1
        self._kept.add(response)

    def closed(self, reason: str) -> None:  # noqa: ARG002 (Scrapy passes it)
        self._kept.save()
        print(self._kept.stored())


class PlainSpider(scrapy.Spider):
    """Reads four fields and yields an item."""

    name = "plain"

    def parse(self, response: Response) -> Iterator[Any]:
        for href in response.css("[id^=line_u] a::attr(href)").getall():
            yield response.follow(href, callback=self.parse_article)
        following = response.xpath("//a[text()='下页']/@href").get()
        if following:
            yield response.follow(following)

    def parse_article(self, response: Response) -> Iterator[Any]:
        text = response.css(".v_news_content ::text").getall()
        printed = " ".join(response.css("form ::text").getall())
        dates = re.findall(r"\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2})?", printed)
        yield {
            "url": response.url,
            "title": response.css("title::text").get("").partition("-")[0],
            "date": dates[0] if dates else None,
            "text": "\n".join(line.strip() for line in text if line.strip()),
        }


class InsertPipeline:
    """One insert and one commit for each item, by SQLAlchemy as its tutorial shows it."""

    def __init__(self, path: str) -> None:
        self._engine = create_engine(f"sqlite:///{path}")
        columns = [Column(name, Text) for name in ("title", "date", "text")]
        self._table = Table("article", MetaData(), Column("url", Text, primary_key=True), *columns)
        self._table.create(self._engine)

    @classmethod
    def from_crawler(cls, crawler: Any) -> "InsertPipeline":
        return cls(crawler.settings["DATABASE"])

    def process_item(self, item: Any) -> Any:
        with self._engine.begin() as connection:
            connection.execute(insert(self._table), item)
        return item


def counting_settings() -> dict[str, Any]:
    """Wenxun's settings for a loopback site."""
    from crawler.settings import PRIVATE_CONCURRENCY, CrawlOptions, process_settings

    options = CrawlOptions(database_url="", user_agent="bench", allow_private_hosts=True)
    return process_settings(options) | {
        "DOWNLOAD_DELAY": 0,
        "AUTOTHROTTLE_ENABLED": False,
        "CONCURRENT_REQUESTS_PER_DOMAIN": PRIVATE_CONCURRENCY,
        "LOG_INSTALL_ROOT_HANDLER": False,
    }


def plain_settings(database: str) -> dict[str, Any]:
    """What a Scrapy user has, and a pipeline."""
    return {"DATABASE": database, "ITEM_PIPELINES": {"__main__.InsertPipeline": 300}}


def main() -> None:
    which, database, *start = sys.argv[1:]
    is_ours = which in {"counting", "least"}
    process = AsyncCrawlerProcess(counting_settings() if is_ours else plain_settings(database))
    if is_ours:  # what a crawl of ours does beside the settings
        logging.getLogger("scrapy").setLevel(logging.CRITICAL)
        collect_seldom()
    if which == "least":
        process.crawl(LeastSpider, start_urls=start, database=database)
    else:
        process.crawl(CountingSpider if is_ours else PlainSpider, start_urls=start)
    process.start()


if __name__ == "__main__":
    main()
