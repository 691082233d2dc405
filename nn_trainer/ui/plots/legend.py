"""The row above a plot: what each line is, and its value under the mouse or now."""

from __future__ import annotations

from typing import Literal, get_args

from PySide6.QtCore import QPointF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from nn_trainer.ui.plots.curves import RunCurves
from nn_trainer.ui.plots.style import plot_style
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.labels import fix_size

Kind = Literal["smoothed", "train", "validation", "before"]
KINDS: tuple[Kind, ...] = get_args(Kind)
NAMES = {"train": "raw"}  # where the name of a line is not its kind


class Swatch(QWidget):
    """A short piece of a line as the plot draws it."""

    def __init__(self, kind: Kind) -> None:
        super().__init__()
        self._kind = kind
        self.setFixedSize(QSize(5 * theme.SPACE, 4 * theme.SPACE))
        theme.signals().changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line and its symbol."""
        colors = theme.colors()
        style = plot_style(colors)
        pen = style.run_before["smoothed"] if self._kind == "before" else style.run[self._kind]
        color = pen.color()
        middle = QPointF(self.width() / 2, self.height() / 2)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color, 2.5 if self._kind == "smoothed" else 1.5))
        painter.drawLine(QPointF(0, middle.y()), QPointF(self.width(), middle.y()))
        if self._kind == "validation":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            offsets = [QPointF(0, -4.5), QPointF(4.5, 0), QPointF(0, 4.5), QPointF(-4.5, 0)]
            painter.drawPolygon(QPolygonF([middle + offset for offset in offsets]))


class LegendEntry(QWidget):
    """Swatch, name and value of one line."""

    def __init__(self, kind: Kind, name: str, widest: str) -> None:
        super().__init__()
        self._name = QLabel(name)
        self._name.setProperty("role", "muted")
        self._value = QLabel("–")
        self._widest = widest
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE)
        for widget in (Swatch(kind), self._name, self._value):
            layout.addWidget(widget)
        theme.signals().changed.connect(self._restyle)
        self._restyle()

    @property
    def value(self) -> str:
        """The value shown."""
        return self._value.text()

    def set_value(self, text: str) -> None:
        """Show a value."""
        self._value.setText(text)

    @Slot()
    def _restyle(self) -> None:
        self._value.setFont(theme.figures_font())
        fix_size(self._value, self._widest)


class PlotLegend(QWidget):
    """The title of a plot and the entries of its lines."""

    def __init__(self, metric: str, widest: str) -> None:
        """`metric` is "loss" or "accuracy", `widest` its longest value."""
        super().__init__()
        self._metric = metric
        heading = QLabel(metric.upper())
        heading.setProperty("role", "heading")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * theme.SPACE, 0, 2 * theme.SPACE, 0)
        layout.setSpacing(3 * theme.SPACE)
        layout.addWidget(heading)
        layout.addStretch(1)
        self.entries: dict[Kind, LegendEntry] = {}
        for kind in KINDS:
            self.entries[kind] = LegendEntry(kind, NAMES.get(kind, kind), widest)
            layout.addWidget(self.entries[kind])
        self.entries["train"].setToolTip("One batch: the figures of each iteration, before its update.")
        self.entries["validation"].setToolTip("Measured at the end of each epoch on images that training does not see.")
        self.set_before(None)

    def show_place(self, run: RunCurves | None, before: RunCurves | None, iteration: int) -> None:
        """Show the values of both runs at an iteration; a dash where there is none."""
        for kind, entry in self.entries.items():
            of, line = (before, "smoothed") if kind == "before" else (run, kind)
            value = None if of is None else of.at(f"{line} {self._metric}", iteration)
            entry.set_value("–" if value is None else self._as_text(value))

    def _as_text(self, value: float) -> str:
        if self._metric == "accuracy":
            return f"{100 * value:.1f} %"
        return f"{value:.4f}" if value < 10 else f"{value:.4g}"

    def set_window(self, iterations: int) -> None:
        """Say how the smoothed line is made."""
        self.entries["smoothed"].setToolTip(
            f"The mean over the images of the last {iterations} iterations, as the raw line is too rough to read."
        )

    def set_before(self, label: str | None) -> None:
        """Name the run before this one, or show that there is none."""
        self.entries["before"].setVisible(label is not None)
        self.entries["before"].setToolTip(f"The run before: {label}. Solid: its smoothed line. Dashed: its validation.")
