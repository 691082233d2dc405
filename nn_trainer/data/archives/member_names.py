"""The names of members: which folders and file they mean, and which lead out of the archive."""

from __future__ import annotations

import re
from collections.abc import Sequence

_DRIVE = re.compile(r"[A-Za-z]:")
_UTF8_FLAG = 0x800


def inner_path(name: str) -> str | None:
    """The name with single slashes between its parts and none at its ends; None if it leads out of the archive."""
    if name.startswith("/") or _DRIVE.match(name) or "\0" in name:
        return None
    parts = [part for part in name.split("/") if part not in ("", ".")]
    return None if ".." in parts else "/".join(parts)


def zip_names(written: Sequence[tuple[str, int]]) -> list[str]:
    """The names of the members of a zip, from pairs of name and flags as Python's zipfile gives them.

    A name without the flag for UTF-8 was read as code page 437, as the standard has it. The programs of macOS and
    Linux write UTF-8 without the flag, though: where all such names are UTF-8, that is what they are. Some programs
    of Windows write backslashes for slashes.
    """
    raw = [None if flags & _UTF8_FLAG else name.encode("cp437", "replace") for name, flags in written]
    try:
        decoded = [None if bytes_ is None else bytes_.decode("utf-8") for bytes_ in raw]
    except UnicodeDecodeError:
        decoded = [None] * len(written)
    names = (name if better is None else better for (name, _flags), better in zip(written, decoded, strict=True))
    return [name.replace("\\", "/") for name in names]
