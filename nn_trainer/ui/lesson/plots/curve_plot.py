"""One plot of the step: training as a line, validation as a line of diamonds."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, Slot
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from nn_trainer.ui import theme
from nn_trainer.ui.lesson.letters import scaled
from nn_trainer.ui.lesson.plots.run_curves import Floats, RunCurves

DIAMONDS = 30  # validation points that get one, spread evenly


class CurvePlot(pg.PlotWidget):  # type: ignore[misc]
    """`metric` is "loss" or "accuracy"; the mouse moves nothing."""

    def __init__(self, metric: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._metric = metric
        self._run = RunCurves()
        self.setMouseEnabled(False, False)
        self.setMenuEnabled(False)
        self.hideButtons()
        self.getViewBox().disableAutoRange()
        self._train = self.plot([], [])
        self._validation = self.plot([], [])
        self._diamonds = pg.ScatterPlotItem(symbol="d")
        self._lowest = pg.ScatterPlotItem(symbol="o")
        self.addItem(self._diamonds)
        self.addItem(self._lowest)
        self.set_range(1, 1.0)
        theme.signals().changed.connect(self._restyle)
        self._restyle()

    def set_range(self, iterations: int, top: float) -> None:
        """Fix the axes, so that two plots can be compared."""
        self.setRange(xRange=(0, iterations * 1.02), yRange=(0, top * 1.03), padding=0)

    def show_run(self, run: RunCurves) -> None:
        """Draw the curves of a run."""
        self._run = run
        self._train.setData(*run.training(self._metric))
        x, y = run.validation(self._metric)
        self._validation.setData(x, y)
        chosen = np.unique(np.linspace(0, len(x) - 1, min(len(x), DIAMONDS)).round().astype(np.int64))
        self._diamonds.setData(x[chosen], y[chosen])
        outcome = run.outcome()
        if outcome is not None and self._metric == "loss":
            self._lowest.setData([outcome.best.iteration], [outcome.best.validation_loss])
        else:
            self._lowest.setData([], [])

    def drawn(self) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
        """The points of the training and of the validation curve."""
        return self._train.getData(), self._validation.getData()

    def changeEvent(self, event: QEvent) -> None:
        """Scale the figures of the axes with the letters of the tab."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_lowest"):
            self._restyle()

    @Slot()
    def _restyle(self) -> None:
        colors = theme.colors()
        self.setBackground(colors.panel)
        font = scaled(self.font(), 0.9)
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(colors.border)
            axis.setTextPen(colors.muted)
            axis.setTickFont(font)
        self.getAxis("left").setWidth(round(self.fontMetrics().horizontalAdvance("00.0") + 4 * theme.SPACE))
        self.getAxis("bottom").setHeight(round(self.fontMetrics().height() + 2 * theme.SPACE))
        self._train.setPen(pg.mkPen(QColor(colors.train), width=2))
        self._validation.setPen(pg.mkPen(QColor(colors.validation), width=1.5))
        self._diamonds.setPen(pg.mkPen(colors.panel))
        self._diamonds.setBrush(pg.mkBrush(colors.validation))
        self._diamonds.setSize(9)
        self._lowest.setPen(pg.mkPen(QColor(colors.validation), width=2))
        self._lowest.setBrush(None)
        self._lowest.setSize(18)
