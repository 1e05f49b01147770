"""Tables as commands print them: they fit a terminal of 80 columns, and nothing is cut off."""

from collections.abc import Collection

from rich.console import Console
from rich.table import Table

_LEAST_WIDTH = 80  # columns; in fewer, whole columns of a table would be left out


def plain_table(*columns: str, whole: Collection[str] = (), numbers: Collection[str] = ()) -> Table:
    """Return a table without frames; long values are folded.

    `whole` columns keep each value on one line; `numbers` do too, at the right.
    """
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        is_number = column in numbers
        table.add_column(
            column,
            overflow="fold",
            no_wrap=is_number or column in whole,
            justify="right" if is_number else "left",
        )
    return table


def print_table(table: Table) -> None:
    """Print a table; a terminal that is narrower breaks its lines, and nothing is lost."""
    console = Console()
    console.width = max(console.width, _LEAST_WIDTH)
    console.print(table)
