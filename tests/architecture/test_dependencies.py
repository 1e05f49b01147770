"""Every library that the code imports is declared, so that an installation without the
development tools works."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PACKAGES = PYPROJECT["tool"]["importlinter"]["root_packages"]
# Parts of a library's own interface: whoever extends Scrapy handles Twisted's objects.
COMES_WITH = {"twisted": "scrapy", "itemadapter": "scrapy"}


def test_every_imported_library_is_declared() -> None:
    declared = _declared()
    owners = packages_distributions()

    undeclared = {
        f"{name} ({path.relative_to(ROOT).as_posix()})"
        for path in _modules()
        for name in _imported(path)
        if name not in sys.stdlib_module_names
        and name not in PACKAGES
        and COMES_WITH.get(name) not in declared
        and not {_normal(owner) for owner in owners.get(name, [name])} & declared
    }

    assert undeclared == set()


def _declared() -> set[str]:
    project = PYPROJECT["project"]
    extras = project.get("optional-dependencies", {}).values()
    requirements = [*project["dependencies"], *(name for extra in extras for name in extra)]
    return {_normal(re.split(r"[^\w.-]", requirement)[0]) for requirement in requirements}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (ROOT / package).rglob("*.py")


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
