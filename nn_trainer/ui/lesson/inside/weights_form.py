"""Boxes for the inputs and all weights of the small network."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QSizePolicy,
    QStyle,
    QStyleOptionSpinBox,
    QWidget,
)

from nn_trainer.i18n import _
from nn_trainer.ui.lesson.inside.iteration_lines import RANGE, index
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.flow import FlowLayout
from nn_trainer.ui.widgets.wheel import CalmDoubleSpinBox

Floats = NDArray[np.float64]
USUAL = "-0.0000"  # not shown: as long as most weights are after an update
AROUND_TEXT = 6  # pixels that a line edit keeps free at both sides, with its cursor
FIRST = {  # round numbers to begin with
    "x": np.array([0.5, 1.0]),
    "w": np.array([[0.15, 0.25], [0.2, 0.3]]),
    "b": np.array([0.35, 0.35]),
    "v": np.array([[0.4, 0.5], [0.45, 0.55]]),
    "c": np.array([0.6, 0.6]),
}


class _Box(CalmDoubleSpinBox):
    """Writes no zeros at the end, so that round numbers stay short, and is never too narrow for its number."""

    def textFromValue(self, value: float) -> str:
        """Up to four decimals."""
        return f"{value:.4f}".rstrip("0").rstrip(".")

    def minimumSizeHint(self) -> QSize:
        """Room for every digit."""
        advance = self.fontMetrics().horizontalAdvance
        content = QSize(max(advance(USUAL), advance(self.text())) + AROUND_TEXT, self.lineEdit().sizeHint().height())
        option = QStyleOptionSpinBox()
        self.initStyleOption(option)
        return self.style().sizeFromContents(QStyle.ContentsType.CT_SpinBox, option, content, self)

    def sizeHint(self) -> QSize:
        """It needs no more."""
        return self.minimumSizeHint()


class WeightsForm(QWidget):
    """Two small matrices: from the inputs to the hidden layer, and from there to the outputs."""

    changed = Signal()  # by the user

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes: dict[str, QDoubleSpinBox] = {}
        self._exact: dict[str, float] = {}  # what a box shows rounded
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # matrices
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        layout = FlowLayout(self, across=4 * theme.SPACE, down=theme.SPACE)
        hidden = self._add_table(layout, (_("value"), *(_("to {neuron}").format(neuron=f"h{index(j)}") for j in RANGE)))
        for i in RANGE:  # one table after the other: in this order the Tab key goes through them
            self._add_label(hidden, f"x{index(i)}", i + 1, 0)
            self._add(hidden, f"x{index(i)}", i + 1, 1)
            for j in RANGE:
                self._add(hidden, f"w{index(i, j)}", i + 1, 2 + j)
        self._add_label(hidden, _("bias"), 3, 0)
        for j in RANGE:
            self._add(hidden, f"b{index(j)}", 3, 2 + j)
        output = self._add_table(layout, [_("to {neuron}").format(neuron=f"y'{index(k)}") for k in RANGE])
        for j in RANGE:
            self._add_label(output, f"h{index(j)}", j + 1, 0)
            for k in RANGE:
                self._add(output, f"v{index(j, k)}", j + 1, 1 + k)
        self._add_label(output, _("bias"), 3, 0)
        for k in RANGE:
            self._add(output, f"c{index(k)}", 3, 1 + k)
        self.set_values(FIRST)

    def values(self) -> dict[str, Floats]:
        """x (2,), w (2, 2), b (2,), v (2, 2) and c (2,)."""
        return {
            letter: np.array(
                [self._exact[f"{letter}{index(*place)}"] for place in np.ndindex(first.shape)], np.float64
            ).reshape(first.shape)
            for letter, first in FIRST.items()
        }

    def set_values(self, values: dict[str, Floats]) -> None:
        """Fill the boxes without reporting it; all digits are kept."""
        for letter, array in values.items():
            for place, value in np.ndenumerate(array):
                name = f"{letter}{index(*place)}"
                box = self.boxes[name]
                box.blockSignals(True)
                box.setValue(float(value))
                box.blockSignals(False)
                box.updateGeometry()
                self._exact[name] = float(value)

    def _add(self, grid: QGridLayout, name: str, row: int, column: int) -> None:
        box = _Box()
        box.setObjectName(f"hand_{name}")
        box.setAccessibleName(name)
        box.setToolTip(_("{name}: type another number").format(name=name))
        box.setDecimals(4)
        box.setRange(-1000, 1000)
        box.setSingleStep(0.1)
        box.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        box.setAlignment(Qt.AlignmentFlag.AlignRight)
        box.setKeyboardTracking(False)
        box.valueChanged.connect(self._on_changed)
        self.boxes[name] = box
        grid.addWidget(box, row, column)

    def _add_table(self, layout: FlowLayout, headings: Sequence[str]) -> QGridLayout:
        """A matrix, with a heading over each of its columns."""
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.SPACE)
        for column, text in enumerate(headings):
            self._add_label(grid, text, 0, 1 + column)
        layout.addWidget(table)
        return grid

    @staticmethod
    def _add_label(grid: QGridLayout, text: str, row: int, column: int) -> None:
        label = QLabel(text)
        label.setProperty("role", "muted")
        label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        grid.addWidget(label, row, column)

    @Slot()
    def _on_changed(self) -> None:
        box = self.sender()
        assert isinstance(box, QDoubleSpinBox)
        self._exact[box.accessibleName()] = box.value()
        box.updateGeometry()
        self.changed.emit()
