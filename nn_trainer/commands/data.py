"""The DATA argument, which several commands share."""

from __future__ import annotations

import shlex
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from nn_trainer.commands.output import Output
from nn_trainer.data.dataset import Dataset, load_dataset
from nn_trainer.data.image_notes import SEEN
from nn_trainer.data.layout.choice import CLASSES_FROM, LayoutChoice
from nn_trainer.data.preprocessing import Channels
from nn_trainer.i18n import _, ngettext
from nn_trainer.wording import number


def add_data_argument(parser: ArgumentParser) -> None:
    """Add DATA."""
    parser.add_argument(
        "data",
        metavar="DATA",
        help=_(
            "a folder with one folder per class, or with train/, val/ and test/ folders that hold them, or a "
            "label file (CSV) beside images, or a zip or tar archive of one; "
            "the word 'sample' stands for the data set that ships with the "
            "program (write ./sample for a folder of that name)"
        ),
    )


def add_layout_options(parser: ArgumentParser) -> None:
    """Add the options that say how DATA is to be read."""
    group = parser.add_argument_group(
        _("how the folder is read"), _("only needed where a folder can be read in several ways, which is then said")
    )
    group.add_argument(
        "--layout",
        metavar="READING",
        help=_(
            "which reading is meant: classes (each folder is a class), splits (the folders are splits that hold the "
            "classes), inner (the folders in the folders are the classes, all together), names (the names of the files "
            "begin with their classes), table (a table gives the classes); joined or apart, alone or as in "
            "classes+joined: whether names that look alike, such as Cat and cat, mean one class"
        ),
    )
    group.add_argument(
        "--classes-from",
        choices=CLASSES_FROM,
        help=_("whether the classes stand in the names of the files, in those of the folders, or in a table"),
    )
    group.add_argument(
        "--labels",
        type=Path,
        metavar="FILE",
        help=_("the table of images or the class label file that counts, instead of those that are found"),
    )


def choice_of(arguments: Namespace) -> LayoutChoice:
    """What the options say of how DATA is to be read."""
    return LayoutChoice(arguments.layout, arguments.labels, arguments.classes_from)


def load_data(
    text: str,
    output: Output,
    image_size: int | None = None,
    channels: Channels | None = None,
    *,
    as_photos: bool = True,
    choice: LayoutChoice | None = None,
    **seen: Any,
) -> Dataset:
    """Load DATA, with progress; `seen` may hold fit, pixel_range and range_percentile of `load_dataset`.

    Raises `DatasetError`.
    """
    with output.task("image") as task:
        return load_dataset(text, image_size, channels, task, as_photos=as_photos, choice=choice, **seen)


def say_what_is_seen(dataset: Dataset, output: Output) -> None:
    """Say what the network does not see of the images, and which option changes that."""
    for problem in dataset.problems:
        if problem.kind in SEEN:
            output.line(f"{problem.reason}. {problem.action}.")


def warn_of_skipped(dataset: Dataset, text: str, output: Output) -> None:
    """Say that not all files are used, and how to learn which."""
    skipped = sum(problem.files for problem in dataset.skipped)
    if skipped:
        warning = ngettext(
            "{count} file is not used; to see why: {command}",
            "{count} files are not used; to see why: {command}",
            skipped,
        )
        command = f"nn-trainer check {shlex.quote(text)}"  # not shown: typed as it is
        output.warn(warning.format(count=number(skipped), command=command))
