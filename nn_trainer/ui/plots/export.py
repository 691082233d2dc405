"""The records of a run as a table, and the plots as a picture, in files of the user's choice."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from nn_trainer.atomic import write_atomically
from nn_trainer.i18n import _
from nn_trainer.ui.plots.curves import RunCurves

COLUMNS = (
    "iteration", "epoch", "images", "training_loss", "training_accuracy", "validation_loss", "validation_accuracy",
)  # fmt: skip
SHARPNESS = 2  # pixels of the picture for one of the screen


def table_of(run: RunCurves) -> str:
    """All records of a run as CSV, a line an iteration; the validation stands in the last line of its epoch.

    Numbers are written as programs read them, whatever the language of the window is.
    """
    x, loss = run.series("train loss")  # not shown
    columns = x, run.images, loss, run.series("train accuracy")[1]  # not shown
    ends, validation_loss = run.series("validation loss")  # not shown
    measured = np.column_stack([validation_loss, run.series("validation accuracy")[1]]).tolist()  # not shown
    by_iteration = dict(zip(ends.tolist(), measured, strict=True))
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for end, images, batch_loss, accuracy in zip(*(column.tolist() for column in columns), strict=True):
        validation = by_iteration.get(end, ("", ""))
        writer.writerow([int(end), run.epoch_of(int(end)), int(images), batch_loss, accuracy, *validation])
    return file.getvalue()


def write_table(run: RunCurves, path: Path) -> None:
    """Write the records; raises OSError."""
    write_atomically(path, table_of(run).encode())


def write_picture(widget: QWidget, path: Path) -> None:
    """Write what a widget shows as PNG, sharp enough for a slide; raises OSError."""
    picture = QPixmap(widget.size() * SHARPNESS)
    picture.setDevicePixelRatio(SHARPNESS)
    picture.fill(widget.palette().window().color())
    widget.render(picture)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not picture.save(buffer, "PNG"):
        raise OSError(_("The picture could not be made."))
    write_atomically(path, bytes(buffer.data().data()))
