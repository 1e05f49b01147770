"""The steps of the demonstration: a site, a crawl, the service, an alert."""

import json
import subprocess
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from storage.articles import Articles, StoredArticle
from storage.services import Services
from storage.store import Store, file_url, open_store
from wenxun.demo.children import (
    Child,
    ChildFailedError,
    child,
    sigterm_is_an_interrupt,
    wait_until,
)
from wenxun.demo.folder import SITE, DemoFolder, fresh_folder
from wenxun.demo.screen import Screen
from wenxun.newssite import NewsSite, serve
from wenxun.newssite.truth import distinct_articles

_CRAWL_S, _START_S, _ALERT_S = 45, 20, 40  # together with the rest: under two minutes
_NEWS_DELAY_S = 0.1  # a site that answers at once would leave nothing to watch
_TITLE = "云岭大学2026年硕士研究生招生简章发布"
_TEXT = """云岭大学今天发布2026年硕士研究生招生简章，计划在十二个学院招生。
报名在网上进行，材料由各学院研究生办公室审核，复试在望江楼报告厅举行。"""


def tour(path: Path, screen: Screen) -> None:
    """Show everything, in this folder; leave the folder, and no process.

    Raises:
        FolderRefusedError: the folder holds something else, is in use, or cannot be written.
        ChildFailedError: a command failed or was too slow.
    """
    site = NewsSite()
    with sigterm_is_an_interrupt(), serve(site), fresh_folder(path, site) as folder:
        screen.site(site.name, site.base, distinct_articles(site), len(site.columns))
        summary = _crawl(site, folder, screen)
        store = open_store(file_url(folder.database))
        try:
            articles = Articles(store)
            newest = articles.newest(limit=8)
            screen.articles(summary, newest, _short(newest))
            _alert(site, folder, store, screen)
            screen.farewell(folder, articles.newest(limit=1)[0])
        finally:
            store.close()


def _crawl(site: NewsSite, folder: DemoFolder, screen: Screen) -> Mapping[str, Any]:
    """Run `wenxun crawl` and return its summary; its progress is its own, on our terminal."""
    screen.crawl(SITE)
    site.go_slow(_NEWS_DELAY_S)
    with child("crawl", SITE, "--json", folder=folder.path, out=subprocess.PIPE) as process:
        try:
            said, _ = process.communicate(timeout=_CRAWL_S)
        except subprocess.TimeoutExpired as error:
            raise ChildFailedError(f"wenxun crawl took longer than {_CRAWL_S} s") from error
    site.heal()
    if process.returncode or not said:
        raise ChildFailedError(f"wenxun crawl failed with exit code {process.returncode}")
    summary: Mapping[str, Any] = json.loads(said)
    return summary


def _alert(site: NewsSite, folder: DemoFolder, store: Store, screen: Screen) -> None:
    """Start `wenxun run`, publish, and wait for the alert on both channels."""
    screen.service()
    with (
        folder.console.open("wb") as out,
        folder.log.open("wb") as err,
        child("run", folder=folder.path, out=out, err=err) as service,
    ):
        services = Services(store)
        seconds = wait_until(
            lambda: bool(services.live(now=datetime.now(UTC))),
            of=service, within_s=_START_S, log=folder.log,
        )  # fmt: skip
        screen.service_is_up(seconds)
        _publish(site, folder, service, screen)
        screen.stopping()


def _publish(site: NewsSite, folder: DemoFolder, service: Child, screen: Screen) -> None:
    site.publish(_TITLE, text=_TEXT)
    screen.published(_TITLE, site.name)
    began = time.monotonic()
    for channel in (folder.console, folder.alerts):
        wait_until(lambda: _told(channel), of=service, within_s=_ALERT_S, log=folder.log)  # noqa: B023
    screen.alert(
        seconds=time.monotonic() - began,
        printed=folder.console.read_text("utf-8").strip(),
        line=folder.alerts.read_text("utf-8").strip(),
    )


def _told(channel: Path) -> bool:
    """Say whether the channel's file holds the alert, whole."""
    told = channel.read_text("utf-8", "replace") if channel.exists() else ""
    return _TITLE in told and told.endswith("\n")


def _short(articles: list[StoredArticle]) -> StoredArticle:
    """Return the article that fills the least of the screen, of those with a text."""
    with_text = [article for article in articles if article.text] or articles
    return min(with_text, key=lambda article: len(article.text))
