"""What is in a zip: its members, from the list at its end."""

from __future__ import annotations

import stat
import struct
import zipfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from nn_trainer.data.archives.bombs import require_harmless
from nn_trainer.data.archives.found import Found, damaged_archive
from nn_trainer.data.archives.member_names import zip_names
from nn_trainer.data.archives.member_source import Content, Refused, Zipped
from nn_trainer.errors import DatasetError
from nn_trainer.file_names import display_path
from nn_trainer.i18n import _

_ENCRYPTED = 0x41  # flags of a member: a password, or the stronger encryption
_HEADER = 30  # bytes before the name of a member, at least


def index_zip(path: Path) -> Iterator[Found]:
    """The members of a zip, in its own order. Raises `DatasetError` and `OSError`."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, EOFError, OverflowError) as error:
        raise damaged_archive(path) from error
    names = zip_names([(member.orig_filename, member.flag_bits) for member in members])
    _require_apart(path, members)
    size, unpacked = path.stat().st_size, 0
    for member, name in zip(members, names, strict=True):
        unpacked += member.file_size
        require_harmless(path, size, unpacked, name)
        yield Found(name, member.file_size, _content(member), _what(member, name))


def _what(member: zipfile.ZipInfo, name: str) -> int:
    """The kind of file, as in `stat`: by the name, or what a program of Unix wrote."""
    if name.endswith("/"):
        return stat.S_IFDIR
    kind = stat.S_IFMT(member.external_attr >> 16)
    return kind if kind in (stat.S_IFLNK, stat.S_IFDIR) else stat.S_IFREG


def _content(member: zipfile.ZipInfo) -> Content:
    if member.flag_bits & _ENCRYPTED:
        reason = _("The file is locked with a password")
        return Refused("encrypted", reason, _("Unpack the archive with its password, and open the folder"))
    return Zipped(member.header_offset, member.compress_size, member.compress_type, member.CRC)


def _require_apart(path: Path, members: list[zipfile.ZipInfo]) -> None:
    """Raise `DatasetError` where members share bytes: so a small archive can unpack to millions of times its size.

    Source: Fifield, "A better zip bomb", WOOT 2019.
    """
    filled = sorted((member for member in members if member.compress_size), key=lambda member: member.header_offset)
    for member, after in pairwise(filled):
        if member.header_offset + _HEADER + member.compress_size > after.header_offset:
            text = _(
                "{file} is damaged, or made to do harm: its members {one} and {other} overlap. "
                "Copy or download it again."
            )
            raise DatasetError(
                text.format(
                    file=display_path(path), one=display_path(member.filename), other=display_path(after.filename)
                )
            )
