"""One plot: a metric of the run, and of the run before it, over the iterations."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPoint, QPointF, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QGraphicsItem, QGridLayout, QLabel

from nn_trainer.i18n import _
from nn_trainer.ui.plots.axes import EpochAxis, IterationAxis, LossAxis, PercentAxis
from nn_trainer.ui.plots.canvas import PlotCanvas
from nn_trainer.ui.plots.curves import Floats, RunCurves
from nn_trainer.ui.plots.painter import KINDS, Series
from nn_trainer.ui.plots.summary import summary
from nn_trainer.ui.theme import theme

WIDEST_VALUES = ("100 %", "99.5 %", "0.0005", "6e+18")  # on the left axis
NAMES = {"loss": _("Loss over the iterations"), "accuracy": _("Accuracy over the iterations")}
COMING = {
    "loss": _("Loss appears here, one point for each iteration"),
    "accuracy": _("Accuracy appears here, one point for each iteration"),
}
LOWER_ENDS = (0, 50, 80, 90, 95, 98, 99)  # per cent, of a fitted axis: few, so that it stands still in between
AXIS_MARGIN = 4 * theme.SPACE  # between the values and the edge, and for the ticks
EMPTY_ITERATIONS = 100  # on the axis before the first run


class MetricPlot(pg.PlotWidget):  # type: ignore[misc]
    """The curves of "loss" or of "accuracy"; draws when told to and reports the mouse."""

    hovered = Signal(object)  # the iteration under the mouse: float, or None when it has left
    zoomed = Signal()  # by the user
    whole_run_requested = Signal()
    menu_requested = Signal(QPoint)  # where on the screen

    def __init__(self, name: str, *, epochs_above: bool) -> None:
        """`name` is "loss" or "accuracy"."""
        self._epoch_axis = EpochAxis()
        axes: dict[str, pg.AxisItem] = {"top": self._epoch_axis, "bottom": IterationAxis()}
        axes["left"] = PercentAxis() if name == "accuracy" else LossAxis()
        super().__init__(axisItems=axes)
        self._name = name
        self._epochs_above = epochs_above
        self.logarithmic = False
        self.fitted = False  # the axis of the accuracy begins just below what was reached
        self._shown: tuple[RunCurves | None, RunCurves | None] = (None, None)
        plot = self.getPlotItem()
        plot.setMenuEnabled(False)
        plot.hideButtons()
        plot.showAxis("top", epochs_above)
        if epochs_above:  # the plot below has the numbers of the iterations
            plot.getAxis("bottom").setStyle(showValues=False)
            plot.getAxis("bottom").showLabel(False)
        plot.getViewBox().disableAutoRange()
        plot.getViewBox().sigRangeChangedManually.connect(self._report_zoom)
        for side in axes:  # an axis is drawn again only when its range changes
            plot.getAxis(side).setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
            plot.getAxis(side).setStyle(maxTickLevel=0)  # small ticks take most of the time of an axis
        self._canvas = PlotCanvas(self, self._to_axis)
        self.setObjectName(f"{name}Plot")
        for part in (self, self.viewport()):  # which takes the focus for the plot
            part.setAccessibleName(NAMES[name])
        self._invitation = QLabel(COMING[name], wordWrap=True)
        self._invitation.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._invitation.setProperty("role", "muted")
        self._invitation.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._around = QGridLayout(self)
        self._around.addWidget(self._invitation)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # as numbers and axes run, in every language
        self.scene().sigMouseMoved.connect(self._report_mouse)
        self.scene().sigMouseClicked.connect(self._report_click)
        theme.signals().changed.connect(self.restyle)
        self.restyle()

    # what is shown

    def prepare(self, run: RunCurves | None) -> None:
        """Mark the epochs of a run and end the axis where the run will; without one, say what will come."""
        self._invitation.setVisible(run is None)
        self._show_iterations(run is not None)
        per_epoch, planned = (0, EMPTY_ITERATIONS) if run is None else (run.iterations_per_epoch, run.total_iterations)
        self.setLimits(xMin=0, xMax=1.015 * planned)
        self._canvas.set_epochs(per_epoch)
        self._epoch_axis.iterations_per_epoch = per_epoch
        self._epoch_axis.picture = None
        self._epoch_axis.update()

    def _show_iterations(self, on: bool) -> None:
        """Numbers of iterations that never were would only stand in the invitation."""
        self.getAxis("bottom").setTextPen(theme.colors().muted if on else theme.colors().panel)

    def draw(self, run: RunCurves | None, before: RunCurves | None) -> None:
        """Draw what of the curves is in view and has changed since the last frame."""
        shown, self._shown = self._shown, (run, before)
        show_run = self._canvas.extend_run if run is shown[0] else self._canvas.show_run
        show_run(self._series(run), None if run is None else run.best)
        if before is not shown[1]:
            self._canvas.show_before(self._series(before))

    def _series(self, run: RunCurves | None) -> Series:
        return {kind: (run or RunCurves(1, 1, "")).series(f"{kind} {self._name}") for kind in KINDS}

    def _to_axis(self, y: Floats) -> Floats:
        """The values in the unit of the axis, NaN where there is nothing to draw."""
        y = np.where(np.isfinite(y), y, np.nan) * (100.0 if self._name == "accuracy" else 1.0)
        return np.log10(np.where(y > 0, y, np.nan)) if self.logarithmic else y

    def fit(self, run: RunCurves | None, until: float) -> None:
        """Show the iterations up to `until`, and all values but spikes far above the smoothed line."""
        x_range = [0, max(until, 1) * 1.015]
        y_range = self._accuracy_range(run) if self._name == "accuracy" else self._loss_range(run)
        if not np.allclose(self.getViewBox().viewRange(), [x_range, y_range], rtol=1e-9):
            self.setRange(xRange=x_range, yRange=y_range, padding=0)

    def _accuracy_range(self, run: RunCurves | None) -> list[float]:
        reached = 100 * run.later_accuracy() if run is not None and self.fitted else 0.0
        low = max((end for end in LOWER_ENDS if end <= reached), default=0)
        room = (100 - low) / 100
        return [low - 2 * room, 100 + 3 * room]

    def _loss_range(self, run: RunCurves | None) -> list[float]:
        low, top = (0.01, 1.0) if run is None else run.loss_range()
        return [math.log10(low) - 0.05, math.log10(top) + 0.05] if self.logarithmic else [-0.02 * top, 1.06 * top]

    def set_logarithmic(self, on: bool) -> None:
        """Switch the axis of the values between even and logarithmic steps."""
        self.logarithmic = on
        self.getAxis("left").setLogMode(y=on)
        self.setLimits(yMin=-15 if on else None, yMax=40 if on else None)  # no power of ten beyond all floats
        self._canvas.draw_all_again()

    def set_cursor(self, iteration: float | None) -> None:
        """Stand the cursor at an iteration, or take it away."""
        self._canvas.set_cursor(iteration)

    def set_end(self, iteration: int | None, reason: str = "") -> None:
        """Mark where and why the run ended, or take the mark away."""
        self._canvas.set_end(iteration, reason)

    def drawn_line(self, kind: str) -> tuple[Floats, Floats]:
        """The points on the screen of "train", "smoothed", "validation" or "before", in units of the axes."""
        run, known = (self._canvas.before, "smoothed") if kind == "before" else (self._canvas.run, kind)
        scale = self._canvas.scale
        return run.points(known, scale.left, scale.right, scale)

    def describe(self, run: RunCurves | None) -> None:
        """Say in words what the plot shows of a run."""
        text = summary(run, self._name)
        if text != self.accessibleDescription():
            for part in (self, self.viewport()):
                part.setAccessibleDescription(text)

    @property
    def end_text(self) -> str:
        """The reason of the end as the plot shows it; empty while a run goes on."""
        return self._canvas.end_text

    @Slot()
    def restyle(self) -> None:
        """Take the colours of the theme in force."""
        colors = theme.colors()
        self.setBackground(colors.panel)
        for side in ("left", "bottom", "top"):
            axis = self.getAxis(side)
            axis.setPen(colors.border)
            axis.setTextPen(colors.muted)
            axis.setTickFont(theme.tabular_font(theme.SMALL))
            axis.label.setFont(theme.font(theme.SMALL))
        self._show_iterations(self._invitation.isHidden())
        metrics = QFontMetrics(theme.tabular_font(theme.SMALL))
        over = max(metrics.height() // 2 - theme.SPACE, 1)  # of a number at the end of an axis without one beside it
        self.getPlotItem().layout.setContentsMargins(1, 1 if self._epochs_above else over, 1, over)
        width = max(map(metrics.horizontalAdvance, WIDEST_VALUES)) + AXIS_MARGIN
        self.getAxis("left").setWidth(width)  # that of both plots, so that their iterations stand above each other
        self._around.setContentsMargins(width, 0, theme.SPACE, 0)  # the invitation stands beside the axis

    # what the mouse does

    @Slot(object)
    def _report_mouse(self, position: QPointF) -> None:
        box = self.getViewBox()
        inside = box.sceneBoundingRect().contains(position)
        self.hovered.emit(box.mapSceneToView(position).x() if inside else None)

    @Slot()
    def _report_zoom(self) -> None:
        self.zoomed.emit()

    @Slot(object)
    def _report_click(self, event: Any) -> None:
        """Ask for the menu at a click of the right button; a drag with it stretches the view."""
        if event.button() is Qt.MouseButton.RightButton and not event.double():
            self.menu_requested.emit(event.screenPos().toPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask for the menu by its key."""
        if event.key() == Qt.Key.Key_Menu:
            self.menu_requested.emit(self.mapToGlobal(self.rect().center()))
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: Any) -> None:
        """Take the cursor away with the mouse."""
        super().leaveEvent(event)
        self.hovered.emit(None)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Go back to the whole run."""
        self.whole_run_requested.emit()
        event.accept()
