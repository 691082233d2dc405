"""Folders that were opened before: all that is known of their images, and where their pixels are kept.

What is known of a folder stands in one file, named by the folder, what was asked for, and the code that answered. It is
used as it is while the listing of the folder is the same; else for the files in it that are (`known_files.py`).
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nn_trainer.arrays import PixelArray
from nn_trainer.atomic import write_atomically
from nn_trainer.data.cache.cache_settings import images_dir
from nn_trainer.data.cache.code_version import code_version
from nn_trainer.data.cache.listed_files import ListedFiles
from nn_trainer.data.cache.listing import Listing
from nn_trainer.data.cache.pixel_files import open_pixels
from nn_trainer.data.cache.upkeep import note_use
from nn_trainer.data.preprocessing import Preprocessing
from nn_trainer.data.problems import Problem
from nn_trainer.data.source import location_of
from nn_trainer.errors import SettingError
from nn_trainer.i18n import language


@dataclass(frozen=True, slots=True, eq=False)
class KnownFolder:
    """What was kept of a folder; its `arrays` are those of a `Dataset`, and `stamps` and `paths` of its images."""

    document: Mapping[str, Any]
    arrays: Mapping[str, NDArray[Any]]
    pixels: PixelArray

    @property
    def preprocessing(self) -> Preprocessing:
        """That of the pixels."""
        return Preprocessing.from_dict(self.document["preprocessing"])

    @property
    def paths(self) -> list[str]:
        """Of the images, relative to the folder."""
        return _texts(self.arrays["paths"])

    @property
    def digests(self) -> tuple[bytes | None, ...]:
        """Of the images."""
        content, there = self.arrays["digests"].tobytes(), self.arrays["digested"].tolist()
        return tuple(content[16 * i : 16 * i + 16] if known else None for i, known in enumerate(there))

    def fields(self, root: Path) -> dict[str, Any]:
        """What a `Dataset` is made of."""
        made = {name: self.arrays[name] for name in ("labels", "splits", "sizes", "grey", "deep")}
        for array in made.values():
            array.flags.writeable = False
        return made | {
            "root": root,
            "name": self.document["name"],
            "class_names": tuple(self.document["class_names"]),
            "images": self.pixels,
            "sources": ListedFiles(root, self.paths, self.arrays["bytes"], self.document["members"]),
            "digests": self.digests,
            "problems": tuple(_problem(root, each) for each in self.document["problems"]),
            "preprocessing": self.preprocessing,
        }


def folder_name(root: Path, request: Sequence[object]) -> str:
    """The name of the file on a folder and what was asked for of it, such as a size."""
    written = repr((os.path.realpath(root), os.fspath(root), *request, language(), code_version()))
    return (
        f"{hashlib.blake2b(written.encode('utf-8', 'surrogatepass'), digest_size=20).hexdigest()}.folder"  # not shown
    )


def recall(name: str) -> KnownFolder | None:
    """What is known of a folder; None if that is nothing, or damaged, or its pixels are gone."""
    path: Path | None = None
    try:
        path = images_dir() / name
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as file:
            arrays = {key: file[key] for key in file.files}
        document = json.loads(arrays.pop("document").tobytes())
        preprocessing = Preprocessing.from_dict(document["preprocessing"])
        pixels = open_pixels(document["pixels"], len(arrays["labels"]), preprocessing)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, SettingError):
        if path is not None:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        return None
    if pixels is None:
        return None
    note_use(path)
    return KnownFolder(document, arrays, pixels)


def remember(name: str, listing: Listing, fields: Mapping[str, Any], pixels: str) -> None:
    """Keep what is known of a folder, the fields of its `Dataset`, beside the name of the file of its pixels.

    Nothing is kept of images that are neither files of the folder nor members of the archive.  Raises `OSError`.
    """
    before = len(os.path.join(fields["root"], ""))  # noqa: PTH118
    paths = [location_of(source)[before:] for source in fields["sources"]]
    if listing.is_of_one_file:  # whose members change with it
        all_stamps = [(source.size, *listing.stamps[0][1:]) for source in fields["sources"]]
    else:
        stamp_of = dict(zip(listing.paths, listing.stamps, strict=True))
        if not all(path in stamp_of for path in paths):
            return
        all_stamps = [stamp_of[path] for path in paths]
    document = {
        "listing": listing.digest,
        "settled": listing.is_settled,
        "name": fields["name"],
        "class_names": fields["class_names"],
        "preprocessing": fields["preprocessing"].as_dict(),
        "members": listing.is_of_one_file,
        "problems": [_written(fields["root"], problem) for problem in fields["problems"]],
        "pixels": pixels,
    }
    stamps = np.array(all_stamps, np.int64).reshape(-1, 3)
    digests = fields["digests"]
    file = io.BytesIO()
    np.savez(
        file,
        document=_bytes(json.dumps(document)),
        paths=_bytes("\0".join(paths)),
        stamps=stamps,
        bytes=np.array([source.size for source in fields["sources"]], np.int64),
        unsettled=~listing.settled(stamps),
        digests=np.frombuffer(b"".join(each or bytes(16) for each in digests), np.uint8),
        digested=np.array([each is not None for each in digests], np.bool_),
        **{key: fields[key] for key in ("labels", "splits", "sizes", "grey", "deep")},
    )
    write_atomically(images_dir() / name, file.getvalue())


def _bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)


def _texts(written: NDArray[np.uint8]) -> list[str]:
    return written.tobytes().decode("utf-8", "surrogatepass").split("\0")


def _written(root: Path, problem: Problem) -> dict[str, Any]:
    return asdict(problem) | {"path": os.path.relpath(problem.path, root)}


def _problem(root: Path, written: Mapping[str, Any]) -> Problem:
    return Problem(**{**written, "path": Path(os.path.normpath(root / written["path"]))})
