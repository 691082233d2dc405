"""The row above the plots: which run, where in it, its best epoch, and how the plots are looked at."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from nn_trainer.ui.plots.curves import RunCurves
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.labels import ElidedLabel, fix_size


class PlotHeader(QWidget):
    """Says what the user points at; its two buttons say what the user wants."""

    logarithmic_requested = Signal(bool)
    whole_run_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = ElidedLabel()
        self._best = QLabel()
        self._best.setProperty("role", "muted")
        self._best.setToolTip(
            "The epoch with the highest validation accuracy; of equals, the one with the lowest validation loss.\n"
            "A circle marks it in both plots."
        )
        self._where = QLabel()
        self._widest = ("", "")  # that the two may show
        log_button = QToolButton()
        log_button.setObjectName("logLossButton")
        log_button.setText("Log loss")
        log_button.setCheckable(True)
        log_button.setToolTip("Draw the loss in powers of ten, to tell small losses apart")
        log_button.toggled.connect(self.logarithmic_requested)
        self._whole_button = QToolButton()
        self._whole_button.setObjectName("wholeRunButton")
        self._whole_button.setText("Whole run")
        self._whole_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._whole_button.setToolTip(
            "Show the whole run again (Home, or double-click a plot).\n"
            "Wheel: zoom. Drag: move. Right drag: stretch. On an axis: that direction only."
        )
        theme.set_icon(self._whole_button, "reset-zoom")
        self._whole_button.clicked.connect(self.whole_run_requested)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * theme.SPACE, 0, 2 * theme.SPACE, 0)
        layout.setSpacing(2 * theme.SPACE)
        layout.addWidget(self._title, 1)
        for widget in (self._best, self._where, log_button, self._whole_button):
            layout.addWidget(widget)
        theme.signals().changed.connect(self._restyle)
        self._restyle()

    def show_run(self, run: RunCurves | None) -> None:
        """Name the run, and keep room for what will be said of it."""
        self._title.set_text("" if run is None else run.label)
        self._widest = ("", "")
        if run is not None:
            self._widest = (
                _best_text(run.total_epochs, 1.0),
                _place_text(run.total_iterations, run.total_epochs, run.total_epochs),
            )
        self._keep_room()

    def show_place(self, run: RunCurves | None, iteration: int) -> None:
        """Say which iteration is read out (0: there is none yet), and the best epoch so far."""
        place = best = ""
        if run is not None and iteration:
            place = _place_text(iteration, run.epoch_of(iteration), run.total_epochs)
            if run.best is not None:
                x, y = run.series("validation accuracy")
                best = _best_text(run.epoch_of(int(x[run.best])), float(y[run.best]))
        self._where.setText(place)
        self._best.setText(best)

    def set_zoomed(self, zoomed: bool) -> None:
        """Offer the way back to the whole run, or not."""
        self._whole_button.setEnabled(zoomed)

    @Slot()
    def _restyle(self) -> None:
        for label in (self._best, self._where):
            label.setFont(theme.figures_font())
        self._keep_room()

    def _keep_room(self) -> None:
        for label, widest in zip((self._best, self._where), self._widest, strict=True):
            fix_size(label, widest)


def _place_text(iteration: int, epoch: int, epochs: int) -> str:
    return f"iteration {iteration:,}, epoch {epoch} of {epochs}"


def _best_text(epoch: int, accuracy: float) -> str:
    return f"best: epoch {epoch}, {100 * accuracy:.1f} %"
