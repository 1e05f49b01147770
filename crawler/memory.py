"""The most memory that a crawl may take: what it takes now, not what anybody ever took.

Scrapy asks for the peak (`ru_maxrss`), and Linux hands that of the process that starts a program on
to it: a crawl that a large process started would end before its first request.
"""

import resource
from pathlib import Path

from scrapy.crawler import Crawler
from scrapy.extensions.memusage import MemoryUsage

_STATM = Path("/proc/self/statm")  # pages: in all, resident, …; see proc(5)


class MemoryLimit(MemoryUsage):
    """Ends a crawl that takes more than MEMUSAGE_LIMIT_MB; the next crawl goes on."""

    most = 0  # bytes, so far

    def get_virtual_size(self) -> int:
        """Return the bytes that are resident now; the peak where the system does not tell."""
        now = resident()
        size = super().get_virtual_size() if now is None else now
        self.most = max(self.most, size)
        return size


def resident() -> int | None:
    """Return the bytes of this process that are in memory; None where the system does not tell."""
    try:
        pages = int(_STATM.read_text("ascii").split()[1])
    except OSError:
        return None
    return pages * resource.getpagesize()


def exceeded(crawler: Crawler) -> str | None:
    """Say that a crawl took too much memory, for one that was ended; None: it did not."""
    watching = crawler.get_extension(MemoryLimit)
    if watching is None or watching.most <= watching.limit:
        return None
    most = watching.limit // 1024**2
    return f"ended because it took more than {most:,} MB of memory; the next crawl goes on"
