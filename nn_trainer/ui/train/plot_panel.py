"""The middle of the Train tab: loss above accuracy, one point for each iteration."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from nn_trainer.engine.records import Record
from nn_trainer.ui import theme
from nn_trainer.ui.train.curves import Floats, RunCurves
from nn_trainer.ui.train.metric_plot import MetricPlot
from nn_trainer.ui.train.plot_header import PlotHeader
from nn_trainer.ui.train.plot_legend import PlotLegend

FRAME_MILLISECONDS = 60  # some 16 frames a second: smooth to the eye, and most of the time is left to training
EMPTY_ITERATIONS = 100.0  # on the axis before the first run
EASING = 0.35  # of the way that is left, the share that the x range goes in one frame


class PlotPanel(QWidget):
    """The curves of a run while it is trained, and those of the run before it.

    Keeps every record; draws only when there is something new and somebody can see it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plotPanel")
        self._run: RunCurves | None = None
        self._before: RunCurves | None = None
        self._following = True  # the view shows the whole run, and grows with it
        self._shown_until = EMPTY_ITERATIONS
        self._ended = False
        self._cursor: int | None = None
        self._dirty = True
        self._timer = QTimer(self, interval=FRAME_MILLISECONDS, singleShot=True)
        self._timer.timeout.connect(self.draw_frame)
        self._plots = {
            "loss": MetricPlot("loss", epochs_above=True),
            "accuracy": MetricPlot("accuracy", epochs_above=False),
        }
        self._legends = {"loss": PlotLegend("LOSS", "0.0000"), "accuracy": PlotLegend("ACCURACY", "100.0 %")}
        self._invitations = [
            self._lay_over(plot, f"{name.capitalize()} appears here, one point for each iteration")
            for name, plot in self._plots.items()
        ]
        self._header = PlotHeader()
        self._build()
        self.clear()

    # what the window calls

    def start_run(self, iterations_per_epoch: int, total_epochs: int, label: str) -> None:
        """Begin the curves of a new run; the run that was shown stays as faint lines."""
        if self._run is not None and self._run.iterations:
            self._before = self._run
        self._show_run(RunCurves(iterations_per_epoch, total_epochs, label))

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
        self._shown_until = self._run.iterations
        for name, plot in self._plots.items():
            plot.set_end(self._run.iterations, reason if name == "loss" else "")
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

    # the parts

    def _build(self) -> None:
        self._header.logarithmic_wanted.connect(self._set_logarithmic)
        self._header.whole_run_wanted.connect(self.show_whole_run)
        home = QShortcut(QKeySequence(Qt.Key.Key_Home), self)
        home.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        home.activated.connect(self.show_whole_run)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, theme.SPACE, 0, 0)
        layout.setSpacing(theme.SPACE)
        layout.addWidget(self._header)
        for name, plot in self._plots.items():
            plot.setObjectName(f"{name}Plot")
            plot.setAccessibleName(f"{name.capitalize()} over the iterations")
            plot.hovered.connect(self._set_cursor)
            plot.zoomed.connect(self._leave_whole_run)
            plot.whole_run_wanted.connect(self.show_whole_run)
            layout.addWidget(self._legends[name])
            layout.addWidget(plot, 1)
        self._plots["accuracy"].setXLink(self._plots["loss"])

    def _lay_over(self, plot: MetricPlot, text: str) -> QLabel:
        label = QLabel(text, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        label.setProperty("role", "muted")
        label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        layout = QGridLayout(plot)
        layout.addWidget(label)
        return label

    # drawing

    def _show_run(self, run: RunCurves | None) -> None:
        self._run = run
        self._ended = False
        self._following = True
        self._cursor = None
        self._shown_until = EMPTY_ITERATIONS if run is None else self._wanted_until()
        for name, plot in self._plots.items():
            plot.set_end(None)
            plot.set_cursor(None)
            plot.set_epochs(0 if run is None else run.iterations_per_epoch)
            plot.setLimits(xMin=0, xMax=1.015 * (EMPTY_ITERATIONS if run is None else run.total_iterations))
            self._legends[name].set_before(None if self._before is None else self._before.label)
            if run is not None:
                self._legends[name].set_window(run.window)
        for label in self._invitations:
            label.setVisible(run is None)
        self._want_frame()

    def _wanted_until(self) -> float:
        """Return the iteration up to which the view should reach.

        1, 2, 5, 10, ... epochs and at last the planned end, so that the axis stands still in between.
        """
        run = self._run
        if run is None:
            return EMPTY_ITERATIONS
        if self._ended:
            return float(run.iterations)
        until, steps = float(run.iterations_per_epoch), 0
        while run.iterations > 0.97 * until:
            until *= (2, 2.5, 2)[steps % 3]
            steps += 1
        return float(run.total_iterations) if until > 0.6 * run.total_iterations else until

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
            wanted = self._wanted_until()
            self._shown_until += EASING * (wanted - self._shown_until)
            if abs(wanted - self._shown_until) < 0.005 * wanted:
                self._shown_until = wanted
            else:
                self._want_frame()
            for plot in self._plots.values():
                plot.fit(self._run, self._shown_until)
        for plot in self._plots.values():
            plot.draw(self._run, self._before)
        self._header.set_zoomed(not self._following)
        self._read_out()

    def _read_out(self) -> None:
        """Write the values at the cursor, or the latest, beside the names of the lines."""
        run = self._run
        iteration = 0 if run is None else self._cursor or run.iterations
        self._header.show_place(run, iteration)
        for name, legend in self._legends.items():
            values: dict[str, float | None] = {}
            if run is not None:
                values = {kind: run.at(f"{kind} {name}", iteration) for kind in ("smoothed", "train", "validation")}
            if self._before is not None:
                values["before"] = self._before.at(f"smoothed {name}", iteration)
            legend.show_values({kind: _as_text(name, value) for kind, value in values.items() if value is not None})

    # what the user does

    @Slot()
    def show_whole_run(self) -> None:
        """Leave the zoom and follow the run again."""
        self._following = True
        self._shown_until = self._wanted_until()
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


def _as_text(name: str, value: float) -> str:
    return f"{100 * value:.1f} %" if name == "accuracy" else f"{value:.4f}" if value < 10 else f"{value:.4g}"
