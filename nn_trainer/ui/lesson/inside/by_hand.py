"""Backpropagation by hand: a network of six neurons, with every number and every formula."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from nn_trainer.engine.lesson.small_network import ACTIVATIONS, Numbers, SmallNetwork
from nn_trainer.engine.losses import LOSSES
from nn_trainer.i18n import _, ngettext
from nn_trainer.ui.lesson.inside.exponents import with_exponents
from nn_trainer.ui.lesson.inside.iteration_lines import Line, all_lines, drawn_numbers
from nn_trainer.ui.lesson.inside.network_drawing import NetworkDrawing
from nn_trainer.ui.lesson.inside.steps_table import StepsTable
from nn_trainer.ui.lesson.inside.weights_form import FIRST, WeightsForm
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.flow import FlowLayout, together
from nn_trainer.ui.widgets.text_labels import figures_label
from nn_trainer.ui.widgets.wheel import CalmComboBox, CalmDoubleSpinBox
from nn_trainer.wording import number

LOSS_TEXTS = {"cross-entropy": _("cross-entropy"), "mse": _("SSE")}
ACTIVATION_TEXTS = {"sigmoid": _("sigmoid"), "relu": _("relu"), "tanh": _("tanh")}
FIRST_RATE = 0.5


class ByHand(QWidget):
    """Computes the iteration again at each change; it takes well under a millisecond."""

    changed = Signal()  # other numbers

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.activation, self.loss, self.label = CalmComboBox(), CalmComboBox(), CalmComboBox()
        self.rate = CalmDoubleSpinBox()
        self.update_button, self.restart = QPushButton(_("Update the weights")), QPushButton(_("Start again"))
        self.form, self.drawing, self.table = WeightsForm(), NetworkDrawing(), StepsTable()
        self.steps_label = QLabel()
        self.chosen = figures_label("handChosen", role="title", wrap=True)
        self.chosen.setTextFormat(Qt.TextFormat.RichText)
        self.chosen.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # a formula
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
            (self.activation, "handActivation", ACTIVATION_TEXTS.values(), _("The activation of the hidden layer")),
            (self.loss, "handLoss", LOSS_TEXTS.values(), _("The loss")),
            (self.label, "handLabel", ("y = 1, 0", "y = 0, 1"), _("The one-hot label of the sample")),
        ):
            box.setObjectName(name)
            box.setAccessibleName(tip)
            box.setToolTip(tip)
            box.addItems(list(items))
        assert set(LOSS_TEXTS) == set(LOSSES)
        assert list(ACTIVATION_TEXTS) == list(ACTIVATIONS)
        self.rate.setObjectName("handRate")
        self.rate.setAccessibleName(_("Learning rate"))
        self.rate.setToolTip(_("How far each weight goes against its gradient"))
        self.rate.setRange(0, 100)
        self.rate.setDecimals(3)
        self.rate.setSingleStep(0.1)
        self.rate.setValue(FIRST_RATE)
        self.rate.setKeyboardTracking(False)
        self.update_button.setObjectName("handUpdate")
        self.update_button.setProperty("role", "primary")
        self.update_button.setToolTip(_("Take the new weights, and run the next iteration with them"))
        self.restart.setObjectName("handRestart")
        self.restart.setToolTip(_("Go back to the first weights"))
        self.steps_label.setProperty("role", "muted")

    def _lay_out(self) -> None:
        gap = 2 * theme.SPACE
        top, settings = (FlowLayout(across=gap, down=theme.SPACE) for _row in range(2))
        for widget in (self.update_button, self.restart, self.steps_label):
            top.addWidget(widget)
        for box in (self.activation, self.loss, self.label):
            settings.addWidget(box)
        settings.addWidget(together(QLabel(_("Learning rate")), self.rate))
        left = QVBoxLayout()
        left.setSpacing(2 * theme.SPACE)
        left.addWidget(self.form)
        left.addWidget(self.chosen, 1)
        self._upper = upper = QHBoxLayout()
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
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """A larger text needs more room."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "numbers"):
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the drawing below the numbers where there is no room beside them."""
        super().resizeEvent(event)
        needed = self.form.minimumSizeHint().width() + self._upper.spacing() + self.drawing.minimumWidth()
        narrow = self.width() < needed
        direction = QHBoxLayout.Direction.TopToBottom if narrow else QHBoxLayout.Direction.LeftToRight
        if self._upper.direction() != direction:
            self._upper.setDirection(direction)

    def minimumSizeHint(self) -> QSize:
        """As narrow as with the drawing below, wherever it stands: else there would be no way there."""
        hint = super().minimumSizeHint()
        return QSize(max(self.form.minimumSizeHint().width(), self.drawing.minimumWidth()), hint.height())

    def _fit(self) -> None:
        """Drawing and table have what is left, but never less than their least number of lines."""
        line = self.fontMetrics().height()
        self.drawing.setMinimumSize(18 * line, 12 * line)
        self.table.setMinimumHeight(6 * line)

    def lines(self) -> list[str]:
        """Every number that is shown."""
        return self.table.lines()

    def loss_name(self) -> str:
        """The loss that is chosen, as the engine calls it."""
        return list(LOSS_TEXTS)[self.loss.currentIndex()]

    def activation_name(self) -> str:
        """The activation that is chosen, as the engine calls it."""
        return list(ACTIVATION_TEXTS)[self.activation.currentIndex()]

    @Slot()
    def _compute(self) -> None:
        network = SmallNetwork(self.activation_name(), self.loss_name())
        values = self.form.values()
        for short, letter in (("w1", "w"), ("b1", "b"), ("w2", "v"), ("b2", "c")):
            network.weights[short][...] = values[letter]
        self.numbers = network.run_iteration(values["x"], self.label.currentIndex(), self.rate.value())
        lines = all_lines(self.numbers, self.activation_name(), self.loss_name())
        self.drawing.show_numbers(drawn_numbers(self.numbers, lines))
        self.table.show_lines(lines)
        loss = next(line.value for line in lines if line.name == "L")
        text = ngettext("{count} update so far, loss {loss}", "{count} updates so far, loss {loss}", self._updates)
        self.steps_label.setText(text.format(count=number(self._updates), loss=loss))
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
        texts = () if line is None else (line.name, line.formula, line.in_digits, line.value)
        self.chosen.setText("<br>= ".join(with_exponents(text) for text in dict.fromkeys(texts)))
