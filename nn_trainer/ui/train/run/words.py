"""What is said of a run: what it is, what it does, and how it ended, each in whole sentences."""

from __future__ import annotations

from nn_trainer.engine.records import CompletedRecord
from nn_trainer.i18n import _, ngettext
from nn_trainer.models.fitting import Fitting
from nn_trainer.ui.train.run.stats import RunStats
from nn_trainer.wording import number, percent

DONE = "all epochs done"  # not shown; the reason of a training that came to its end
# why a run ended, as the plot says it; the keys are those of `CompletedRecord.reason`
REASONS = {DONE: _("all epochs done"), "stopped by the user": _("stopped")}
FAILED = _("the training failed")


def run_label(fitting: Fitting, dataset_name: str) -> str:
    """A run in one line, by its data set and the settings that tell runs apart."""
    config = fitting.config
    names = {
        "dataset": dataset_name,
        "preset": config.preset,
        "optimizer": config.optimizer,
        "rate": f"{config.learning_rate:g}",
        "batch": number(config.batch_size),
        "seed": config.seed,
        "blocks": number(config.fine_tune),
    }
    if second_stage_of(fitting) is None:
        return _("{dataset}: {preset}, {optimizer} {rate}, batch {batch}, seed {seed}").format(**names)
    return ngettext(
        "{dataset}: {preset}, {optimizer} {rate}, batch {batch}, seed {seed}, {blocks} block fine-tuned",
        "{dataset}: {preset}, {optimizer} {rate}, batch {batch}, seed {seed}, {blocks} blocks fine-tuned",
        config.fine_tune,
    ).format(**names)


def second_stage_of(fitting: Fitting) -> int | None:
    """The epoch with which fine-tuning begins; None without it."""
    return fitting.config.epochs + 1 if fitting.total_epochs > fitting.config.epochs else None


def beginning(fitting: Fitting) -> str:
    """What is trained on, when a run begins."""
    sizes = {"training": number(fitting.training_images), "validation": number(fitting.validation_images)}
    begun = ngettext(
        "Training on {training} image, measuring on {validation}.",
        "Training on {training} images, measuring on {validation}.",
        fitting.training_images,
    ).format(**sizes)
    stage = second_stage_of(fitting)
    if stage is None:
        return begun
    return _("{training_begins} Fine-tuning begins with epoch {epoch}.").format(
        training_begins=begun, epoch=number(stage)
    )


def ending(record: CompletedRecord, stats: RunStats) -> str:
    """How a run ended, how good the weights are that were kept (the last ones), and which epoch was the best."""
    whole = record.iterations == record.epochs * stats.iterations_per_epoch
    if record.reason == DONE:
        end = ngettext("The epoch is done.", "All {epochs} epochs done.", record.epochs)
    elif whole:
        end = ngettext(
            "Stopped after {epochs} epoch; what was learned is kept.",
            "Stopped after {epochs} epochs; what was learned is kept.",
            record.epochs,
        )
    else:
        end = ngettext(
            "Stopped after {iterations} iteration, in epoch {epoch} of {total}; what was learned is kept.",
            "Stopped after {iterations} iterations, in epoch {epoch} of {total}; what was learned is kept.",
            record.iterations,
        )
    end = end.format(
        epochs=number(record.epochs),
        iterations=number(record.iterations),
        epoch=number(record.epochs + 1),
        total=number(stats.epochs),
    )
    return _("{how_it_ended} {how_good}").format(how_it_ended=end, how_good=_measured(record, stats, whole)).strip()


def _measured(record: CompletedRecord, stats: RunStats, whole: bool) -> str:
    last = stats.validation_accuracies.get(record.epochs)
    best = stats.validation_accuracies.get(record.best_epoch or 0)
    if last is None:
        return _("There are no validation images to measure it on.") if record.epochs else ""
    if not whole:
        return _("Validation {accuracy} after epoch {epoch}.").format(
            accuracy=percent(last), epoch=number(record.epochs)
        )
    if best is None or percent(best) == percent(last):
        return _("Validation {accuracy}.").format(accuracy=percent(last))
    return _("Kept: epoch {kept}, validation {accuracy}; best was epoch {best}, {best_accuracy}.").format(
        kept=number(record.epochs),
        accuracy=percent(last),
        best=number(record.best_epoch or 0),
        best_accuracy=percent(best),
    )
