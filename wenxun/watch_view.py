"""What watches are, and what they say of an article: for people, and as records for programs."""

import json
from collections.abc import Iterable, Iterator

import typer
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from scheduler.meeting import View, Want, explain, obstacles
from scheduler.render import field_name, local, matched, said
from scheduler.watch import Match
from storage.alert import KeptWatch, Subject
from storage.snippets import Marked, marked, snippet
from storage.wording import folded_word
from wenxun.marks import bold
from wenxun.tables import plain_table
from wenxun.times import shown


def say_verdict(console: Console, ready: Want, view: View, *, as_json: bool) -> None:
    """Say whether a watch meets an article: where and by what, or what is in the way."""
    watch, subject = ready.watch, view.subject
    against = tuple(o for o in obstacles(ready, view) if subject.site or not _of_site(o))
    met = None if against else explain(ready, view)
    if as_json:
        shown = met_in(met, subject).items() if met else ()
        echo({
            "watch": watch.name, "matches": met is not None,
            "matched": list(matched(met)) if met else [],
            "marks": {where: {"text": one.text, "marks": one.marks} for where, one in shown},
            "obstacles": list(against),
        })  # fmt: skip
    elif met is None:
        typer.echo(f"{watch.name}: no. {'; '.join(against)}")
    else:
        typer.echo(f"{watch.name}: yes. {'; '.join(map(said, met.reasons)) or 'everything'}")
        for where, one in met_in(met, subject).items():
            line = Text.assemble(f"{field_name(where)}: ", bold(one))
            console.print(Padding.indent(line, 4) if console.is_terminal else Text("    ") + line)


def met_in(met: Match, subject: Subject) -> dict[str, Marked]:
    """Return the fields in which a watch was met, with what it met there marked."""
    words: dict[str, list[str]] = {}
    for reason in met.reasons:
        words.setdefault(reason.where, []).append(folded_word(reason.found))
    return {
        where: snippet(text, words[where]) if where == "text" else marked(text, words[where])
        for where, text in _fields(subject)
        if where in words
    }


def say_found(ready: Want, view: View, *, as_json: bool) -> None:
    """Say that a watch would have told of an article, and why."""
    watch, subject = ready.watch, view.subject
    met = explain(ready, view)
    if as_json:
        echo({
            "watch": watch.name, "article": subject.article_id, "event": subject.kind,
            "site": subject.site, "title": subject.title, "url": subject.url,
            "matched": list(matched(met)) if met else [],
        })  # fmt: skip
        return
    when = local(subject.published_at or subject.occurred_at, subject.timezone)
    why = "；".join(map(said, met.reasons if met else ()))
    typer.echo(f"{when:%Y-%m-%d}  {subject.kind:<9}  {subject.site}  {subject.title}  {why}")


def watch_table(kept: Iterable[KeptWatch]) -> Table:
    """Return the watches as a table."""
    table = plain_table("watch", "conditions", "channels", "from", "since", whole=("since",))
    for watch in kept:
        rules = [
            f"{key}: {'、'.join(value) if isinstance(value, list) else value}"
            for key, value in watch.definition.items()
            if key not in {"name", "channels"}
        ]
        channels = "、".join(watch.definition.get("channels", ())) or "all"
        since = shown(watch.created_at, None)
        table.add_row(called(watch), "\n".join(rules), channels, watch.origin, since)
    return table


def called(watch: KeptWatch) -> str:
    """Return what people call a watch: that of a subscriber with his name."""
    return f"{watch.subscriber}/{watch.name}" if watch.subscriber else watch.name


def echo(record: dict[str, object]) -> None:
    """Print a record as one line of JSON."""
    typer.echo(json.dumps(record, ensure_ascii=False))


def _fields(subject: Subject) -> Iterator[tuple[str, str]]:
    fields = {
        "title": subject.title,
        "subtitle": subject.subtitle,
        "text": subject.text,
        "source": subject.source,
        "section": subject.section,
        "credits": " ".join(credit.printed for credit in subject.credits),
    }
    return ((where, text) for where, text in fields.items() if text)


def _of_site(obstacle: str) -> bool:
    return obstacle.startswith("sites:")
