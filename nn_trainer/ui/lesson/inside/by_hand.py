"""Backpropagation by hand: a network of six neurons, with every number and every formula."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from nn_trainer.engine.lesson.small_network import ACTIVATIONS, Numbers, SmallNetwork
from nn_trainer.engine.losses import LOSSES
from nn_trainer.ui.lesson.inside.formulas import Line, all_lines, named_numbers
from nn_trainer.ui.lesson.inside.network_drawing import NetworkDrawing
from nn_trainer.ui.lesson.inside.steps_table import StepsTable
from nn_trainer.ui.lesson.inside.weights_form import FIRST, WeightsForm
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.labels import figures_label
from nn_trainer.wording import digits

LOSS_TEXTS = {"cross-entropy": "cross-entropy", "mse": "SSE"}
FIRST_RATE = 0.5


class ByHand(QWidget):
    """Computes an iteration anew at each change; it takes well under a millisecond."""

    changed = Signal()  # other numbers

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.activation, self.loss, self.label = QComboBox(), QComboBox(), QComboBox()
        self.rate = QDoubleSpinBox()
        self.update_button, self.restart = QPushButton("Update the weights"), QPushButton("Start again")
        self.form, self.drawing, self.table = WeightsForm(), NetworkDrawing(), StepsTable()
        self.steps_label = QLabel()
        self.chosen = figures_label("handChosen", role="title", wrap=True)
        self._updates = 0
        self._set_up()
        self._lay_out()
        for box in (self.activation, self.loss, self.label):
            box.currentIndexChanged.connect(self._compute)
        self.rate.valueChanged.connect(self._compute)
        self.form.changed.connect(self._compute)
        self.update_button.clicked.connect(self._update)
        self.restart.clicked.connect(self._restart)
        self.table.line_chosen.connect(self._mark)
        self.numbers: Numbers
        self._compute()
        self.table.choose("z₁")

    def _set_up(self) -> None:
        for box, name, items, tip in (
            (self.activation, "handActivation", ACTIVATIONS, "The activation of the hidden layer"),
            (self.loss, "handLoss", LOSS_TEXTS.values(), "The loss"),
            (self.label, "handLabel", ("y = 1, 0", "y = 0, 1"), "The one-hot label of the sample"),
        ):
            box.setObjectName(name)
            box.setAccessibleName(tip)
            box.setToolTip(tip)
            box.addItems(list(items))
        assert set(LOSS_TEXTS) == set(LOSSES)
        self.rate.setObjectName("handRate")
        self.rate.setAccessibleName("Learning rate")
        self.rate.setToolTip("How far each weight goes against its gradient")
        self.rate.setRange(0, 100)
        self.rate.setDecimals(3)
        self.rate.setSingleStep(0.1)
        self.rate.setValue(FIRST_RATE)
        self.rate.setKeyboardTracking(False)
        self.update_button.setObjectName("handUpdate")
        self.update_button.setProperty("role", "primary")
        self.update_button.setToolTip("Take the new weights, and run the next iteration with them")
        self.restart.setObjectName("handRestart")
        self.restart.setToolTip("Go back to the first weights")
        self.steps_label.setProperty("role", "muted")

    def _lay_out(self) -> None:
        top, settings = QHBoxLayout(), QHBoxLayout()
        for row, widgets in (
            (top, (self.update_button, self.restart, self.steps_label)),
            (settings, (self.activation, self.loss, self.label, QLabel("Learning rate"), self.rate)),
        ):
            row.setSpacing(2 * theme.SPACE)
            for widget in widgets:
                row.addWidget(widget)
            row.addStretch()
        left = QVBoxLayout()
        left.setSpacing(2 * theme.SPACE)
        left.addWidget(self.form)
        left.addWidget(self.chosen, 1)
        upper = QHBoxLayout()
        upper.setSpacing(3 * theme.SPACE)
        upper.addLayout(left, 5)
        upper.addWidget(self.drawing, 7)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * theme.SPACE)
        layout.addLayout(top)
        layout.addLayout(settings)
        layout.addLayout(upper, 6)
        layout.addWidget(self.table, 5)

    def lines(self) -> list[str]:
        """Every number that is shown."""
        return self.table.lines()

    def loss_name(self) -> str:
        """The loss that is chosen, as the engine calls it."""
        return list(LOSS_TEXTS)[self.loss.currentIndex()]

    @Slot()
    def _compute(self) -> None:
        network = SmallNetwork(self.activation.currentText(), self.loss_name())
        values = self.form.values()
        for short, letter in (("w1", "w"), ("b1", "b"), ("w2", "v"), ("b2", "c")):
            network.weights[short][...] = values[letter]
        self.numbers = network.run_iteration(values["x"], self.label.currentIndex(), self.rate.value())
        self.drawing.show_numbers(named_numbers(self.numbers))
        self.table.show_lines(all_lines(self.numbers, self.activation.currentText(), self.loss_name()))
        self.steps_label.setText(f"updates so far: {self._updates}, loss {digits(self.numbers.loss)}")
        self.changed.emit()

    @Slot()
    def _update(self) -> None:
        n = self.numbers
        self._updates += 1
        self.form.set_values({"w": n.w1_after, "b": n.b1_after, "v": n.w2_after, "c": n.b2_after})
        self._compute()

    @Slot()
    def _restart(self) -> None:
        self._updates = 0
        self.form.set_values(FIRST)
        self._compute()

    @Slot(object)
    def _mark(self, line: Line | None) -> None:
        self.drawing.mark(line.parts if line is not None else frozenset())
        texts = () if line is None else (line.name, line.formula, line.in_digits, digits(line.value))
        self.chosen.setText("\n= ".join(dict.fromkeys(texts)))
