"""Compare what is not grouped into stories yet, before somebody asks for stories."""

from datetime import UTC, datetime

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from storage.store import Store
from storage.stories import Stories
from storage.story_groups import group_batch


def compare_waiting(store: Store) -> None:
    """Compare what is not compared yet, with progress; Ctrl-C loses nothing."""
    waiting = Stories(store).waiting()
    if not waiting:
        return
    console = Console(stderr=True)
    with Progress(
        TextColumn("comparing"), BarColumn(), MofNCompleteColumn(),
        console=console, transient=True, disable=not console.is_terminal,
    ) as bar:  # fmt: skip
        task = bar.add_task("compare", total=waiting)
        while done := group_batch(store, now=datetime.now(UTC)):
            bar.advance(task, done)
