"""The pieces of an article's body: what the CMS writes, and what a reader should get of it.

Each block carries its markup and, beside it, the lines of text that it stands for, so that the
expected text is written down where the markup is, and never computed from the page.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """Something that hangs on an article. `kind` is `file`, `inline_pdf` or `video`."""

    kind: str
    name: str | None
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A piece of the body: `html` as the CMS writes it, `lines` as the text has them.

    An empty line is a paragraph without text. `images` are root-relative paths.
    """

    html: str
    lines: tuple[str, ...]
    images: tuple[str, ...] = ()
    files: tuple[File, ...] = ()


def text_of(blocks: Iterable[Block]) -> str:
    """Return the text of a body: a paragraph a line, blank lines single, none at an end."""
    kept: list[str] = []
    for line in (line for block in blocks for line in block.lines):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).rstrip("\n")


def paragraph(text: str) -> Block:
    """Return a paragraph that is indented by style."""
    return Block(html=f'<p style="text-indent: 2em;">{escape(text)}</p>', lines=(text,))


def indented(text: str) -> Block:
    """Return a paragraph that is indented by two full-width blanks, in a sized span."""
    html = f'<p><span style="font-size: 16px;">\u3000\u3000{escape(text)}</span></p>'
    return Block(html=html, lines=(text,))


def first(text: str) -> Block:
    """Return the paragraph that the CMS marks as the first of the body."""
    return Block(
        html=f'<p class="vsbcontent_start">&nbsp; &nbsp; {escape(text)}</p>', lines=(text,)
    )


def blank() -> Block:
    """Return the empty paragraph that editors leave behind."""
    return Block(html='<p style="text-align: right;"><br></p>', lines=("",))


def word(*pieces: str) -> Block:
    """Return a paragraph pasted from Word: one sentence over many spans."""
    spans = "".join(
        f'<span style="font-family: 仿宋; mso-font-kerning: 1.0000pt;">{escape(piece)}</span>'
        for piece in pieces
    )
    style = "text-indent: 24pt; mso-char-indent-count: 2.0000;"
    return Block(
        html=f'<p class="MsoNormal" style="{style}">{spans}<o:p></o:p></p>',
        lines=("".join(pieces),),
    )


def broken(*lines: str) -> Block:
    """Return one paragraph whose lines are parted by `<br>`."""
    return Block(html=f"<p>{'<br>'.join(escape(line) for line in lines)}</p>", lines=lines)


def repeated_title(title: str) -> Block:
    """Return the title as editors set it again above the text."""
    html = f'<h2 style="text-align: center;"><strong>{escape(title)}</strong></h2>'
    return Block(html=html, lines=(title,))


def picture(path: str) -> Block:
    """Return an image paragraph; the page shows a small copy and names the original."""
    html = (
        '<p class="vsbcontent_img" style="text-align: center;">'
        f'<img width="600" src="{path}?w=600" class="img_vsb_content" orisrc="{path}" '
        f'vurl="/_vsl{path[8:-4]}" vsbhref="vurl" vwidth="600" vheight="400"></p>'
    )
    return Block(html=html, lines=("",), images=(path,))


def video(path: str) -> Block:
    """Return a video player, which VSB writes by script."""
    html = (
        '<p style="text-align: center;"><script name="_videourl" '
        f'vurl="{path}?e=.mp4" vwidth="600" vheight="400" vsbhrefname="vurl">'
        f'showVsbVideo("{path}?e=.mp4", "600", "400", "false")</script></p>'
    )
    return Block(
        html=html, lines=("",), files=(File(kind="video", name=None, path=f"{path}?e=.mp4"),)
    )


def pdf(path: str) -> Block:
    """Return an inline PDF viewer: the body has no other text."""
    html = (
        f'<p><script>var vsb_pdf_image_data = ["{path[:-4]}_1.jpg","{path[:-4]}_2.jpg"];'
        f'showVsbpdfIframe("{path}","100%","600","0","border: 1px solid rgb(221, 221, 221);",'
        "vsb_pdf_image_data);</script></p><p></p>"
    )
    return Block(html=html, lines=("", ""), files=(File(kind="inline_pdf", name=None, path=path),))


def table(*rows: tuple[str, ...]) -> Block:
    """Return a table with a paragraph a cell; in the text a row is a line, cells parted by tabs."""
    cells = "".join(
        "<tr>" + "".join(f'<td width="120"><p>{escape(cell)}</p></td>' for cell in row) + "</tr>"
        for row in rows
    )
    html = f'<table border="0" cellspacing="0" cellpadding="0"><tbody>{cells}</tbody></table>'
    return Block(html=html, lines=tuple("\t".join(row) for row in rows))
