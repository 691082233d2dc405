"""`nn-trainer train`: train a classifier and save it."""

from __future__ import annotations

import argparse
import os
from argparse import ArgumentParser, Namespace
from dataclasses import asdict
from typing import Any

from nn_trainer.commands.data import (
    add_data_argument,
    add_layout_options,
    choice_of,
    load_data,
    say_what_is_seen,
    warn_of_skipped,
)
from nn_trainer.commands.interrupts import interrupt_flag
from nn_trainer.commands.output import Output
from nn_trainer.data.dataset import Dataset
from nn_trainer.data.layout.choice import LayoutChoice
from nn_trainer.data.preprocessing import PHOTO_SIZES
from nn_trainer.engine.architectures import PRETRAINED, USUAL_EPOCHS
from nn_trainer.engine.config import make_config
from nn_trainer.engine.hyperparameter import Hyperparameter, Value
from nn_trainer.engine.hyperparameters import BY_NAME, HYPERPARAMETERS
from nn_trainer.engine.records import CompletedRecord, EpochRecord, IterationRecord, Record, StopReason
from nn_trainer.errors import ModelFileError, SettingError, TrainingDivergedError
from nn_trainer.file_names import display_path
from nn_trainer.i18n import _, ngettext
from nn_trainer.models.batch_advice import batch_advice
from nn_trainer.models.fitting import Fitting
from nn_trainer.models.model_file import check_can_save
from nn_trainer.models.pretrained.features import check_images
from nn_trainer.models.pretrained.fine_tuning import fine_tuned_weights, is_fine_tuned
from nn_trainer.models.rescue import Saved, rescue, save_or_rescue
from nn_trainer.models.suggestion import suggest
from nn_trainer.wording import number
from nn_trainer.work import Task

_DEFAULTS = {
    "preset": _("pretrained for photos (64 pixels or more), else cnn"),
    "epochs": _("{usual}, with pretrained {pretrained}").format(
        usual=BY_NAME["epochs"].default, pretrained=USUAL_EPOCHS[PRETRAINED]
    ),
    "learning_rate": _("the usual one of the optimizer"),
    "image_size": _("what suits the images"),
    "channels": _("what suits the images"),
    "fit": _("what suits the images"),
    "range_percentile": BY_NAME["range_percentile"].default,
}


def add_arguments(parser: ArgumentParser) -> None:
    """Add what `train` takes: an option for each row of the table of hyperparameters."""
    add_data_argument(parser)
    add_layout_options(parser)
    parser.add_argument(
        "-o", "--output", metavar="MODEL", required=True, help=_("the model file to write (.safetensors)")
    )
    for row in HYPERPARAMETERS:
        default = _DEFAULTS.get(row.name, row.default)
        parser.add_argument(
            row.option,
            dest=row.name,
            type=_checked_by(row),
            metavar="NAME" if row.choices else "N" if isinstance(row.default, int) else "X",
            help=_("{does} {range_text}; default: {default}.")
            .format(does=row.does, range_text=row.range_text, default=default)
            .replace("%", "%%"),
        )


def run(arguments: Namespace, output: Output) -> int:
    """Train, report each epoch, save.

    The first Ctrl+C ends training and keeps what was learned; the second does not wait for the end of an iteration,
    and keeps the last whole epoch.
    """
    check_can_save(arguments.output)
    settings = {name: getattr(arguments, name) for name in BY_NAME}
    dataset = _load(settings, arguments.data, choice_of(arguments), output)
    output.line(dataset.summary)
    say_what_is_seen(dataset, output)
    if settings["preset"] is None:
        suggestion = suggest(dataset)
        settings["preset"] = suggestion.preset
        output.line(_("Preset {preset}, because {reason}.").format(preset=suggestion.preset, reason=suggestion.reason))
    config = make_config(**settings)
    advice = batch_advice(config.preset, config.batch_size)
    if advice:
        output.warn(advice)
    with output.task("image") as task:
        fitting = Fitting(dataset, config, task)
    output.line(
        _(
            "Training {preset} ({weights}) on {images}, {validation} kept for validation; "
            "{iterations} an epoch. Ctrl+C ends it and keeps what was learned."
        ).format(
            preset=fitting.config.preset,
            weights=_weights(fitting.network.weight_count),
            images=ngettext("{count} image", "{count} images", fitting.training_images).format(
                count=number(fitting.training_images)
            ),
            validation=number(fitting.validation_images),
            iterations=_iterations(fitting.iterations_per_epoch),
        )
    )
    if is_fine_tuned(fitting.config):
        output.line(
            _("Fine-tuning begins with epoch {epoch}: {weights} of the pretrained network.").format(
                epoch=number(fitting.config.epochs + 1), weights=_weights(fine_tuned_weights(fitting.config))
            )
        )
    if fitting.shared_images:
        text = ngettext(
            "{count} of the validation images is also trained on: the validation figures will be too good.",
            "{count} of the validation images are also trained on: the validation figures will be too good.",
            fitting.shared_images,
        )
        output.warn(text.format(count=number(fitting.shared_images)))
    try:
        last = _train(fitting, output)
        saved = save_or_rescue(fitting.classifier, arguments.output)
    except (KeyboardInterrupt, Exception) as error:
        kept = _keep_what_was_learned(fitting, arguments.output, error, output)
        if kept and isinstance(error, KeyboardInterrupt):
            return 1
        raise
    output.json({"event": "completed", **asdict(last), "model": str(saved.path)})
    output.line(_end(last, saved))
    if saved.rescued:
        output.warn(saved.sentence)
    return 1 if saved.rescued else 0


def _keep_what_was_learned(fitting: Fitting, path: str, error: BaseException, output: Output) -> bool:
    """Save what a training that broke off had learned, if it is something, without touching a model that is there."""
    classifier = fitting.classifier
    if not classifier.figures.iterations:
        return False
    try:
        if os.path.lexists(path):
            saved = rescue(classifier, path, ModelFileError(str(error), _("a model already exists there")))
        else:
            saved = save_or_rescue(classifier, path)
    except ModelFileError as refused:
        output.warn(str(refused))
        return False
    count = classifier.figures.iterations
    text = ngettext(
        "What was learned in the {count} iteration until then is saved as {path}.",
        "What was learned in the {count} iterations until then is saved as {path}.",
        count,
    )
    if isinstance(error, KeyboardInterrupt):
        text = ngettext(
            "Interrupted. What was learned in {count} iteration is saved as {path}.",
            "Interrupted. What was learned in {count} iterations is saved as {path}.",
            count,
        )
    elif isinstance(error, TrainingDivergedError):
        text = ngettext(
            "What was learned in the {count} iteration before that is saved as {path}.",
            "What was learned in the {count} iterations before that is saved as {path}.",
            count,
        )
    output.warn(text.format(count=number(count), path=display_path(saved.path)))
    return True


def _load(settings: dict[str, Any], data: str, choice: LayoutChoice, output: Output) -> Dataset:
    """The data set as the settings want it; what they leave open about its images is then in them."""
    size, channels = settings["image_size"], settings["channels"]
    if settings["preset"] == PRETRAINED:
        size, channels = size or PHOTO_SIZES[0], channels or "rgb"
        check_images(make_config(preset=PRETRAINED, image_size=size, channels=channels))
    seen = {name: settings[name] for name in ("fit", "range_percentile")}
    dataset = load_data(data, output, size, channels, as_photos=settings["preset"] is None, choice=choice, **seen)
    warn_of_skipped(dataset, data, output)
    settings.update(dataset.preprocessing.settings)
    return dataset


def _train(fitting: Fitting, output: Output) -> CompletedRecord:
    """Run the training, report its epochs and return its last record."""
    last: Record | None = None
    with (
        interrupt_flag() as interrupted,
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
        task.progress(record.iteration, fitting.total_iterations, _("Training"))
    elif isinstance(record, EpochRecord):
        figures: dict[str, Any] = asdict(record)
        del figures["iteration"]
        output.json({"event": "epoch", **figures})
        output.line(_epoch(record, fitting.total_epochs))


def _epoch(record: EpochRecord, epochs: int) -> str:
    """One line for an epoch."""
    text = _("epoch {epoch}/{epochs}   loss {loss}   accuracy {accuracy}   {rate} images/s")
    if record.validation_loss is not None:
        text = _(
            "epoch {epoch}/{epochs}   loss {loss}   accuracy {accuracy}   validation loss {validation_loss}   "
            "validation accuracy {validation_accuracy}   {rate} images/s"
        )
    return text.format(
        epoch=f"{record.epoch:{len(str(epochs))}}",
        epochs=epochs,
        loss=f"{record.train_loss:.4f}",
        accuracy=f"{record.train_accuracy:6.1%}",
        validation_loss=f"{record.validation_loss or 0:.4f}",
        validation_accuracy=f"{record.validation_accuracy or 0:6.1%}",
        rate=f"{record.images_per_second:,.0f}",
    )


def _end(record: CompletedRecord, saved: Saved) -> str:
    """How it ended."""
    sentences = [
        _("Stopped after {epochs}, {iterations}, {seconds} s.")
        if record.reason is StopReason.STOPPED_BY_USER
        else _("All epochs done: {epochs}, {iterations}, {seconds} s.")
    ]
    if record.validation_accuracy is not None:
        sentences.append(_("Validation accuracy {accuracy}, best in epoch {best}."))
    sentences.append(_("Saved: {path}"))
    return " ".join(sentences).format(
        epochs=ngettext("{count} epoch", "{count} epochs", record.epochs).format(count=number(record.epochs)),
        iterations=_iterations(record.iterations),
        seconds=f"{record.seconds:.1f}",
        accuracy=f"{record.validation_accuracy or 0:.1%}",
        best=record.best_epoch,
        path=display_path(saved.path),
    )


def _checked_by(row: Hyperparameter) -> Any:
    """The `type` of an option: the row's own check, and its sentence if the value is refused."""

    def check(text: str) -> Value:
        try:
            return row.check(text)
        except SettingError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return check


def _iterations(count: int) -> str:
    return ngettext("{count} iteration", "{count} iterations", count).format(count=number(count))


def _weights(count: int) -> str:
    return ngettext("{count} weight", "{count} weights", count).format(count=number(count))
