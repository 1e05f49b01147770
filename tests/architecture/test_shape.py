"""The shape of the code: small files, small functions, names that say something."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
    "root_packages"
]
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
# A migration is a frozen list of statements that nobody edits again: its length says nothing.
GROWING = [path for path in MODULES if "versions" not in path.parts]
EVERY_MODULE = pytest.mark.parametrize(
    "path", MODULES, ids=[path.relative_to(ROOT).as_posix() for path in MODULES]
)
EVERY_GROWING_MODULE = pytest.mark.parametrize(
    "path", GROWING, ids=[path.relative_to(ROOT).as_posix() for path in GROWING]
)
MODULE_LINES = 300
FUNCTION_LINES = 40
SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}
TEST_KINDS = {"unit", "replay", "integration", "e2e", "architecture"}


@EVERY_GROWING_MODULE
def test_a_module_fits_in_300_lines(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())

    assert lines <= MODULE_LINES


@EVERY_GROWING_MODULE
def test_a_function_fits_on_a_screen_of_40_lines(path: Path) -> None:
    too_long = [
        f"{function.name} ({lines} lines)"
        for function in _functions(path)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > FUNCTION_LINES
    ]

    assert too_long == []


@EVERY_MODULE
def test_a_module_says_what_it_is_for(path: Path) -> None:
    purpose = ast.get_docstring(ast.parse(path.read_text("utf-8")))

    assert purpose


@EVERY_MODULE
def test_a_module_has_a_name_that_says_something(path: Path) -> None:
    names = {part.removesuffix(".py") for part in path.relative_to(ROOT).parts}

    assert not names & SAY_NOTHING


def test_a_broad_except_that_ends_the_error_stands_in_two_places_only() -> None:
    """The job wrapper and the command line; everybody else catches what they can act on.

    Raising again, and handing the error to another thread (`self.error = error`), do not end it.
    """
    places = [
        f"{path.relative_to(ROOT).as_posix()}:{handler.lineno}"
        for path in MODULES
        for handler in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(handler, ast.ExceptHandler) and _swallows_everything(handler)
    ]

    assert len(places) <= 2, places


def test_the_folder_of_a_test_says_its_kind() -> None:
    tests = (ROOT / "tests").rglob("test_*.py")

    kinds = {path.relative_to(ROOT / "tests").parts[0] for path in tests}

    assert kinds <= TEST_KINDS


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _swallows_everything(handler: ast.ExceptHandler) -> bool:
    caught = handler.type
    broad = caught is None or (
        isinstance(caught, ast.Name) and caught.id in {"Exception", "BaseException"}
    )
    return broad and not any(_passes_on(node, handler.name) for node in ast.walk(handler))


def _passes_on(node: ast.AST, error: str | None) -> bool:
    return isinstance(node, ast.Raise) or (
        isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id == error
    )
