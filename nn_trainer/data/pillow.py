"""Opening files with Pillow, safely: what cannot be a picture is never opened, and every failure is explained."""

from __future__ import annotations

import stat
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from nn_trainer.data.filetypes import describe, formats_for
from nn_trainer.errors import ImageError

#: Pictures of more pixels are not opened (Pillow's own limit). They are nearly always bombs: small files
#: that would fill the memory.
MAX_PIXELS = 178_956_970

_AGAIN = "Copy or download it again"

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
            warnings.filterwarnings("ignore", module=r"PIL\.")
            _quieted = warnings.filters


@contextmanager
def opened(path: Path) -> Iterator[Image.Image]:
    """Open the picture at `path`; only its header has been read. Raises `ImageError`, also for what is
    done to the picture inside of the `with`.
    """
    require_regular_file(path)
    quiet_pillow()
    try:
        with path.open("rb") as file, Image.open(file, formats=formats_for(path.name)) as image:
            require_size(path, image)
            yield image
    except ImageError:
        raise
    except Exception as error:  # hostile files make Pillow raise nearly anything
        raise explain(path, error) from error


def require_regular_file(path: Path) -> int:
    """The size of the file in bytes; raises `ImageError` for what must not be opened, such as a named pipe."""
    try:
        status = path.stat()
    except OSError as error:
        raise explain(path, error) from error
    if stat.S_ISDIR(status.st_mode):
        raise ImageError(path, "not an image", "This is a folder, not a file", "Choose a picture in it")
    if not stat.S_ISREG(status.st_mode):
        raise ImageError(path, "special file", "This is a pipe or a device, not a file", "Delete it")
    return status.st_size


def require_size(path: Path | None, image: Image.Image) -> None:
    """Raise `ImageError` for a picture without pixels or with more than `MAX_PIXELS`."""
    width, height = image.size
    if width < 1 or height < 1:
        raise ImageError(path, "damaged", "The picture has no pixels", _AGAIN)
    if width * height > MAX_PIXELS:
        raise _too_large(path)


def explain(path: Path | None, error: Exception) -> ImageError:
    """The `ImageError` that says in plain words what `error`, raised while reading `path`, means."""
    text = str(error)
    if isinstance(error, Image.DecompressionBombError):
        return _too_large(path)
    if isinstance(error, MemoryError):
        return ImageError(path, "too large", "The picture does not fit into memory", "Save it in a smaller size")
    if isinstance(error, UnidentifiedImageError) and path is not None:
        return ImageError(path, *describe(path.name, _head(path)))
    if isinstance(error, OSError) and error.errno is not None:
        return _explain_os_error(path, error)
    if "text chunk" in text.lower() or "MAX_TEXT" in text:
        reason = "A text inside of the file unpacks to a huge size, as in a file made to do harm"
        return ImageError(path, "damaged", reason, "Delete it, or save it anew from an image editor")
    if "truncated" in text.lower():
        return ImageError(path, "damaged", "The picture is cut off: the file ends too early", _AGAIN)
    return ImageError(path, "damaged", "The picture is damaged inside", _AGAIN)


def _explain_os_error(path: Path | None, error: OSError) -> ImageError:
    if isinstance(error, FileNotFoundError):
        if path is not None and path.is_symlink():
            return ImageError(path, "broken link", "The link leads to a file that is not there", "Mend or delete it")
        return ImageError(path, "missing file", "There is no such file", "Check the name and the folder")
    if isinstance(error, PermissionError):
        return ImageError(path, "unreadable", "You may not read this file", "Change its permissions")
    return ImageError(path, "unreadable", f"The file cannot be read ({error.strerror})", "Check the disk and the name")


def _too_large(path: Path | None) -> ImageError:
    reason = f"The picture has more than {MAX_PIXELS // 1_000_000} million pixels"
    return ImageError(path, "too large", reason, "Save it in a smaller size")


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(512)
    except OSError:
        return b""
