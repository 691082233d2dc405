"""A plot in words, for those who do not see it."""

from __future__ import annotations

import math

import numpy as np

from nn_trainer.i18n import _, ngettext
from nn_trainer.ui.plots.curves import RunCurves
from nn_trainer.wording import loss_text, number, percent


def summary(run: RunCurves | None, metric: str) -> str:
    """The validation line of "loss" or "accuracy" in a sentence; before the first epoch the training line."""
    if run is None or not run.iterations:
        return _("Nothing is recorded yet.")
    x, y = run.series(f"validation {metric}")  # not shown
    measured = np.isfinite(y)
    if not measured.any():
        return _training(run, metric)
    as_text = percent if metric == "accuracy" else loss_text
    best = run.best if metric == "accuracy" else int(np.nanargmin(np.where(measured, y, math.nan)))
    best = int(np.nanargmax(y)) if best is None else best
    text = (
        ngettext(
            "Validation accuracy, {epochs} epoch, last {last}, best {best} at epoch {at}",
            "Validation accuracy, {epochs} epochs, last {last}, best {best} at epoch {at}",
            len(y),
        )
        if metric == "accuracy"
        else ngettext(
            "Validation loss, {epochs} epoch, last {last}, lowest {best} at epoch {at}",
            "Validation loss, {epochs} epochs, last {last}, lowest {best} at epoch {at}",
            len(y),
        )
    )
    return text.format(
        epochs=number(len(y)),
        last=as_text(float(y[-1])),
        best=as_text(float(y[best])),
        at=number(run.epoch_of(int(x[best]))),
    )


def _training(run: RunCurves, metric: str) -> str:
    value = run.at(f"smoothed {metric}", run.iterations)  # not shown
    if value is None or not math.isfinite(value):
        return ngettext("{count} iteration", "{count} iterations", run.iterations).format(count=number(run.iterations))
    if metric == "accuracy":
        return ngettext(
            "Training accuracy, {count} iteration, now {value}",
            "Training accuracy, {count} iterations, now {value}",
            run.iterations,
        ).format(count=number(run.iterations), value=percent(value))
    return ngettext(
        "Training loss, {count} iteration, now {value}",
        "Training loss, {count} iterations, now {value}",
        run.iterations,
    ).format(count=number(run.iterations), value=loss_text(value))
