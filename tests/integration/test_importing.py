"""Documents are imported once, beside what was crawled, and exported as they came."""

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.article import document_of
from storage.export import ExportFormat, Order, export
from storage.export.order import Source
from storage.importing import Imported, Imports
from storage.store import Store, open_store
from tests.integration.desk import START, TEXT, Desk, article
from wenxun.importing import AddressesError, Outcome, documents_in, import_files, read_addresses

PAGE = "http://news.yunling.example/info/1001/1.htm"
NEWS = article(title="新馆开馆", text=f"{TEXT}首日。")
FORM = document_of(
    title=NEWS.title, published_text=NEWS.published_text, views=801, text=NEWS.text
)  # fmt: skip


def imported(
    store: Store, folder: Path, *, site: str = "yunling", addresses: dict[str, str] | None = None
) -> Outcome:
    files = documents_in(folder, addresses or {})
    outcome = Outcome(site=site, files=len(files))
    imports = Imports(store)
    lease = imports.begin(site, timezone="Asia/Shanghai", holder="here:boot:1:1", now=START)
    list(import_files(imports, lease, files, outcome))
    imports.end(lease)
    return outcome


def exported(store: Store, folder: Path) -> dict[str, bytes]:
    articles = Desk(store).all()
    source = Source(
        count=lambda: len(articles), after=lambda number: (a for a in articles if a.id > number)
    )
    export(source, Order(form=ExportFormat.TEXT, out=folder), progress=lambda _: None)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def folder_of(tmp_path: Path, **documents: str) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir(exist_ok=True)
    for name, form in documents.items():
        (folder / f"{name}.txt").write_text(form, "utf-8", newline="\n")
    return folder


def test_a_document_is_an_article_once(store: Store, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, a=FORM)

    first, second = imported(store, folder), imported(store, folder)

    assert (dict(first.counts), dict(second.counts)) == ({Imported.NEW: 1}, {Imported.SEEN: 1})
    [found] = Desk(store).all()
    assert (found.title, found.views, found.published_day) == ("新馆开馆", 801, "2026-02-28")
    assert [version.reason for version in Desk(store).versions()] == ["imported"]


def test_nobody_is_alerted(store: Store, tmp_path: Path) -> None:
    imported(store, folder_of(tmp_path, a=FORM))
    imported(store, folder_of(tmp_path, a=FORM), site="hailan")

    desk = Desk(store)
    assert [(e.kind, e.backfill, e.detail) for e in desk.events()] == [
        ("new", True, "imported"), ("new", True, "imported"), ("reposted", True, "imported"),
    ]  # fmt: skip
    assert desk.told() == []


def test_what_says_the_same_as_a_crawled_article_joins_it(store: Store, tmp_path: Path) -> None:
    desk = Desk(store)
    desk.crawl(desk.read(NEWS))

    outcome = imported(store, folder_of(tmp_path, a=FORM))

    assert dict(outcome.counts) == {Imported.JOINED: 1}
    assert len(desk.all()) == 1


def test_a_copy_brings_no_withdrawn_article_back(store: Store, tmp_path: Path) -> None:
    desk = Desk(store)
    desk.crawl(desk.read(NEWS))
    desk.withdraw(1)

    imported(store, folder_of(tmp_path, a=FORM))

    assert desk.events("restored") == []
    assert [a.withdrawn_at is not None for a in desk.all()] == [True]


def test_what_is_stored_under_an_address_stays_and_another_text_is_kept_beside_it(
    store: Store, tmp_path: Path
) -> None:
    desk = Desk(store)
    desk.crawl(desk.read(replace(NEWS, url=PAGE, page_key="news.yunling.example:1")))
    folder = folder_of(tmp_path, a=FORM, b=FORM.replace("首日", "次日"))
    addresses = dict.fromkeys(("a.txt", "b.txt"), PAGE)

    first = imported(store, folder, addresses=addresses)
    second = imported(store, folder, addresses=addresses)

    assert dict(first.counts) == {Imported.SEEN: 1, Imported.NEW: 1}
    assert dict(second.counts) == {Imported.SEEN: 2}
    assert [(d.page_key.partition("#")[0], d.conflict) for d in desk.documents()] == [
        ("news.yunling.example:1", False), ("news.yunling.example:1", True),
    ]  # fmt: skip


def test_a_broken_file_is_named_and_the_rest_imported(store: Store, tmp_path: Path) -> None:
    outcome = imported(store, folder_of(tmp_path, a="nothing", b=FORM))

    assert list(outcome.broken) == ["a.txt"]
    assert dict(outcome.counts) == {Imported.NEW: 1}


def test_a_crawl_finds_an_imported_article_changed_without_an_alert(
    store: Store, tmp_path: Path
) -> None:
    desk = Desk(store)
    imported(store, folder_of(tmp_path, a=FORM), addresses={"a.txt": PAGE})
    page = article(
        url=PAGE, page_key="news.yunling.example:1", title=NEWS.title, text=f"{TEXT}另文。"
    )

    desk.crawl(desk.read(page))

    assert [v.reason for v in desk.versions()] == ["imported", "reparsed"]
    assert desk.told() == []


def test_addresses_are_read_from_tables(tmp_path: Path) -> None:
    table = tmp_path / "addresses"
    table.write_text("file\turl\tsite\na.txt\tHTTP://N.example/1\tyunling\nb.txt\thttp://n/2\tx\n")

    assert read_addresses(table, site="yunling") == {"a.txt": "http://n.example/1"}


@pytest.mark.parametrize(
    "line", ["a.txt", "a.txt,ftp://n.example/", "a.txt,http://n/1\na.txt,http://n/2"]
)
def test_a_wrong_line_of_addresses_is_named(tmp_path: Path, line: str) -> None:
    table = tmp_path / "addresses.csv"
    table.write_text(f"file,url\n{line}\n")

    with pytest.raises(AddressesError, match=r"line [23]: "):
        read_addresses(table, site="yunling")


LETTER = st.characters(exclude_categories=["Cs", "Cc"])
DOCUMENTS = st.builds(
    lambda title, day, views, text: document_of(
        title=title, published_text=day, views=views, text=f"{TEXT}\n{text}".strip("\n")
    ),
    st.text(LETTER, min_size=1).filter(str.strip),
    st.sampled_from([None, "日期：2022-11-21 09:28", "2023年1月5日", "某日", "时间：2019-09-23"]),
    st.none() | st.integers(0, 10**6),
    st.text(LETTER),
)


@settings(max_examples=15)
@given(st.lists(DOCUMENTS, min_size=1, max_size=6))
def test_export_import_export_is_the_identity(forms: list[str]) -> None:
    with tempfile.TemporaryDirectory() as place:
        here = Path(place)
        stores = [open_store(f"sqlite:///{here}/{name}.db") for name in "ab"]
        imported(stores[0], folder_of(here, **{f"f{n}": form for n, form in enumerate(forms)}))
        first = exported(stores[0], here / "first")
        imported(stores[1], here / "first")

        assert exported(stores[1], here / "second") == first
        assert set(first.values()) <= {form.encode() for form in forms}
        for one in stores:
            one.close()
