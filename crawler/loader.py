"""Make Scrapy spiders of site files, so that `scrapy list` and `scrapy crawl <site>` work."""

import builtins
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from scrapy.http import Request
from scrapy.settings import BaseSettings
from scrapy.spiders import Spider

from crawler.site import Site
from crawler.sites import load_sites
from crawler.spider import spider_class


class SiteLoader:
    """The site files of a folder, as spiders; a file with `enabled = false` is one too."""

    def __init__(self, sites: Mapping[str, Site]) -> None:
        self._sites = sites

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        """Read the folder named by `WENXUN_SITES_DIR`; none is no sites."""
        folder = settings.get("WENXUN_SITES_DIR")
        sites = load_sites(Path(folder)) if folder else ()
        return cls({site.name: site for site in sites})

    def load(self, spider_name: str) -> type[Spider]:
        """Return the spider of a site.

        Raises:
            KeyError: there is no such site file.
        """
        if spider_name not in self._sites:
            raise KeyError(f"Spider not found: {spider_name}")
        return spider_class(self._sites[spider_name])

    def list(self) -> builtins.list[str]:
        """Return the names of the sites."""
        return sorted(self._sites)

    def find_by_request(self, request: Request) -> builtins.list[str]:
        """Return the sites that start on the host of this request."""
        host = request.url.split("/", 3)[2]
        return [name for name, site in self._sites.items() if any(host in u for u in site.start)]
