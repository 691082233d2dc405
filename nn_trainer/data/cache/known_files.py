"""Files that are as they were when their folder was opened before: neither their headers nor their pixels are read."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from nn_trainer.data.cache.known_folders import KnownFolder
from nn_trainer.data.cache.listing import Listing
from nn_trainer.data.images import Header, ImageLike
from nn_trainer.data.preprocessing import Preprocessing
from nn_trainer.data.small_images import Beginning, SmallImages
from nn_trainer.data.source import FileSource, Source, location_of


class KnownFiles(SmallImages):
    """Reads images, except those of a known folder whose stamps in the listing are still the same."""

    def __init__(self, root: Path, listing: Listing, known: KnownFolder) -> None:
        super().__init__()
        self._known, self._digests = known, known.digests
        self._rows: dict[str, int] = {}
        stamp_of = dict(zip(listing.paths, listing.stamps, strict=True))
        settled = (~known.arrays["unsettled"]).tolist()
        for row, (path, stamp) in enumerate(zip(known.paths, known.arrays["stamps"].tolist(), strict=True)):
            if settled[row] and stamp_of.get(path) == tuple(stamp) and self._digests[row] is not None:
                self._rows[path] = row
        self._before = len(os.path.join(root, ""))  # noqa: PTH118
        self._pixels = known.pixels

    def read(self, source: Source) -> Beginning:
        """The header of an image. Raises `ImageError`."""
        row = self._row(source)
        if row is None:
            return super().read(source)
        arrays = self._known.arrays
        width, height = arrays["sizes"][row].tolist()
        return Beginning(
            Header(width, height, bool(arrays["grey"][row]), bool(arrays["deep"][row])), self._digests[row]
        )

    def want(self, preprocessing: Preprocessing) -> None:
        """Say which pixels will be taken: those that are kept are of no use for others."""
        if preprocessing != self._known.preprocessing:
            self._rows.clear()

    def take(self, source: Source) -> ImageLike:
        """The pixels of an image as they will be wanted, or the image, or its source."""
        row = self._row(source)
        return super().take(source) if row is None else np.asarray(self._pixels[row])

    def _row(self, source: Source) -> int | None:
        if not self._rows or not isinstance(source, FileSource):
            return None
        return self._rows.get(location_of(source)[self._before :])
