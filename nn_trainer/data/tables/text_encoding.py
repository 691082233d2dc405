"""The bytes of a text file -> its characters: UTF-8, UTF-16 as Excel writes it, else the Windows code page."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Literal

Encoding = Literal["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]

_LOOKED_AT = 1 << 10  # bytes that show whether every second one is zero


@dataclass(frozen=True, slots=True)
class Text:
    """The characters of a file; `guessed` if it says of no encoding that it is the one, and is not UTF-8 either."""

    characters: str
    guessed: bool


def decode_text(content: bytes, whole: bool = True) -> Text | None:
    """What a file's bytes mean; None if they are no text. `whole` is False for the first bytes of a longer file."""
    encoding = encoding_of(content, whole)
    if encoding is None:
        return None
    decoder = codecs.getincrementaldecoder(encoding)("replace")  # the code page leaves five bytes without a meaning
    characters = decoder.decode(content, final=whole)
    return None if "\0" in characters else Text(characters.removeprefix("\ufeff"), encoding == "cp1252")


def encoding_of(content: bytes, whole: bool = True) -> Encoding | None:
    """In which of the usual encodings a text file was saved; None if it is binary."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    start = content[:_LOOKED_AT]
    if b"\0" in start:  # UTF-16 without its mark: in a table most characters are of the first 256
        zeros = [place % 2 for place, byte in enumerate(start) if byte == 0]
        if len(zeros) < len(start) / 4 or len(set(zeros)) != 1:
            return None
        return "utf-16-le" if zeros[0] else "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(content, final=whole)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"
