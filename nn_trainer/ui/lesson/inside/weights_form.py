"""Boxes for the inputs and all weights of the small network."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QGridLayout, QLabel, QWidget

from nn_trainer.i18n import _
from nn_trainer.ui.lesson.inside.formulas import RANGE, index
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.wheel import CalmDoubleSpinBox

Floats = NDArray[np.float64]
FIRST = {  # round numbers to begin with
    "x": np.array([0.5, 1.0]),
    "w": np.array([[0.15, 0.25], [0.2, 0.3]]),
    "b": np.array([0.35, 0.35]),
    "v": np.array([[0.4, 0.5], [0.45, 0.55]]),
    "c": np.array([0.6, 0.6]),
}


class _Box(CalmDoubleSpinBox):
    """Writes no zeros at the end, so that round numbers stay short."""

    def textFromValue(self, value: float) -> str:
        """Up to four decimals."""
        return f"{value:.4f}".rstrip("0").rstrip(".")


class WeightsForm(QWidget):
    """Two small matrices: from the inputs to the hidden layer, and from there to the outputs."""

    changed = Signal()  # by the user

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes: dict[str, QDoubleSpinBox] = {}
        self._exact: dict[str, float] = {}  # what a box shows rounded
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # matrices
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.SPACE)
        grid.setVerticalSpacing(theme.SPACE)
        headings = (
            *((1, _("value")), (2, _("to {neuron}").format(neuron="h₁")), (3, _("to {neuron}").format(neuron="h₂"))),
            *((6, _("to {neuron}").format(neuron="y'₁")), (7, _("to {neuron}").format(neuron="y'₂"))),
        )
        for column, text in headings:
            self._add_label(grid, text, 0, column)
        for i in RANGE:  # one table after the other: in this order the Tab key goes through them
            self._add_label(grid, f"x{index(i)}", i + 1, 0)
            self._add(grid, f"x{index(i)}", i + 1, 1)
            for j in RANGE:
                self._add(grid, f"w{index(i, j)}", i + 1, 2 + j)
        self._add_label(grid, _("bias"), 3, 0)
        for j in RANGE:
            self._add(grid, f"b{index(j)}", 3, 2 + j)
        for j in RANGE:
            self._add_label(grid, f"h{index(j)}", j + 1, 5)
            for k in RANGE:
                self._add(grid, f"v{index(j, k)}", j + 1, 6 + k)
        self._add_label(grid, _("bias"), 3, 5)
        for k in RANGE:
            self._add(grid, f"c{index(k)}", 3, 6 + k)
        grid.setColumnMinimumWidth(4, 2 * theme.SPACE)
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
        box.setMinimumWidth(1)
        box.valueChanged.connect(self._on_changed)
        self.boxes[name] = box
        grid.addWidget(box, row, column)
        grid.setColumnStretch(column, 1)

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
        self.changed.emit()
