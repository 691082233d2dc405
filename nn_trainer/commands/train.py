"""`nn-trainer train`: train a classifier and save it."""

from __future__ import annotations

import argparse
import os
import signal
import threading
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from types import FrameType
from typing import TYPE_CHECKING, Any

from nn_trainer.commands.data import add_data_argument, load_data, warn_of_skipped
from nn_trainer.commands.output import Output
from nn_trainer.data.preprocessing import PHOTO_SIZES
from nn_trainer.engine.architectures import PRETRAINED, USUAL_EPOCHS
from nn_trainer.engine.config import make_config
from nn_trainer.engine.hyperparameters import BY_NAME, HYPERPARAMETERS, Hyperparameter, Value
from nn_trainer.engine.records import CompletedRecord, EpochRecord, IterationRecord, Record
from nn_trainer.errors import ModelFileError, SettingError, TrainingDivergedError
from nn_trainer.i18n import _
from nn_trainer.models.fitting import Fitting
from nn_trainer.models.model_file import check_can_save
from nn_trainer.models.pretrained.features import check_images
from nn_trainer.models.pretrained.fine_tuning import fine_tuned_weights, is_fine_tuned
from nn_trainer.models.rescue import Saved, rescue, save_or_rescue
from nn_trainer.models.suggestion import suggest
from nn_trainer.text import display_path
from nn_trainer.wording import number
from nn_trainer.work import Task

if TYPE_CHECKING:
    from nn_trainer.data.dataset import Dataset

_DEFAULTS = {
    "preset": "pretrained for photos (in colour, 64 pixels or more), else cnn",
    "epochs": f"{BY_NAME['epochs'].default}, with pretrained {USUAL_EPOCHS[PRETRAINED]}",
    "learning_rate": "the usual one of the optimizer",
    "image_size": "what suits the images",
    "channels": "what suits the images",
}


def add_arguments(parser: ArgumentParser) -> None:
    """Add what `train` takes: an option for each row of the table of hyperparameters."""
    add_data_argument(parser)
    parser.add_argument("-o", "--output", metavar="MODEL", required=True, help="the model file to write (.safetensors)")
    for row in HYPERPARAMETERS:
        default = _DEFAULTS.get(row.name, row.default)
        parser.add_argument(
            row.option,
            dest=row.name,
            type=_checked_by(row),
            metavar="NAME" if row.choices else "N" if isinstance(row.default, int) else "X",
            help=f"{row.does} {row.range_text}; default: {default}.".replace("%", "%%"),
        )


def run(arguments: Namespace, output: Output) -> int:
    """Train, report each epoch, save.

    The first Ctrl+C ends training and keeps what was learned; the second does not wait for the end of an iteration,
    and keeps the last whole epoch.
    """
    check_can_save(arguments.output)
    settings = {name: getattr(arguments, name) for name in BY_NAME}
    dataset = _load(settings, arguments.data, output)
    output.line(dataset.summary)
    if settings["preset"] is None:
        suggestion = suggest(dataset)
        settings["preset"] = suggestion.preset
        output.line(f"Preset {suggestion.preset}, because {suggestion.reason}.")
    with output.task("image") as task:
        fitting = Fitting(dataset, make_config(**settings), task)
    output.line(
        f"Training {fitting.config.preset} ({fitting.network.weight_count:,} weights) on {fitting.training_images:,} "
        f"images, {fitting.validation_images:,} kept for validation; {fitting.iterations_per_epoch:,} iterations an "
        "epoch. Ctrl+C ends it and keeps what was learned."
    )
    if is_fine_tuned(fitting.config):
        output.line(
            f"Fine-tuning begins with epoch {fitting.config.epochs + 1:,}: {fine_tuned_weights(fitting.config):,} "
            "weights of the pretrained network."
        )
    try:
        last = _train(fitting, output)
    except (KeyboardInterrupt, Exception) as error:
        kept = _keep_what_was_learned(fitting, arguments.output, error, output)
        if kept and isinstance(error, KeyboardInterrupt):
            return 1
        raise
    saved = save_or_rescue(fitting.classifier, arguments.output)
    output.json({"event": "completed", **asdict(last), "model": str(saved.path)})
    output.line(_end(last, saved))
    if saved.rescued:
        output.warn(saved.sentence)
    return 1 if saved.rescued else 0


def _keep_what_was_learned(fitting: Fitting, path: str, error: BaseException, output: Output) -> bool:
    """Save what a training that broke off had learned, if it is something, without touching a model that is there."""
    classifier = fitting.classifier
    if not classifier.figures.epochs:
        return False
    try:
        if os.path.lexists(path):
            saved = rescue(classifier, path, ModelFileError(str(error), _("a model is there already")))
        else:
            saved = save_or_rescue(classifier, path)
    except ModelFileError as refused:
        output.warn(str(refused))
        return False
    text = _("What was learned in the {iterations} iterations until then is saved as {path}.")
    if isinstance(error, KeyboardInterrupt):
        text = _("Interrupted. What was learned in {iterations} iterations is saved as {path}.")
    elif isinstance(error, TrainingDivergedError):
        text = _("What was learned in the {iterations} iterations before that is saved as {path}.")
    output.warn(text.format(iterations=number(classifier.figures.iterations), path=display_path(saved.path)))
    return True


def _load(settings: dict[str, Any], data: str, output: Output) -> Dataset:
    """The data set as the settings want it; what they leave open about its images is then in them."""
    size, channels = settings["image_size"], settings["channels"]
    if settings["preset"] == PRETRAINED:
        size, channels = size or PHOTO_SIZES[0], channels or "rgb"
        check_images(make_config(preset=PRETRAINED, image_size=size, channels=channels))
    dataset = load_data(data, output, size, channels, as_photos=settings["preset"] is None)
    warn_of_skipped(dataset, data, output)
    settings.update(dataset.preprocessing.as_dict())
    return dataset


def _train(fitting: Fitting, output: Output) -> CompletedRecord:
    """Run the training, report its epochs and return its last record."""
    last: Record | None = None
    with (
        _interrupt_flag() as interrupted,
        output.task("iteration") as task,
        fitting.running(interrupted.is_set) as records,
    ):
        for last in records:
            _report(last, fitting, output, task)
    assert isinstance(last, CompletedRecord)
    return last


def _report(record: Record, fitting: Fitting, output: Output, task: Task) -> None:
    """Show one record."""
    if isinstance(record, IterationRecord):
        task.progress(record.iteration, fitting.total_iterations, "Training")
    elif isinstance(record, EpochRecord):
        figures: dict[str, Any] = asdict(record)
        del figures["iteration"]
        output.json({"event": "epoch", **figures})
        output.line(_epoch(record, fitting.total_epochs))


def _epoch(record: EpochRecord, epochs: int) -> str:
    """One line for an epoch."""
    parts = [
        f"epoch {record.epoch:{len(str(epochs))}}/{epochs}",
        f"loss {record.train_loss:.4f}",
        f"accuracy {record.train_accuracy:6.1%}",
    ]
    if record.validation_loss is not None:
        parts += [
            f"validation loss {record.validation_loss:.4f}",
            f"validation accuracy {record.validation_accuracy:6.1%}",
        ]
    return "   ".join([*parts, f"{record.images_per_second:,.0f} images/s"])


def _end(record: CompletedRecord, saved: Saved) -> str:
    """How it ended."""
    done = f"{record.epochs:,} epoch{'s' if record.epochs != 1 else ''}, {record.iterations:,} iterations"
    text = f"{record.reason.capitalize()}: {done}, {record.seconds:.1f} s."
    if record.validation_accuracy is not None:
        text += f" Validation accuracy {record.validation_accuracy:.1%}, best in epoch {record.best_epoch}."
    return f"{text} Saved: {display_path(saved.path)}"


def _checked_by(row: Hyperparameter) -> Any:
    """The `type` of an option: the row's own check, and its sentence if the value is refused."""

    def check(text: str) -> Value:
        try:
            return row.check(text)
        except SettingError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return check


@contextmanager
def _interrupt_flag() -> Iterator[threading.Event]:
    """An event that Ctrl+C (or a request to terminate) sets; the second one interrupts as usual."""
    event = threading.Event()
    if threading.current_thread() is not threading.main_thread():  # only there signals can be handled
        yield event
        return
    before = {received: signal.getsignal(received) for received in (signal.SIGINT, signal.SIGTERM)}

    def restore() -> None:
        for received, handler in before.items():
            signal.signal(received, handler)

    def interrupt(received: int, frame: FrameType | None) -> None:
        event.set()
        restore()

    for received in before:
        signal.signal(received, interrupt)
    try:
        yield event
    finally:
        restore()
