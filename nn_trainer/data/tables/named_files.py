"""Which image of a folder a table means by what it writes: with backslashes, without ending, from another computer.

The rule: the path as it stands, from the folder of the table or from that of the data set; else the image with which
it has the longest common tail, `cat/0.jpg` for `/content/drive/pets/cat/0.jpg`. Of several with an equally long one:
the only one beside or below the table, of the split that is meant, or least deep in the folder; else none.
"""

from __future__ import annotations

import os
import posixpath
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from nn_trainer.data.filetypes import image_extensions
from nn_trainer.data.layout.folder_layout import Split, split_of
from nn_trainer.data.source import FileSource, Source
from nn_trainer.data.walk import Walker

_DRIVE = re.compile(r"(?:[A-Za-z]:|[A-Za-z][A-Za-z0-9+.-]+://[^/]*)/")  # C:/ or gs://bucket/


@dataclass(frozen=True, slots=True)
class Written:
    """A path as a table states it, in parts without "." and as few ".." as can be."""

    parts: tuple[str, ...]
    absolute: bool

    @classmethod
    def of(cls, text: str) -> Written:
        """The path in a cell; a backslash is a separator, as no system has it in the names of images."""
        text = text.replace("\\", "/")
        drive = _DRIVE.match(text)
        rest = text[drive.end() :] if drive else text
        if "//" in rest or "./" in rest:
            rest = posixpath.normpath(rest)
        parts = rest.strip("/").split("/")
        return cls(tuple(part for part in parts if part not in ("", ".")), bool(drive) or text.startswith("/"))

    @property
    def leaves(self) -> bool:
        """Whether it leads out of the folder from which it starts."""
        return self.absolute or self.parts[:1] == ("..",)


def has_image_ending(text: str) -> bool:
    """Whether a text ends as the names of images do."""
    return os.path.splitext(text)[1].casefold() in image_extensions()  # noqa: PTH122 - not a path of this computer


def location_of(image: Source) -> str:
    """The path of an image as a text; to make a `Path` of each takes ten times as long."""
    return image.location if isinstance(image, FileSource) else str(image.path)


class NamedFiles:
    """The images below `root`, found by what tables call them."""

    def __init__(self, root: Path, walker: Walker) -> None:
        self.root = root
        self._walker = walker
        self._tops = {os.path.abspath(root), os.path.realpath(root)}  # noqa: PTH100 - links as they are
        self._starts: dict[Path, tuple[str, ...]] = {}
        self._splits: dict[str, Split | None] = {}
        self._tails: dict[tuple[int, bool], dict[str, tuple[int, ...]]] = {}

    @cached_property
    def images(self) -> list[Source]:
        """All files that may be images, by path."""
        return self._walker.images(self.root)

    def find(self, text: str, folder: Path, split: Split | None) -> tuple[Source, ...]:
        """The image that `text` means in a table that lies in `folder`; () if there is none, several if unclear."""
        for base in (folder, self.root):
            place = self._whole.get("/".join((*self._start(base), text)))
            if place is not None:  # most tables state the path as it is, which need not be taken apart
                return (self.images[place],)
        written = Written.of(text)
        if not written.parts:
            return ()
        for base in {folder: None, self.root: None}:
            if (inside := self._inside(base, text, written)) is not None and (exact := self._exact(inside)) is not None:
                return (exact,)
        tail = tuple(part for part in written.parts if part != "..")
        for length in range(min(len(tail), self._deepest), 0, -1):
            found = self._with_tail(tail[-length:], stems=False) or self._with_tail(tail[-length:], stems=True)
            if found:
                return tuple(self.images[place] for place in self._likeliest(found, folder, split))
        return self._not_by_tail(text, written, folder)

    def _not_by_tail(self, text: str, written: Written, folder: Path) -> tuple[Source, ...]:
        """A file that does not look like an image, or to which a link leads that was not followed."""
        for base in (folder, self.root):
            inside = self._inside(base, text, written)
            file = self._walker.file(self.root, "/".join(inside)) if inside is not None else None
            if file is not None:
                return (file,)
        return ()

    def _inside(self, base: Path, text: str, written: Written) -> tuple[str, ...] | None:
        """The path from `root`; None if it leads out of it."""
        if written.absolute:
            path = os.path.normpath(text)
            top = next((t for t in self._tops if path.startswith(t.rstrip(os.sep) + os.sep)), None)
            return None if top is None else Path(path).relative_to(top).parts
        parts = (*self._start(base), *written.parts)
        if ".." in parts:
            parts = tuple(posixpath.normpath("/".join(parts)).split("/"))
        return None if parts[0] in ("..", ".") else parts

    def _start(self, base: Path) -> tuple[str, ...]:
        if base not in self._starts:
            self._starts[base] = base.relative_to(self.root).parts if base.is_relative_to(self.root) else ()
        return self._starts[base]

    def _exact(self, parts: tuple[str, ...]) -> Source | None:
        """The image of exactly this path from `root`, with or without its ending."""
        for stems in (False, True):
            places = self._with_tail(parts, stems)
            whole = [place for place in places if self._depth(place) == len(parts)]
            if len(whole) == 1:
                return self.images[whole[0]]
        return None

    @cached_property
    def _paths(self) -> list[str]:
        """The path of each image from `root`, with slashes and composed accents; those of `pathlib` take longer."""
        start = len(str(self.root))
        paths = (location_of(image)[start:].strip(os.sep).replace(os.sep, "/") for image in self.images)
        return [path if path.isascii() else unicodedata.normalize("NFC", path) for path in paths]

    @cached_property
    def _whole(self) -> dict[str, int]:
        return {path: place for place, path in enumerate(self._paths)}

    @cached_property
    def _deepest(self) -> int:
        return max(map(self._depth, range(len(self.images))), default=0)

    def _depth(self, place: int) -> int:
        return self._paths[place].count("/") + 1

    def _with_tail(self, parts: tuple[str, ...], stems: bool) -> tuple[int, ...]:
        """The places of the images whose paths end like this; those with the same capital letters where there are."""
        if (table := self._tails.get((len(parts), stems))) is None:
            table = self._tails[len(parts), stems] = self._by_tail(len(parts), stems)
        text = unicodedata.normalize("NFC", "/".join(parts))
        places = table.get(text.casefold(), ())
        if len(places) > 1:
            return tuple(p for p in places if self._tail(p, len(parts), stems) == text) or places
        return places

    def _by_tail(self, length: int, stems: bool) -> dict[str, tuple[int, ...]]:
        table: dict[str, tuple[int, ...]] = {}
        several: dict[str, list[int]] = {}
        for place in range(len(self._paths)):
            if tail := self._tail(place, length, stems):
                key = tail.casefold()
                if table.setdefault(key, (place,))[0] != place:
                    several.setdefault(key, [*table[key]]).append(place)
        table.update((key, tuple(places)) for key, places in several.items())
        return table

    def _tail(self, place: int, length: int, stems: bool) -> str:
        """The last parts of a path, without the ending if `stems`; "" if there are fewer."""
        path = self._paths[place]
        parts = path.rsplit("/", length)
        if len(parts) < length:
            return ""
        tail = "/".join(parts[-length:]) if len(parts) > length else path
        return posixpath.splitext(tail)[0] if stems else tail

    def _likeliest(self, places: tuple[int, ...], folder: Path, split: Split | None) -> tuple[int, ...]:
        if len(places) == 1:
            return places
        below = "/".join((*self._start(folder), ""))
        rules: tuple[Callable[[int], bool], ...] = (
            lambda place: self._paths[place].startswith(below),
            lambda place: split is not None and self.split_of(self.images[place]) == split,
        )
        for rule in rules:
            places = tuple(place for place in places if rule(place)) or places
            if len(places) == 1:
                return places
        least = min(map(self._depth, places))
        return tuple(place for place in places if self._depth(place) == least)

    def split_of(self, image: Source) -> Split | None:
        """The split for which a folder around an image stands, the outermost that does."""
        folder = os.path.dirname(location_of(image))  # noqa: PTH120 - `Path.parent` takes ten times as long
        if folder not in self._splits:
            names = folder[len(str(self.root)) :].split(os.sep)  # noqa: PTH206
            self._splits[folder] = next((split for name in names if (split := split_of(name))), None)
        return self._splits[folder]
