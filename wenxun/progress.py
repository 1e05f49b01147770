"""Show on a terminal how far a command is; where nobody looks, nothing is written."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)


class Bar:
    """One bar. `is_shown`: somebody looks."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self.is_shown = not progress.disable
        self._progress = progress
        self._task = task

    def advance(self, steps: int = 1) -> None:
        """Tell that so many more are done."""
        self._progress.advance(self._task, steps)

    def update(self, done: int, *, total: int | None = None, what: str | None = None) -> None:
        """Tell how many are done, and of how many or what, where that is another than before."""
        self._progress.update(self._task, completed=done, total=total, description=what)


@contextmanager
def progress_bar(
    what: str,
    *,
    total: int | None = None,
    counted: ProgressColumn | None = None,
    is_long: bool = False,
) -> Iterator[Bar]:
    """Yield a bar that goes away in the end; `total` None: not known yet.

    `counted` is how the number is shown (by default 3/7); `is_long`: with the time that is left.
    """
    console = Console(stderr=True)
    columns = [TextColumn("{task.description}"), BarColumn(), counted or MofNCompleteColumn()]
    if is_long:
        columns.append(TimeRemainingColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as progress:
        yield Bar(progress, progress.add_task(what, total=total))
