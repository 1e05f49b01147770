"""`wenxun export` as a user types it."""

import json
from pathlib import Path

import pytest

from storage.store import file_url, open_store
from tests.e2e.conftest import Desk
from tests.integration.desk import Desk as Writing
from tests.integration.desk import article


@pytest.fixture
def filled(desk: Desk) -> Desk:
    store = open_store(file_url(desk.folder / "wenxun.db"))
    writing = Writing(store)
    undated = article("info/3", published_at=None, published_text=None)
    writing.crawl(*map(writing.read, (article("info/1"), article("info/2"), undated)))
    store.close()
    return desk


@pytest.mark.parametrize("form", ["jsonl", "csv", "xlsx", "parquet", "text"])
def test_every_form_is_written_and_told(filled: Desk, form: str) -> None:
    done = filled.run("export", "--format", form, "--out", "out", "--since", "2026-01-01")

    assert (done.code, done.out) == (0, "")
    assert done.err.splitlines() == [
        "2 articles in out", "1 articles without a date are in no range of days",
    ]  # fmt: skip
    assert (filled.folder / "out").exists()


def test_a_corpus_comes_with_its_card(filled: Desk) -> None:
    done = filled.run("export", "--format=jsonl", "--out=news.jsonl", "--corpus", "--shards=2")

    assert done.code == 0
    names = {path.name for path in Path(filled.folder).iterdir() if path.name.startswith("news")}
    assert names == {
        "news-00001-of-00002.jsonl", "news-00002-of-00002.jsonl",
        "news.card.json", "news.README.md",
    }  # fmt: skip
    assert json.loads((filled.folder / "news.card.json").read_text("utf-8"))["stories"] == 3


def test_a_dash_is_stdout(filled: Desk) -> None:
    done = filled.run("export", "--format", "jsonl", "--out", "-", "--fields", "id")

    assert [json.loads(line) for line in done.out.splitlines()] == [{"id": n} for n in (1, 2, 3)]


def test_nothing_found_is_told(filled: Desk) -> None:
    done = filled.run("export", "--format=csv", "--out=a.csv", "--query", "没有")

    assert done.code == 0
    assert "none of its 3 articles is one with the words 没有" in done.err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--site", "elsewhere"], "no site 'elsewhere' in the database (there are: yunling)"),
        (["--since", "2026-02-30"], "must be a day"),
        (["--since", "2026-02-02", "--until", "2026-02-01"], "is before --since"),
        (["--fields", "titel"], "no field 'titel' (there are: id, site"),
        (["--shards", "0"], "--shards"),
    ],
)
def test_a_wrong_wish_is_one_line_that_names_it(
    filled: Desk, options: list[str], told: str
) -> None:
    done = filled.run("export", "--format", "jsonl", "--out", "a", *options)

    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert told in done.err
    assert not (filled.folder / "a").exists()
