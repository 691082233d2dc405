"""The boxes of the form: one kind for each kind of hyperparameter, all with the same few methods.

Every box has `setting()`, `set_setting(value)` and the signal `edited`.
"""

from __future__ import annotations

import bisect
import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QDoubleSpinBox, QSpinBox, QWidget

from nn_trainer.engine.config import Hyperparameter, Value
from nn_trainer.ui import theme
from nn_trainer.ui.train.setting_help import is_share

if TYPE_CHECKING:
    _Widget = QWidget
else:
    _Widget = object  # Qt allows one base class of its own


class Unscrolled(_Widget):
    """A box that the wheel changes only while it has the focus, and that does not get the focus by the wheel."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(6 * theme.SPACE)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll what is around the box, unless it has the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ChoiceBox(Unscrolled, QComboBox):
    """One of a few names."""

    def __init__(self, row: Hyperparameter) -> None:
        super().__init__()
        self.addItems(list(row.choices))
        self.set_setting(row.default)

    @property
    def edited(self) -> SignalInstance:
        """The signal that the setting has changed."""
        return self.currentIndexChanged

    def setting(self) -> Value:
        """Return the name chosen."""
        return self.currentText()

    def set_setting(self, value: Value) -> None:
        """Choose a name."""
        self.setCurrentText(str(value))


class WholeBox(Unscrolled, QSpinBox):
    """A whole number."""

    def __init__(self, row: Hyperparameter) -> None:
        super().__init__()
        _prepare(self)
        low, high = _bounds(row)
        self.setRange(int(low), int(high))
        self.setSingleStep(int(row.step or 1))
        self.setGroupSeparatorShown(True)
        self.set_setting(row.default)

    @property
    def edited(self) -> SignalInstance:
        """The signal that the setting has changed."""
        return self.valueChanged

    def setting(self) -> Value:
        """Return the number."""
        self.interpretText()  # what is typed counts without leaving the box
        return self.value()

    def set_setting(self, value: Value) -> None:
        """Show a number."""
        self.setValue(int(value))


class RateBox(Unscrolled, QDoubleSpinBox):
    """A small number over many powers of ten; steps go 1, 2, 5, 10, and no zeros are shown that say nothing."""

    def __init__(self, row: Hyperparameter) -> None:
        super().__init__()
        _prepare(self)
        self.setDecimals(12)
        low, high = _bounds(row)
        self.setRange(low, high)
        first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
        self._steps = [float(f"{digit}e{power}") for power in range(first, last + 1) for digit in (1, 2, 5)]
        self.set_setting(row.default)

    @property
    def edited(self) -> SignalInstance:
        """The signal that the setting has changed."""
        return self.valueChanged

    def setting(self) -> Value:
        """Return the number."""
        self.interpretText()  # what is typed counts without leaving the box
        return self.value()

    def set_setting(self, value: Value) -> None:
        """Show a number."""
        self.setValue(float(value))

    def stepBy(self, steps: int) -> None:
        """Go to the next, or the one before, of 1, 2, 5, 10, ... times a power of ten."""
        for _ in range(abs(steps)):
            value = self.value()
            if steps > 0:
                index = bisect.bisect_right(self._steps, value * (1 + 1e-9))
            else:
                index = bisect.bisect_left(self._steps, value * (1 - 1e-9)) - 1
            self.setValue(self._steps[min(max(index, 0), len(self._steps) - 1)])
        self.selectAll()

    def textFromValue(self, value: float) -> str:
        """Return 0.001 rather than 0.001000000000 or 1e-3."""
        return np.format_float_positional(value, trim="-")

    def valueFromText(self, text: str) -> float:
        """Return the number of a text that `validate` let pass."""
        return _number(text) or 0.0

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Take figures in any usual notation: 0.001, 0,001, 1e-3."""
        value = _number(text)
        if value is not None and self.minimum() <= value <= self.maximum():
            state = QValidator.State.Acceptable
        elif set(text.strip().lower()) <= set("0123456789.,e-+"):
            state = QValidator.State.Intermediate
        else:
            state = QValidator.State.Invalid
        return state, text, position


class ShareBox(Unscrolled, QDoubleSpinBox):
    """A share from 0 to 1, shown in percent."""

    def __init__(self, row: Hyperparameter) -> None:
        super().__init__()
        _prepare(self)
        self.setDecimals(6)
        low, high = _bounds(row)
        self.setRange(100 * low, 100 * high)
        self.setSingleStep(100 * (row.step or 0.05))
        self.setSuffix(" %")
        self.set_setting(row.default)

    @property
    def edited(self) -> SignalInstance:
        """The signal that the setting has changed."""
        return self.valueChanged

    def setting(self) -> Value:
        """Return the share, 0 to 1."""
        self.interpretText()  # what is typed counts without leaving the box
        return self.value() / 100

    def set_setting(self, value: Value) -> None:
        """Show a share, 0 to 1."""
        self.setValue(100 * float(value))

    def textFromValue(self, value: float) -> str:
        """Return 20 rather than 20.000000."""
        return np.format_float_positional(value, trim="-")


Box = ChoiceBox | WholeBox | RateBox | ShareBox


def make_box(row: Hyperparameter) -> Box:
    """Make the box that suits a row of the table."""
    if row.choices:
        return ChoiceBox(row)
    if isinstance(row.default, int):
        return WholeBox(row)
    return ShareBox(row) if is_share(row) else RateBox(row)


def _prepare(box: QAbstractSpinBox) -> None:
    box.setAlignment(Qt.AlignmentFlag.AlignRight)
    box.setKeyboardTracking(False)  # a half-typed number is no setting yet
    box.setCorrectionMode(QAbstractSpinBox.CorrectionMode.CorrectToNearestValue)


def _bounds(row: Hyperparameter) -> tuple[float, float]:
    """Return the range of a row that is a number; every such row has one."""
    assert row.minimum is not None
    assert row.maximum is not None
    return row.minimum, row.maximum


def _number(text: str) -> float | None:
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None
