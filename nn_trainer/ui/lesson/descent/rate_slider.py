"""The learning rate: a logarithmic slider, and a field for an exact value."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSlider, QWidget

from nn_trainer.i18n import _
from nn_trainer.ui.lesson.parts.answers import read_number
from nn_trainer.ui.theme import theme

LOWEST, HIGHEST = -4, 4  # powers of ten
STEPS = 50  # of the slider for each power of ten


class RateSlider(QWidget):
    """Gives the rate with two digits, so that it can be calculated with; a typed rate is kept as it is."""

    rate_changed = Signal()

    def __init__(self, rate: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rate = rate
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName("lessonRateSlider")
        self.slider.setAccessibleName(_("Learning rate"))
        self.slider.setToolTip(_("How far a step goes: each equal way to the right multiplies the rate by as much"))
        self.slider.setRange(LOWEST * STEPS, HIGHEST * STEPS)
        self.slider.setPageStep(STEPS // 2)
        self.field = QLineEdit()
        self.field.setObjectName("lessonRateField")
        self.field.setAccessibleName(_("Learning rate, exactly"))
        self.field.setToolTip(_("Type a learning rate and press Enter"))
        label = QLabel(_("Learning rate"))
        label.setBuddy(self.slider)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * theme.SPACE)
        for widget, stretch in ((label, 0), (self.slider, 1), (self.field, 0)):
            row.addWidget(widget, stretch)
        self.slider.valueChanged.connect(self._on_slider)
        self.field.editingFinished.connect(self._on_field)
        self.set_rate(rate)
        self._fit_field()
        self.slider.setMinimumWidth(60 * theme.SPACE)

    def changeEvent(self, event: QEvent) -> None:
        """The field has room for any rate, in a text of any size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit_field()

    def _fit_field(self) -> None:
        self.field.setFixedWidth(self.fontMetrics().horizontalAdvance("0.00012345") + 6 * theme.SPACE)

    def set_rate(self, rate: float) -> None:
        """Show a rate, without a signal."""
        self.rate = rate
        self.slider.blockSignals(True)
        self.slider.setValue(round(math.log10(rate) * STEPS))
        self.slider.blockSignals(False)
        self.field.setText(f"{rate:g}")

    @Slot(int)
    def _on_slider(self, value: int) -> None:
        self.rate = float(f"{10 ** (value / STEPS):.2g}")
        self.field.setText(f"{self.rate:g}")
        self.rate_changed.emit()

    @Slot()
    def _on_field(self) -> None:
        typed = read_number(self.field.text())
        if typed is None or not 10.0**LOWEST <= typed <= 10.0**HIGHEST:
            self.field.setText(f"{self.rate:g}")
        elif typed != self.rate:
            self.set_rate(typed)
            self.rate_changed.emit()
