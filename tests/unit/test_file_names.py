"""What a server calls a file is read as servers write it."""

import pytest

from crawler.files.names import sent_name


def raw(text: str, charset: str) -> str:
    """A header's bytes as they reach us."""
    return text.encode(charset).decode("latin-1")


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (None, None),
        ("inline", None),
        ("attachment", None),
        ('attachment; filename=""', None),
        ("attachment; filename=list.pdf", "list.pdf"),
        ('attachment; filename="a \\"b\\".pdf"', 'a "b".pdf'),
        ("attachment; filename*=UTF-8''%E5%90%8D%E5%8D%95.pdf", "名单.pdf"),
        ("attachment; filename=x.pdf; filename*=utf-8'zh'%E5%90%8D.pdf", "名.pdf"),
        ("attachment; filename*=GBK''%C3%FB%B5%A5.pdf", "名单.pdf"),
        ("attachment; filename*=GB2312''%C3%FB.pdf", "名.pdf"),
        ("attachment; filename*=nonsense''%E5%90%8D.pdf", "名.pdf"),
        (raw('attachment; filename="名单.pdf"', "gbk"), "名单.pdf"),
        (raw('attachment; filename="名单.pdf"', "utf-8"), "名单.pdf"),
        (raw("attachment;filename=名单（1）.pdf", "gbk"), "名单（1）.pdf"),
        ("attachment; filename=%E5%90%8D%E5%8D%95.pdf", "名单.pdf"),
        ('attachment; filename="=?UTF-8?B?5ZCN5Y2VLnBkZg==?="', "名单.pdf"),
        ('attachment; filename="=?GB2312?B?w/u1pS5wZGY=?="', "名单.pdf"),
        (r'attachment; filename="C:\\temp\\list.pdf"', "list.pdf"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ('attachment; filename="a\x00b.pdf"', "ab.pdf"),
    ],
)
def test_the_name_of_a_content_disposition_is_read(header: str | None, name: str | None) -> None:
    assert sent_name(header) == name


def test_a_name_without_end_keeps_its_ending() -> None:
    name = sent_name(f'attachment; filename="{"n" * 5000}.pdf"')

    assert name is not None
    assert (len(name), name[-4:]) == (200, ".pdf")
