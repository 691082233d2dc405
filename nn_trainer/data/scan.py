"""A folder -> which images of which classes are in it, and what is wrong with it. Nothing large is decoded."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nn_trainer.data.archives.archive_kinds import is_archive
from nn_trainer.data.classes import ImageFile, list_classes
from nn_trainer.data.duplicates import find_duplicates, with_digests
from nn_trainer.data.free_memory import available_memory
from nn_trainer.data.image_notes import suited_fit
from nn_trainer.data.layout.alike_names import parted, settle_alike_names
from nn_trainer.data.layout.choice import LayoutChoice
from nn_trainer.data.layout.folder_layout import LabelledFile, Layout, class_folders, find_layout, unwrap
from nn_trainer.data.parallel import all_cores, for_each
from nn_trainer.data.preprocessing import PHOTO_SIZES, Preprocessing, are_photos, plain_preprocessing
from nn_trainer.data.problems import Problem
from nn_trainer.data.refused import (
    explain_missing_classes,
    explain_missing_table,
    nothing_usable,
    require_folder,
    with_reasons,
)
from nn_trainer.data.small_images import Beginning, SmallImages
from nn_trainer.data.source import Source
from nn_trainer.data.summed import sum_up
from nn_trainer.data.tables.beside_folders import decided
from nn_trainer.data.tables.labelling import find_labelling
from nn_trainer.data.tables.table_problems import TABLE_KINDS
from nn_trainer.data.walk import Walker, walker_of
from nn_trainer.errors import DatasetError, ImageError
from nn_trainer.i18n import _
from nn_trainer.paths import sample_dataset_path
from nn_trainer.work import Task


@dataclass(frozen=True, slots=True)
class Scan:
    """What is in a folder, as far as names and headers tell."""

    root: Path
    class_names: tuple[str, ...]  # in the order of their labels
    images: tuple[ImageFile, ...]  # by split, class and path
    problems: tuple[Problem, ...]
    label_file: Path | None  # the class label file that was read
    folder_names: frozenset[str]  # of all class folders, empty ones too

    def suggest(self, as_photos: bool = True) -> Preprocessing:
        """The preprocessing that suits the images; photos get the size of pretrained networks if `as_photos`.

        That is the first of `PHOTO_SIZES` for which half of the free memory is enough.
        """
        sides = [min(image.width, image.height) for image in self.images]
        grey = [image.grey for image in self.images]
        fit = suited_fit([(image.width, image.height) for image in self.images])
        if as_photos and are_photos(sides):
            for size in PHOTO_SIZES:
                if 2 * len(sides) * size * size * 3 <= available_memory():
                    return Preprocessing(size, "rgb", fit)
        return replace(plain_preprocessing(sides, grey), fit=fit)


def scan_folder(
    path: str | os.PathLike[str],
    task: Task | None = None,
    *,
    read: Callable[[Source], Beginning] | None = None,
    choice: LayoutChoice | None = None,
) -> Scan:
    """Find the classes and images in a folder; the text "sample" stands for the data set that ships.

    `task` is told and asked on the calling thread at least every 50 ms. `read` gets the header of a
    file, and may keep more of it; `choice` says how to read a folder that can be read in several ways.
    Raises `DatasetError` when the folder cannot be used at all, `AmbiguousFolderError` when it has to be chosen how
    to read it, `LabelFileError` when a class label file or a table in it is wrong, and `CancelledError`.
    """
    task, read = task or Task(), read or SmallImages().read
    root = sample_dataset_path() if path == "sample" else Path(path)
    if not is_archive(root):
        require_folder(root)
    walker = walker_of(root, task)
    damaged: list[Problem] = []
    try:
        return _scan(root, walker, task, read, choice or LayoutChoice(), damaged)
    except DatasetError as error:
        raise with_reasons(error, root, [*walker.problems, *damaged], walker.passed_over) from error


def _scan(
    root: Path,
    walker: Walker,
    task: Task,
    read: Callable[[Source], Beginning],
    choice: LayoutChoice,
    damaged: list[Problem],
) -> Scan:
    """See `scan_folder`; `damaged` is filled with what is wrong with single files, for where there is an error."""
    label_file, named, layout = _read_layout(root, walker, task, choice, damaged)
    files, unreadable = _read_headers(layout.files, read, task)
    damaged += [*unreadable, *(problem for problem in layout.problems if problem.kind in TABLE_KINDS)]
    if not files and (damaged or walker.passed_over.notes() or walker.passed_over.others()):
        raise DatasetError(nothing_usable(root))  # the reasons are added to it
    images = with_digests(files, task)
    task.check()
    classes = list_classes(root, images, layout.class_names, label_file, named)
    kept = tuple(images[index] for index in classes.kept)
    problems = (
        *walker.problems,
        *sum_up(root, unreadable),
        *walker.passed_over.notes(),
        *layout.problems,
        *classes.problems,
        *find_duplicates(root, kept, task),
    )
    return Scan(root, classes.names, kept, problems, label_file, layout.class_names)


def _read_layout(
    root: Path, walker: Walker, task: Task, choice: LayoutChoice, damaged: list[Problem]
) -> tuple[Path | None, Sequence[str], Layout]:
    """The class label file, the names in it, and what tables or else folders say."""
    choice, answer = parted(choice)
    inner = unwrap(root, walker)
    labelling = find_labelling(root, inner, walker, class_folders(inner, walker), choice, task)
    damaged += labelling.unread
    layout = labelling.layout
    by_table = choice.classes_from == "table" or choice.layout == "table"
    if layout is None and by_table:
        raise DatasetError(explain_missing_table(root))
    if layout is not None and not by_table and not labelling.chosen:
        layout = decided(root, labelling, layout, walker)
    if layout is None:
        layout = find_layout(root, walker, choice)
        if not layout.class_names:
            raise DatasetError(explain_missing_classes(root, inner, walker))
    layout = settle_alike_names(root, layout, labelling.names, choice, answer)
    labelling = labelling.fitting(layout)
    layout = replace(layout, problems=(*labelling.notes, *layout.problems))
    return labelling.label_file, labelling.names, layout


def _read_headers(
    files: Sequence[LabelledFile], read: Callable[[Source], Beginning], task: Task
) -> tuple[list[ImageFile], list[Problem]]:
    """The images, and what is wrong with the other files.

    Nothing else is kept of a header meanwhile: of 300,000 images, that would be 40 MB.
    """
    images: list[ImageFile | None] = [None] * len(files)
    problems: list[Problem | None] = [None] * len(files)

    def read_one(index: int) -> None:
        file = files[index]
        try:
            beginning = read(file.source)
        except ImageError as error:
            problems[index] = Problem.of(file.source, error)
            return
        h = beginning.header
        images[index] = ImageFile(
            file.source, file.class_name, file.split, h.width, h.height, h.grey, h.deep, beginning.digest
        )

    for_each(read_one, len(files), _("Reading headers"), task, threads=min(2, all_cores()))
    return [image for image in images if image is not None], [problem for problem in problems if problem is not None]
