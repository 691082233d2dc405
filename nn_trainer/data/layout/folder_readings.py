"""What folders can mean: classes, splits that hold classes, or sets side by side that share their classes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from nn_trainer.data.layout import folder_notes as notes
from nn_trainer.data.layout.folder import Folder
from nn_trainer.data.layout.reading import LabelledFile, Layout, Reading, listed, training_first
from nn_trainer.data.layout.split_names import Split, splits_among
from nn_trainer.data.problems import Problem, class_name_of
from nn_trainer.i18n import _

_DEEPEST_WRAPPER = 6  # folders around the class folders, as unpacked archives have them

Splits = Sequence[tuple[Folder, Split]]


@dataclass(slots=True)
class _Found:
    """What was found so far, in one set or in several."""

    files: list[LabelledFile] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def layout(self) -> Layout:
        return Layout(training_first(self.files), frozenset(self.names), tuple(self.problems))


def wrappers(folder: Folder) -> list[Folder]:
    """The folders around that which holds the classes, the splits or the images, from `folder` on; that one last."""
    passed = [folder]
    while len(passed) <= _DEEPEST_WRAPPER:
        inner = _wrapped(passed[-1])
        if inner is None:
            break
        passed.append(inner)
    return passed


def _wrapped(here: Folder) -> Folder | None:
    """The one folder in `here` that says something, if there is such a one and it holds folders of images.

    Folders like test/ without class folders say nothing beside a folder that holds splits.
    """
    flat = [] if len(here.full) == 1 else [folder.path for folder, _split in named_like_splits(here.full)]
    left = [folder for folder in here.full if folder.path not in flat]
    if len(left) != 1 or not left[0].full or named_like_splits(left):
        return None
    if any(beside.is_empty for beside in here.folders):  # of a class whose images are still to come
        return None
    if not flat:
        return left[0]
    without = len(flat_splits(here)) == len(flat)
    return left[0] if without and split_folders(unwrapped(left[0])) else None


def unwrapped(folder: Folder) -> Folder:
    """The last of `wrappers`."""
    return wrappers(folder)[-1]


def split_folders(here: Folder) -> Splits:
    """The folders in `here` that are named like splits and hold folders."""
    return [(folder, split) for folder, split in named_like_splits(here.folders) if folder.folders]


def flat_splits(here: Folder) -> Splits:
    """The folders in `here` that are named like splits and hold images, but no folders of images."""
    inside = [(_doubled(folder), split) for folder, split in named_like_splits(here.full)]
    return [(folder, split) for folder, split in inside if not folder.full]


def is_flat(here: Folder) -> bool:
    """Whether no folder says anything of classes: there is none with images, or all are splits without folders."""
    return len(flat_splits(here)) == len(here.full)


def set_folders(here: Folder, splits: Splits) -> list[Folder]:
    """The folders that hold folders of the same names as their neighbours do, in `here` or in its splits."""
    places = _inside_splits(splits) or [here]
    return [folder for place in places for folder in _alike(place)]


def class_reading(here: Folder) -> Reading:
    """Each folder in `here` is a class."""

    def read() -> Layout:
        found = _Found()
        _add_classes(found, here, "train")
        return found.layout()

    return Reading("classes", _("Each folder is a class: {classes} ({counts})"), read)


def split_reading(here: Folder, splits: Splits) -> Reading:
    """The folders in `here` are splits, and the folders in these are the classes."""

    def read() -> Layout:
        found = _Found()
        _add_splits(found, here, splits, ())
        return found.layout()

    sentence = _("The folders in {folders} are the classes: {classes} ({counts})")
    return Reading("splits", _with_folders(sentence, [folder for folder, _split in splits]), read)


def inner_reading(here: Folder, splits: Splits, sets: Sequence[Folder]) -> Reading:
    """The folders `sets` are sets that belong together, and the folders in them are the classes."""
    inside = tuple(folder.path for folder in sets)

    def read() -> Layout:
        found = _Found()
        if splits:
            _add_splits(found, here, splits, inside)
        else:
            _add_sets(found, here, "train", inside)
        return found.layout()

    sentence = _("The folders in {folders} are the classes, all together: {classes} ({counts})")
    return Reading("inner", _with_folders(sentence, sets), read)


def _with_folders(sentence: str, folders: Iterable[Folder]) -> str:
    """The sentence with {folders} filled in, and the other fields left for later."""
    names = list(dict.fromkeys(folder.name for folder in folders))
    shown = listed(names).replace("{", "{{").replace("}", "}}")
    return sentence.format(folders=shown, classes="{classes}", counts="{counts}")


def _add_splits(found: _Found, here: Folder, splits: Splits, sets: Sequence[object]) -> None:
    for (folder, split), inside in zip(splits, _inside_splits(splits), strict=True):
        if inside is not folder:
            found.problems += notes.misplaced(folder.loose)
        if sets:
            _add_sets(found, inside, split, sets)
        else:
            _add_classes(found, inside, split)
    used = {folder.path for folder, _split in splits}
    names = {folder.name for folder, _split in splits}
    found.problems += notes.misplaced(here.loose)
    for other in here.folders:
        if other.path not in used:
            again = {inner.name for inner in unwrapped(other).full}
            copied = bool(again) and again <= (names | found.names)
            found.problems.append(notes.copy(other) if copied else notes.not_a_split(other))


def _add_sets(found: _Found, here: Folder, split: Split, sets: Sequence[object]) -> None:
    """The classes in the sets in `here`; each set may hold splits."""
    found.problems += notes.misplaced(here.loose)
    for folder in here.folders:
        inside = unwrapped(folder)
        if folder.path not in sets:
            found.problems.append(notes.beside_sets(folder))
        elif splits := split_folders(inside):
            _add_splits(found, inside, splits, ())
        else:
            _add_classes(found, inside, split)


def _add_classes(found: _Found, here: Folder, split: Split) -> None:
    """Each folder in `here` is a class; copies of all are left out."""
    copies = _copies(here)
    found.problems += [notes.copy(folder) for folder in copies]
    found.problems += notes.misplaced(here.loose)
    classes = [folder for folder in here.folders if folder not in copies]
    found.problems += [notes.named_like_a_split(f) for f, _split in named_like_splits(classes) if f.holds_image]
    found.problems += notes.twins(folder for folder in classes if folder.holds_image)
    reversed_ = _splits_in_classes([folder for folder in classes if folder.holds_image])
    for folder in classes:
        name = class_name_of(folder.name)
        found.names.add(name)
        if reversed_:
            for inner, kind in reversed_.get(folder.name, ()):
                found.files += [LabelledFile(image, name, kind) for image in inner.images]
        else:
            found.files += [LabelledFile(image, name, split) for image in folder.images]
            parts = [part.name for part, _split in named_like_splits(folder.full)]
            found.problems += [notes.holds_splits(folder, listed(parts))] if parts else []


def _splits_in_classes(classes: Sequence[Folder]) -> dict[str, Splits]:
    """The splits in each class folder, if all hold nothing but such, and two kinds are among them."""
    splits: dict[str, Splits] = {}
    for folder in classes:
        inner = named_like_splits(folder.full)
        if not inner or len(inner) < len(folder.full) or folder.loose:
            return {}
        splits[folder.name] = inner
    return splits if len({kind for inner in splits.values() for _folder, kind in inner}) > 1 else {}


def _copies(here: Folder) -> list[Folder]:
    """The folders that hold nothing but folders of the names of their neighbours, if two other classes are left."""
    full = {folder.name for folder in here.full}
    copies = []
    for folder in here.full:
        again = {inner.name for inner in unwrapped(folder).full}
        if again and not folder.loose and again <= full - {folder.name}:
            copies.append(folder)
    return copies if len(full) - len(copies) >= 2 else []


def _alike(here: Folder) -> list[Folder]:
    """The folders in `here` whose folders bear the same names: at least half of all these names come twice."""
    copies = _copies(here)
    sets = [folder for folder in here.full if folder.full and not folder.loose and folder not in copies]
    inside = {folder.path: [inner.name for inner in unwrapped(folder).full] for folder in sets}
    times = Counter(name for names in inside.values() for name in names)
    shared = {name for name, count in times.items() if count > 1}
    if len(times) < 2 or 2 * len(shared) < len(times):
        return []
    if all(splits_among(list(times))) and not any(i.full for f in sets for i in unwrapped(f).full):
        return []  # train/ and test/ in each class folder say the split
    return [folder for folder in sets if not shared.isdisjoint(inside[folder.path])]


def named_like_splits(folders: Sequence[Folder]) -> Splits:
    """Those of some folders beside one another whose names stand for splits."""
    kinds = splits_among([folder.name for folder in folders])
    return [(folder, kind) for folder, kind in zip(folders, kinds, strict=True) if kind]


def _inside_splits(splits: Splits) -> list[Folder]:
    """The folder in each split in which the classes are; one that is a class in another split is no wrapper."""
    doubled = [_doubled(folder) for folder, _split in splits]
    classes = {inner.name for folder in doubled if len(folder.full) > 1 for inner in folder.full}
    return [f if any(inner.name in classes for inner in f.full) else unwrapped(f) for f in doubled]


def _doubled(folder: Folder) -> Folder:
    """The innermost of folders in one another that are all named like splits: training_set/training_set/."""
    while len(folder.full) == 1 and splits_among([folder.full[0].name])[0] and not folder.loose:
        folder = folder.full[0]
    return folder
