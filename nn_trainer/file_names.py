"""Names of files and classes: as text that can be shown anywhere, and in the order that a person expects."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable

# Characters that turn the direction of the text or cannot be seen: a name could pretend to be another.
_INVISIBLE = frozenset("\u00ad\u061c\u180e\u200b\u200e\u200f\u2060\ufeff") | {
    chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
}


_LETTERS_AND_DIGITS = re.compile(r"(\D*)(\d*)")  # \d: the digits of all scripts


def natural_key(name: str) -> tuple[tuple[tuple[str, int, str], ...], str]:
    """What names are sorted by so that their digits count as numbers: 1, 2, 3, 10, 11, 20.

    All else is compared as `sorted` does. Names that differ in leading zeros or in the script of their digits come
    next to each other, in one order always. A run of digits may be of any length.
    """
    parts = tuple(
        (text, len(value), value)  # the length first: a longer number is larger, and `int` refuses very long ones
        for text, digits in _LETTERS_AND_DIGITS.findall(name)
        for value in ["".join(str(unicodedata.decimal(digit)) for digit in digits).lstrip("0")]
    )
    return parts, name


def in_natural_order(names: Iterable[str]) -> list[str]:
    """The names sorted by `natural_key`."""
    return sorted(names, key=natural_key)


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
