"""A folder and what is in it, looked up when it is asked for, and once."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from nn_trainer.data.source import Source
from nn_trainer.data.walk import Walker


class Folder:
    """What a walker says of one folder."""

    def __init__(self, path: Path, walker: Walker) -> None:
        self.path = path
        self.name = path.name
        self._walker = walker

    @cached_property
    def folders(self) -> tuple[Folder, ...]:
        """All folders in it, by name."""
        return tuple(Folder(path, self._walker) for path in self._walker.folders(self.path))

    @cached_property
    def full(self) -> tuple[Folder, ...]:
        """Those of its folders in which there is an image at any depth."""
        return tuple(folder for folder in self.folders if folder.holds_image)

    @cached_property
    def holds_image(self) -> bool:
        """Whether there is anything in it that may be an image, at any depth."""
        return any(folder.holds_image for folder in self.folders) or self._walker.holds_image(self.path)

    @property
    def is_empty(self) -> bool:
        """Whether there are neither files nor folders in it."""
        return not self.folders and not self._walker.files(self.path)

    @cached_property
    def loose(self) -> tuple[Source, ...]:
        """The images directly in it."""
        return tuple(self._walker.images(self.path, deep=False))

    @cached_property
    def images(self) -> tuple[Source, ...]:
        """The images in it, at any depth."""
        return tuple(self._walker.images(self.path))
