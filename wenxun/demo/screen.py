"""What the demonstration shows: plain lines, or colours where there is a terminal."""

import os
import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from storage.articles import StoredArticle
from storage.export import stored_document
from wenxun.demo.folder import WATCH, DemoFolder

_UNKNOWN = "未知"


class Screen:
    """Prints the steps, one method a step."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def site(self, name: str, address: str, articles: int, columns: int) -> None:
        """Say which site is watched."""
        self._step(1, f"A news site: {name}, {address}")
        self._say(
            f"An invented university with {articles} articles in {columns} columns. "
            "It runs on this machine only, for the demonstration."
        )

    def crawl(self, site: str) -> None:
        """Say that the crawl begins."""
        self._step(2, f"wenxun crawl {site}")

    def articles(
        self, summary: Mapping[str, Any], newest: Sequence[StoredArticle], shown: StoredArticle
    ) -> None:
        """Show what the crawl found, and the document form of one article."""
        self._say(
            f"{summary['articles_new']} new articles from {summary['requests']} requests "
            f"in {summary['elapsed_s']:.1f} s. The newest:"
        )
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column("no.", justify="right", no_wrap=True)
        table.add_column("date", no_wrap=True)
        table.add_column("title", overflow="fold")
        table.add_column("views", justify="right", no_wrap=True)
        for article in newest:
            views = _UNKNOWN if article.views is None else str(article.views)
            table.add_row(str(article.id), article.published_day or _UNKNOWN, article.title, views)
        self._console.print(table)
        title = f"no. {shown.id} in the document form"
        self._console.print(Panel(Text(stored_document(shown)), title=title, title_align="left"))

    def service(self) -> None:
        """Say that the service starts."""
        self._step(3, "wenxun run")
        self._say(f"The service looks every two seconds; a watch waits for {WATCH}.")

    def service_is_up(self, seconds: float) -> None:
        """Say that it runs."""
        self._say(f"Up after {seconds:.1f} s. Nobody is told of what was there before.")

    def published(self, title: str, site: str) -> None:
        """Say what happens on the site."""
        self._step(4, "News")
        self._say(f"{site} publishes: {title}")

    def alert(self, *, seconds: float, printed: str, line: str) -> None:
        """Show the alert, as each channel tells it."""
        self._console.print(f"Alert after {seconds:.1f} s.", style="bold green")
        self._console.print(Panel(Text(printed), title="console", title_align="left"))
        self._console.print(Panel(Text(line), title="alerts.jsonl", title_align="left"))

    def stopping(self) -> None:
        """Say why there is a pause."""
        self._say("Stopping the service and the site …")

    def farewell(self, folder: DemoFolder, article: StoredArticle) -> None:
        """Say where everything is, and what to try."""
        here = os.path.relpath(folder.path)
        wenxun = _program(folder.path)
        self._step(5, "Try next")
        self._say(f"The database is {os.path.relpath(folder.database)}, the log service.log.")
        for command in (
            f"cd {shlex.quote(here)}",
            f"{wenxun} status",
            f"{wenxun} show {article.id}",
            f"{wenxun} alerts list",
            f"{wenxun} watch backtest {WATCH}",
            f"{wenxun} export --format text --out articles",
        ):
            self._console.print(f"    {command}", soft_wrap=True, markup=False)
        self._say(
            "Then a site of your own: sites/yunling.toml and wenxun.toml there are the example. "
            "The next demonstration starts that folder afresh."
        )

    def _step(self, number: int, title: str) -> None:
        self._console.print(f"\n{number}  {title}", style="bold cyan", markup=False)

    def _say(self, text: str) -> None:
        self._console.print(text, markup=False)


def _program(folder: Path) -> str:
    """Return what to type in that folder to call this program."""
    called = Path(sys.argv[0]).absolute()
    known = shutil.which("wenxun")
    if known and Path(known).absolute() == called:
        return "wenxun"
    if called.name == "wenxun":
        near = os.path.relpath(called, folder.absolute())
        return shlex.quote(min(near, str(called), key=len))
    return f"{shlex.quote(sys.executable)} -m wenxun"
