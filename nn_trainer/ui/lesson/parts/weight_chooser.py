"""Chooses one weight of the network: any of any layer, or one that matters."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QLabel, QSizePolicy, QSpinBox, QWidget

from nn_trainer.engine.inspection import WeightIndex, unravel
from nn_trainer.engine.network import Network
from nn_trainer.i18n import _
from nn_trainer.ui.lesson.parts.buttons import tool_button
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.flow import FlowLayout
from nn_trainer.ui.widgets.text_labels import ElidedLabel
from nn_trainer.wording import number

_PLACES = {  # what the numbers of an index count, by how many there are
    1: _("output {a}"),
    2: _("input {a}, output {b}"),
    4: _("filter {a}, channel {b}, row {c}, column {d}"),
}


def index_words(index: WeightIndex) -> str:
    """Where a weight stands within its parameter."""
    template = _PLACES.get(len(index), "")
    return template.format(**dict(zip("abcd", index, strict=False)))


class WeightChooser(QWidget):
    """The parameter in a list, the weight by its number, its place in words beside."""

    weight_chosen = Signal()
    important_requested = Signal()

    def __init__(self, prefix: str, parent: QWidget | None = None) -> None:
        """`prefix` is what the object names of its parts begin with."""
        super().__init__(parent)
        self._shapes: dict[str, tuple[int, ...]] = {}
        self._rng = np.random.default_rng(2)
        self.parameters = QComboBox()
        self.parameters.setObjectName(f"{prefix}ParameterBox")
        self.parameters.setAccessibleName(_("Layer and parameter"))
        self.parameters.setToolTip(_("The layer, and whether one of its weights or of its biases"))
        self.parameters.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.number = QSpinBox()
        self.number.setObjectName(f"{prefix}WeightBox")
        self.number.setAccessibleName(_("Number of the weight"))
        self.number.setToolTip(_("Which weight, counted from 0 in the order of the model file"))
        self.number.setKeyboardTracking(False)
        self._place = ElidedLabel()
        self._place.setObjectName(f"{prefix}WeightPlace")
        self._place.setProperty("role", "muted")
        self._place.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        important = tool_button(
            _("One that matters"),
            f"{prefix}ImportantWeight",
            "",
            _("The weight with the steepest slope of this parameter"),
        )
        anyone = tool_button(_("Any"), f"{prefix}AnyWeight", "", _("Any weight of any layer"))
        caption = QLabel(_("Weight"))
        caption.setBuddy(self.parameters)
        row = FlowLayout(self, across=theme.SPACE, down=theme.SPACE)
        for widget in (caption, self.parameters, self.number, self._place, important, anyone):
            row.addWidget(widget)
        self.parameters.currentIndexChanged.connect(self._on_parameter)
        self.number.valueChanged.connect(self._on_number)
        important.clicked.connect(self.important_requested)
        anyone.clicked.connect(self.choose_any)

    @property
    def name(self) -> str:
        """The parameter, "layer.parameter"; empty before there is a network."""
        return str(self.parameters.currentText())

    @property
    def index(self) -> WeightIndex:
        """The weight within its parameter."""
        return unravel(self.number.value(), self._shapes[self.name])

    def set_network(self, network: Network) -> bool:
        """Offer the weights of a network; True if it has the same ones as the one before, so that the chosen stays."""
        shapes = {name: array.shape for name, array in network.to_file_shapes(network.weights).items()}
        if shapes == self._shapes:
            return True
        last = next((name for name in reversed(shapes) if name.endswith(".weight")), "")
        name = self.name if self.name in shapes else last
        self._shapes = shapes
        self._quietly(self.parameters.clear)
        self._quietly(lambda: self.parameters.addItems(list(shapes)))
        self._quietly(lambda: self.parameters.setCurrentIndex(max(0, self.parameters.findText(name))))
        self._take_range()
        return False

    def choose(self, name: str, index: WeightIndex) -> None:
        """Show a weight without telling anybody."""
        self._quietly(lambda: self.parameters.setCurrentText(name))
        self._take_range()
        flat = int(np.ravel_multi_index(index, self._shapes[name]))
        self._quietly(lambda: self.number.setValue(flat))
        self._show_place()

    @Slot()
    def choose_any(self) -> None:
        """Take a weight at random; every weight of the network is as likely."""
        sizes = [math.prod(shape) for shape in self._shapes.values()]
        if not sizes:
            return
        flat = int(self._rng.integers(sum(sizes)))
        for (name, shape), size in zip(self._shapes.items(), sizes, strict=True):
            if flat < size:
                self.choose(name, unravel(flat, shape))
                break
            flat -= size
        self.weight_chosen.emit()

    @Slot()
    def _on_parameter(self) -> None:
        self._take_range()
        self.important_requested.emit()

    @Slot()
    def _on_number(self) -> None:
        self._show_place()
        self.weight_chosen.emit()

    def _take_range(self) -> None:
        size = math.prod(self._shapes[self.name]) if self.name else 1
        self._quietly(lambda: self.number.setRange(0, size - 1))
        self._show_place()

    def _show_place(self) -> None:
        place = _("of {count}: {place}")
        self._place.set_text(place.format(count=number(self.number.maximum() + 1), place=index_words(self.index)))

    def _quietly(self, act: object) -> None:
        for widget in (self.parameters, self.number):
            widget.blockSignals(True)
        act()  # type: ignore[operator]
        for widget in (self.parameters, self.number):
            widget.blockSignals(False)
