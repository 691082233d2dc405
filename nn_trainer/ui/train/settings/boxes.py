"""The boxes of the form: one kind for each kind of hyperparameter, all with the same few methods.

Every box has `setting()`, `set_setting(value)` and the signal `edited`.
"""

from __future__ import annotations

import bisect
import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QDoubleSpinBox, QSpinBox

from nn_trainer.engine.hyperparameter import Hyperparameter, Value
from nn_trainer.ui.theme import theme
from nn_trainer.ui.train.settings.help import is_share
from nn_trainer.ui.widgets.wheel import IgnoreWheelUnlessFocused

if TYPE_CHECKING:
    _SpinBox = QAbstractSpinBox
else:
    _SpinBox = object  # Qt allows one base class of its own


LOWEST = QSize(0, 6 * theme.SPACE)  # pixels
DECIMALS = 12  # more than any hyperparameter needs; zeros at the end are not shown
_FIGURES = set("0123456789.,e-+ ")


class _NumberBox(IgnoreWheelUnlessFocused, _SpinBox):
    """What boxes of numbers have in common: any number can be typed; one out of range goes to the nearer end.

    Qt itself swallows digits that would lead beyond the range, and makes the least value of what is too large.
    """

    minimum: Any  # these are of the spin box that is the other base class
    maximum: Any
    value: Any
    suffix: Any
    textFromValue: Any  # noqa: N815 - Qt's name

    corrected = Signal()  # what was typed could not be taken as it was; the box shows what it has become

    def __init__(self) -> None:
        super().__init__()
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setKeyboardTracking(False)  # a half-typed number is not a setting yet
        self.setCorrectionMode(QAbstractSpinBox.CorrectionMode.CorrectToPreviousValue)

    def minimumSizeHint(self) -> QSize:
        """High enough for its letters, and for the mouse."""
        return super().minimumSizeHint().expandedTo(LOWEST)

    def sizeHint(self) -> QSize:
        """No lower than it must be."""
        return super().sizeHint().expandedTo(LOWEST)

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Take figures in any usual notation: 0.001, 0,001, 1e-3, 1,000."""
        value = self.typed_number(text)
        if value is not None and self.minimum() <= value <= self.maximum() and self._takes(value):
            state = QValidator.State.Acceptable
        elif set(self._without_suffix(text).lower()) <= _FIGURES:
            state = QValidator.State.Intermediate
        else:
            state = QValidator.State.Invalid
        return state, text, position

    def fixup(self, text: str) -> str:
        """The nearest number that can be taken; a text that is not a number gives way to the number before it."""
        value = self.typed_number(text)
        if self._without_suffix(text):
            self.corrected.emit()
        if value is None:
            return f"{self.textFromValue(self.value())}{self.suffix()}"
        return f"{self.textFromValue(self._nearest(min(max(value, self.minimum()), self.maximum())))}{self.suffix()}"

    def typed_number(self, text: str) -> float | None:
        """The number that a text means, in or out of range; None for a text that means none."""
        figures = self._without_suffix(text).replace(" ", "")
        separator = self.locale().groupSeparator()
        if re.fullmatch(rf"-?[1-9]\d*({re.escape(separator)}\d{{3,}})+", figures):
            figures = figures.replace(separator, "")
        try:
            value = float(figures.replace(",", "."))
        except ValueError:
            return None
        return value if math.isfinite(value) else None

    def _without_suffix(self, text: str) -> str:
        return text.removesuffix(self.suffix()).removesuffix(self.suffix().strip()).strip()

    def _takes(self, value: float) -> bool:
        """Whether a number within the range can be taken as it is."""
        return True

    def _nearest(self, value: float) -> Any:
        """The number nearest to one within the range."""
        return value


class IntegerBox(_NumberBox, QSpinBox):
    """A whole number."""

    def __init__(self, row: Hyperparameter) -> None:
        super().__init__()
        self.setRange(int(row.minimum or 0), int(row.maximum or 0))
        self.setSingleStep(int(row.step or 1))
        self.setGroupSeparatorShown(True)
        self.set_setting(row.default)

    @property
    def edited(self) -> SignalInstance:
        """The signal that the setting has changed."""
        return self.valueChanged

    def setting(self) -> Value:
        """The number."""
        self.interpretText()  # what is typed counts without leaving the box
        return int(self.value())

    def set_setting(self, value: Value) -> None:
        """Show a number."""
        self.setValue(int(value))

    def set_limits(self, minimum: int, maximum: int, step: int) -> None:
        """Take other limits; a number outside them becomes the nearest one inside."""
        self.setRange(minimum, maximum)
        self.setSingleStep(step)

    def valueFromText(self, text: str) -> int:
        """The number of a text that `validate` let pass."""
        return int(self.typed_number(text) or 0)

    def _takes(self, value: float) -> bool:
        return value == int(value)

    def _nearest(self, value: float) -> int:
        return round(value)


class DecimalBox(_NumberBox, QDoubleSpinBox):
    """A number with as many digits as it needs, typed in any notation; the box shows `shown_as` times the setting."""

    shown_as = 1.0

    def __init__(self, row: Hyperparameter) -> None:
        super().__init__()
        self.setDecimals(DECIMALS)
        self.setRange(self.shown_as * (row.minimum or 0), self.shown_as * (row.maximum or 0))
        self.setSingleStep(self.shown_as * (row.step or 1))
        self.set_setting(row.default)

    @property
    def edited(self) -> SignalInstance:
        """The signal that the setting has changed."""
        return self.valueChanged

    def setting(self) -> Value:
        """The number."""
        self.interpretText()
        return float(self.value()) / self.shown_as

    def set_setting(self, value: Value) -> None:
        """Show a number."""
        self.setValue(self.shown_as * float(value))

    def textFromValue(self, value: float) -> str:
        """0.001 rather than 0.001000000000 or 1e-3."""
        return np.format_float_positional(round(value, DECIMALS), trim="-")

    def valueFromText(self, text: str) -> float:
        """The number of a text that `validate` let pass."""
        return self.typed_number(text) or 0.0


class PercentBox(DecimalBox):
    """A share from 0 to 1, shown in percent."""

    shown_as = 100.0

    def __init__(self, row: Hyperparameter) -> None:
        super().__init__(row)
        self.setSuffix(" %")


class LogBox(DecimalBox):
    """A number over many powers of ten; steps go 1, 2, 5, 10."""

    def __init__(self, row: Hyperparameter) -> None:
        super().__init__(row)
        first, last = (math.log10(end) for end in (self.minimum(), self.maximum()))
        powers = range(math.floor(first), math.ceil(last) + 1)
        self._steps = [float(f"{digit}e{power}") for power in powers for digit in (1, 2, 5)]

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


class ChoiceBox(IgnoreWheelUnlessFocused, QComboBox):
    """One of a few names."""

    def __init__(self, row: Hyperparameter) -> None:
        super().__init__()
        for choice in row.choices:
            self.addItem(choice, choice)  # what is shown, and the setting
        self.set_setting(row.default)

    def minimumSizeHint(self) -> QSize:
        """High enough for its letters, and for the mouse."""
        return super().minimumSizeHint().expandedTo(LOWEST)

    def sizeHint(self) -> QSize:
        """No lower than it must be."""
        return super().sizeHint().expandedTo(LOWEST)

    @property
    def edited(self) -> SignalInstance:
        """The signal that the setting has changed."""
        return self.currentIndexChanged

    def setting(self) -> Value:
        """The value chosen."""
        return str(self.currentData())

    def set_setting(self, value: Value) -> None:
        """Choose a value."""
        self.setCurrentIndex(self.findData(str(value)))


Box = ChoiceBox | IntegerBox | DecimalBox


def make_box(row: Hyperparameter) -> Box:
    """Make the box that suits a row of the table."""
    if row.choices:
        return ChoiceBox(row)
    if isinstance(row.default, int):
        return IntegerBox(row)
    if is_share(row):
        return PercentBox(row)
    return LogBox(row) if row.minimum and row.maximum and row.maximum > 100 * row.minimum else DecimalBox(row)
