"""Open the database when a crawl begins, save what it yields, close when it ends.

Articles pass through as records, so that Scrapy's own feed exports (`-O articles.jsonl`) work too.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Self

from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider

from crawler.spider import NewsSpider
from storage.crawl import ArticleRead
from storage.record import article_record

_MOST_WAITING = 1000  # records in memory before fetching waits for the disk
_WAIT_S = 0.02


class StorePipeline:
    """The last pipeline of every crawl."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it for a crawl."""
        return cls(crawler)

    async def process_item(self, item: Any) -> Mapping[str, Any]:
        """Save an article; return it as a record.

        Raises:
            CloseSpider: the database cannot be written to; the crawl ends.
        """
        spider = self._crawler.spider
        if not isinstance(spider, NewsSpider) or not isinstance(item, ArticleRead):
            raise TypeError(f"not an article of ours: {type(item).__name__}")
        while spider.run.writer.backlog > _MOST_WAITING and spider.run.writer.error is None:
            await asyncio.sleep(_WAIT_S)
        spider.run.save(item)
        if spider.run.writer.error is not None:
            raise CloseSpider("database")
        return article_record(item.article, site=spider.site.name, timezone=spider.site.timezone)
