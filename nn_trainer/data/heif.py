"""HEIC and HEIF images, as phones take them, by pillow-heif, which is loaded only where there is such an image."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from types import ModuleType
from typing import BinaryIO, cast

from PIL import Image

from nn_trainer.errors import ImageError
from nn_trainer.i18n import _

_BRANDS = re.compile(rb"....ftyp(?:heic|heix|heim|heis|heif|hevc|hevx|mif1|msf1)", re.DOTALL)
_PACKED_OTHERWISE = re.compile(rb"infe.{8}(?:vvc1|avc1|j2k1|jpeg|lhv1)", re.DOTALL)  # codecs other than HEVC
_START = 1 << 14  # bytes in which the kind of an image is written

_lock = threading.Lock()
_module: ModuleType | None = None


def is_heif(head: bytes) -> bool:
    """Whether the first bytes of a file, some tens, are those of such an image; an AVIF image may begin alike."""
    if _BRANDS.match(head) is None:
        return False
    brands = head[8 : int.from_bytes(head[:4], "big")]
    return not (b"avif" in brands or b"avis" in brands)


def open_heif(file: BinaryIO, path: Path | None) -> Image.Image:
    """The first image of a file that `is_heif`, upright; only its header has been read. Raises `ImageError`."""
    module = _load(path)
    try:
        return cast(Image.Image, module.HeifImageFile(file))
    except Exception as error:  # what libheif says of a hostile file comes as nearly anything
        file.seek(0)
        if _PACKED_OTHERWISE.search(file.read(_START)):
            raise _unsupported(path) from error
        raise explain_heif(error, path) from error


def explain_heif(error: Exception, path: Path | None) -> ImageError:
    """What a message of libheif means."""
    text = str(error)
    if text.startswith("Unsupported"):
        return _unsupported(path)
    if "Security limit exceeded: Image size" in text:
        reason = _("The image has more pixels than a HEIC image may have here")
        return ImageError(path, "too large", reason, _("Save it in a smaller size"))  # not shown
    return ImageError(path, "damaged", _("The HEIC image is damaged or cut off"), _("Copy or download it again"))


def _unsupported(path: Path | None) -> ImageError:
    reason = _("The HEIF image is packed in a way that is not supported")
    return ImageError(path, "unsupported format", reason, _("Save it as JPEG or PNG"))  # not shown


def _load(path: Path | None) -> ModuleType:
    global _module
    with _lock:
        if _module is None:
            try:
                import pillow_heif
            except ImportError as error:  # not built for this computer
                reason = _("The file is a HEIC image, which cannot be read without pillow-heif")
                action = _("Run: pip install pillow-heif, or save it as JPEG or PNG")
                raise ImageError(path, "unsupported format", reason, action) from error  # not shown
            # An embedded thumbnail has other pixels than the image; nothing else than the image is wanted.
            pillow_heif.options.THUMBNAILS = False
            pillow_heif.options.DEPTH_IMAGES = False
            pillow_heif.options.AUX_IMAGES = False
            pillow_heif.options.DECODE_THREADS = 1  # several images are decoded at a time already
            _module = pillow_heif
    return _module
