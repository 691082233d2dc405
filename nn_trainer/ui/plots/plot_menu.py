"""What can be done with the plots: their axes, the way back to the whole run, and saving them or the records."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal, SignalInstance, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from nn_trainer.data.problems import display_path
from nn_trainer.i18n import _
from nn_trainer.ui.plots.curves import RunCurves
from nn_trainer.ui.plots.export import write_picture, write_table
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.save_dialog import ask_where_to_save


class PlotMenu(QMenu):
    """The menu of the plots; buttons beside them show some of its actions, where there is room."""

    logarithmic_requested = Signal(bool)
    fitted_requested = Signal(bool)
    whole_run_requested = Signal()
    message = Signal(str, str)  # kind and sentence: what came of saving

    def __init__(self, plots: QWidget) -> None:
        """`plots` is what a picture is made of."""
        super().__init__(plots)
        self.setToolTipsVisible(True)
        self._plots = plots
        self._run: RunCurves | None = None
        self.logarithmic = self._toggle(
            _("Log loss"),
            _("Draw the loss in powers of ten, to tell small losses apart"),
            self.logarithmic_requested,
        )
        self.fitted = self._toggle(
            _("Fit accuracy"),
            _("Begin the axis just below the later accuracies, to tell high ones apart"),
            self.fitted_requested,
        )
        self.whole_run = self.addAction(_("Whole run"), self.whole_run_requested.emit)
        self.whole_run.setToolTip(
            _(
                "Show the whole run again (Home, or double-click a plot).\n"
                "Wheel: zoom. Drag: move. Right drag: stretch. On an axis: that direction only."
            )
        )
        theme.set_icon(self.whole_run, "reset-zoom")
        self.addSeparator()
        self._saving = (
            self.addAction(_("Save the plots as a picture…"), self.save_picture),
            self.addAction(_("Save the records as a table…"), self.save_table),
        )
        theme.set_icon(self._saving[0], "save")
        self.set_run(None)

    def _toggle(self, text: str, tip: str, requested: SignalInstance) -> QAction:
        action = self.addAction(text)
        action.setCheckable(True)
        action.setToolTip(tip)
        action.toggled.connect(requested)
        return action

    def set_run(self, run: RunCurves | None) -> None:
        """Offer to save a run, or nothing."""
        self._run = run
        for action in self._saving:
            action.setEnabled(run is not None)

    @Slot()
    def save_picture(self) -> None:
        """Ask for a file and write the plots to it as they are seen."""
        path = self._ask(_("Save the plots"), _("Picture (*.png)"), "png")
        if path is not None:
            self._write(path, lambda: write_picture(self._plots, path))

    @Slot()
    def save_table(self) -> None:
        """Ask for a file and write the records of the run to it."""
        run = self._run
        path = self._ask(_("Save the records"), _("Table (*.csv)"), "csv")
        if run is not None and path is not None:
            self._write(path, lambda: write_table(run, path))

    def _ask(self, title: str, kind: str, suffix: str) -> Path | None:
        name = "" if self._run is None else self._run.label.partition(":")[0]
        suggested = Path(f"{name or 'training'}.{suffix}")  # not shown
        return ask_where_to_save(self._plots, title, suggested, kind, suffix)

    def _write(self, path: Path, write: Callable[[], None]) -> None:
        try:
            write()
        except OSError as error:
            self.message.emit(
                "error",
                _("{file} could not be written: {reason}. Choose another folder.").format(
                    file=display_path(path), reason=error.strerror or error
                ),
            )
        else:
            self.message.emit("info", _("{file} is written.").format(file=display_path(path)))
