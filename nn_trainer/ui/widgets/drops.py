"""What a drag or the clipboard brings: a data folder, a model file, images, or nothing, and why.

Every place that takes drops asks `look_at`, so that no two of them say different things of the same drag.
"""

from __future__ import annotations

import logging
import stat
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from nn_trainer.data.archives.archive_kinds import archive_around, has_archive_name, is_foreign
from nn_trainer.data.filetypes import HEAD, by_content, by_name
from nn_trainer.data.problems import display_path
from nn_trainer.i18n import _, ngettext
from nn_trainer.models.model_file import SUFFIX
from nn_trainer.wording import number

ImageContent = Path | Image.Image

MOST_LOOKS = 16  # files of one drag that the disk is asked about; of more, the names must do
LOOK_SECONDS = 0.25  # a drag must be answered; a drive that takes longer is answered for by the names

log = logging.getLogger(__name__)


class DragKind(Enum):
    """What is dragged."""

    FOLDER = "folder"
    FOLDERS = "folders"
    MODEL = "model"
    IMAGES = "images"  # perhaps with folders and other files among them
    NOTHING = "nothing"


class FileKind(Enum):
    """What is known of one file of a drag."""

    FOLDER = "folder"  # or an archive, which stands for one
    IMAGE = "image"
    OTHER = "other"
    UNKNOWN = "unknown"  # neither its name tells nor was the disk asked


@dataclass(frozen=True, eq=False, slots=True)
class ImageSource:
    """One image that may be predicted: a file, or a picture that is in memory only."""

    name: str
    content: ImageContent

    @classmethod
    def from_file(cls, path: Path) -> ImageSource:
        """The image in a file."""
        return cls(display_path(path.name), path)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a drag or the clipboard holds; `why` is a sentence if that is nothing of use."""

    kind: DragKind
    paths: tuple[Path, ...] = ()
    file_kinds: tuple[FileKind, ...] = ()
    why: str = ""

    @property
    def name(self) -> str:
        """The name of the first file or folder, as it can be shown."""
        return display_path(self.paths[0].name) if self.paths else ""

    @property
    def folders(self) -> int:
        """How many folders are among it."""
        return self.file_kinds.count(FileKind.FOLDER)


def look_at(mime: QMimeData | None) -> Offer:
    """Say what is dragged or on the clipboard. Never raises, and answers whatever the drives do."""
    if mime is None:  # a clipboard that the platform does not have
        return Offer(DragKind.NOTHING, why=_("There is nothing on the clipboard."))
    paths = tuple(Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile())
    if not paths:
        if mime.hasImage() or _raw_format(mime) is not None:
            return Offer(DragKind.IMAGES)
        if mime.hasUrls():
            return Offer(
                DragKind.NOTHING, why=_("This is a link. Save what it leads to on this computer, and drop the file.")
            )
        return Offer(DragKind.NOTHING, why=_("This is not a folder, an image or a model file."))
    kinds = file_kinds(paths)
    return Offer(_kind_of(paths, kinds), paths, kinds, _why_refused(paths, kinds))


def sources_in(mime: QMimeData | None, offer: Offer | None = None) -> list[ImageSource | Path]:
    """The images in a drag or on the clipboard; empty when it holds none.

    Folders, and files that nobody looked at yet, are given as paths, to be looked into off the GUI thread.
    Files beside an image that are not images are handed over too, so that they are shown with a reason.
    """
    offer = offer or look_at(mime)
    if mime is None or offer.kind in (DragKind.NOTHING, DragKind.MODEL):
        return []
    if offer.paths:
        unsure = (FileKind.FOLDER, FileKind.UNKNOWN)
        return [
            path if kind in unsure else ImageSource.from_file(path)
            for path, kind in zip(offer.paths, offer.file_kinds, strict=True)
        ]
    raw = _raw_format(mime)
    name = _("Dragged or pasted image")
    if raw is not None:
        try:
            image = Image.open(BytesIO(mime.data(raw).data()))
            image.load()
        except Exception as error:  # Pillow raises anything on hostile bytes; Qt may know better
            log.info("A dragged %s is not read by Pillow: %s", raw, error)
        else:
            return [ImageSource(name, image)]
    picture = QImage(mime.imageData())
    return [] if picture.isNull() else [ImageSource(name, to_pillow(picture))]


def file_kinds(paths: Sequence[Path]) -> tuple[FileKind, ...]:
    """What each of these files is: by a look at the first few of them, by the names alone of the others.

    The looks are taken in a thread that is waited for a moment only: a drive that does not answer blocks whoever
    asks it, and this is called while the mouse moves.
    """
    looked: list[FileKind] = []

    def look() -> None:
        for path in paths[:MOST_LOOKS]:
            looked.append(look_at_file(path))

    looker = threading.Thread(target=look, name="look at a drag", daemon=True)
    looker.start()
    looker.join(LOOK_SECONDS)
    seen = tuple(looked)
    return seen + tuple(_by_name(path) for path in paths[len(seen) :])


def look_at_file(path: Path) -> FileKind:
    """What a file is, by its kind, its name and its first bytes; asks the disk. Never raises."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return FileKind.FOLDER
        if stat.S_ISREG(mode) and has_archive_name(path.name):
            return FileKind.FOLDER
        named = by_name(path.name)
        if named is False or not stat.S_ISREG(mode):  # opening a pipe would block
            return FileKind.OTHER
        if named:
            return FileKind.IMAGE
        with path.open("rb") as file:
            return FileKind.IMAGE if by_content(file.read(HEAD)) else FileKind.OTHER
    except PermissionError:  # opening it as a folder or as an image will say so, with what to do
        return _by_name(path)
    except NotADirectoryError:  # as of the member of an archive: its bytes are not looked at, it may be a long way
        return FileKind.IMAGE if by_name(path.name) and archive_around(path) is not None else FileKind.OTHER
    except (OSError, ValueError):
        return FileKind.OTHER


def is_image_file(path: Path) -> bool:
    """Whether a regular file is an image, by its name or else by its first bytes. Never raises."""
    return look_at_file(path) is FileKind.IMAGE


def _by_name(path: Path) -> FileKind:
    # A name that no image has may still be that of a folder.
    return FileKind.IMAGE if by_name(path.name) else FileKind.UNKNOWN


def _kind_of(paths: Sequence[Path], kinds: Sequence[FileKind]) -> DragKind:
    if len(paths) == 1 and paths[0].suffix.lower() == SUFFIX and kinds[0] is not FileKind.FOLDER:
        return DragKind.MODEL
    if len(paths) == 1 and kinds[0] in (FileKind.FOLDER, FileKind.UNKNOWN):
        return DragKind.FOLDER
    if all(kind is FileKind.FOLDER for kind in kinds):
        return DragKind.FOLDERS
    return DragKind.NOTHING if all(kind is FileKind.OTHER for kind in kinds) else DragKind.IMAGES


def _why_refused(paths: Sequence[Path], kinds: Sequence[FileKind]) -> str:
    if _kind_of(paths, kinds) is not DragKind.NOTHING:
        return ""
    if len(paths) == 1:
        name = display_path(paths[0].name)
        if is_foreign(paths[0].name):
            return _("{name} is an archive of a kind that cannot be read. Unpack it, and drop the folder.").format(
                name=name
            )
        return _("{name} is not a folder, an image or a model file.").format(name=name)
    if all(path.suffix.lower() == SUFFIX for path in paths):
        return ngettext("This is {n} model file.", "These are {n} model files. Drop one of them.", len(paths)).format(
            n=number(len(paths))
        )
    return ngettext(
        "This file is not a folder or an image.", "None of these {n} files is a folder or an image.", len(paths)
    ).format(n=number(len(paths)))


def to_pillow(image: QImage) -> Image.Image:
    """The same pixels for Pillow, with transparency if there is any."""
    transparent = image.hasAlphaChannel()
    mode = "RGBA" if transparent else "RGB"
    image = image.convertToFormat(QImage.Format.Format_RGBA8888 if transparent else QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    pixels = rows[:, : image.width() * len(mode)].reshape(image.height(), image.width(), len(mode))
    return Image.fromarray(pixels.copy())


def _raw_format(mime: QMimeData) -> str | None:
    return next((name for name in mime.formats() if name.startswith("image/")), None)
