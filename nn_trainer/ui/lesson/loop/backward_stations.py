"""The stations on the way from the loss back to the weights."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from nn_trainer.engine.lesson.training_loop import Iteration, WeightStep
from nn_trainer.i18n import _, ngettext
from nn_trainer.ui.lesson.loop.station import Station
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.text_labels import figures_label
from nn_trainer.wording import calculated, digits, exact, in_brackets, number, read

WEIGHT_DECIMALS = 6  # of the weight after an update; what it is computed from has two more
NORM_DECIMALS = 4  # of the whole gradient; those of the layers have one more
Norms = Sequence[tuple[str, float]]


def norm_text(norm: float) -> str:
    """The norm of a layer, as it is written everywhere."""
    return digits(norm, NORM_DECIMALS + 1)


def whole_norm(norms: Norms) -> str:
    """The norm of the whole gradient, from those of the layers as they are written."""
    return calculated(sum((read(norm_text(norm)) ** 2 for _layer, norm in norms), Decimal()).sqrt(), NORM_DECIMALS)


class NormBars(QWidget):
    """A bar for the gradient of each layer, as long as its norm."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("normBars")
        self.setAccessibleName(_("Gradient norm of each layer"))
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._norms: Norms = ()
        theme.signals().changed.connect(self.update)

    def show_norms(self, norms: Norms) -> None:
        """(layer, norm) from the first layer to the last."""
        self._norms = norms
        self.setAccessibleDescription("\n".join(self.lines()))
        self.update()

    def lines(self) -> list[str]:
        """The norms as text."""
        return [f"{layer}\t{norm_text(norm)}" for layer, norm in self._norms]

    def sizeHint(self) -> QSize:
        """Some rows; the layout decides."""
        return QSize(56 * theme.SPACE, 20 * theme.SPACE)

    def shown(self, room: int) -> Norms:
        """All if there is room for so many rows, else the largest, in the order of the layers, and the rest as one."""
        if len(self._norms) <= room:
            return self._norms
        by_size = sorted(self._norms, key=lambda row: -row[1])
        kept, rest = by_size[: max(room - 1, 0)], by_size[max(room - 1, 0) :]
        name = ngettext("{count} other layer", "{count} other layers", len(rest)).format(count=number(len(rest)))
        others = float(sum((read(norm_text(norm)) ** 2 for _layer, norm in rest), Decimal()).sqrt())
        return [*(row for row in self._norms if row in kept), (name, others)]

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw name, bar and norm of each layer."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self.font()
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        colors = theme.colors()
        line = metrics.height() + 2
        shown = self.shown(int(self.height() / line))
        names = max((metrics.horizontalAdvance(name) for name, _norm in shown), default=0.0)
        names = min(names + 2 * theme.SPACE, self.width() * 0.5)
        numbers = metrics.horizontalAdvance("00.00000") + theme.SPACE
        largest = max((norm for _, norm in shown), default=1.0) or 1.0
        for place, (name, norm) in enumerate(shown):
            top = place * line
            painter.setPen(QColor(colors.muted if self.isEnabled() else colors.disabled))
            elided = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, names - theme.SPACE)
            painter.drawText(QRectF(0, top, names, line), Qt.AlignmentFlag.AlignVCenter, elided)
            right = QRectF(self.width() - numbers, top, numbers, line)
            painter.drawText(right, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, norm_text(norm))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.accent if self.isEnabled() else colors.faint))
            width = max(self.width() - names - numbers, 0.0) * norm / largest
            painter.drawRoundedRect(QRectF(names, top + line * 0.22, width, line * 0.56), 2, 2)


class GradientStation(Station):
    """How long the gradient is, layer by layer, and what it says of one weight."""

    another_requested = Signal()

    def __init__(self) -> None:
        super().__init__(5, _("Gradient"), _("Backpropagation: how the loss changes with each weight of the network"))
        self._numbers: list[str] = []
        self.norm = figures_label("loopGradientNorm", _("Norm of the gradient"), bold=True, wrap=True)
        self.bars = NormBars()
        self.weight = figures_label("loopWeightGradient", _("Gradient of one weight"), wrap=True)
        self.another = QPushButton(_("Watch another"))
        self.another.setObjectName("loopAnotherWeight")
        self.another.setToolTip(_("Watch the weight that has the largest gradient in the next iteration"))
        self.another.clicked.connect(self.another_requested)
        self.body.addWidget(self.norm)
        self.add_pictures(self.bars)
        self.body.addWidget(self.weight)
        self.body.addWidget(self.another, 0, Qt.AlignmentFlag.AlignLeft)

    def fill(self, iteration: Iteration) -> None:
        """Show the norms and the gradient of the weight that is watched."""
        step, norm = iteration.step, whole_norm(iteration.layer_norms)
        self.norm.setText(_("Norm of the whole gradient: {norm}").format(norm=norm))
        self.bars.show_norms(iteration.layer_norms)
        gradient = digits(step.gradient, WEIGHT_DECIMALS + 2)
        self.weight.setText(f"{step.place}: {gradient}")
        self._numbers = [
            _("gradient norm\t{norm}").format(norm=norm),
            *self.bars.lines(),
            _("gradient of {weight}\t{gradient}").format(weight=step.place, gradient=gradient),
        ]

    def empty(self) -> None:
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
        self.setObjectName("loopStepLine")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # a number line
        self._step: WeightStep | None = None
        theme.signals().changed.connect(self.update)

    def show_step(self, step: WeightStep | None) -> None:
        """Show a step, or none."""
        self._step = step
        self.update()

    def sizeHint(self) -> QSize:
        """No more than it must have."""
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        """Room for the line and what is written above it."""
        return QSize(10 * theme.SPACE, 2 * self.fontMetrics().height() + 2 * theme.SPACE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the line; the step has a third of it."""
        step = self._step
        if step is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = theme.colors()
        middle, width = self.height() / 2 + self.fontMetrics().height() / 2, float(self.width())
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
        for x, text in ((start, "W₁"), (end, "W₂")):  # not shown in words
            room = QRectF(x - width / 6, middle - line - 6, width / 3, line)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)


class UpdateStation(Station):
    """W2 = W1 - gradient * learning rate, for the weight that is watched."""

    def __init__(self) -> None:
        super().__init__(
            6, _("Update"), _("Every weight moves a little against its gradient; one of them is written out")
        )
        self._numbers: list[str] = []
        self.rule = figures_label("loopUpdateRule", wrap=True)
        self.rule.setText(_("W₂ = W₁ − gradient × rate"))
        self.formula = figures_label("loopUpdate", _("Update of one weight"), bold=True, wrap=True)
        self.line = StepLine()
        self.place = figures_label("loopWeightName", _("Place of the weight"), role="muted", wrap=True)
        self.body.addWidget(self.rule)
        self.body.addWidget(self.formula)
        self.body.addWidget(self.line, 1)
        self.body.addWidget(self.place)

    def fill(self, iteration: Iteration) -> None:
        """Write the update out; see `wording.read`."""
        step = iteration.step
        before, gradient = (digits(value, WEIGHT_DECIMALS + 2) for value in (step.before, step.gradient))
        rate = exact(step.learning_rate)
        after = calculated(read(before) - read(gradient) * read(rate), WEIGHT_DECIMALS)
        self.formula.setText(f"{before} − {in_brackets(gradient)} × {rate} = {after}")
        self.place.setText(_("W is {weight}").format(weight=step.place))
        self.line.show_step(step)
        self._numbers = [
            _("weight\t{weight}").format(weight=step.place),
            _("before\t{value}").format(value=before),
            _("gradient\t{value}").format(value=gradient),
            _("learning rate\t{value}").format(value=rate),
            _("after\t{value}").format(value=after),
        ]

    def empty(self) -> None:
        """No update yet."""
        self.formula.clear()
        self.place.clear()
        self.line.show_step(None)
        self._numbers = []

    def lines(self) -> list[str]:
        """The update."""
        return self._numbers
