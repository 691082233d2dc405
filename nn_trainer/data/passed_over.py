"""What is passed over while a folder is looked through: placeholders of clouds, backups, thumbnails, unknown files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Literal

from nn_trainer.data import filetypes
from nn_trainer.data.problems import Problem
from nn_trainer.i18n import _, ngettext
from nn_trainer.wording import number

# By the files' endings are told: "drawing" and "unknown" always, "other" only where nothing can be used.
Kind = Literal["cloud", "thumbnails", "backup", "drawing", "unknown", "other"]

_NAS_FOLDERS = frozenset(("@eadir", ".@__thumb"))
_BACKUPS = ("_original", ".bak", ".orig", "~")
_DRAWINGS = frozenset((".svg", ".svgz"))
_CLOUD = ".icloud"
_MAY_BE_SPECIAL = re.compile(r"^\.?@|(?:_original|\.bak|\.orig|~|\.icloud)$", re.IGNORECASE)  # of many names, quickly

# Files without an ending that lie in many folders, and that nobody takes for images.
_PLAIN_NAMES = frozenset(("readme", "license", "licence", "copying", "authors", "changelog", "notice", "makefile"))


class PassedOver:
    """Counts what is passed over, folder by folder; a folder that is looked through again counts once."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._named: dict[Path, Counter[tuple[Kind, str]]] = {}  # what the names alone told
        self._looked_into: dict[Path, Counter[tuple[Kind, str]]] = {}

    def by_name(self, folder: Path, names: Collection[str]) -> frozenset[str]:
        """Those of the `names`, all that are in `folder`, that stand for no image of their own."""
        known = frozenset(names)
        special = filter(_MAY_BE_SPECIAL.search, known)
        kinds = {name: kind for name in special if (kind := _kind_of_name(name, known)) is not None}
        self._count(self._named, folder, ((kind, "") for kind in kinds.values()))
        return frozenset(kinds)

    def files(self, folder: Path, names: Iterable[str]) -> None:
        """Files in `folder` that are not images, as their names or their first bytes say."""
        self._count(self._looked_into, folder, (found for name in names if (found := _kind_of_file(name)) is not None))

    def notes(self) -> list[Problem]:
        """One note for each kind, and of files that nothing else is known of for each ending."""
        total = self._total()
        return [self._note(kind, ending, count) for (kind, ending), count in sorted(total.items()) if kind != "other"]

    def others(self) -> list[Problem]:
        """One note for each ending of files that are usually beside images, for where there are no images."""
        total = self._total()
        return [self._note(kind, ending, count) for (kind, ending), count in total.most_common() if kind == "other"]

    def _total(self) -> Counter[tuple[Kind, str]]:
        return sum((*self._named.values(), *self._looked_into.values()), Counter())

    def _count(
        self,
        counts: dict[Path, Counter[tuple[Kind, str]]],
        folder: Path,
        found: Iterable[tuple[Kind, str]],
    ) -> None:
        counter = Counter(found)
        if counter:
            counts[folder] = counter
        else:
            counts.pop(folder, None)

    def _note(self, kind: Kind, ending: str, count: int) -> Problem:
        reason, action = _WORDS[kind](count)
        told = reason.format(files=number(count), ending=ending)
        return Problem(self._root, _CODES[kind], told, action, kind == "cloud", count)


def _kind_of_name(name: str, beside: Collection[str]) -> Kind | None:
    folded = name.casefold()
    if folded in _NAS_FOLDERS:
        return "thumbnails"
    if folded.endswith(_CLOUD) and filetypes.by_name(name[1 : -len(_CLOUD)]):
        return "cloud" if name.startswith(".") else None
    backup = next((ending for ending in _BACKUPS if folded.endswith(ending)), None)
    if backup is not None and name[: -len(backup)] in beside and filetypes.by_name(name[: -len(backup)]):
        return "backup"
    return None


def _kind_of_file(name: str) -> tuple[Kind, str] | None:
    ending = filetypes.extension_of(name)
    if ending in _DRAWINGS:
        return "drawing", ending
    if filetypes.by_name(name) is False:
        return "other", ending
    return None if not ending and name.casefold() in _PLAIN_NAMES else ("unknown", ending)


def _cloud(count: int) -> tuple[str, str]:
    reason = ngettext(
        "{files} image is in the cloud only: what lies here is a placeholder",
        "{files} images are in the cloud only: what lies here are placeholders",
        count,
    )
    return reason, _("Download them first, in the file manager")


def _thumbnails(count: int) -> tuple[str, str]:
    reason = ngettext(
        "{files} folder of thumbnails that a network drive made was passed over",
        "{files} folders of thumbnails that a network drive made were passed over",
        count,
    )
    return reason, _("Nothing needs to be done")


def _backup(count: int) -> tuple[str, str]:
    reason = ngettext(
        "{files} backup of an image that lies beside it was passed over",
        "{files} backups of images that lie beside them were passed over",
        count,
    )
    return reason, _("Nothing needs to be done")


def _drawing(count: int) -> tuple[str, str]:
    reason = ngettext(
        "{files} file ending in {ending} is a drawing, which has no pixels, and was passed over",
        "{files} files ending in {ending} are drawings, which have no pixels, and were passed over",
        count,
    )
    return reason, _("Save them as PNG if they are to be used")


def _unknown(count: int) -> tuple[str, str]:
    reason = ngettext(
        'The content of {files} file ending in "{ending}" is not of a known image format; it was passed over',
        'The content of {files} files ending in "{ending}" is not of a known image format; they were passed over',
        count,
    )
    return reason, _("Save them as JPEG or PNG if they are images")


def _other(count: int) -> tuple[str, str]:
    reason = ngettext(
        "{files} file ending in {ending} is there, which is not an image",
        "{files} files ending in {ending} are there, which are not images",
        count,
    )
    return reason, _("Save as JPEG or PNG what is to be used")


_CODES: dict[Kind, str] = {
    "cloud": "not downloaded",  # not shown
    "thumbnails": "thumbnails",
    "backup": "backup",
    "drawing": "unsupported format",  # not shown
    "unknown": "not an image",  # not shown
    "other": "not an image",  # not shown
}
_WORDS: dict[Kind, Callable[[int], tuple[str, str]]] = {
    "cloud": _cloud,
    "thumbnails": _thumbnails,
    "backup": _backup,
    "drawing": _drawing,
    "unknown": _unknown,
    "other": _other,
}
