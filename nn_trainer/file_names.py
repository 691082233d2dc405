"""Names of files as text that can be printed and shown anywhere."""

from __future__ import annotations

import os
import unicodedata

# Characters that turn the direction of the text or cannot be seen: a name could pretend to be another.
_INVISIBLE = frozenset("\u00ad\u061c\u180e\u200b\u200e\u200f\u2060\ufeff") | {
    chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
}


def display_path(path: str | os.PathLike[str]) -> str:
    r"""The path as text that can be printed, shown and stored anywhere.

    Bytes that are not UTF-8 become \xff, control characters and those that cannot be seen or turn the
    direction of the text become \n, \u202e and the like. All other characters stay as they are.
    """
    text = os.fspath(path)
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escape(char) for char in text)


def _escape(char: str) -> str:
    if "\udc80" <= char <= "\udcff":  # how Python writes a byte of a file name that is not UTF-8
        return f"\\x{ord(char) - 0xDC00:02x}"
    if char in _INVISIBLE or unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp"):
        return char.encode("unicode_escape").decode("ascii")
    return char
