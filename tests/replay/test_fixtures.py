"""Every saved page gives what its truth says, field by field.

A case is a folder under `fixtures/`; there is no code per case. The id of a test names the field:
`vsb-art/two-line-title:title`.
"""

import json
from functools import cache
from pathlib import Path

import pytest

from crawler.fixture import (
    MAX_BYTES,
    Case,
    FieldDiff,
    case_folders,
    fields_of,
    load_case,
    replay_case,
)

ROOT = Path(__file__).parents[2] / "fixtures"
FOLDERS = case_folders(ROOT)


def name_of(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


def fields() -> list:
    return [
        pytest.param(folder, field, id=f"{name_of(folder)}:{field}")
        for folder in FOLDERS
        for field in fields_of(load_case(folder))
    ]


@cache
def replayed(folder: Path) -> tuple[Case, tuple[FieldDiff, ...]]:
    case = load_case(folder)
    return case, replay_case(case)


def differs(diff: FieldDiff, field: str) -> bool:
    return diff.field == "kind" or diff.field.partition("[")[0].partition(".")[0] == field


@pytest.mark.parametrize(("folder", "field"), fields())
def test_field_is_the_truth(folder, field):
    _, diffs = replayed(folder)

    assert [diff for diff in diffs if differs(diff, field)] == []


@pytest.mark.parametrize("folder", [pytest.param(f, id=name_of(f)) for f in FOLDERS])
def test_nothing_is_found_that_the_truth_leaves_out(folder):
    case, diffs = replayed(folder)

    assert [diff for diff in diffs if not any(differs(diff, f) for f in fields_of(case))] == []


@pytest.mark.parametrize("folder", [pytest.param(f, id=name_of(f)) for f in FOLDERS])
def test_pages_are_small(folder):
    assert len((folder / "page.html").read_bytes()) <= MAX_BYTES


@pytest.mark.parametrize(
    "path", [pytest.param(p, id=f"{name_of(p.parent)}/{p.name}") for p in ROOT.rglob("*.json")]
)
def test_json_files_have_sorted_keys(path):
    written = path.read_text("utf-8")

    value = json.loads(written)

    assert written == json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def test_there_are_cases_of_every_kind():
    kinds = [load_case(folder).kind.value for folder in FOLDERS]

    assert len(kinds) >= 24
    assert set(kinds) == {"article", "links", "refused"}
