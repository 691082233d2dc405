"""PNG files whose texts, such as what an editor noted, are more than Pillow takes: read on without them."""

from __future__ import annotations

import io
import struct
import zlib
from typing import BinaryIO

MOST_TEXT = 64 << 20  # bytes of all texts unpacked; more are only in files made to do harm

_TEXTS = frozenset((b"tEXt", b"zTXt", b"iTXt"))
_SIGNATURE = 8
_PIECE = 1 << 20


def is_of_texts(error: Exception) -> bool:
    """Whether Pillow raised this because texts (or a colour profile) unpack to more than it takes."""
    return isinstance(error, ValueError) and "MAX_TEXT" in str(error)


def without_texts(file: BinaryIO) -> BinaryIO | None:
    """A PNG file without its texts and without a colour profile that Pillow would not take.

    None if the texts unpack to more than `MOST_TEXT`; nothing is kept of them to find that out.
    """
    file.seek(0)
    kept = io.BytesIO()
    kept.write(file.read(_SIGNATURE))
    left = MOST_TEXT
    while len(head := file.read(8)) == 8:
        length, kind = struct.unpack(">I4s", head)
        content = file.read(length + 4)  # with the checksum
        if kind in _TEXTS or kind == b"iCCP":
            size = _unpacked_size(kind, content[:-4], left)
            left -= size
            if left < 0:
                return None
            if kind in _TEXTS or size > _PIECE:
                continue
        kept.write(head + content)
    kept.seek(0)
    return kept


def _unpacked_size(kind: bytes, content: bytes, most: int) -> int:
    """How many bytes a text unpacks to, or more than `most` of a larger one."""
    keyword = content.find(b"\0") + 1
    if kind == b"tEXt" or keyword == 0:
        return len(content)
    if kind == b"iTXt":
        if content[keyword : keyword + 2] != b"\1\0":
            return len(content)
        packed = content[keyword + 2 :].split(b"\0", 2)[-1]
    else:
        packed = content[keyword + 1 :]
    unpacker, size = zlib.decompressobj(), 0
    try:
        while packed and size <= most:
            size += len(unpacker.decompress(packed, _PIECE))
            packed = unpacker.unconsumed_tail
    except zlib.error:
        return size
    return size
