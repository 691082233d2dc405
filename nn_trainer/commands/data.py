"""The DATA argument, which several commands share."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING

from nn_trainer.commands.output import Output
from nn_trainer.paths import sample_dataset_path

if TYPE_CHECKING:
    from nn_trainer.data.dataset import Dataset

SAMPLE = "sample"


def add_data_argument(parser: ArgumentParser) -> None:
    """Add DATA."""
    parser.add_argument(
        "data",
        metavar="DATA",
        help="a folder with one folder per class, or with train/, val/ and test/ folders that hold them, or a label "
        f"file (CSV) beside images; the word {SAMPLE!r} stands for the data set that ships with the program "
        f"(write ./{SAMPLE} for a folder of that name)",
    )


def data_path(text: str) -> Path:
    """The path that DATA stands for."""
    return sample_dataset_path() if text == SAMPLE else Path(text)


def load_data(text: str, output: Output, image_size: int | None = None, channels: str | None = None) -> Dataset:
    """Load DATA, with progress. Raises `DatasetError`."""
    from nn_trainer.data.dataset import load_dataset

    with output.progress("image") as progress:
        return load_dataset(data_path(text), image_size=image_size, channels=channels, progress=progress)


def warn_of_problems(dataset: Dataset, text: str, output: Output) -> None:
    """Say that not all files are used, and how to learn which."""
    if dataset.problems:
        files = "1 problem was" if len(dataset.problems) == 1 else f"{len(dataset.problems):,} problems were"
        output.warn(f"{files} found in the data; see: nn-trainer check {text}")
