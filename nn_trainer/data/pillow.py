"""Opening files with Pillow, safely: what cannot be an image is never opened, and every failure is explained."""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from nn_trainer.data.dicom import is_dicom, open_dicom
from nn_trainer.data.filetypes import HEAD, formats_for, why_unreadable
from nn_trainer.data.heif import explain_heif, is_heif, open_heif
from nn_trainer.data.png_texts import is_of_texts, without_texts
from nn_trainer.data.source import Source
from nn_trainer.data.tiff_pixels import teach_pillow
from nn_trainer.data.unsupported import is_unsupported, says_unsupported
from nn_trainer.errors import ImageError
from nn_trainer.i18n import _

#: Images of more pixels are not opened (Pillow's own limit). They are nearly always bombs: small files
#: that would fill the memory.
MAX_PIXELS = 178_956_970

# What Windows says where OneDrive or another provider keeps a file elsewhere (ERROR_CLOUD_FILE_...).
_CLOUD_ERRORS = frozenset((*range(358, 405), 426, 434, 475, 477))

_AGAIN = _("Copy or download it again")

teach_pillow()
_quiet_lock = threading.Lock()
_quieted: object = None


def quiet_pillow() -> None:
    """Ignore warnings that come from inside Pillow: what is wrong with a file is told in our own words.

    A filter for good, not `warnings.catch_warnings`, which must not be used by several threads at once.
    """
    global _quieted
    if warnings.filters is _quieted:  # the list is another one inside of somebody's catch_warnings
        return
    with _quiet_lock:
        if warnings.filters is not _quieted:
            warnings.filterwarnings("ignore", module=r"PIL\.|pillow_heif\b|pydicom\b")  # not shown
            _quieted = warnings.filters


@contextmanager
def opened(source: Source, content: bytes | None = None) -> Iterator[Image.Image]:
    """Open an image, from its `content` where that is known; only its header has been read.

    Raises `ImageError`, also for what is done to the image inside of the `with`.
    """
    quiet_pillow()
    try:
        with (
            source.open() if content is None else io.BytesIO(content) as file,
            _open(file, source) as image,
        ):
            require_size(source.path, image)
            yield image
    except ImageError:
        raise
    except Exception as error:  # hostile files make Pillow raise nearly anything
        raise explain(source, error) from error


def _open(file: BinaryIO, source: Source) -> Image.Image:
    head = file.read(HEAD)
    file.seek(0)
    if is_heif(head):
        return open_heif(file, source.path)
    if is_dicom(head):
        return open_dicom(file, source.path)
    formats = formats_for(source.name)
    try:
        return Image.open(file, formats=formats)
    except UnidentifiedImageError as error:
        if is_unsupported(file, head):
            raise _unsupported(source.path) from error
        raise
    except ValueError as error:
        rest = without_texts(file) if is_of_texts(error) else None
        if rest is None:
            raise
        return Image.open(rest, formats=formats)


def require_size(path: Path | None, image: Image.Image) -> None:
    """Raise `ImageError` for an image without pixels or with more than `MAX_PIXELS`."""
    width, height = image.size
    if width < 1 or height < 1:
        raise ImageError(path, "damaged", _("The image has no pixels"), _AGAIN)
    if width * height > MAX_PIXELS:
        raise _too_large(path)


def explain(source: Source | None, error: Exception) -> ImageError:
    """The `ImageError` that says in plain words what `error`, raised while reading `source`, means."""
    text, path = str(error), source.path if source is not None else None
    if isinstance(error, Image.DecompressionBombError):
        return _too_large(path)
    if isinstance(error, MemoryError):
        reason = _("The image does not fit into memory")
        return ImageError(path, "too large", reason, _("Save it in a smaller size"))  # not shown
    if isinstance(error, UnidentifiedImageError) and source is not None:
        return ImageError(path, *why_unreadable(source.name, _head(source)))
    if isinstance(error, OSError) and error.errno is not None:
        return _explain_os_error(path, error)
    if text.startswith("Unsupported ") or "Security limit exceeded" in text:
        return explain_heif(error, path)
    if says_unsupported(error):
        return _unsupported(path)
    if "text chunk" in text.lower() or "MAX_TEXT" in text:
        reason = _("A text inside of the file unpacks to a huge size, as in a file made to do harm")
        return ImageError(path, "damaged", reason, _("Delete it, or save it again from an image editor"))
    if "truncated" in text.lower():
        return ImageError(path, "damaged", _("The image is cut off: the file ends too early"), _AGAIN)
    return ImageError(path, "damaged", _("The image is damaged inside"), _AGAIN)


def _explain_os_error(path: Path | None, error: OSError) -> ImageError:
    if isinstance(error, FileNotFoundError):
        if path is not None and path.is_symlink():
            reason = _("The link leads to a file that is not there")
            return ImageError(path, "broken link", reason, _("Mend or delete it"))  # not shown
        kind, action = "missing file", _("Check the name and the folder")  # not shown
        return ImageError(path, kind, _("There is no such file"), action)
    if isinstance(error, PermissionError):
        return ImageError(path, "unreadable", _("You may not read this file"), _("Change its permissions"))
    if getattr(error, "winerror", None) in _CLOUD_ERRORS:
        reason = _("The image is in the cloud only, and could not be fetched")
        return ImageError(path, "not downloaded", reason, _("Keep it on this computer first"))  # not shown
    reason = _("The file cannot be read ({error})").format(error=error.strerror)
    return ImageError(path, "unreadable", reason, _("Check the disk and the name"))


def _unsupported(path: Path | None) -> ImageError:
    reason = _("The pixels of the image are stored in a way that is not supported")
    return ImageError(path, "unsupported format", reason, _("Save it as JPEG or PNG"))  # not shown


def _too_large(path: Path | None) -> ImageError:
    reason = _("The image has more than {pixels} million pixels").format(pixels=MAX_PIXELS // 1_000_000)
    return ImageError(path, "too large", reason, _("Save it in a smaller size"))  # not shown


def _head(source: Source) -> bytes:
    try:
        with source.open() as file:
            return file.read(512)
    except (OSError, ImageError):
        return b""
