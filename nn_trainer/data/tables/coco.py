"""JSON files in the form of COCO: a list of images, one of categories, and annotations that join them."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from nn_trainer.data.problems import display_path
from nn_trainer.data.source import Source
from nn_trainer.data.tables.table_lines import Line
from nn_trainer.data.tables.text_encoding import decode_text
from nn_trainer.errors import ImageError, LabelFileError
from nn_trainer.i18n import _
from nn_trainer.work import Task

_BEGINNING = 1 << 12  # bytes that are looked at to learn whether it is such a file
_KEYS = re.compile(r'\{\s*"(?:images|annotations|categories|info|licenses|type)"\s*:\s*[\[{"]')
_OFTEN = 5000  # entries between two looks at the task


@dataclass(frozen=True, slots=True)
class CocoTable:
    """A COCO file: the class of an image is the category of its annotations."""

    source: Source
    guessed: bool = False
    labelled: bool = True

    def lines(self, task: Task) -> Iterator[Line]:
        """What the file says of each image. Raises `LabelFileError` and `CancelledError`."""
        images, annotations, names = _parts(self.source)
        labels: dict[Any, dict[str, None]] = defaultdict(dict)
        for annotation in annotations:
            name = names.get(annotation.get("category_id"))
            if name is not None:
                labels[annotation.get("image_id")][name] = None
        for number, image in enumerate(images):
            if number % _OFTEN == 0:
                task.check()
                task.progress(number, len(images), _("Reading {name}").format(name=display_path(self.source.name)))
            written = image.get("file_name")
            if isinstance(written, str) and written:
                yield Line(None, written, tuple(labels.get(image.get("id"), ())), None)


def is_coco(source: Source) -> bool:
    """Whether a file begins as a COCO file does; no more of it is read."""
    try:
        with source.open() as file:
            text = decode_text(file.read(_BEGINNING), whole=False)
    except (OSError, ImageError):
        return False
    return text is not None and _KEYS.match(text.characters.lstrip()) is not None


def _parts(source: Source) -> tuple[list[dict[str, Any]], list[dict[str, Any]], dict[Any, str]]:
    """(images, annotations, names of the categories by their numbers)."""
    name = display_path(source.path)
    try:
        with source.open() as file:
            content = json.load(file)
        images, annotations = content["images"], content["annotations"]
        names = {category["id"]: str(category["name"]).strip() for category in content["categories"]}
        if not all(isinstance(entry, dict) for entry in (*images, *annotations)):
            raise TypeError(name)
    except OSError as error:
        text = _("{file} cannot be read ({error}). Check its permissions, or delete it.")
        raise LabelFileError(text.format(file=name, error=error.strerror)) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        text = _(
            "{file} begins as a COCO file, but its images, annotations and categories cannot be read. "
            "Export it again, or delete it."
        )
        raise LabelFileError(text.format(file=name)) from error
    return images, annotations, names
