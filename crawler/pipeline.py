"""Save what a crawl yields.

Articles pass on as records where Scrapy's own feed exports (`-O articles.jsonl`) want them.
"""

import asyncio
from typing import Any, Self

from scrapy.crawler import Crawler

from crawler.spider import NewsSpider
from storage.crawl import ArticleRead
from storage.record import article_record

_MOST_WAITING = 1000  # records in memory before fetching waits for the disk
_WAIT_S = 0.02


class StorePipeline:
    """The last pipeline of every crawl."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._feeds = bool(crawler.settings.getdict("FEEDS"))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it for a crawl."""
        return cls(crawler)

    async def process_item(self, item: Any) -> Any:
        """Save an article. Where the database failed, the spider ends the crawl by itself."""
        spider = self._crawler.spider
        if not isinstance(spider, NewsSpider) or spider.crawl is None:
            return item
        if not isinstance(item, ArticleRead):
            raise TypeError(f"not an article of ours: {type(item).__name__}")
        writer = spider.crawl.writer
        while writer.backlog > _MOST_WAITING and writer.error is None:  # noqa: ASYNC110 (a thread empties it)
            await asyncio.sleep(_WAIT_S)
        spider.crawl.save(item)
        if not self._feeds:
            return item
        return article_record(item.article, site=spider.site.name, timezone=spider.site.timezone)
