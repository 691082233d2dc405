"""`nn-trainer check`: what is in a data set, and what is wrong with it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from nn_trainer.commands.data import add_data_argument, add_layout_options, choice_of, load_data
from nn_trainer.commands.output import Output
from nn_trainer.data.dataset import Dataset
from nn_trainer.data.layout.folder_layout import Split
from nn_trainer.errors import AmbiguousFolderError, DatasetError, FileProblem
from nn_trainer.i18n import _, ngettext
from nn_trainer.wording import names_beside_numbers, number

_SPLITS: tuple[Split, ...] = ("train", "validation", "test")


def add_arguments(parser: ArgumentParser) -> None:
    """Add what `check` takes."""
    add_data_argument(parser)
    add_layout_options(parser)


def run(arguments: Namespace, output: Output) -> int:
    """Read every file and report."""
    try:
        dataset = load_data(
            arguments.data, output, as_photos=False, choice=choice_of(arguments)
        )  # small is enough to find what is damaged
    except DatasetError as error:
        report: dict[str, object] = {
            "error": str(error),
            "images": 0,
            "classes": [],
            "problems": _as_json(error.problems),
            "splits": dict.fromkeys(_SPLITS, 0),
        }
        if isinstance(error, AmbiguousFolderError):
            report["readings"] = [asdict(reading) for reading in error.readings]  # `code` is what --layout takes
        output.json(report)
        _print_problems(error.problems, output)
        raise
    counts = np.bincount(dataset.labels, minlength=len(dataset.class_names))
    splits = {split: int(dataset.counts(split).sum()) for split in _SPLITS}
    output.json(
        {
            "images": len(dataset.labels),
            "classes": [
                {"name": name, "label": label, "images": int(counts[label])}
                for label, name in enumerate(dataset.class_names)
            ],
            "problems": _as_json(dataset.problems),
            "splits": splits,
        }
    )
    _print(dataset, splits, output)
    return 0


def _print(dataset: Dataset, splits: dict[Split, int], output: Output) -> None:
    """Write the summary, the classes and the problems for people to read."""
    summary = dataset.summary
    if dataset.test_count:
        text = ngettext("{summary}, and {count} test image", "{summary}, and {count} test images", dataset.test_count)
        summary = text.format(summary=summary, count=number(dataset.test_count))
    output.line(f"{dataset.root}: {summary}")
    output.line()
    used = [split for split in _SPLITS if splits[split]]
    names = names_beside_numbers(dataset.class_names)
    width = max(len("class"), *map(len, names))
    output.line(f"label  {'class':{width}}" + "".join(f"  {split:>10}" for split in used))
    columns = [dataset.counts(split) for split in used]
    for label, name in enumerate(names):
        output.line(f"{label:5}  {name:{width}}" + "".join(f"  {int(column[label]):10,}" for column in columns))
    output.line()
    if dataset.problems:
        _print_problems(dataset.problems, output)
    else:
        output.line(_("No problems."))


def _as_json(problems: Sequence[FileProblem]) -> list[dict[str, str | int]]:
    return [
        {"path": str(p.path), "kind": p.kind, "reason": p.reason, "action": p.action, "files": p.files}
        for p in problems
    ]


def _print_problems(problems: Sequence[FileProblem], output: Output) -> None:
    if problems:
        output.line(_("Problems ({problems}):").format(problems=number(len(problems))))
    for problem in problems:
        output.line(f"  {problem.path}: {problem.reason}. {problem.action}.")
