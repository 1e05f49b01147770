"""How a trial of a site is shown: its columns, its articles, a verdict for each field."""

from rich.console import Console
from rich.markup import escape

from crawler.trial import ArticleTrial, ColumnTrial, Trial
from crawler.wordings import ADVICE
from storage.article import UNKNOWN
from storage.identity import published_day
from wenxun.tables import plain_table
from wenxun.times import iso


def print_trial(console: Console, heading: str | None, trial: Trial, *, timezone: str) -> None:
    """Print what a site gave and what it did not; days are those of its zone."""
    if heading:
        console.print(f"[bold]{escape(heading)}[/bold]")
    columns = plain_table(
        "column",
        "family",
        "items",
        "dated",
        "pages",
        "address",
        numbers=("items", "dated", "pages"),
    )
    for column in trial.columns:
        pages = column.listing.pages if column.listing else None
        columns.add_row(
            escape(column.name or "–"),
            column.family or "–",
            str(len(column.articles)),
            str(column.dated),
            str(pages) if pages else "–",
            escape(column.url),
        )
    console.print(columns)
    if trial.articles:
        console.print()
        _print_articles(console, trial, timezone)
        console.print()
        _print_fields(console, trial)
    for problem in problems(trial):
        console.print(f"[red]✗[/red] {escape(problem)}")


def problems(trial: Trial) -> list[str]:
    """Return a line for each column that is no list, each page without an article, what helps."""
    lines = [
        f"{column.url}: {column.refusal.state.value}: {column.refusal.evidence}"
        if column.refusal
        else f"{column.url}: the list shows no articles of this site"
        for column in trial.columns
        if column.refusal or not column.articles
    ]
    lines += [
        f"{one.url}: {one.refusal.state.value}: {one.refusal.evidence}"
        for one in trial.articles
        if one.refusal
    ]
    met = {column.refusal.state for column in trial.columns if column.refusal}
    met |= {one.refusal.state for one in trial.articles if one.refusal}
    return lines + [f"what helps: {ADVICE[state]}" for state in ADVICE if state in met]


def trial_record(trial: Trial, timezone: str) -> dict[str, object]:
    """Return a trial as JSON has it; times are those of its site's zone."""
    return {
        "ok": trial.is_good,
        "columns": [_column(column) for column in trial.columns],
        "articles": [_article(one, timezone) for one in trial.articles],
        "fields": {
            field.field: {"verdict": field.word, "found": field.found, "of": field.of}
            for field in trial.fields()
        },
        "problems": problems(trial),
    }


def _print_articles(console: Console, trial: Trial, timezone: str) -> None:
    table = plain_table("day", "title", "letters", numbers=("letters",), whole=("day",))
    for one in trial.articles:
        if one.article:
            day = published_day(one.article, timezone) or UNKNOWN
            table.add_row(day, escape(one.article.title), str(len(one.article.text)))
    console.print(table)


def _print_fields(console: Console, trial: Trial) -> None:
    table = plain_table("field", "verdict", "found", "", numbers=("found",))
    for field in trial.fields():
        bad = field.needed and field.word != "ok"
        word = f"[red]{field.word}[/red]" if bad else field.word if field.needed else "–"
        if not field.needed and field.found:
            word = field.word
        table.add_row(field.field, word, f"{field.found}/{field.of}", escape(field.note or ""))
    console.print(table)


def _column(column: ColumnTrial) -> dict[str, object]:
    listing = column.listing
    return {
        "url": column.url,
        "name": column.name,
        "family": column.family,
        "state": column.refusal.state.value if column.refusal else "listing",
        "items": len(listing.links) if listing else 0,
        "articles": len(column.articles),
        "dated": column.dated,
        "pages": listing.pages if listing else None,
        "next_url": listing.next_url if listing else None,
    }


def _article(one: ArticleTrial, timezone: str) -> dict[str, object]:
    article = one.article
    return {
        "url": one.url,
        "column_url": one.column_url,
        "state": one.refusal.state.value if one.refusal else "article",
        "title": article.title if article else None,
        "published_at": iso(article.published_at, timezone)
        if article and article.published_at
        else None,
        "letters": len(article.text) if article else None,
        "flags": list(article.flags) if article else [],
    }
