"""Where a name cannot be, told quickly: most texts lack one of its letters. Pure."""

_ENCODINGS = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be")
# Letters that are written as numbers may be any.
_NUMBERED, _NUMBERED_BYTES = ("&#", "\\u"), (b"&#", b"\\u")


class Hunt:
    """The search for one name, whose letters are known while it is looked for."""

    def __init__(self, bare: str) -> None:
        """Take a name without blanks."""
        self._letters = sorted(set(bare))
        self._encoded = [
            [letter.encode(encoding) for letter in self._letters]
            for encoding in _ENCODINGS
            if _has(encoding, bare)
        ]

    def may_be_in(self, text: str) -> bool:
        """Say whether a text has all letters of the name, or may."""
        return all(letter in text for letter in self._letters) or any(
            mark in text for mark in _NUMBERED
        )

    def may_be_in_bytes(self, body: bytes) -> bool:
        """Say whether bytes have all letters of the name in one encoding, or may."""
        return any(all(one in body for one in letters) for letters in self._encoded) or any(
            mark in body for mark in _NUMBERED_BYTES
        )


def _has(encoding: str, text: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
