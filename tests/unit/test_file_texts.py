"""The text of files is read by another process, which has limits and may die."""

import asyncio
import io
import os
import zipfile
from pathlib import Path

import pytest

from crawler.files.text import kinds_with_text
from crawler.files.text.child import text_of
from storage.asset import FileText
from wenxun.newssite import files

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def read(body: bytes, kind: str | None) -> FileText | None:
    return asyncio.run(text_of(body, kind))


def state(body: bytes, kind: str) -> str:
    found = read(body, kind)
    assert found is not None
    assert found.text == ""
    assert found.reason
    return found.state


def word(document: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", document)
    return out.getvalue()


def bomb(name: str, megabytes: int) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package,
        package.open(name, "w") as part,
    ):
        for _ in range(megabytes):
            part.write(bytes(1024 * 1024))
    return out.getvalue()


def test_the_folder_says_which_kinds_have_text() -> None:
    assert kinds_with_text() == {"pdf", "docx", "xlsx"}


def test_the_text_of_a_pdf_is_read_whose_chinese_font_is_only_named() -> None:
    found = read(files.pdf("关于录取名单的通知", "云岭大学"), "pdf")

    assert found == FileText(state="read", text="关于录取名单的通知\n云岭大学")


def test_a_table_of_a_word_document_is_a_line_a_row() -> None:
    body = files.docx("名单如下：", rows=[["姓名", "单位"], ["林岚", "图书馆"]])

    assert read(body, "docx") == FileText(state="read", text="名单如下：\n姓名\t单位\n林岚\t图书馆")


def test_runs_tabs_and_breaks_of_a_paragraph_are_one_text() -> None:
    runs = (
        "<w:r><w:t>云</w:t></w:r>"
        "<w:r><w:t>岭</w:t><w:tab/><w:t>大学</w:t><w:br/><w:t>甲</w:t></w:r>"
    )
    body = word(f'<w:document xmlns:w="{WORD}"><w:p>{runs}</w:p></w:document>')

    assert read(body, "docx") == FileText(state="read", text="云岭\t大学\n甲")


def test_the_rows_of_a_workbook_follow_the_name_of_their_sheet() -> None:
    body = files.xlsx([["姓名", "成绩"], ["林岚", 90]], sheet="成绩单")

    assert read(body, "xlsx") == FileText(state="read", text="成绩单\n姓名\t成绩\n林岚\t90")


@pytest.mark.parametrize("kind", ["png", "zip", "doc", "__main__", None])
def test_other_kinds_have_no_text(kind: str | None) -> None:
    assert read(b"x", kind) is None


def test_a_scan_has_no_text() -> None:
    assert state(files.scan(), "pdf") == "no_text"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "pdf"), (b"%PDF-1.4\nnothing", "pdf"), (files.pdf("名单")[:300], "pdf"),
        (b"PK\x03\x04", "docx"), (files.docx("名单")[:-40], "docx"),
        (word("<w:document>"), "docx"), (files.xlsx([["x"]]), "docx"), (files.docx("x"), "xlsx"),
    ],
)  # fmt: skip
def test_a_broken_file_is_damaged(body: bytes, kind: str) -> None:
    assert state(body, kind) == "damaged"


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_a_file_behind_a_password_is_encrypted(kind: str) -> None:
    assert state(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), kind) == "encrypted"


def test_a_container_that_unpacks_to_too_much_is_not_unpacked() -> None:
    assert state(bomb("word/document.xml", 250), "docx") == "too_large"


def test_entities_are_not_unfolded() -> None:
    lines = '<!DOCTYPE d [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {after} "{f"&{before};" * 10}">'
        for before, after in zip("abcdefg", "bcdefgh", strict=True)
    )
    body = word(
        f'{lines}]><w:document xmlns:w="{WORD}"><w:p><w:r><w:t>甲&h;</w:t></w:r></w:p></w:document>'
    )

    found = read(body, "docx")

    assert found is not None
    assert len(found.text) < 10


def test_a_long_text_is_cut_off_and_says_so() -> None:
    found = read(files.docx(*["字" * 100_000] * 21), "docx")

    assert found is not None
    assert found.state == "read"
    assert found.reason is not None
    assert "cut off" in found.reason
    assert len(found.text) == 2_000_000


def test_a_reader_that_dies_harms_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that crashes as C libraries do."""
    broken = tmp_path / "pypdfium2"
    broken.mkdir()
    (broken / "__init__.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    assert state(files.pdf("名单"), "pdf") == "crashed"


def test_a_library_that_is_not_installed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pypdfium2.py").write_text("raise ImportError('No module named pypdfium2')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    found = read(files.pdf("名单"), "pdf")

    assert found is not None
    assert (found.state, "wenxun[files]" in (found.reason or "")) == ("no_reader", True)


def test_reading_that_is_cancelled_ends_its_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = tmp_path / "pid"
    os.mkfifo(note)
    (tmp_path / "pypdfium2.py").write_text(
        "import os, time\n"
        f"with open({str(note)!r}, 'w') as note: note.write(str(os.getpid()))\n"
        "time.sleep(60)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    async def cancelled() -> int:
        reading = asyncio.ensure_future(text_of(files.pdf("名单"), "pdf"))
        number = await asyncio.to_thread(note.read_text)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        return int(number)

    number = asyncio.run(cancelled())

    assert not Path(f"/proc/{number}").exists()
