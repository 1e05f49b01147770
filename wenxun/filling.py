"""The search index where it is not whole: filled with a bar, or people are told."""

import typer

from storage.filling import SearchIndex
from wenxun.progress import progress_bar


def fill_index(index: SearchIndex, *, anew: bool = False) -> None:
    """Put into the index what is missing; `anew`: everything, unless that was begun already."""
    if anew and index.filling() is None:
        index.clear()
    start = index.filling()
    if start is None:
        return
    with progress_bar("search index", total=start.total, is_long=True) as bar:
        count = index.fill(lambda done, total: bar.update(done, total=total))
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
