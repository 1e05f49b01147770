"""The search index where it is not whole: filled with a bar, or people are told."""

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from storage.filling import SearchIndex


def fill_index(index: SearchIndex, *, anew: bool = False) -> None:
    """Put into the index what is missing; `anew`: everything, unless that was begun already."""
    if anew and index.filling() is None:
        index.clear()
    start = index.filling()
    if start is None:
        return
    console = Console(stderr=True)
    with Progress(
        TextColumn("search index"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=console, transient=True, disable=not console.is_terminal,
    ) as bar:  # fmt: skip
        task = bar.add_task("fill", total=start.total, completed=start.done)
        count = index.fill(lambda done, total: bar.update(task, completed=done, total=total))
    typer.echo(f"search index: {count} documents filled in", err=True)


def warn_of_filling(index: SearchIndex) -> None:
    """Say so where a search cannot find everything yet."""
    state = index.filling()
    if state is not None:
        missing = state.total - state.done
        typer.echo(
            f"{missing} of {state.total} documents are not in the search index yet: "
            "run `wenxun migrate`",
            err=True,
        )
