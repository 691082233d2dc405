"""The middle of the Train tab: loss above accuracy, one point for each iteration."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from nn_trainer.engine.records import Record
from nn_trainer.i18n import _
from nn_trainer.ui.plots.curves import Floats, RunCurves
from nn_trainer.ui.plots.header import PlotHeader
from nn_trainer.ui.plots.legend import PlotLegend
from nn_trainer.ui.plots.metric_plot import EMPTY_ITERATIONS, MetricPlot
from nn_trainer.ui.plots.plot_menu import PlotMenu
from nn_trainer.ui.plots.preparation import PreparationView
from nn_trainer.ui.theme import theme

FRAME_MILLISECONDS = 125  # fluid enough for curves, and nearly all of the time is left to training
TITLES = {"loss": _("LOSS"), "accuracy": _("ACCURACY")}


class PlotPanel(QWidget):
    """The curves of a run while it is trained, and those of the run before it.

    Keeps every record; draws only when there is something new and somebody can see it.
    """

    message = Signal(str, str)  # kind and sentence: what came of saving
    accuracy_fitted = Signal(bool)  # whether the axis of the accuracy is fitted from now on

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plotPanel")
        self._run: RunCurves | None = None
        self._before: RunCurves | None = None
        self._following = True  # the view shows the whole run, and grows with it
        self._ended = False
        self._foreign = False  # the run that is shown is of a data set that is no longer open
        self._cursor: int | None = None
        self._dirty = True
        self._timer = QTimer(self, interval=FRAME_MILLISECONDS, singleShot=True)
        self._timer.timeout.connect(self.draw_frame)
        self._plots = {
            "loss": MetricPlot("loss", epochs_above=True),
            "accuracy": MetricPlot("accuracy", epochs_above=False),
        }
        self._legends = {name: PlotLegend(name, TITLES) for name in self._plots}
        self._menu = PlotMenu(self)
        self._header = PlotHeader(self._menu)
        self._preparation = PreparationView(self)
        self._build()
        self.clear()

    # what the window calls

    def show_preparation(self, what: str, done: int, total: int, time_left: str, why: str) -> None:
        """Show in the middle what is done before the first iteration, how far it is, and why it takes time."""
        self._preparation.show_progress(what, done, total, time_left, why)

    @Slot()
    def end_preparation(self) -> None:
        """Show the plots alone again."""
        self._preparation.hide()

    def start_run(self, iterations_per_epoch: int, total_epochs: int, label: str) -> None:
        """Begin the curves of a new run; the run that was shown stays as faint lines if it is of the same data set."""
        self.end_preparation()
        if self._foreign:
            self._before = None
        elif self._run is not None and self._run.iterations:
            self._before = self._run
        self._foreign = False
        self._show_run(RunCurves(iterations_per_epoch, total_epochs, label))

    def mark_foreign(self) -> None:
        """Say that the run is not one of the data set that is open now; no other run is compared with it."""
        if self._run is not None and not self._foreign:
            self._foreign = True
            self._header.rename(_("Data set before this one: {run}").format(run=self._run.label))

    def add_records(self, records: Iterable[Record]) -> None:
        """Keep records of the run that was started and draw them with the next frame."""
        if self._run is None:
            raise RuntimeError("add_records needs a run: call start_run first")
        self._run.add(records)
        self._want_frame()

    def finish_run(self, reason: str) -> None:
        """Mark the end of the run and why it ended."""
        if self._run is None or not self._run.iterations:
            return
        self._ended = True
        for name, plot in self._plots.items():
            plot.set_end(self._run.iterations, reason if name == "loss" else "")
        self._describe()
        self._want_frame()

    def clear(self) -> None:
        """Forget every run."""
        self._before = None
        self._show_run(None)

    def series(self, name: str) -> tuple[Floats, Floats]:
        """Return (iterations, values) of "train loss", "smoothed loss", "validation loss" or of the same of accuracy.

        All that was recorded in this run; accuracy is from 0 to 1.
        """
        return (self._run or RunCurves(1, 1, "")).series(name)

    @property
    def frame_is_due(self) -> bool:
        """Whether something has changed that is not drawn yet."""
        return self._timer.isActive()

    def fit_accuracy(self, on: bool) -> None:
        """Whether the axis of the accuracy begins just below what was reached, or at 0 %."""
        self._menu.fitted.setChecked(on)

    def keep_in_one_line(self, on: bool) -> None:
        """Whether to ask for the width that the values above a plot have side by side."""
        for legend in self._legends.values():
            legend.keep_in_one_line(on)

    def smallest_width(self, *, one_line: bool) -> int:
        """The least width, with the values above a plot in one line or in several."""
        widths = [legend.smallest_width(one_line=one_line) for legend in self._legends.values()]
        return max(self._header.minimumSizeHint().width(), *widths)

    # the parts

    def _build(self) -> None:
        self._menu.logarithmic_requested.connect(self._set_logarithmic)
        self._menu.fitted_requested.connect(self._set_fitted)
        self._menu.whole_run_requested.connect(self.show_whole_run)
        self._menu.message.connect(self.message)
        home = QShortcut(QKeySequence(Qt.Key.Key_Home), self)
        home.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        home.activated.connect(self.show_whole_run)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme.SPACE, 0, 0)
        layout.setSpacing(theme.SPACE)
        layout.addWidget(self._header)
        for name, plot in self._plots.items():
            plot.menu_requested.connect(self._show_menu)
            plot.hovered.connect(self._set_cursor)
            plot.zoomed.connect(self._leave_whole_run)
            plot.whole_run_requested.connect(self.show_whole_run)
            layout.addWidget(self._legends[name])
            layout.addWidget(plot, 1)
        self._plots["accuracy"].setXLink(self._plots["loss"])

    # drawing

    def _show_run(self, run: RunCurves | None) -> None:
        self._run = run
        self._ended = False
        self._following = True
        self._cursor = None
        self._header.show_run(run)
        self._menu.set_run(run)
        for name, plot in self._plots.items():
            plot.set_end(None)
            plot.set_cursor(None)
            plot.prepare(run)
            self._legends[name].set_before(None if self._before is None else self._before.label)
            if run is not None:
                self._legends[name].set_window(run.window)
        self._want_frame()

    def _span(self) -> float:
        """The iteration up to which the view of the whole run reaches."""
        if self._run is None:
            return EMPTY_ITERATIONS
        return self._run.iterations if self._ended else self._run.span()

    def _want_frame(self) -> None:
        self._dirty = True
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    @Slot()
    def draw_frame(self) -> None:
        """Draw one frame."""
        if not self.isVisible():
            return
        self._dirty = False
        if self._following:
            for plot in self._plots.values():
                plot.fit(self._run, self._span())
        for plot in self._plots.values():
            plot.draw(self._run, self._before)
        self._menu.whole_run.setEnabled(not self._following)
        self._read_out()
        self._describe()

    def _describe(self) -> None:
        for plot in self._plots.values():
            plot.describe(self._run)

    def _read_out(self) -> None:
        """Write the values at the cursor, or the latest, beside the names of the lines."""
        iteration = 0 if self._run is None else self._cursor or self._run.iterations
        self._header.show_place(self._run, self._cursor)
        for legend in self._legends.values():
            legend.show_place(self._run, self._before, iteration)

    # what the user does

    @Slot(QPoint)
    def _show_menu(self, place: QPoint) -> None:
        self._menu.popup(place)

    @Slot()
    def show_whole_run(self) -> None:
        """Leave the zoom and follow the run again."""
        self._following = True
        self._want_frame()

    @Slot()
    def _leave_whole_run(self) -> None:
        self._following = False
        self._want_frame()

    @Slot(bool)
    def _set_logarithmic(self, on: bool) -> None:
        self._plots["loss"].set_logarithmic(on)
        self.show_whole_run()
        self.draw_frame()  # at once: the values in view are not those of the new axis

    @Slot(bool)
    def _set_fitted(self, on: bool) -> None:
        self._plots["accuracy"].fitted = on
        self.show_whole_run()
        self.accuracy_fitted.emit(on)

    @Slot(object)
    def _set_cursor(self, position: float | None) -> None:
        """Stand the cursor of both plots at an iteration of this run."""
        last = self._run.iterations if self._run is not None else 0
        self._cursor = None if position is None or not last else min(max(round(position), 1), last)
        for plot in self._plots.values():
            plot.set_cursor(self._cursor)
        self._read_out()

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what came while the panel was hidden."""
        super().showEvent(event)
        if self._dirty:
            self.draw_frame()

    def hideEvent(self, event: QHideEvent) -> None:
        """Draw nothing that nobody sees."""
        super().hideEvent(event)
        self._timer.stop()
        self._dirty = True
