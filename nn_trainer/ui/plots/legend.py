"""The row above a plot: what each line is, and its value under the mouse or now."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal, get_args

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from nn_trainer.i18n import _
from nn_trainer.ui.plots.curves import RunCurves
from nn_trainer.ui.plots.style import plot_style
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.dropping_row import DroppingRow
from nn_trainer.ui.widgets.text_labels import fix_size, set_tooltip
from nn_trainer.wording import loss_text, number, percent

Kind = Literal["smoothed", "validation", "train", "before"]
KINDS: tuple[Kind, ...] = get_args(Kind)
NAMES: dict[Kind, str] = {
    "smoothed": _("training"),
    "validation": _("validation"),
    "train": _("raw"),
    "before": _("before"),
}
RANKS: dict[Kind, int] = {"smoothed": 0, "validation": 0, "train": 2, "before": 1}  # which gives way to which
GAP = 3 * theme.SPACE  # between the lines
WIDEST = ("100.0 %", "0.0000", "9.99e99")  # values, in both plots, so that what they say stands in columns


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

    def __init__(self, kind: Kind) -> None:
        super().__init__()
        self._name = QLabel(NAMES[kind])
        self._name.setProperty("role", "muted")
        self._value = QLabel("–")
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

    def show_name(self, on: bool) -> None:
        """Whether the name stands beside the swatch; the tooltip says it, too."""
        self._name.setVisible(on)

    def width_with(self, *, name: bool) -> int:
        """The width in pixels that it has, or would have, with or without its name."""
        there = self._name.isVisibleTo(self)
        return self.minimumSizeHint().width() + (name - there) * (self._name.sizeHint().width() + theme.SPACE)

    def set_value(self, text: str) -> None:
        """Show a value."""
        self._value.setText(text)

    @Slot()
    def _restyle(self) -> None:
        self._value.setFont(theme.tabular_font())
        fix_size(self._value, max(WIDEST, key=self._value.fontMetrics().horizontalAdvance))


class PlotLegend(QWidget):
    """The title of a plot and the entries of its lines, which begin at the same places in both plots."""

    def __init__(self, metric: str, titles: Mapping[str, str]) -> None:
        """`metric` is "loss" or "accuracy", a key of `titles`."""
        super().__init__()
        self._metric = metric
        self._in_one_line = True
        self._heading = QLabel(titles[metric])
        self._heading.setProperty("role", "heading")
        self._titles = tuple(titles.values())
        self._row = DroppingRow(GAP, wraps=True)
        self._row.add(self._heading)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * theme.SPACE, 0, 2 * theme.SPACE, 0)
        layout.addWidget(self._row)
        self.entries: dict[Kind, LegendEntry] = {}
        for kind in KINDS:
            self.entries[kind] = LegendEntry(kind)
            self._row.add(self.entries[kind], RANKS[kind])
        self.entries["train"].setToolTip(_("Training, each batch: the figures of each iteration, before its update."))
        self.entries["validation"].setToolTip(
            _("Measured at the end of each epoch on images that training does not see.")
        )
        self.set_before(None)

    def keep_in_one_line(self, on: bool) -> None:
        """Whether to ask for the width of one line; else the values go on in the next line where they must."""
        if on != self._in_one_line:
            self._in_one_line = on
            self.updateGeometry()

    def smallest_width(self, *, one_line: bool) -> int:
        """The least width, with names and values in one line or with values alone in several."""
        entries = [self.entries[kind] for kind in KINDS if RANKS[kind] == 0]
        heading = self._heading.minimumWidth()
        if one_line:
            width = heading + sum(GAP + entry.width_with(name=True) for entry in entries)
        else:
            width = max(heading, *(entry.width_with(name=False) for entry in entries))
        return width + 4 * theme.SPACE  # the margins

    def minimumSizeHint(self) -> QSize:
        """Where it need not be narrow, the width of one line."""
        return QSize(self.smallest_width(one_line=self._in_one_line), super().minimumSizeHint().height())

    def show_place(self, run: RunCurves | None, before: RunCurves | None, iteration: int) -> None:
        """Show the values of both runs at an iteration; a dash where there is none."""
        for kind, entry in self.entries.items():
            of, line = (before, "smoothed") if kind == "before" else (run, kind)
            value = None if of is None else of.at(f"{line} {self._metric}", iteration)  # not shown
            entry.set_value("–" if value is None or math.isnan(value) else self._as_text(value))

    def _as_text(self, value: float) -> str:
        return percent(value) if self._metric == "accuracy" else loss_text(value)

    def set_window(self, iterations: int) -> None:
        """Say how the smoothed line is made."""
        self.entries["smoothed"].setToolTip(
            _(
                "Training, smoothed: a mean over the images of the iterations so far in which the last {iterations} "
                "count most, at the beginning fewer. The raw line is too rough to read."
            ).format(iterations=number(iterations))
        )

    def set_before(self, label: str | None) -> None:
        """Name the run before this one, or show that there is none."""
        self._row.set_wanted(self.entries["before"], label is not None)
        text = _("The run before: {run}. Solid: its smoothed training line. Dashed: its validation.").format(run=label)
        set_tooltip(self.entries["before"], text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the names out where not even one line fits beside the heading."""
        super().resizeEvent(event)
        self._choose_names()

    def _choose_names(self) -> None:
        widest = max(self.entries[kind].width_with(name=True) for kind in KINDS if RANKS[kind] == 0)
        fits = self._heading.minimumWidth() + GAP + widest <= self._row.width()
        for entry in self.entries.values():
            entry.show_name(fits)

    def changeEvent(self, event: QEvent) -> None:
        """Keep the headings of both plots of one width."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._align()

    def showEvent(self, event: QShowEvent) -> None:
        """Take the font that the style gives."""
        super().showEvent(event)
        self._align()

    def _align(self) -> None:
        self._heading.ensurePolished()
        metrics = self._heading.fontMetrics()
        self._heading.setFixedWidth(max(map(metrics.horizontalAdvance, self._titles)) + 1)
        self._choose_names()
        self._row.choose()
