"""Which files are archives: by their names what may be opened, by their first bytes how."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from nn_trainer.errors import DatasetError
from nn_trainer.file_names import display_path
from nn_trainer.i18n import _
from nn_trainer.paths import is_file

ArchiveKind = Literal["zip", "tar", "gzip", "bzip2", "xz", "zstandard"]

#: The endings of the names of archives that can be opened, as a file dialog wants them.
ENDINGS = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tbz", ".tar.xz", ".txz", ".tar.zst", ".tzst")

_OTHERS = (".rar", ".7z", ".gz", ".bz2", ".xz", ".zst", ".lzh", ".cab", ".iso", ".dmg")  # known, but not opened

_MAGIC: tuple[tuple[int, bytes, ArchiveKind], ...] = (
    (0, b"PK\x03\x04", "zip"),
    (0, b"PK\x05\x06", "zip"),  # an empty one
    (0, b"PK\x07\x08", "zip"),  # one that was meant to be split into several files
    (0, b"\x1f\x8b", "gzip"),
    (0, b"BZh", "bzip2"),
    (0, b"\xfd7zXZ\0", "xz"),
    (0, b"\x28\xb5\x2f\xfd", "zstandard"),
    (257, b"ustar", "tar"),
)


def has_archive_name(name: str) -> bool:
    """Whether a file of this name is taken for an archive that can be opened."""
    return name.casefold().endswith(ENDINGS)


def without_ending(name: str) -> str:
    """The name of an archive without what says how it is packed; other names as they are."""
    ending = max((ending for ending in ENDINGS if name.casefold().endswith(ending)), key=len, default="")
    return name[: len(name) - len(ending)] or name


def is_nested(name: str) -> bool:
    """Whether a member of this name is an archive itself, of whatever kind."""
    return name.casefold().endswith((*ENDINGS, *_OTHERS))


def is_foreign(name: str) -> bool:
    """Whether a file of this name is an archive of a kind that cannot be opened."""
    return is_nested(name) and not has_archive_name(name)


def is_archive(path: str | os.PathLike[str]) -> bool:
    """Whether there is a file of this name that is opened as an archive; never raises."""
    return has_archive_name(os.path.basename(path)) and is_file(path)  # noqa: PTH119 - Path's name drops "zip/"


def archive_around(path: str | os.PathLike[str]) -> Path | None:
    """The archive that `path` is in, as in set.zip/cat/1.jpg; None if it is in none. Never raises."""
    return next((parent for parent in Path(path).parents if is_archive(parent)), None)


def shown_folder(folder: Path) -> Path:
    """The folder that a file manager can show for `folder`: of an archive, or of a folder in it, the one it lies in."""
    archive = folder if is_archive(folder) else archive_around(folder)
    return folder if archive is None else archive.parent


def kind_of(path: Path) -> ArchiveKind:
    """How an archive is packed, whatever its name says. Raises `DatasetError`, and `OSError`."""
    with path.open("rb") as file:
        head = file.read(512)
    kind = next((kind for place, magic, kind in _MAGIC if head[place : place + len(magic)] == magic), None)
    if kind is not None:
        return kind
    name = path.name.casefold()
    if name.endswith(".tar") and len(head) == 512 and _has_checksum(head):
        return "tar"  # as it was before 1988
    if name.endswith(".zip") and path.stat().st_size:
        with path.open("rb") as file:  # a program that unpacks itself comes before the archive
            file.seek(-min(path.stat().st_size, 1 << 16), os.SEEK_END)
            if b"PK\x05\x06" in file.read():
                return "zip"
    raise DatasetError(_why_not(path, head))


def _has_checksum(header: bytes) -> bool:
    """Whether the checksum of a tar header is that of its bytes."""
    digits = header[148:156].strip(b" \0")
    total = sum(header[:148]) + 8 * ord(" ") + sum(header[156:])
    return digits.isdigit() and total == int(digits, 8)


def _why_not(path: Path, head: bytes) -> str:
    if not head.strip(b"\0"):
        text = _("{file} is empty or holds nothing but zeros. Copy or download it again.")
    elif head.lstrip()[:1] == b"<":
        text = _("{file} is a web page, not an archive. Download it again.")
    elif head.startswith((b"7z\xbc\xaf", b"Rar!")):
        text = _("{file} is a 7z or RAR archive, which cannot be read. Unpack it, and open the folder.")
    else:
        text = _("{file} is not an archive, or its beginning is damaged. Copy or download it again.")
    return text.format(file=display_path(path))
