"""The pure files take values and return values: no clock, no input or output, no environment.

import-linter proves that they do not import Scrapy, a database or an HTTP client; this proves
that they do not reach outside by means of the standard library either.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PURE = (
    "storage/article.py",
    "storage/crawl.py",
    "storage/alert.py",
    "storage/asset.py",
    "storage/health.py",
    "storage/forgotten.py",
    "storage/forgetting/hunting.py",
    "storage/record.py",
    "storage/bigrams.py",
    "storage/periods.py",
    "storage/query.py",
    "storage/query_index.py",
    "storage/query_match.py",
    "storage/relevance.py",
    "storage/snippets.py",
    "storage/wording.py",
    "crawler/page.py",
    "crawler/marks.py",
    "crawler/site.py",
    "crawler/fields",
    "crawler/families",
    "crawler/listing",
    "crawler/repairing",
    "crawler/classify.py",
    "crawler/advice.py",
    "crawler/health.py",
    "crawler/losses.py",
    "crawler/volume.py",
    "crawler/dating.py",
    "crawler/extract.py",
    "crawler/discover.py",
    "crawler/walk.py",
    "crawler/counters.py",
    "crawler/files/plan.py",
    "crawler/files/kinds.py",
    "crawler/files/names.py",
    "crawler/files/answer.py",
    "crawler/files/looks.py",
    "crawler/browser/errand.py",
    "crawler/browser/scripts.py",
    "crawler/browser/trackers.py",
    "scheduler/plan.py",
    "scheduler/watch.py",
    "crawler/keys.py",
    "scheduler/render.py",
    "scheduler/digest.py",
    "scheduler/folding.py",
    "scheduler/mail_html.py",
    "scheduler/mail_servers.py",
    "scheduler/roster.py",
)
MODULES = sorted(
    path
    for name in PURE
    for path in ([ROOT / name] if name.endswith(".py") else (ROOT / name).rglob("*.py"))
    if path.exists()
)
OUTSIDE = {"asyncio", "io", "logging", "multiprocessing", "os", "pathlib", "random", "secrets"} | {
    "shutil", "signal", "socket", "sqlite3", "subprocess", "sys", "tempfile", "threading", "time"
}  # fmt: skip
CLOCK = {"now", "today", "utcnow"}


@pytest.mark.parametrize(
    "path", MODULES, ids=[path.relative_to(ROOT).as_posix() for path in MODULES]
)
def test_a_pure_file_does_not_reach_outside(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))

    assert sorted(_reaches(tree)) == []


def _reaches(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (f"import {name.name}" for name in node.names if _is_outside(name.name))
        elif isinstance(node, ast.ImportFrom) and _is_outside(node.module or ""):
            yield f"from {node.module} import"
        elif isinstance(node, ast.Call):
            yield from _calls_outside(node.func)


def _is_outside(module: str) -> bool:
    return module.partition(".")[0] in OUTSIDE


def _calls_outside(called: ast.expr) -> Iterator[str]:
    if isinstance(called, ast.Attribute) and called.attr in CLOCK:
        yield f"{called.attr}() in line {called.lineno}: pass `now` in"
    if isinstance(called, ast.Name) and called.id in {"open", "print", "input"}:
        yield f"{called.id}() in line {called.lineno}"
