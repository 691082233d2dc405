"""What the index of an archive says of one member, before it is known whether it may be used."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nn_trainer.data.archives.member_source import Content
from nn_trainer.errors import DatasetError
from nn_trainer.file_names import display_path
from nn_trainer.i18n import _


@dataclass(frozen=True, slots=True)
class Found:
    """One member, as it is written in the archive."""

    name: str  # with slashes
    size: int
    content: Content
    kind: int  # S_IFREG, S_IFDIR, S_IFLNK; 0: a device, a pipe and the like
    same_as: str = ""  # the name of an earlier member whose bytes this one shares


def damaged_archive(path: Path, after: str = "") -> DatasetError:
    """The error of an archive that ends too early or is damaged, behind the member `after` where that is known."""
    if after:
        text = _("{file} is cut off or damaged after {member}. Copy or download it again.")
    else:
        text = _("{file} is cut off, damaged, or one part of several. Copy or download it again.")
    return DatasetError(text.format(file=display_path(path), member=display_path(after)))
