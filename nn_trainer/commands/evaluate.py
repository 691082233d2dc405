"""`nn-trainer evaluate`: how well a model does on images whose classes are known."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from typing import TYPE_CHECKING

from nn_trainer.commands.data import add_data_argument, load_data, warn_of_skipped
from nn_trainer.commands.output import Output
from nn_trainer.models.model_file import load_classifier

if TYPE_CHECKING:
    from nn_trainer.models.evaluation import Evaluation

_WIDEST_MATRIX = 30  # classes; a wider one is for --json


def add_arguments(parser: ArgumentParser) -> None:
    """Add what `evaluate` takes."""
    parser.add_argument("model", metavar="MODEL", help="a model file")
    add_data_argument(parser)


def run(arguments: Namespace, output: Output) -> int:
    """Load both, evaluate, print."""
    classifier = load_classifier(arguments.model)
    wanted = classifier.preprocessing
    dataset = load_data(arguments.data, output, wanted.image_size, wanted.channels)
    warn_of_skipped(dataset, arguments.data, output)
    with output.task("image") as task:
        evaluation = classifier.evaluate(dataset, task=task)
    figures = asdict(evaluation)
    del figures["split"]
    output.json(figures)
    _print(evaluation, output)
    return 0


def _print(evaluation: Evaluation, output: Output) -> None:
    """The figures as tables."""
    which = f"{evaluation.split} images" if evaluation.split else "images"
    output.line(f"accuracy {evaluation.accuracy:.1%}   loss {evaluation.loss:.4f}   on {evaluation.images:,} {which}")
    output.line()
    names = [figures.name for figures in evaluation.classes]
    width = max(len("class"), *map(len, names))
    output.line(f"{'class':{width}}  precision  recall      F1   images")
    for row in evaluation.classes:
        output.line(f"{row.name:{width}}  {row.precision:9.1%}  {row.recall:6.1%}  {row.f1:6.1%}  {row.images:7,}")
    if len(names) > _WIDEST_MATRIX:
        return
    output.line()
    output.line("Confusion matrix: a row for each true class, a column for each predicted class, by label.")
    cell = max(4, len(str(evaluation.images)))
    output.line(" " * (width + 6) + "".join(f" {label:{cell}}" for label in range(len(names))))
    for label, (name, counts) in enumerate(zip(names, evaluation.confusion_matrix, strict=True)):
        output.line(f"{label:4}  {name:{width}}" + "".join(f" {count:{cell}}" for count in counts))
