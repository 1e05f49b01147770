"""`wenxun check`: say whether the database is as it should be, and mend it."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from storage.checking import Finding, checks, look
from storage.checking.run import Progress
from storage.services import Services
from wenxun.context import ConfigOption, DatabaseOption, JsonOption, open_context

_MOST = 20  # findings of one kind that are shown to people


def register(app: typer.Typer) -> None:
    """Add `check`."""
    app.command("check")(check)


def check(
    *,
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend what can be mended without losing anything.")
    ] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Do not read every text and every response.")
    ] = False,
    as_json: JsonOption = False,
    config: ConfigOption = None,
    database: DatabaseOption = None,
) -> None:
    """Check the whole database: files, references, versions, hashes, deliveries, leases and more.

    Exit code 0: all is well, or was mended. 1: something is left.
    """
    with open_context(config, database) as context, _progress() as progress:
        found = look(
            context.store, checks(), quick=quick, repair=repair,
            now=Services(context.store).time(), progress=progress,
        )  # fmt: skip
        counts = _tell_json(found) if as_json else _tell(found)
    made = [one for one in checks() if not (quick and one.slow)]
    if as_json:
        typer.echo(json.dumps({"checks": [one.name for one in made], **counts}))
    else:
        typer.echo(_summary(counts, made=len(made), quick=quick))
    if counts["left"]:
        raise typer.Exit(1)


@contextmanager
def _progress() -> Iterator[Progress]:
    """Yield what shows how far a check is, where somebody looks."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _name, _done, _all: None
        return
    with console.status("checking") as status:
        yield lambda name, done, all_: status.update(
            f"checking {name}" + (f": {done:,} of {all_:,}" if all_ else "")
        )


def _tell_json(found: Iterable[Finding]) -> dict[str, int]:
    counts = Counter({"findings": 0, "mended": 0, "left": 0, "repairable": 0})
    for finding in found:
        typer.echo(json.dumps(asdict(finding), ensure_ascii=False))
        _count(counts, finding)
    return dict(counts)


def _tell(found: Iterable[Finding]) -> dict[str, int]:
    counts = Counter({"findings": 0, "mended": 0, "left": 0, "repairable": 0})
    shown: Counter[str] = Counter()
    for finding in found:
        _count(counts, finding)
        shown[finding.check] += 1
        if shown[finding.check] <= _MOST:
            typer.echo(_line(finding))
    for name, count in shown.items():
        if count > _MOST:
            typer.echo(f"{name}: {count - _MOST:,} more like these (--json lists all)")
    return dict(counts)


def _line(finding: Finding) -> str:
    end = ""
    if finding.repair is not None:
        end = f" [mended: {finding.repair}]" if finding.mended else f" [--repair {finding.repair}]"
    return f"{finding.check}: {finding.where} {finding.says}{end}"


def _count(counts: Counter[str], finding: Finding) -> None:
    counts["findings"] += 1
    counts["mended"] += finding.mended
    counts["left"] += not finding.mended
    counts["repairable"] += finding.repair is not None and not finding.mended


def _summary(counts: dict[str, int], *, made: int, quick: bool) -> str:
    looked = f"{made} checks" + (" (quick: not every text and response was read)" * quick)
    if not counts["findings"]:
        return f"{looked}: all is well"
    parts = [f"{counts['findings']:,} findings"]
    if counts["mended"]:
        parts.append(f"{counts['mended']:,} mended")
    if counts["repairable"]:
        parts.append(f"{counts['repairable']:,} can be mended with --repair")
    if by_hand := counts["left"] - counts["repairable"]:
        parts.append(f"{by_hand:,} need a person")
    return f"{looked}: {', '.join(parts)}"
