"""ZIP files of XML, opened with care: what they unpack to is looked at before it is unpacked."""

import io
import zipfile

from crawler.files.text import MOST_UNPACKED, UnreadableError

_OLE = b"\xd0\xcf\x11\xe0"


def opened(body: bytes) -> zipfile.ZipFile:
    """Return the container.

    Raises:
        UnreadableError: it is damaged, encrypted, or would unpack to too much.
    """
    if body.startswith(_OLE):
        raise UnreadableError("encrypted", "it is protected by a password")
    try:
        container = zipfile.ZipFile(io.BytesIO(body))
    except (zipfile.BadZipFile, ValueError) as error:
        raise UnreadableError("damaged", f"no whole ZIP file: {error}") from error
    entries = container.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableError("encrypted", "it is protected by a password")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED:
        limit = MOST_UNPACKED // 1024 // 1024
        raise UnreadableError("too_large", f"unpacks to {unpacked >> 20} MB, over {limit}")
    return container
