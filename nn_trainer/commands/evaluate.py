"""`nn-trainer evaluate`: how well a model does on images whose classes are known."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict

from nn_trainer.commands.data import add_data_argument, add_layout_options, choice_of, load_data, warn_of_skipped
from nn_trainer.commands.output import Output
from nn_trainer.i18n import _, ngettext
from nn_trainer.models.classifier import load_classifier
from nn_trainer.models.evaluation import Evaluation
from nn_trainer.wording import names_beside_numbers, number

_WIDEST_MATRIX = 30  # classes; a wider one is for --json


def add_arguments(parser: ArgumentParser) -> None:
    """Add what `evaluate` takes."""
    parser.add_argument("model", metavar="MODEL", help=_("a model file"))
    add_data_argument(parser)
    add_layout_options(parser)


def run(arguments: Namespace, output: Output) -> int:
    """Load both, evaluate, print."""
    classifier = load_classifier(arguments.model)
    wanted = classifier.preprocessing
    dataset = load_data(
        arguments.data,
        output,
        wanted.image_size,
        wanted.channels,
        choice=choice_of(arguments),
        fit=wanted.fit,
        pixel_range=wanted.pixel_range,
        range_percentile=wanted.range_percentile,
    )
    warn_of_skipped(dataset, arguments.data, output)
    with output.task("image") as task:
        evaluation = classifier.evaluate(dataset, task=task)
    figures = asdict(evaluation)
    del figures["split"]
    output.json(figures)
    _print(evaluation, output)
    return 0


def which_images(evaluation: Evaluation) -> str:
    """On which images it was measured."""
    texts = {
        "train": ngettext("on {images} training image", "on {images} training images", evaluation.images),
        "validation": ngettext("on {images} validation image", "on {images} validation images", evaluation.images),
        "test": ngettext("on {images} test image", "on {images} test images", evaluation.images),
        "unseen": ngettext(
            "on the {images} image that training did not have",
            "on the {images} images that training did not have",
            evaluation.images,
        ),
        "all": ngettext("on {images} image", "on {images} images", evaluation.images),
    }
    return texts[evaluation.measured_on].format(images=number(evaluation.images))


def seen_in_training(evaluation: Evaluation) -> str:
    """Whether the model may have learned from the images that it was measured on; empty if not."""
    seen = evaluation.seen_in_training
    if evaluation.left_out:
        text = ngettext(
            "{count} more image is left out: training had it.",
            "{count} more images are left out: training had them.",
            evaluation.left_out,
        )
        return text.format(count=number(evaluation.left_out))
    if seen is None:
        return _("Whether training had these images is not known: the model file is of an older version.")
    if seen == 0:
        return ""
    text = ngettext(
        "Training had {seen} of these {images} images: the figures are better than for images that it did not have.",
        "Training had {seen} of these {images} images: the figures are better than for images that it did not have.",
        seen,
    )
    return text.format(seen=number(seen), images=number(evaluation.images))


def _print(evaluation: Evaluation, output: Output) -> None:
    """The figures as tables."""
    text = _("accuracy {accuracy}   loss {loss}   {which}")
    output.line(
        text.format(
            accuracy=f"{evaluation.accuracy:.1%}", loss=f"{evaluation.loss:.4f}", which=which_images(evaluation)
        )
    )
    doubt = seen_in_training(evaluation)
    if doubt:
        output.line(doubt)
    output.line()
    names = names_beside_numbers([figures.name for figures in evaluation.classes])
    header = _("class")
    width = max(len(header), *map(len, names))
    output.line(_("{header}  precision  recall      F1   images").format(header=f"{header:{width}}"))
    for name, row in zip(names, evaluation.classes, strict=True):
        output.line(f"{name:{width}}  {row.precision:9.1%}  {row.recall:6.1%}  {row.f1:6.1%}  {row.images:7,}")
    if len(names) > _WIDEST_MATRIX:
        return
    output.line()
    output.line(
        _("Confusion matrix: a row for each true class, a column for each predicted class, by its label in brackets.")
    )
    heads = [f"[{label}]" for label in range(len(names))]  # no number in a table of numbers
    cell, head = max(4, len(str(evaluation.images))), max(map(len, heads))
    output.line(" " * (head + 2 + width) + "".join(f" {label:>{cell}}" for label in heads))
    for label, name, counts in zip(heads, names, evaluation.confusion_matrix, strict=True):
        output.line(f"{label:>{head}}  {name:{width}}" + "".join(f" {count:{cell}}" for count in counts))
