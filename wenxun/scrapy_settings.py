"""The settings of `scrapy list`, `scrapy crawl` and `scrapy shell`: those of `wenxun crawl`."""

import os

from crawler.settings import CrawlOptions, scrapy_settings
from wenxun.config import load_config
from wenxun.crawling import user_agent

_config = load_config(None, os.environ)
globals().update(
    scrapy_settings(
        CrawlOptions(
            database_url=_config.database_url,
            archive_dir=_config.archive.folder,
            user_agent=user_agent(_config),
            allow_private_hosts=_config.allow_private_hosts,
            alert_max_age=_config.alert_max_age,
            fetch=_config.fetch,
        )
    )
)
WENXUN_SITES_DIR = str(_config.sites_dir)
LOG_INSTALL_ROOT_HANDLER = True
LOG_LEVEL = "INFO"
STATS_DUMP = True
