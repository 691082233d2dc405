"""Tiny pictures are decoded while their headers are read: opening a file twice costs more than decoding it."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from nn_trainer.data.images import Header, ImageSource, read_header_and_small

SMALL = 64 * 64  # pixels a picture that is decoded with its header
ROOM = 80_000_000  # pixels of such pictures kept at a time, at most 240 MB


class SmallPictures:
    """Pictures decoded while their headers were read, until they are wanted."""

    def __init__(self) -> None:
        self._pictures: dict[Path, Image.Image] = {}
        self._room = ROOM

    def read(self, path: Path) -> Header:
        """The header of the picture at `path`. Raises `ImageError`."""
        header, picture = read_header_and_small(path, min(SMALL, self._room))
        if picture is not None:
            self._room -= header.width * header.height
            self._pictures[path] = picture
        return header

    def take(self, path: Path) -> ImageSource:
        """The picture of a file, or its path if it was not kept."""
        return self._pictures.pop(path, path)
