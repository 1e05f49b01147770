"""`wenxun extract`: one page → one article; nothing is stored."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from crawler.browser.alone import render_alone
from crawler.browser.errand import Errand, sent_headers
from crawler.browser.renderer import RENDERED
from crawler.browser.scripts import wants_scripts
from crawler.errors import FetchError, GuardError, HungPageError, PageCrashError
from crawler.extract import Refusal, extract
from crawler.fetch import fetch_page
from crawler.page import SHANGHAI, Page
from crawler.wordings import ADVICE
from storage.article import Article, document
from storage.record import article_record
from wenxun.config import Config
from wenxun.context import ConfigOption, DatabaseOption, read_config
from wenxun.crawling import user_agent

_STDIN = "-"
_Read = Callable[[str, str | None, Config], Page]


class Form(StrEnum):
    """How an article is printed."""

    TEXT = "text"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failure:
    """Why a source gave no article: the state of the page, or that there was none."""

    state: str
    evidence: str
    advice: str | None = None


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("extract")(extract_pages)


def extract_pages(
    sources: Annotated[
        list[str],
        typer.Argument(metavar="FILE|URL...", help="Saved pages or addresses; - is stdin."),
    ],
    *,
    url: Annotated[
        str | None, typer.Option("--url", help="The address of the page in a file or stdin.")
    ] = None,
    views: Annotated[
        int | None, typer.Option("--views", min=0, help="The view count, where it is known.")
    ] = None,
    form: Annotated[
        Form, typer.Option("--format", help="The document, or one JSON object a line.")
    ] = Form.TEXT,
    render: Annotated[
        bool, typer.Option("--render", help="Run the scripts of addresses in a browser first.")
    ] = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Read articles from pages and print them; nothing is stored."""
    if url is not None and len(sources) > 1:
        raise typer.BadParameter("one address cannot be that of several pages", param_hint="--url")
    if render and not all(map(_is_address, sources)):
        raise typer.BadParameter("only addresses can be rendered, no files", param_hint="--render")
    settings = read_config(config, database)
    read = _rendered_page if render else _page
    printed, failed = 0, 0
    for source in sources:
        result = _result(read, source, url, settings)
        if not isinstance(result, Article):
            failed += 1
            _print_refusal(result, source, form)
            continue
        article = result if views is None else replace(result, views=views)
        _print_article(article, form, is_first=printed == 0)
        printed += 1
    if failed:
        raise typer.Exit(1)


def _result(read: _Read, source: str, url: str | None, settings: Config) -> Article | _Failure:
    try:
        page = read(source, url, settings)
    except HungPageError as error:
        return _Failure(state="timeout", evidence=str(error))
    except PageCrashError as error:
        return _Failure(state="error", evidence=str(error))
    except (FetchError, GuardError) as error:
        return _Failure(state="unreachable", evidence=str(error))
    except OSError as error:
        return _Failure(state="unreadable", evidence=error.strerror or str(error))
    result = extract(page)
    if isinstance(result, Article):
        return result
    return _Failure(
        state=result.state.value, evidence=result.evidence, advice=_advice(result, page)
    )


def _advice(refusal: Refusal, page: Page) -> str | None:
    """Return what may help to read a page, or None."""
    is_fetched = page.url.startswith("http") and RENDERED not in page.headers
    if wants_scripts(refusal.state) and is_fetched:
        return "if scripts write the page, --render reads it"
    return ADVICE.get(refusal.state)


def _is_address(source: str) -> bool:
    return source.lower().startswith(("http://", "https://"))


def _rendered_page(source: str, url: str | None, settings: Config) -> Page:
    agent = user_agent(settings)

    def bring(errand: Errand) -> Page:
        return fetch_page(
            errand.url,
            user_agent=agent,
            allow_private=settings.allow_private_hosts,
            headers=sent_headers(errand),
            method=errand.method,
            content=errand.body,
        )

    page = _page(source, url, settings)
    return render_alone(page, chromium=settings.chromium, user_agent=agent, bring=bring)


def _page(source: str, url: str | None, settings: Config) -> Page:
    if _is_address(source):
        return fetch_page(
            source, user_agent=user_agent(settings), allow_private=settings.allow_private_hosts
        )
    if source == _STDIN:
        body, address = sys.stdin.buffer.read(), "file:///stdin"
    else:
        path = Path(source)
        body, address = path.read_bytes(), path.resolve().as_uri()
    return Page(url=url or address, body=body, fetched_at=datetime.now(UTC))


def _print_article(article: Article, form: Form, *, is_first: bool) -> None:
    if form is Form.JSON:
        _write(_json_line(article_record(article, site=None, timezone=SHANGHAI)))
        return
    # The document ends without a newline; between two of them stands a blank line.
    _write(document(article) if is_first else f"\n\n{document(article)}")
    if article.unreadable_letters:
        note = f"{article.url}: {article.unreadable_letters} letters could not be read (\ufffd)"
        typer.echo(note, err=True)


def _print_refusal(failure: _Failure, source: str, form: Form) -> None:
    if form is Form.JSON:
        _write(_json_line({"state": failure.state, "evidence": failure.evidence}))
        return
    line = f"{source}: no article ({failure.state}): {failure.evidence}"
    if failure.advice is not None:
        line += f" ({failure.advice})"
    typer.echo(" ".join(line.split()), err=True)


def _json_line(record: dict[str, object]) -> str:
    return json.dumps(record, ensure_ascii=False) + "\n"


def _write(text: str) -> None:
    # Bytes, so that the document is the same in every locale.
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()
