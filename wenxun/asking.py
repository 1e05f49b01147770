"""Ask before a file is written. Programs and pipes are not asked: they say it beforehand."""

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
