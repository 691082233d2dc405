"""The stations on the way from the loss back to the weights."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from nn_trainer.engine.lesson.training_loop import Iteration, WeightStep
from nn_trainer.ui.lesson.loop.station import Station
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.labels import figures_label
from nn_trainer.wording import digits, factor

WEIGHT_DECIMALS = 6
LINES_FOR_RULE = 9


class NormBars(QWidget):
    """A bar for the gradient of each layer, as long as its norm."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("normBars")
        self.setAccessibleName("Gradient norm of each layer")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._norms: Sequence[tuple[str, float]] = ()
        theme.signals().changed.connect(self.update)

    def show_norms(self, norms: Sequence[tuple[str, float]]) -> None:
        """(layer, norm) from the first layer to the last."""
        self._norms = norms
        self.setAccessibleDescription("\n".join(self.lines()))
        self.update()

    def lines(self) -> list[str]:
        """The norms as text."""
        return [f"{layer}\t{digits(norm)}" for layer, norm in self._norms]

    def sizeHint(self) -> QSize:
        """Some rows; the layout decides."""
        return QSize(56 * theme.SPACE, 20 * theme.SPACE)

    def _shown(self, room: int) -> Sequence[tuple[str, float]]:
        """All that fit, else the largest, in the order of the layers."""
        if len(self._norms) <= room:
            return self._norms
        least = sorted((norm for _, norm in self._norms), reverse=True)[max(room, 1) - 1]
        return [row for row in self._norms if row[1] >= least][: max(room, 1)]

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw name, bar and norm of each layer."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self.font()
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        colors = theme.colors()
        line = metrics.height() + 2
        shown = self._shown(int(self.height() / line))
        names = max((metrics.horizontalAdvance(name) for name, _ in shown), default=0.0)
        names = min(names + 2 * theme.SPACE, self.width() * 0.5)
        numbers = metrics.horizontalAdvance("00.0000") + theme.SPACE
        largest = max((norm for _, norm in shown), default=1.0) or 1.0
        for place, (name, norm) in enumerate(shown):
            top = place * line
            painter.setPen(QColor(colors.muted if self.isEnabled() else colors.disabled))
            elided = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, names - theme.SPACE)
            painter.drawText(QRectF(0, top, names, line), Qt.AlignmentFlag.AlignVCenter, elided)
            right = QRectF(self.width() - numbers, top, numbers, line)
            painter.drawText(right, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, digits(norm))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.accent if self.isEnabled() else colors.faint))
            width = max(self.width() - names - numbers, 0.0) * norm / largest
            painter.drawRoundedRect(QRectF(names, top + line * 0.22, width, line * 0.56), 2, 2)


class GradientStation(Station):
    """How long the gradient is, layer by layer, and what it says of one weight."""

    another_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(5, "Gradient", "Backpropagation: how the loss changes with each weight of the network")
        self._numbers: list[str] = []
        self.norm = figures_label("loopGradientNorm", bold=True, wrap=True)
        self.bars = NormBars()
        self.weight = figures_label("loopWeightGradient", wrap=True)
        self.another = QPushButton("Watch another")
        self.another.setObjectName("loopAnotherWeight")
        self.another.setToolTip("Watch the weight that has the largest gradient in the next iteration")
        self.another.clicked.connect(self.another_wanted)
        self.body.addWidget(self.norm)
        self.body.addWidget(self.bars, 1)
        row = QHBoxLayout()
        row.addWidget(self.weight, 1)
        row.addWidget(self.another)
        self.body.addLayout(row)

    def show_iteration(self, iteration: Iteration) -> None:
        """Show the norms and the gradient of the weight that is watched."""
        step = iteration.step
        self.norm.setText(f"Norm of the whole gradient: {digits(iteration.gradient_norm)}")
        self.bars.show_norms(iteration.layer_norms)
        self.weight.setText(f"{step.place}: {digits(step.gradient, WEIGHT_DECIMALS)}")
        self._numbers = [
            f"gradient norm\t{digits(iteration.gradient_norm)}",
            *self.bars.lines(),
            f"gradient of {step.place}\t{digits(step.gradient, WEIGHT_DECIMALS)}",
        ]

    def clear(self) -> None:
        """No gradient yet."""
        self.norm.clear()
        self.weight.clear()
        self.bars.show_norms(())
        self._numbers = []

    def lines(self) -> list[str]:
        """All norms and the one gradient."""
        return self._numbers


class StepLine(QWidget):
    """A line with the weight before, an arrow along the step, and the weight after."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._step: WeightStep | None = None
        theme.signals().changed.connect(self.update)

    def show_step(self, step: WeightStep | None) -> None:
        """Show a step, or none."""
        self._step = step
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line; the step has a third of it. Where there is no room for it, the digits are enough."""
        step = self._step
        if step is None or self.height() < 2 * self.fontMetrics().height():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = theme.colors()
        middle, width = self.height() / 2, float(self.width())
        grows = step.after >= step.before
        start, end = (width / 3, width * 2 / 3) if grows else (width * 2 / 3, width / 3)
        if step.after == step.before:
            start = end = width / 2
        painter.setPen(QPen(QColor(colors.border), 1))
        painter.drawLine(QPointF(0, middle), QPointF(width, middle))
        accent = QColor(colors.accent if self.isEnabled() else colors.disabled)
        painter.setPen(QPen(accent, 2))
        painter.drawLine(QPointF(start, middle), QPointF(end, middle))
        painter.setBrush(accent)
        side = 5.0 if grows else -5.0
        if start != end:
            head = [QPointF(end, middle), QPointF(end - 2 * side, middle - 5), QPointF(end - 2 * side, middle + 5)]
            painter.drawPolygon(QPolygonF(head))
        painter.setPen(QPen(accent, 2))
        painter.setBrush(QColor(colors.panel))
        painter.drawEllipse(QPointF(start, middle), 4, 4)
        painter.setFont(self.font())
        painter.setPen(QColor(colors.muted))
        line = QFontMetricsF(painter.font()).height()
        for x, text in ((start, "W₁"), (end, "W₂")):
            room = QRectF(x - width / 6, middle - line - 6, width / 3, line)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)


class UpdateStation(Station):
    """W2 = W1 - gradient * learning rate, for the weight that is watched."""

    def __init__(self) -> None:
        super().__init__(6, "Update", "Every weight moves a little against its gradient; one of them is written out")
        self._numbers: list[str] = []
        self.rule = figures_label("loopUpdateRule", wrap=True)
        self.rule.setText("W₂ = W₁ − gradient × rate")
        self.formula = figures_label("loopUpdate", bold=True, wrap=True)
        self.line = StepLine()
        self.place = figures_label("loopWeightName", role="muted", wrap=True)
        self.body.addWidget(self.rule)
        self.body.addWidget(self.formula)
        self.body.addWidget(self.line, 1)
        self.body.addWidget(self.place)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, the digits have it."""
        super().resizeEvent(event)
        lines = self.height() / self.fontMetrics().height()
        self.rule.setVisible(lines >= LINES_FOR_RULE)

    def show_iteration(self, iteration: Iteration) -> None:
        """Write the update out."""
        step = iteration.step
        before, after = (digits(value, WEIGHT_DECIMALS) for value in (step.before, step.after))
        gradient = factor(step.gradient, WEIGHT_DECIMALS)
        self.formula.setText(f"{before} − {gradient} × {step.learning_rate:g} = {after}")
        self.place.setText(f"W is {step.place}")
        self.line.show_step(step)
        self._numbers = [
            f"weight\t{step.place}",
            f"before\t{before}",
            f"gradient\t{digits(step.gradient, WEIGHT_DECIMALS)}",
            f"learning rate\t{step.learning_rate:g}",
            f"after\t{after}",
        ]

    def clear(self) -> None:
        """No update yet."""
        self.formula.clear()
        self.place.clear()
        self.line.show_step(None)
        self._numbers = []

    def lines(self) -> list[str]:
        """The update."""
        return self._numbers
