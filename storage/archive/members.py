"""Gzip members: every record of an archive file is one, so that it can be read alone.

ISA-L compresses a page in a quarter of the time that zlib takes for the same size, and in less than
zstd's.

Source: RFC 1952; https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/#annex-d-informative-record-at-a-time-compression-format
"""

from collections.abc import Iterator
from typing import BinaryIO

from isal import isal_zlib

_LEVEL = 1  # level 0 takes a tenth less time and 15 % more room
_GZIP = 31  # as zlib counts: a window of 32 KiB, with gzip's head and tail
_BROKEN: type[Exception] = isal_zlib.error  # type: ignore[assignment]  # its stub is wrong
_CHUNK = 1 << 20
_WINDOW = 1 << 16


class DamagedMemberError(ValueError):
    """These bytes are no whole gzip member."""


def compressed(*pieces: bytes) -> Iterator[bytes]:
    """Yield the bytes of one member that holds these pieces; large ones are never copied whole."""
    compressor = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, _GZIP)
    for piece in pieces:
        if len(piece) <= _CHUNK:
            yield compressor.compress(piece)
            continue
        view = memoryview(piece)
        for start in range(0, len(piece), _CHUNK):
            yield compressor.compress(view[start : start + _CHUNK])
    yield compressor.flush()


def decompressed(member: bytes) -> bytes:
    """Return what a whole member holds.

    Raises:
        DamagedMemberError: it is cut, or something in it or behind it is wrong.
    """
    reader = isal_zlib.decompressobj(_GZIP)
    try:
        plain: bytes = reader.decompress(member)
    except _BROKEN as error:
        raise DamagedMemberError(str(error)) from error
    if not reader.eof or reader.unused_data:
        raise DamagedMemberError("it is cut" if not reader.eof else "more follows it")
    return plain


def beginning(member: bytes) -> bytes:
    """Return what can be read of a member of which only the beginning is given.

    Raises:
        DamagedMemberError: it is no member.
    """
    try:
        plain: bytes = isal_zlib.decompressobj(_GZIP).decompress(member)
    except _BROKEN as error:
        raise DamagedMemberError(str(error)) from error
    return plain


def whole_members(file: BinaryIO, start: int) -> Iterator[tuple[int, int]]:
    """Yield (offset, length) of the members from `start` on, up to the first that is not whole."""
    while (end := _end_of_member(file, start)) is not None:
        yield start, end - start
        start = end


def _end_of_member(file: BinaryIO, start: int) -> int | None:
    reader = isal_zlib.decompressobj(_GZIP)
    file.seek(start)
    read = 0
    while not reader.eof:
        window = file.read(_WINDOW)
        if not window:
            return None
        read += len(window)
        try:
            reader.decompress(window)
        except _BROKEN:
            return None
    return start + read - len(reader.unused_data)
