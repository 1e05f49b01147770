"""Files that hang on articles of the fixture site, made from nothing: PDF, Word, Excel, a picture.

Pure and deterministic. They are small and plain, but what readers of such files meet: a PDF whose
Chinese font is named and not carried, one that is only a picture, and the ZIP of XML that Word and
Excel write.
Source: ISO 32000-1 (7.3 objects, 9.7 composite fonts), ECMA-376 (WordprocessingML, SpreadsheetML).
"""

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape

_A4 = "[0 0 595 842]"
_LINE = 28  # points between two lines
_LONG_AGO = (2024, 6, 28, 8, 30, 0)  # the same bytes whenever they are made


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What an address of a file answers. `sent_name` goes with it in the bytes of `charset`."""

    body: bytes
    kind: str = "application/octet-stream"
    status: int = 200
    sent_name: str | None = None
    charset: str = "utf-8"
    conditional: bool = True

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The headers beyond type and length, their bytes as Latin-1."""
        tag = (("ETag", f'"{sha256(self.body).hexdigest()[:16]}"'),) if self.conditional else ()
        if self.sent_name is None:
            return tag
        name = self.sent_name.encode(self.charset).decode("latin-1")
        return (*tag, ("Content-Disposition", f'attachment; filename="{name}"'))


def pdf(*lines: str) -> bytes:
    """Return a PDF of one page with these lines of text."""
    shown = "".join(f"<{line.encode('utf-16-be').hex()}> Tj 0 -{_LINE} Td\n" for line in lines)
    content = f"BT /F1 14 Tf 60 780 Td\n{shown}ET".encode()
    font = (
        "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UTF16-H"
        "/DescendantFonts[<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 4>>"
        "/FontDescriptor<</Type/FontDescriptor/FontName/STSong-Light/Flags 6"
        "/FontBBox[-25 -254 1000 880]/ItalicAngle 0/Ascent 880/Descent -120"
        "/CapHeight 880/StemV 93>>>>]>>"
    )
    return _pdf_of("<</Font<</F1 5 0 R>>>>", content, font.encode())


def scan() -> bytes:
    """Return a PDF of one page that is a grey picture, as scanners make it: no text in it."""
    side = 16
    grey = zlib.compress(bytes((x * y * 7) % 256 for x in range(side) for y in range(side)))
    picture = (
        f"<</Type/XObject/Subtype/Image/Width {side}/Height {side}/ColorSpace/DeviceGray"
        f"/BitsPerComponent 8/Filter/FlateDecode/Length {len(grey)}>>\nstream\n"
    ).encode()
    content = b"q 500 0 0 700 40 60 cm /Im1 Do Q"
    resources = "<</XObject<</Im1 5 0 R>>>>"
    return _pdf_of(resources, content, picture + grey + b"\nendstream")


def docx(*paragraphs: str, rows: Sequence[Sequence[str]] = ()) -> bytes:
    """Return a Word document of these paragraphs, and a table behind them."""
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(_paragraph(text) for text in paragraphs)
    if rows:
        cells = "".join(
            f"<w:tr>{''.join(f'<w:tc>{_paragraph(cell)}</w:tc>' for cell in row)}</w:tr>"
            for row in rows
        )
        body += f"<w:tbl>{cells}</w:tbl>"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return _package(
        "word/document.xml",
        {
            "[Content_Types].xml": _types({"/word/document.xml": kind}),
            "word/document.xml": (
                f'<w:document xmlns:w="{name}"><w:body>{body}</w:body></w:document>'
            ),
        },
    )


def xlsx(rows: Sequence[Sequence[str | int]], *, sheet: str = "名单") -> bytes:
    """Return an Excel workbook with one sheet of these rows."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    lines = "".join(f"<row>{''.join(_cell(value) for value in row)}</row>" for row in rows)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    kinds = {
        "/xl/workbook.xml": f"{kind}.sheet.main+xml",
        "/xl/worksheets/sheet1.xml": f"{kind}.worksheet+xml",
    }
    return _package(
        "xl/workbook.xml",
        {
            "[Content_Types].xml": _types(kinds),
            "xl/workbook.xml": (
                f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
                f'<sheet name="{escape(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>'
            ),
            "xl/_rels/workbook.xml.rels": _relations(
                f"{office}/worksheet", "worksheets/sheet1.xml"
            ),
            "xl/worksheets/sheet1.xml": (
                f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>'
            ),
        },
    )


def _pdf_of(resources: str, content: bytes, resource: bytes) -> bytes:
    """Return a PDF whose only page shows `content` with the one resource, object 5."""
    page = f"<</Type/Page/Parent 2 0 R/MediaBox{_A4}/Resources{resources}/Contents 4 0 R>>"
    stream = f"<</Length {len(content)}>>\nstream\n".encode() + content + b"\nendstream"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        page.encode(),
        stream,
        resource,
    )
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, one in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + one + b"\nendobj\n"
    table = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += "".join(f"{place:010} 00000 n \n" for place in places).encode()
    out += f"trailer\n<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n".encode()
    return bytes(out)


def _paragraph(text: str) -> str:
    return f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def _cell(value: str | int) -> str:
    if isinstance(value, int):
        return f"<c><v>{value}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def _types(kinds: Mapping[str, str]) -> str:
    parts = "".join(f'<Override PartName="{n}" ContentType="{k}"/>' for n, k in kinds.items())
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{parts}</Types>'
    )


def _relations(kind: str, target: str) -> str:
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{kind}" Target="{target}"/></Relationships>'
    )


def _package(main: str, parts: Mapping[str, str]) -> bytes:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    written = {**parts, "_rels/.rels": _relations(f"{office}/officeDocument", main)}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in written.items():
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            package.writestr(entry, f'<?xml version="1.0" encoding="UTF-8"?>\n{text}')
    return out.getvalue()
