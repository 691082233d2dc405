"""Headers, with what comes with them for nothing: small files are read whole, tiny images are decoded at once."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np

from nn_trainer.arrays import PixelArray
from nn_trainer.data.filetypes import formats_for
from nn_trainer.data.free_memory import available_memory
from nn_trainer.data.images import Header, ImageLike, header_of
from nn_trainer.data.modes import to_8_bit
from nn_trainer.data.pillow import explain, opened
from nn_trainer.data.plain_jpeg import decode_plain_jpeg
from nn_trainer.data.preprocessing import Preprocessing
from nn_trainer.data.source import FileSource, Source, digest_of

SMALL = 64 * 64  # pixels an image that is decoded with its header: opening a file twice costs more
SHARE = 0.25  # of the memory that is free may be taken by such images
READ_WHOLE = 1 << 16  # bytes a file that is read whole, so that its digest is known
_BLOCK = 1 << 12  # images whose pixels are kept in one array


@dataclass(frozen=True, slots=True)
class Beginning:
    """What is known of a file once its header was read."""

    header: Header
    digest: bytes | None  # None: the file is too large to be read for it now


class SmallImages:
    """Images decoded while their headers were read, until they are wanted; from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._room = SHARE * available_memory()  # bytes
        self._blocks = _Blocks()
        self._places: dict[Source, int] = {}  # in the blocks
        self._others: dict[Source, PixelArray] = {}  # of other shapes than most

    def read(self, source: Source) -> Beginning:
        """The header of an image. Raises `ImageError`."""
        content = _whole(source)
        digest = None if content is None else digest_of(content)
        if content is not None and "JPEG" in formats_for(source.name):
            pixels = decode_plain_jpeg(content, SMALL)
            if pixels is not None:
                self._keep(source, pixels)
                return Beginning(Header(pixels.shape[1], pixels.shape[0], pixels.ndim == 2), digest)
        with opened(source, content) as image:
            header = header_of(image)
            # What is deeper than 8 bits is scaled by a range that the other images have a part in.
            if header.width * header.height <= SMALL and not header.deep:
                self._keep(source, np.asarray(to_8_bit(image)))
        return Beginning(header, digest)

    def want(self, preprocessing: Preprocessing) -> None:
        """Be told how the images will be seen before the first is taken."""

    def take(self, source: Source) -> ImageLike:
        """The pixels of an image, (H, W) or (H, W, 3), or its source if they were not kept."""
        place = self._places.pop(source, None)
        if place is not None:
            return self._blocks.take(place)
        return self._others.pop(source, source)

    def _keep(self, source: Source, pixels: PixelArray) -> None:
        with self._lock:
            if pixels.nbytes > self._room:
                return
            self._room -= pixels.nbytes
            if self._blocks.fits(pixels):
                self._places[source] = self._blocks.add(pixels)
            else:
                self._others[source] = pixels


class _Blocks:
    """The pixels of many images of one shape, without an object for each; a block goes when all of it was taken."""

    def __init__(self) -> None:
        self._shape: tuple[int, ...] | None = None
        self._blocks: list[PixelArray | None] = []
        self._left: list[int] = []  # images not taken, by block
        self._count = 0

    def fits(self, pixels: PixelArray) -> bool:
        """Whether the pixels have the shape of the first."""
        if self._shape is None:
            self._shape = pixels.shape
        return pixels.shape == self._shape

    def add(self, pixels: PixelArray) -> int:
        """Keep the pixels; returns their place."""
        place = self._count
        block, row = divmod(place, _BLOCK)
        if row == 0:
            self._blocks.append(np.empty((_BLOCK, *pixels.shape), np.uint8))
            self._left.append(_BLOCK)
        room = self._blocks[block]
        assert room is not None  # a block goes only once it is full
        room[row] = pixels
        self._count += 1
        return place

    def take(self, place: int) -> PixelArray:
        """The pixels at a place, once."""
        block, row = divmod(place, _BLOCK)
        room = self._blocks[block]
        assert room is not None
        self._left[block] -= 1  # without a lock: what is miscounted is kept for longer
        if self._left[block] == 0:
            self._blocks[block] = None
        pixels: PixelArray = room[row]
        return pixels


def _whole(source: Source) -> bytes | None:
    """The content of a small file; None of a larger one."""
    if not 0 <= source.size <= READ_WHOLE:
        return None
    try:
        if isinstance(source, FileSource):
            content = source.read_up_to(READ_WHOLE + 1)
        else:
            with source.open() as file:
                content = file.read(READ_WHOLE + 1)
    except OSError as error:
        raise explain(source, error) from error
    return content if len(content) <= READ_WHOLE else None
