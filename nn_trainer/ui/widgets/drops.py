"""What a drag or the clipboard brings: a data folder, a model, images, or nothing, and why."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from nn_trainer.data.filetypes import by_content, by_name
from nn_trainer.data.problems import display_path

Picture = Path | Image.Image

log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False, slots=True)
class ImageSource:
    """One image that may be predicted: a file, or a picture that is in memory only."""

    name: str
    content: Picture

    @classmethod
    def of_file(cls, path: Path) -> ImageSource:
        """The image in a file."""
        return cls(display_path(path.name), path)


def is_image_file(path: Path) -> bool:
    """Whether a regular file is an image, by its name or else by its first bytes."""
    named = by_name(path.name)
    if named is False or not path.is_file():
        return False
    if named:
        return True
    try:
        with path.open("rb") as file:
            return by_content(file.read(32))
    except OSError:
        return False


def local_paths(mime: QMimeData) -> list[Path]:
    """The files and folders of this computer in a drag or on the clipboard."""
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]


def holds_images(mime: QMimeData) -> bool:
    """Whether there is an image or a folder among what is dragged or on the clipboard."""
    paths = local_paths(mime)
    if paths:
        return any(path.is_dir() or is_image_file(path) for path in paths)
    return mime.hasImage() or _raw_format(mime) is not None


def sources_in(mime: QMimeData) -> list[ImageSource | Path]:
    """The images in a drag or on the clipboard, folders as they are; empty when it holds none.

    Files beside an image that are none themselves are handed over too, so that they are shown with a reason.
    """
    if not holds_images(mime):
        return []
    paths = local_paths(mime)
    if paths:
        return [path if path.is_dir() else ImageSource.of_file(path) for path in paths]
    raw = _raw_format(mime)
    if raw is not None:
        try:
            image = Image.open(BytesIO(mime.data(raw).data()))
            image.load()
        except Exception as error:  # Pillow raises anything on hostile bytes; Qt may know better
            log.info("A dragged %s is not read by Pillow: %s", raw, error)
        else:
            return [ImageSource("Dragged or pasted image", image)]
    picture = QImage(mime.imageData())
    return [] if picture.isNull() else [ImageSource("Dragged or pasted image", to_pillow(picture))]


def why_refused(mime: QMimeData) -> str:
    """A sentence for what is dragged and is no image."""
    paths = local_paths(mime)
    if len(paths) == 1:
        return f"{display_path(paths[0].name)} is no image. Drop image files or folders of them."
    if paths:
        return f"None of these {len(paths)} files is an image. Drop image files or folders of them."
    if mime.hasUrls():
        return "This is a link, not an image. Save the image to a file and drop the file."
    return "This is no image. Drop image files or folders of them."


def to_pillow(image: QImage) -> Image.Image:
    """The same pixels for Pillow, with transparency if there is any."""
    mode, kind = (
        ("RGBA", QImage.Format.Format_RGBA8888)
        if image.hasAlphaChannel()
        else (
            "RGB",
            QImage.Format.Format_RGB888,
        )
    )
    image = image.convertToFormat(kind)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    pixels = rows[:, : image.width() * len(mode)].reshape(image.height(), image.width(), len(mode))
    return Image.fromarray(pixels.copy())


def _raw_format(mime: QMimeData) -> str | None:
    return next((name for name in mime.formats() if name.startswith("image/")), None)


def folder_of(data: QMimeData) -> tuple[Path | None, str]:
    """Return (folder, "") for a drag of one folder, or (None, a sentence that says what to drop instead)."""
    urls = data.urls()
    paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    if not paths:
        what = "That is on the network" if urls else "That is no folder"
        return None, f"{what}. Drop a folder of this computer."
    folders = [path for path in paths if path.is_dir()]
    if len(paths) == 1 and folders:
        return folders[0], ""
    if len(folders) > 1:
        return None, f"These are {len(folders)} folders. Drop the one folder that holds them."
    name = display_path(next(path for path in paths if path not in folders).name)
    return None, f"{name} is not a folder. Drop a folder that holds one folder of images for each class."
