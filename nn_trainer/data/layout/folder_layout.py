"""The rule by which the folders of a data set say which image is of which class and split.

1. **Wrappers.** A folder with nothing beside it that holds images, and with folders of images in it, says nothing: the
   rule begins in it. That holds on every level, also inside of the folders of splits. What is named like a split and
   holds no folders is nothing beside a folder that holds splits with folders.
2. **Splits.** Folders named like training, validation or testing (`split_names.py` says which names these are) that
   hold folders are splits: what is in them is read as if each stood alone. Two such folders are certain; where there is
   one, and beside it other folders with images, it is asked whether they are classes. Without folders in them they
   may be classes of these names, which is said, if others that are not named so are beside them.
3. **Classes.** The folders on that level are the classes; what is deeper counts for its class. If each holds nothing
   but folders named like splits, these say the split.
4. **Copies.** A folder beside the classes (or the splits) that holds nothing but folders of the same names again is a
   copy: it is named and left out.
5. **Sets side by side.** If at least half of the names of the folders in the folders come more than once (indoor/ and
   outdoor/ with cat/ and dog/ in each), it is asked which of the two are the classes.
6. **Names of files.** Where folders say nothing of classes and the names of the files do (cat.0.jpg), that is offered.
7. **Names that look alike**, such as Cat and cat, are one class or two: it is asked (`alike_names.py`).

Nothing is guessed where two readings would give two classes or more: `AmbiguousFolderError` asks.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from nn_trainer.data.layout.choice import LayoutChoice
from nn_trainer.data.layout.folder import Folder
from nn_trainer.data.layout.folder_notes import misplaced, not_a_split
from nn_trainer.data.layout.folder_readings import (
    class_reading,
    flat_splits,
    inner_reading,
    is_flat,
    set_folders,
    split_folders,
    split_reading,
    unwrapped,
    wrappers,
)
from nn_trainer.data.layout.name_reading import name_reading
from nn_trainer.data.layout.reading import LabelledFile as LabelledFile
from nn_trainer.data.layout.reading import Layout as Layout
from nn_trainer.data.layout.reading import Reading, not_such_a_reading, question
from nn_trainer.data.layout.reading import training_first as training_first
from nn_trainer.data.layout.split_names import SPLITS as SPLITS
from nn_trainer.data.layout.split_names import Split as Split
from nn_trainer.data.layout.split_names import is_plain, words_of
from nn_trainer.data.layout.split_names import split_of as split_of
from nn_trainer.data.problems import class_name_of
from nn_trainer.data.walk import Walker


def unwrap(root: Path, walker: Walker) -> Path:
    """`root`, or the folder in it that holds the class folders, when there is nothing else in between.

    Nor are there images, of which a table beside them may say more.
    """
    passed = wrappers(Folder(root, walker))
    return next((folder for folder in passed if folder.loose), passed[-1]).path


def class_folders(root: Path, walker: Walker) -> frozenset[str]:
    """The names of the folders that are classes, if the folders in `root` say so."""
    folders = Folder(root, walker).folders
    inner = [c for folder in folders if split_of(folder.name) for c in unwrapped(folder).folders]
    return frozenset(class_name_of(folder.name) for folder in (*folders, *inner))


def find_layout(root: Path, walker: Walker, choice: LayoutChoice | None = None) -> Layout:
    """Which image in `root` is of which class and split, by the rule above; `choice` answers what it asks.

    A layout without class names means that there is nothing that says anything of classes. Raises
    `AmbiguousFolderError`, and `DatasetError` where a choice does not fit.
    """
    *around, here = wrappers(Folder(root, walker))
    layout = _chosen(root, here, choice or LayoutChoice())
    beside = [problem for folder in around for problem in misplaced(folder.loose)]
    inner = {folder.path for folder in (*around, here)}
    beside += [not_a_split(other) for folder in around for other in folder.full if other.path not in inner]
    return replace(layout, problems=(*beside, *layout.problems))


def folder_reading(root: Path, walker: Walker) -> Reading | None:
    """What the folders say if nobody need be asked, and their names may be those of classes; else None."""
    offered, asked = _Readings(wrappers(Folder(root, walker))[-1]).offered(by_names=False)
    if asked or len(offered) != 1 or all(map(_says_nothing, offered[0].classes)):
        return None
    return offered[0]


def _chosen(root: Path, here: Folder, choice: LayoutChoice) -> Layout:
    wanted = "names" if choice.classes_from == "name" else choice.layout
    readings = _Readings(here)
    if wanted is not None:
        possible = [reading for reading in readings.possible() if reading.is_usable()]
        chosen = next((reading for reading in possible if reading.code == wanted), None)
        if chosen is None:
            raise not_such_a_reading(root, wanted, possible)
        return chosen.layout
    offered, asked = readings.offered(by_names=choice.classes_from is None)
    usable = [reading for reading in offered if reading.is_usable()] if len(offered) > 1 or asked else offered
    if len(usable) > 1 or (asked and usable):
        raise question(root, usable)
    return (usable or offered)[0].layout if offered else Layout((), frozenset(), ())


class _Readings:
    """The ways in which a folder can be read, made when they are asked for."""

    def __init__(self, here: Folder) -> None:
        self._here = here
        self._splits = split_folders(here)
        self._sets = set_folders(here, self._splits)

    def possible(self) -> list[Reading]:
        """All that could be chosen."""
        readings = [class_reading(self._here)] if self._here.folders else []
        if self._splits:
            readings.append(split_reading(self._here, self._splits))
        if self._sets:
            readings.append(inner_reading(self._here, self._splits, self._sets))
        return [*readings, *name_reading(self._here)]

    def offered(self, by_names: bool) -> tuple[list[Reading], bool]:
        """The plausible readings, the likeliest first, and whether to ask even if there is one only."""
        here, splits = self._here, self._splits
        if is_flat(here):
            names = name_reading(here) if by_names else []
            empty = here.folders and not here.loose and not (here.full and by_names)
            return names or ([class_reading(here)] if empty else []), bool(names)
        if splits:
            outer = split_reading(here, splits)
            used = {folder.path for folder, _split in (*splits, *flat_splits(here))}
            certain = len(splits) >= 2 or all(folder.path in used for folder in here.full)
            plain = [outer] if certain else [outer, class_reading(here)]
        else:
            outer = class_reading(here)
            plain = [outer]
        if self._sets:
            inner = inner_reading(here, splits, self._sets)
            said = all(_says_nothing(name) for name in inner.classes)
            return ([*plain, inner] if said else [inner, *plain]), False
        names = name_reading(here) if by_names and not any(reading.is_usable() for reading in plain) else []
        return names or plain, bool(names)


def _says_nothing(name: str) -> bool:
    """Whether a name is made of numbers and words that are in the names of folders everywhere."""
    return all(is_plain(word) for word in words_of(name)) or split_of(name) is not None
