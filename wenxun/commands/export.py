"""`wenxun export`: write articles to files."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from storage.articles import RECORD_FIELDS, Articles, Filter
from storage.corpus import CORPUS_FIELDS, Corpus
from storage.errors import ExportError
from storage.export import Exported, ExportFormat, Order, export
from storage.export.card import card, readme
from storage.export.order import Source
from storage.export.parts import kept_articles
from storage.overview import Overview
from storage.whole_file import is_straight
from wenxun import __version__
from wenxun.comparing import compare_waiting
from wenxun.context import (
    ConfigOption,
    Context,
    DatabaseOption,
    SinceOption,
    UntilOption,
    open_context,
)
from wenxun.progress import progress_bar

_MOST_SHARDS = 99_999
_STDOUT = Path("/dev/stdout")


def register(app: typer.Typer) -> None:
    """Add `export`."""
    app.command("export")(export_articles)


FormatOption = Annotated[ExportFormat, typer.Option("--format", help="What to write.")]
OutOption = Annotated[
    Path, typer.Option("--out", help="A folder for text, else a file; - is stdout.")
]
SiteOption = Annotated[str | None, typer.Option("--site", help="Only this site.")]
QueryOption = Annotated[
    str | None, typer.Option("--query", help="Found by this query (see `wenxun search`).")
]
FieldsOption = Annotated[
    str | None, typer.Option("--fields", help="Only these fields, with commas between.")
]
CorpusOption = Annotated[
    bool,
    typer.Option("--corpus", help="One article a story, with its reposts, and a data card."),
]
ShardsOption = Annotated[
    int, typer.Option("--shards", min=1, max=_MOST_SHARDS, help="Write so many files.")
]
ResumeOption = Annotated[
    bool, typer.Option("--resume", help="Go on with an export that broke off.")
]


def export_articles(
    *,
    form: FormatOption,
    out: OutOption,
    site: SiteOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    query: QueryOption = None,
    fields: FieldsOption = None,
    corpus: CorpusOption = False,
    shards: ShardsOption = 1,
    resume: ResumeOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Write articles out: documents (text), lines (jsonl), tables (csv, xlsx), columns (parquet).

    A file appears when it is whole; --resume goes on with an export that broke off.
    """
    wanted = Filter(site=site, since=since, until=until, words=query)
    order = Order(
        form=form,
        out=_STDOUT if str(out) == "-" else out,
        fields=_fields(fields, form, corpus=corpus),
        shards=shards,
        resume=resume,
        asked={**asdict(wanted), "corpus": corpus},
    )
    _refuse(order, wanted, corpus=corpus)
    with open_context(config, database) as context:
        if site is not None:
            Overview(context.store).require_site(site)
        done = _export(_source(context, wanted, corpus=corpus), order)
        _tell(done, order, "stories" if corpus else "articles")
        _tell_left_out(done, Articles(context.store), wanted)
    if corpus and not is_straight(order.out):
        _write_card(done, order)


def _fields(named: str | None, form: ExportFormat, *, corpus: bool) -> tuple[str, ...]:
    known = CORPUS_FIELDS if corpus else RECORD_FIELDS
    if named is None:
        return known
    if form is ExportFormat.TEXT:
        raise typer.BadParameter("text is the document form, whole", param_hint="--fields")
    chosen = tuple(dict.fromkeys(name.strip() for name in named.split(",")))
    if unknown := [name for name in chosen if name not in known]:
        raise typer.BadParameter(
            f"no field {unknown[0]!r} (there are: {', '.join(known)})", param_hint="--fields"
        )
    return chosen


def _refuse(order: Order, wanted: Filter, *, corpus: bool) -> None:
    is_text = order.form is ExportFormat.TEXT
    if not is_text and order.out.is_dir():
        raise typer.BadParameter("is a folder: name a file", param_hint="--out")
    if is_text and order.shards > 1:
        raise typer.BadParameter("text is a file for each article", param_hint="--shards")
    if is_text and corpus:
        reason = "text has no place for the reposts: take jsonl, csv, xlsx or parquet"
        raise typer.BadParameter(reason, param_hint="--corpus")
    if wanted.since and wanted.until and wanted.since > wanted.until:
        raise typer.BadParameter("is before --since", param_hint="--until")


def _source(context: Context, wanted: Filter, *, corpus: bool) -> Source:
    if corpus:
        compare_waiting(context.store)
        stories = Corpus(context.store, wanted)
        return Source(count=stories.count, after=stories.after)
    articles = Articles(context.store)
    return Source(
        count=lambda: articles.count(wanted), after=lambda last: articles.all(wanted, after=last)
    )


def _export(source: Source, order: Order) -> Exported:
    try:
        with progress_bar("exporting", is_long=True) as bar:
            if bar.is_shown:
                bar.update(0, total=source.count())
            return export(source, order, progress=bar.update)
    except (KeyboardInterrupt, ExportError):
        if kept := kept_articles(order):
            typer.echo(f"{kept} articles are written: go on with --resume", err=True)
        raise


def _tell(done: Exported, order: Order, things: str) -> None:
    count = done.tally.articles
    where = order.out if order.shards == 1 else f"{order.shards} files, {done.files[0]} the first"
    if order.resume and done.resumed:
        typer.echo(f"went on behind the first {done.resumed}", err=True)
    elif order.resume:
        typer.echo("there was nothing to go on with: begun anew", err=True)
    typer.echo(f"{count} {things} in {where}", err=True)
    for remark, number in done.tally.remarks.items():
        if number:
            typer.echo(f"{number} {remark}", err=True)


def _tell_left_out(done: Exported, articles: Articles, wanted: Filter) -> None:
    if (wanted.since or wanted.until) and (left_out := articles.undated(wanted)):
        typer.echo(f"{left_out} articles without a date are in no range of days", err=True)
    if not done.tally.articles:
        every = articles.count(Filter())
        asked = _asked(wanted)
        reason = f"none of its {every} articles is {asked}" if every else "crawl a site first"
        typer.echo(f"nothing was found in the database: {reason}", err=True)


def _asked(wanted: Filter) -> str:
    asked = {
        "of the site": wanted.site, "of or after": wanted.since, "of or before": wanted.until,
        "one with the words": wanted.words,
    }  # fmt: skip
    return ", ".join(f"{name} {value}" for name, value in asked.items() if value)


def _write_card(done: Exported, order: Order) -> None:
    """Write the data card beside the corpus, for people and for programs."""
    made = card(
        done.tally, files=[path.name for path in done.files], form=order.form,
        fields=order.fields, asked={k: v for k, v in order.asked.items() if k != "corpus"},
        version=__version__, now=datetime.now(UTC),
    )  # fmt: skip
    beside = order.out.with_suffix("")
    for suffix, text in (
        (".card.json", json.dumps(made, ensure_ascii=False, indent=2) + "\n"),
        (".README.md", readme(made)),
    ):
        path = beside.with_name(beside.name + suffix)
        path.write_text(text, "utf-8")
        typer.echo(f"about it: {path}", err=True)
