"""What the benchmarks share: a fixture site in its own process, and the CPU time of another."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

REPOSITORY = Path(__file__).resolve().parents[1]
_ENVIRON = {
    "WENXUN_ALLOW_PRIVATE_HOSTS": "1",
    "PYTHONPATH": str(REPOSITORY),
    # As where it is installed: nobody's code is compiled anew at each start.
    "PYTHONDONTWRITEBYTECODE": "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a process cost: CPU seconds (user and system) and its largest memory in MiB."""

    cpu_s: float
    peak_mib: float
    out: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A fixture site in a process of its own."""

    url: str

    def tell(self, verb: str, **values: Any) -> dict[str, Any]:
        """Throw one of its switches."""
        body = json.dumps(values).encode()
        with urlopen(Request(f"{self.url}/_control/{verb}", data=body)) as response:
            answer: dict[str, Any] = json.load(response)
        return answer

    def state(self, *, truth: bool = False) -> dict[str, Any]:
        """What was asked of it, and what a right crawl finds."""
        with urlopen(f"{self.url}/_control/state{'' if truth else '?truth=0'}") as response:
            state: dict[str, Any] = json.load(response)
        return state

    @property
    def start(self) -> list[str]:
        """The first list pages of its columns."""
        return list(self.state()["columns"].values())


@contextmanager
def fixture_site(**options: object) -> Iterator[Site]:
    """Serve a fixture site on the first core while the block runs."""
    words = [
        f"--{name.replace('_', '-')}" if value is True else f"--{name.replace('_', '-')}={value}"
        for name, value in options.items()
    ]
    command = [*_pinned(0), sys.executable, "-m", "wenxun.newssite", *words]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ | _ENVIRON
    ) as process:
        assert process.stdout is not None
        try:
            yield Site(url=process.stdout.readline().strip())
        finally:
            process.terminate()


def spent(command: Sequence[str], *, folder: Path) -> Spent:
    """Run a command to its end, on another core than the site, and say what it cost.

    Raises:
        RuntimeError: it failed.
    """
    with (folder / "out").open("w+") as out, (folder / "err").open("w+") as err:
        process = subprocess.Popen(
            [*_pinned(1), sys.executable, *command],
            cwd=folder, stdout=out, stderr=err, env=os.environ | _ENVIRON,
        )  # fmt: skip
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode:
            said = f"{out.read()}{err.read()}"[-2000:]  # a crawl tells what failed in its record
            raise RuntimeError(f"{command}: exit {process.returncode}: {said}")
        return Spent(
            cpu_s=usage.ru_utime + usage.ru_stime, peak_mib=usage.ru_maxrss / 1024, out=out.read()
        )


def site_file(folder: Path, start: Sequence[str]) -> None:
    """Write the site file that `wenxun crawl` reads in this folder."""
    (folder / "sites").mkdir(exist_ok=True)
    text = f'title = "bench"\nstart = {json.dumps(list(start))}\ndelay_s = 0\n'
    (folder / "sites" / "bench.toml").write_text(text, "utf-8")


def table(rows: Sequence[Sequence[object]]) -> str:
    """Return rows as aligned text, the first row being the heading."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


def _pinned(core: int) -> list[str]:
    """Return what pins a command to a core, where the machine has two and can do it."""
    if shutil.which("taskset") is None or (os.cpu_count() or 1) < 2:
        return []
    return ["taskset", "-c", str(core)]
