"""DICOM files of one frame, in the brightness of their window, by pydicom: the optional extra "medical"."""

from __future__ import annotations

import threading
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from nn_trainer.errors import ImageError
from nn_trainer.i18n import _, ngettext
from nn_trainer.wording import number

_MARK = slice(128, 132)
_DEFLATED = b"1.2.840.10008.1.2.1.99"  # the whole file is packed, and would be unpacked before its size is known
_START = 1 << 10  # bytes in which the transfer syntax stands
_EXPORT = _("Export it as PNG")
_UNSUPPORTED = "unsupported format"  # not shown

_LARGEST_WHOLE = 2.0**31

_lock = threading.Lock()
_module: ModuleType | None = None


def is_dicom(head: bytes) -> bool:
    """Whether the first bytes of a file, 132 or more, are those of a DICOM file."""
    return head[_MARK] == b"DICM"


def open_dicom(file: BinaryIO, path: Path | None) -> Image.Image:
    """The image of a file that `is_dicom`; only its header is decoded. Raises `ImageError`.

    With a window (PS3.3 C.11.2) it comes in 8 bits, else with the stored values after the modality transformation.
    """
    module = _load(path)
    if _DEFLATED in file.read(_START):
        raise ImageError(path, _UNSUPPORTED, _("The DICOM file is packed as a whole, which is not supported"), _EXPORT)
    file.seek(0)
    try:
        dataset = module.dcmread(file)
        if "PixelData" not in dataset:
            raise ImageError(path, _UNSUPPORTED, _("The DICOM file holds no image"), _("Take it out of the folder"))
        frames = int(dataset.get("NumberOfFrames", None) or 1)
        if frames != 1:
            raise _several(path, frames)
        file.seek(0)
        return _DicomImage(file, dataset, path)
    except ImageError:
        raise
    except Exception as error:  # hostile files make pydicom raise nearly anything
        raise _damaged(path) from error


class _DicomImage(ImageFile.ImageFile):
    """A DICOM file as Pillow has files of its own: the pixels are decoded when they are wanted."""

    format = "DICOM"
    format_description = "DICOM"

    def __init__(self, file: BinaryIO, dataset: Any, path: Path | None) -> None:
        self._dataset = dataset
        self._path = path
        super().__init__(file)

    def _open(self) -> None:
        colour = int(self._dataset.get("SamplesPerPixel", 1)) > 1
        palette = self._dataset.PhotometricInterpretation == "PALETTE COLOR"
        self._size = int(self._dataset.Columns), int(self._dataset.Rows)
        deep = _window(self._dataset) is None and _is_deep(self._dataset)
        self._mode = "RGB" if colour or palette else "I" if deep else "L"
        self.tile = []

    def load(self) -> Any:
        """Decode the pixels."""
        if self._dataset is not None:
            decoded = Image.fromarray(_decoded(self._dataset, self._path))
            self._mode, self._size, self.im = decoded.mode, decoded.size, decoded.im
            self._dataset = None
        return super().load()


def _decoded(dataset: Any, path: Path | None) -> NDArray[Any]:
    """(H, W) or (H, W, 3) uint8, or (H, W) int32 or float32 of deep pixels without a window."""
    from pydicom.pixels.processing import apply_color_lut, apply_modality_lut
    from pydicom.pixels.utils import pixel_array

    try:
        values = pixel_array(dataset)
    except (RuntimeError, NotImplementedError) as error:  # no decoder for how it is packed
        reason = _("The DICOM image is packed in a way that is not supported")
        raise ImageError(path, _UNSUPPORTED, reason, _EXPORT) from error
    if dataset.PhotometricInterpretation == "PALETTE COLOR":
        values = apply_color_lut(values, dataset)
        return values if values.dtype == np.uint8 else (values >> 8).astype(np.uint8)
    if values.ndim == 3:
        return values if values.dtype == np.uint8 else (values >> (int(dataset.BitsStored) - 8)).astype(np.uint8)
    return _brightness(apply_modality_lut(values, dataset).astype(np.float64), dataset)


def _brightness(values: NDArray[np.float64], dataset: Any) -> NDArray[Any]:
    """Values after the modality transformation, (H, W) -> what Pillow has for them."""
    inverted = dataset.PhotometricInterpretation == "MONOCHROME1"  # the smallest value is white
    window = _window(dataset)
    if window is not None:
        bright = np.clip(_in_window(values, *window), 0, 1)
        return np.rint(255 * (1 - bright if inverted else bright)).astype(np.uint8)
    low, high = _stored_range(dataset)
    if inverted:
        values = low + high - values
    if not _is_deep(dataset):
        return np.rint(255 * (values - low) / (high - low)).astype(np.uint8)
    whole = bool((values == np.rint(values)).all()) and float(np.abs(values).max()) < _LARGEST_WHOLE
    return values.astype(np.int32 if whole else np.float32)


def _in_window(values: NDArray[np.float64], centre: float, width: float, function: str) -> NDArray[np.float64]:
    """0 to 1 inside of the window; PS3.3 C.11.2.1.2 and C.11.2.1.3."""
    if function == "SIGMOID":
        return np.asarray(1 / (1 + np.exp(np.clip(-4 * (values - centre) / width, -500, 500))))
    if function == "LINEAR_EXACT":
        return np.asarray((values - centre) / width + 0.5)
    if width <= 1:  # a threshold
        return np.asarray(values > centre - 0.5, dtype=np.float64)
    return np.asarray((values - (centre - 0.5)) / (width - 1) + 0.5)


def _window(dataset: Any) -> tuple[float, float, str] | None:
    """Centre, width and function of the first window of grey pixels; None if there is none that makes sense."""
    if not str(dataset.PhotometricInterpretation).startswith("MONOCHROME"):
        return None
    centre, width = (_first(dataset.get(name, None)) for name in ("WindowCenter", "WindowWidth"))
    if centre is None or width is None or not np.isfinite(centre) or not 0 < width < np.inf:
        return None
    return centre, width, str(dataset.get("VOILUTFunction", None) or "LINEAR")  # not shown


def _first(value: Any) -> float | None:
    """A value, or the first of several."""
    if value is None or value == "":
        return None
    if isinstance(value, (str, int, float)):
        return float(value)
    try:
        return float(value[0])
    except TypeError:
        return float(value)


def _stored_range(dataset: Any) -> tuple[float, float]:
    """The least and the largest value that the pixels can have after a linear modality transformation."""
    bits = int(dataset.BitsStored)
    signed = int(dataset.get("PixelRepresentation", 0)) == 1
    ends = (-(2.0 ** (bits - 1)), 2.0 ** (bits - 1) - 1) if signed else (0.0, 2.0**bits - 1)
    slope, intercept = float(dataset.get("RescaleSlope", 1) or 1), float(dataset.get("RescaleIntercept", 0) or 0)
    low, high = sorted(slope * end + intercept for end in ends)
    return low, high


def _is_deep(dataset: Any) -> bool:
    """Whether grey pixels have more than 8 bits, or stand for something else than brightness."""
    return int(dataset.BitsStored) > 8 or "ModalityLUTSequence" in dataset


def _several(path: Path | None, frames: int) -> ImageError:
    text = ngettext(
        "The DICOM file holds {frames} frame, which is not supported",
        "The DICOM file holds {frames} frames, and nothing says which is meant",
        frames,
    )
    return ImageError(path, _UNSUPPORTED, text.format(frames=number(frames)), _("Export the frame to use as PNG"))


def _damaged(path: Path | None) -> ImageError:
    reason = _("The DICOM file is damaged or cut off")
    return ImageError(path, "damaged", reason, _("Copy or download it again"))


def _load(path: Path | None) -> ModuleType:
    global _module
    with _lock:
        if _module is None:
            try:
                import pydicom
            except ImportError as error:
                reason = _("The file is a DICOM image, which cannot be read without pydicom")
                action = _('Run: pip install "nn-trainer[medical]", or export it as PNG')
                raise ImageError(path, _UNSUPPORTED, reason, action) from error
            _module = pydicom
    return _module
