"""Headers, with what comes with them for nothing: small files are read whole, tiny images are decoded at once."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image

from nn_trainer.data.images import Header, ImageLike, header_of
from nn_trainer.data.modes import to_8_bit
from nn_trainer.data.pillow import explain, opened
from nn_trainer.data.preprocessing import Preprocessing
from nn_trainer.data.source import Source, digest_of

SMALL = 64 * 64  # pixels an image that is decoded with its header: opening a file twice costs more
ROOM = 80_000_000  # pixels of such images kept at a time, at most 240 MB
READ_WHOLE = 1 << 16  # bytes a file that is read whole, so that its digest is known


@dataclass(frozen=True, slots=True)
class Beginning:
    """What is known of a file once its header was read."""

    header: Header
    digest: bytes | None  # None: the file is too large to be read for it now


class SmallImages:
    """Images decoded while their headers were read, until they are wanted."""

    def __init__(self) -> None:
        self._images: dict[Source, Image.Image] = {}
        self._room = ROOM

    def read(self, source: Source) -> Beginning:
        """The header of an image. Raises `ImageError`."""
        content = _whole(source)
        with opened(source, content) as image:
            header = header_of(image)
            pixels = header.width * header.height
            if pixels <= min(SMALL, self._room):
                self._images[source] = to_8_bit(image)
                self._room -= pixels
        return Beginning(header, None if content is None else digest_of(content))

    def want(self, preprocessing: Preprocessing) -> None:
        """Be told how the images will be seen before the first is taken."""

    def take(self, source: Source) -> ImageLike:
        """The image of a file, or its source if it was not kept."""
        return self._images.pop(source, source)


def _whole(source: Source) -> bytes | None:
    """The content of a small file; None of a larger one."""
    if not 0 <= source.size <= READ_WHOLE:
        return None
    try:
        with source.open() as file:
            content = file.read(READ_WHOLE + 1)
    except OSError as error:
        raise explain(source, error) from error
    return content if len(content) <= READ_WHOLE else None
