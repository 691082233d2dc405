"""The boxes of the form: one kind for each kind of hyperparameter, all with the same few methods.

Every box has `setting()`, `set_setting(value)` and the signal `edited`.
"""

from __future__ import annotations

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QComboBox

from nn_trainer.engine.hyperparameters import Hyperparameter, Value
from nn_trainer.ui.train.number_boxes import NumberBox, RateBox, ShareBox, WholeBox
from nn_trainer.ui.train.setting_help import is_share
from nn_trainer.ui.train.unscrolled import Unscrolled


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


Box = ChoiceBox | WholeBox | NumberBox


def make_box(row: Hyperparameter) -> Box:
    """Make the box that suits a row of the table."""
    if row.choices:
        return ChoiceBox(row)
    if isinstance(row.default, int):
        return WholeBox(row)
    if is_share(row):
        return ShareBox(row)
    return NumberBox(row) if row.minimum == 0 else RateBox(row)
