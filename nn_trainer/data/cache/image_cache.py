"""What the image cache does for one folder while it is opened: know it again, or keep what is read of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from nn_trainer.arrays import PixelArray
from nn_trainer.data.cache.cache_settings import read_settings
from nn_trainer.data.cache.known_files import KnownFiles
from nn_trainer.data.cache.known_folders import KnownFolder, folder_name, recall, remember
from nn_trainer.data.cache.listing import Listing, list_files
from nn_trainer.data.cache.on_demand import OnDemandImages, nowhere
from nn_trainer.data.cache.pixel_files import NewPixels, new_pixels
from nn_trainer.data.classes import ImageFile
from nn_trainer.data.free_memory import fits_in_memory
from nn_trainer.data.preprocessing import Preprocessing
from nn_trainer.data.problems import Problem
from nn_trainer.data.small_images import SmallImages
from nn_trainer.i18n import _
from nn_trainer.wording import fixed
from nn_trainer.work import Task

_WORTH = 8 << 20  # bytes of files, those that are opened counted as `_OPENING` more: less is read in a moment
_OPENING = 4096


class ImageCache:
    """The image cache, for one opening of a folder; nothing that goes wrong with it is an error.

    `request` is what else decides about the answer, such as a size.  Raises `CancelledError`.
    """

    def __init__(self, root: Path, request: Sequence[object], task: Task) -> None:
        self._note: Problem | None = None  # why nothing can be kept
        self._root = root
        self._listing: Listing | None = None
        self._known: KnownFolder | None = None
        self._name = ""
        self._new: NewPixels | None = None
        self._on_demand = False
        with suppress(OSError, ValueError):
            if read_settings().keep:
                self._name = folder_name(root, request)
                self._known = recall(self._name)
                self._listing = list_files(root, task)

    def known(self) -> dict[str, Any] | None:
        """The fields of the `Dataset` of a folder that is as it was, else None."""
        if self._known is None or self._listing is None or not self._known.document["settled"]:
            return None
        if self._known.document["listing"] != self._listing.digest:
            return None
        try:
            return self._known.fields(self._root)
        except (ValueError, KeyError, TypeError):  # not what was written, though whole
            return None

    def reader(self) -> SmallImages:
        """What reads the images of the folder; those that are as they were are taken from the cache."""
        if self._known is not None and self._listing is not None:
            with suppress(ValueError, KeyError, TypeError):
                return KnownFiles(self._root, self._listing, self._known)
        return SmallImages()

    def room(self, files: Sequence[ImageFile], preprocessing: Preprocessing) -> PixelArray | None:
        """Room on the disk for the pixels of these files, which is mapped into memory; None if they go to memory.

        Where neither has room, it is room that holds nothing: the images will be decoded whenever they are wanted.
        """
        needed = len(files) * math.prod(preprocessing.shape)
        must = not fits_in_memory(needed)
        work = sum(max(0, file.source.size) + _OPENING for file in files)
        if self._listing is not None and (work >= _WORTH or must):
            try:
                self._new = new_pixels(len(files), preprocessing, must=must)
            except (OSError, ValueError) as error:
                self._cannot_keep(error)
        if self._new is not None:
            return self._new.rows
        self._on_demand = must
        return nowhere(len(files), preprocessing) if must else None

    def keep(self, fields: dict[str, Any]) -> None:
        """Keep the fields of a `Dataset`, whose images fill the first rows of the room, and map the images anew.

        Nobody else may hold them.  Where they cannot be kept, a note among the problems says why.
        """
        new, self._new = self._new, None
        if new is not None and self._listing is not None:
            fields["images"] = None
            try:
                pixels, fields["images"] = new.keep(fields["digests"])
                remember(self._name, self._listing, fields, pixels)
            except (OSError, ValueError) as error:
                if not isinstance(error, FileNotFoundError):  # the cache was cleared meanwhile
                    self._cannot_keep(error)
                if fields["images"] is None:
                    fields["images"] = new.left(len(fields["digests"]))
        if self._on_demand:
            fields["images"] = OnDemandImages(fields["sources"], fields["preprocessing"])
            fields["problems"] = (*fields["problems"], self._slow(fields))
        elif self._note is not None:
            fields["problems"] = (*fields["problems"], self._note)

    def discard(self) -> None:
        """Give back the room of pixels that are not wanted any more."""
        if self._new is not None:
            self._new.discard()
            self._new = None

    def _slow(self, fields: dict[str, Any]) -> Problem:
        """What is said of images that are decoded whenever they are wanted."""
        gigabytes = fixed(math.prod(fields["images"].shape) / 1e9, 1)
        reason = _(
            "Its images take {gigabytes} GB, more than memory and the image cache have room for: each is read again "
            "whenever it is wanted, which is slower"
        ).format(gigabytes=gigabytes)
        action = _("Make room on the disk of the image cache, or choose a smaller image size")
        return Problem(self._root, "not kept", reason, action, False)  # not shown

    def _cannot_keep(self, error: Exception) -> None:
        reason = _("Its images cannot be kept for the next time ({error})").format(
            error=getattr(error, "strerror", None) or error
        )
        action = _("Make room on the disk of the image cache, or clear the cache")
        self._note = Problem(self._root, "not kept", reason, action, False)  # not shown
