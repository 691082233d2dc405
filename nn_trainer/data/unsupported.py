"""Telling files that are sound, but of a kind that Pillow cannot read, from damaged ones."""

from __future__ import annotations

import re
from typing import BinaryIO

from PIL import Image

_SAYS = re.compile(
    r"unknown (pixel mode|data organization)|unsupported|not supported|cannot handle|"  # not shown
    r"decoder \S+ not available",
    re.IGNORECASE,
)
_PLUGINS = {b"II": "TIFF", b"MM": "TIFF", b"BM": "BMP", b"\xff\xd8": "JPEG"}  # by the first two bytes


def says_unsupported(error: BaseException) -> bool:
    """Whether what Pillow raised while it opened or decoded a file means that it does not know such files."""
    return _SAYS.search(str(error)) is not None


def is_unsupported(file: BinaryIO, head: bytes) -> bool:
    """Whether a file that no format of Pillow takes, and that begins with `head`, is only of an unknown kind."""
    plugin = _PLUGINS.get(head[:2])
    if plugin is None:
        return False
    file.seek(0)
    try:
        Image.OPEN[plugin][0](file, "")
    except SyntaxError as error:
        # A way of packing is looked up in a table of Pillow's.
        return says_unsupported(error) or (plugin == "TIFF" and isinstance(error.__cause__, KeyError))
    except Exception:  # a damaged file raises nearly anything
        return False
    return False
