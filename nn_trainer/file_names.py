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


_ESCAPED = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4}))")  # as `display_path` writes what cannot be seen
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


def look_alike_key(name: str) -> str:
    """What names have in common that look alike, or that a computer with another file system takes for one.

    Capital and small letters, spaces of all kinds, forms of the same character, and what cannot be seen make no
    difference. `name` may be as `display_path` writes it.
    """
    seen = _ESCAPED.sub(_without_invisible, unicodedata.normalize("NFKC", name))
    seen = "".join(char for char in seen if not _cannot_be_seen(char))
    return " ".join(unicodedata.normalize("NFKC", seen.casefold()).split())


def with_marks_escaped(name: str) -> str:
    """The name as `display_path` writes it, also with escapes for unusual spaces and all that cannot be seen."""
    return "".join(
        char.encode("unicode_escape").decode("ascii") if _cannot_be_seen(char) or _is_odd_space(char) else char
        for char in display_path(name)
    )


def _cannot_be_seen(char: str) -> bool:
    return unicodedata.category(char) == "Cf" or char in _INVISIBLE or "\ufe00" <= char <= "\ufe0f"


def _is_odd_space(char: str) -> bool:
    return char != " " and unicodedata.category(char) == "Zs"


def _without_invisible(escape: re.Match[str]) -> str:
    return "" if _cannot_be_seen(chr(int(escape[1] or escape[2], 16))) else escape[0]


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
