"""What hangs on an article: pictures, files, films, inline PDFs.

VSB writes films and PDFs by scripts, so scripts are read here before anything drops them. WebPlus
names them in attributes of empty elements, and a file's own name beside its address. Pure.

Source: VSB's showVsbVideo and showVsbpdfIframe calls and its `orisrc`, `vurl` and `vsbhref`
attributes, WebPlus's `pdfsrc`, `sudy-wp-src` and `sudyfile-attr`, as found in their pages.
"""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qs, urlsplit

from selectolax.lexbor import LexborNode

from crawler.fields.absolute import absolute_url
from crawler.fields.blanks import tidy
from crawler.fields.links import is_file
from crawler.fields.selecting import selector
from crawler.fields.tree import attribute
from storage.article import Attachment, AttachmentKind, Image

_PDF_CALL = re.compile(r"showVsbpdfIframe\(\s*[\"']([^\"']+)[\"']", re.IGNORECASE)
_VIDEO_CALL = re.compile(r"showVsbVideo\(\s*[\"']([^\"']+)[\"']", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_AUDIO = re.compile(r"\.(?:mp3|m4a|wav|wma|ogg)(?:$|[?#])", re.IGNORECASE)
_VIDEO = re.compile(r"\.(?:mp4|m4v|flv|mov|wmv|avi|webm|m3u8)(?:$|[?#])", re.IGNORECASE)
_PDF = re.compile(r"\.pdf(?:$|[?#])", re.IGNORECASE)
_OPENED = re.compile(
    r"(?:location(?:\.href)?\s*=|location\.(?:assign|replace)\(|window\.open\()"
    r"\s*(?:%27|%22|[\"'])(.+?)(?:%27|%22|[\"'])",
    re.IGNORECASE,
)
_DOWNLOAD = re.compile(
    r"download\.jsp\?|downfile\.jsp\?|virtual_attach_file\.vsb|DownloadAttachUrl", re.IGNORECASE
)
# Pictures of file types and smileys are the editor's, not the article's.
_ICON = re.compile(
    r"/(?:fileTypeImages|icon_\w+\.gif|emotion|smiley)|/ueditor/dialogs/", re.IGNORECASE
)
_PICTURE_SOURCES = ("orisrc", "original-src", "original_src", "data-src", "data-original", "src")
PLAYERS = selector("[pdfsrc], [sudy-wp-src]")  # whatever their tag
_FILE_NAME = re.compile(r"[\"']?title[\"']?\s*:\s*[\"'](.+?)[\"']\s*[,}]")
# A number that only keeps a cache from answering, behind a picture's own name.
_FRESH = re.compile(
    r"(?<=\.(?:jpg|png|gif|bmp|svg))\?(?:(?:v|ver|version|t|ts|time|timestamp|r|rnd|rand|random|_)=)?[\d.]+$",
    re.IGNORECASE,
)
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|bmp|webp|svg)(?:$|[?#])", re.IGNORECASE)


def images_of(nodes: Iterable[LexborNode], *, base: str) -> tuple[Image, ...]:
    """Return the pictures, each address once, of the original size where the page names it."""
    found: dict[str, Image] = {}
    for node in nodes:
        url = _picture_url(node, base)
        if url and not _ICON.search(url):
            found.setdefault(url, Image(url=url, alt=attribute(node, "alt")))
    return tuple(found.values())


def attachments_of(
    links: Iterable[LexborNode], media: Iterable[LexborNode], *, base: str
) -> tuple[Attachment, ...]:
    """Return the files that links lead to and what players and scripts show, each address once."""
    found: dict[str, Attachment] = {}
    for attachment in (*_shown(media, base), *_linked(links, base)):
        found.setdefault(attachment.url, attachment)
    return tuple(found.values())


def commented_players(source: str, *, base: str) -> tuple[Attachment, ...]:
    """Return the films and PDFs of players that stand in comments of a page's source.

    Saved copies of pages have them there, with an empty frame in the player's place.
    """
    found: dict[str, Attachment] = {}
    for comment in _COMMENT.finditer(source):
        for kind, address in _called(comment.group()):
            if url := absolute_url(address, base=base):
                found.setdefault(url, Attachment(kind=kind, name=None, url=url))
    return tuple(found.values())


def is_download(href: str) -> bool:
    """Say whether an address is the CMS's own way to hand out an attachment."""
    return _DOWNLOAD.search(href) is not None


def _picture_url(node: LexborNode, base: str) -> str | None:
    attributes = node.attributes
    for name in _PICTURE_SOURCES:
        value = (attributes.get(name) or "").strip()
        if value and not value.startswith(("data:", "file:", "about:")):
            return absolute_url(_FRESH.sub("", value), base=base)
    return None


def _linked(links: Iterable[LexborNode], base: str) -> Iterator[Attachment]:
    for node in links:
        href = _target(attribute(node, "href") or "")
        named = "sudyfile-attr" in node.attributes
        if not (is_download(href) or is_file(href) or named) or _PICTURE.search(href):
            continue
        if url := absolute_url(href, base=base):
            yield Attachment(kind=_kind_of_file(url), name=_name_of(node, url), url=url)


def _target(href: str) -> str:
    """Return where a link leads; a script may name the address that it opens."""
    if not href.lower().startswith("javascript:"):
        return href
    match = _OPENED.search(href)
    return match.group(1) if match else ""


def _shown(media: Iterable[LexborNode], base: str) -> Iterator[Attachment]:
    for node in media:
        for kind, address in _addresses(node):
            if url := absolute_url(address, base=base):
                yield Attachment(kind=kind, name=_file_name(node), url=url)


def _addresses(node: LexborNode) -> Iterator[tuple[AttachmentKind, str]]:
    tag = node.tag
    if tag == "script":
        called = list(_called(node.text() or ""))
        film = attribute(node, "vurl") if attribute(node, "name") == "_videourl" else None
        if film and all(kind is not AttachmentKind.VIDEO for kind, _ in called):
            called.append((AttachmentKind.VIDEO, film))
        yield from called
        return
    if pdf := attribute(node, "pdfsrc"):
        yield AttachmentKind.INLINE_PDF, pdf
        return
    if film := attribute(node, "sudy-wp-src"):
        yield AttachmentKind.AUDIO if _AUDIO.search(film) else AttachmentKind.VIDEO, film
        return
    address = attribute(node, "src") or attribute(node, "data") or attribute(node, "vurl")
    if not address and tag in {"video", "audio"}:
        inner = node.css_first("source[src]")
        address = attribute(inner, "src") if inner else None
    names = f"{attribute(node, 'class') or ''} {attribute(node, 'name') or ''}"
    if address and (kind := _kind_of_player(tag or "", address, names)):
        yield kind, address


def _called(source: str) -> Iterator[tuple[AttachmentKind, str]]:
    for match in _PDF_CALL.finditer(source):
        yield AttachmentKind.INLINE_PDF, match.group(1)
    for match in _VIDEO_CALL.finditer(source):
        yield AttachmentKind.VIDEO, match.group(1)


def _kind_of_player(tag: str, address: str, names: str) -> AttachmentKind | None:
    if _PDF.search(address):
        return AttachmentKind.INLINE_PDF
    if tag == "audio" or _AUDIO.search(address):
        return AttachmentKind.AUDIO
    # A frame without a film in its address or its names may be anything; a player never is.
    is_film = tag != "iframe" or _is_film(address) or _is_film(names)
    return AttachmentKind.VIDEO if is_film else None


def _is_film(address: str) -> bool:
    return bool(_VIDEO.search(address)) or "video" in address.lower() or "player" in address.lower()


def _kind_of_file(url: str) -> AttachmentKind:
    if _AUDIO.search(url):
        return AttachmentKind.AUDIO
    return AttachmentKind.VIDEO if _VIDEO.search(url) else AttachmentKind.FILE


def _file_name(node: LexborNode) -> str | None:
    """Return the name of the file as it was uploaded, where the CMS keeps it."""
    match = _FILE_NAME.search(attribute(node, "sudyfile-attr") or "")
    return tidy(match.group(1)) or None if match else None


def _name_of(node: LexborNode, url: str) -> str | None:
    """Return the link's text, which has the file's own name; addresses of downloads have none.

    A text that is no file's name (点击下载) gives way to the name that the CMS keeps beside it.
    """
    text = tidy(node.text() or "")
    kept = None if is_file(text) else _file_name(node)
    name = kept or text or attribute(node, "title") or attribute(node, "textvalue")
    if name:
        return name
    parts = urlsplit(url)
    return None if parse_qs(parts.query) else parts.path.rpartition("/")[2] or None
