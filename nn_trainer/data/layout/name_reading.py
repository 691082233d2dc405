"""The reading that takes the classes from the names of the files, where folders say nothing."""

from __future__ import annotations

from nn_trainer.data.layout import folder_notes as notes
from nn_trainer.data.layout.folder import Folder
from nn_trainer.data.layout.folder_readings import named_like_splits
from nn_trainer.data.layout.name_prefixes import class_in_name, classes_in_names
from nn_trainer.data.layout.reading import LabelledFile, Layout, Reading, training_first
from nn_trainer.data.layout.split_names import Split
from nn_trainer.data.problems import class_name_of
from nn_trainer.data.source import Source
from nn_trainer.i18n import _


def name_reading(here: Folder) -> list[Reading]:
    """The reading by names, if they seem to state classes: those of training decide, others may state none."""
    places: list[tuple[Source, Split]] = [
        (image, split) for f, split in named_like_splits(here.full) for image in f.images
    ]
    seen = {image.path for image, _split in places}
    places += [(image, "train") for image in here.images if image.path not in seen]
    trained = [image.path.name for image, split in places if split == "train"] or [i.path.name for i, _s in places]
    known = frozenset(name for name in classes_in_names(trained) or () if name is not None)
    if not known:
        return []

    def read() -> Layout:
        classes = [class_in_name(image.path.name) for image, _split in places]
        told = [found if found in known else None for found in classes]
        files = [
            LabelledFile(image, class_name_of(name), split)
            for (image, split), name in zip(places, told, strict=True)
            if name is not None
        ]
        rest = [image for (image, _split), name in zip(places, told, strict=True) if name is None]
        return Layout(training_first(files), frozenset(map(class_name_of, known)), tuple(notes.unnamed(rest)))

    sentence = _("The names of the files begin with their classes: {classes} ({counts})")
    return [Reading("names", sentence, read)]
