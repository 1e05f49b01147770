"""Ask before something is written or removed: programs and pipes say it beforehand."""

import sys
from pathlib import Path

import typer


def may_write(path: Path, *, yes: bool, as_json: bool) -> bool:
    """Say whether a file is wanted: `yes` says it, else a person is asked who sits there."""
    if yes:
        return True
    if as_json or not sys.stdin.isatty():
        typer.echo(f"nothing written: --yes writes {path}", err=True)
        return False
    return typer.confirm(f"Write {path}?")


def must_agree(question: str, *, yes: bool, else_: str) -> None:
    """Go on if `yes`, or if a person or a pipe agrees; end with 1 and the words `else_` if not."""
    if yes:
        return
    try:
        is_agreed = typer.confirm(question, err=True)
    except typer.Abort:
        if sys.stdin.isatty():
            raise  # Ctrl-C; a pipe has just nothing to say
        typer.echo("", err=True)
        else_, is_agreed = f"{else_}: --yes agrees beforehand", False
    if not is_agreed:
        typer.echo(else_, err=True)
        raise typer.Exit(1)
