"""The parts of step 3: what is chosen above, the plot in the middle, the rate and the numbers below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout

from nn_trainer.ui.lesson.descent.plot import DescentPlot
from nn_trainer.ui.lesson.descent.rate_slider import RateSlider
from nn_trainer.ui.lesson.descent.surface_plot import SurfacePlot
from nn_trainer.ui.lesson.parts.buttons import Choice, tool_button
from nn_trainer.ui.lesson.parts.weight_chooser import WeightChooser
from nn_trainer.ui.lesson.step import LessonStep
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.labels import ElidedLabel, selectable

ONE, BOWL, TWO = range(3)


class DescentPage(LessonStep):
    """Lays them out and names them; what they do is the step's."""

    def __init__(self) -> None:
        super().__init__()
        self.which = Choice(
            (
                ("One weight", "lessonOneWeight", "The real loss of a real batch over one weight of your network"),
                ("Textbook bowl", "lessonBowl", "A convex loss: one valley, and every way down leads there"),
                ("Two weights", "lessonTwoWeights", "The loss as a landscape over two weights of your network"),
            )
        )
        self.losses = Choice(
            (
                ("Cross-entropy", "lessonDescentCrossEntropy", "Minus the logarithm of the true class's y'"),
                ("Squared errors", "lessonDescentSquaredErrors", "The mean of the SSEs of the batch"),
            )
        )
        self.batch_size = ElidedLabel()
        self.batch_size.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.batch_size.setProperty("role", "muted")
        self.chooser = WeightChooser("lesson")
        self.plot, self.map = DescentPlot(), SurfacePlot()
        self.plots = QStackedWidget()
        self.rate = RateSlider(0.1)
        self.step_button = QPushButton("&Step")
        self.reset_button = QPushButton("R&eset")
        self.check_button = QPushButton("Chec&k the gradient")
        self.wider = tool_button("2×", "lessonWider", "", "Show twice as much of the weight")
        self.narrower = tool_button("½×", "lessonNarrower", "", "Show half as much of the weight")
        self.hills = tool_button("Find hills", "lessonHills", "", "Look for two weights with more than one valley")
        self.slope = selectable("lessonSlope")
        self.update_ = selectable("lessonUpdate")
        self.note = selectable("lessonNote")
        self.checked = selectable("lessonCheck")
        self._name_parts()
        self._lay_out()

    def show_mode(self, mode: int, *, ready: bool) -> None:
        """Show what belongs to one of the three pictures; `ready` when there is something to step on."""
        for widget in (self.chooser, self.check_button, self.losses, self.batch_size, self.narrower, self.wider):
            widget.setVisible(mode != BOWL)
        self.hills.setVisible(mode == TWO)
        self.plots.setCurrentWidget(self.map if mode == TWO else self.plot)
        for button in (self.step_button, self.reset_button, self.check_button):
            button.setEnabled(ready)

    def _name_parts(self) -> None:
        for button, name, tip in (
            (self.step_button, "lessonStepButton", "Move by W₂ = W₁ − gradient × learning rate"),
            (self.reset_button, "lessonResetButton", "Go back to the weight that the network has"),
            (self.check_button, "lessonGradientCheckButton", "Compare backpropagation with finite differences"),
        ):
            button.setObjectName(name)
            button.setToolTip(tip)
        self.wider.setAccessibleName("Wider")
        self.narrower.setAccessibleName("Narrower")
        self.step_button.setProperty("role", "primary")
        self.note.setProperty("role", "muted")
        self.checked.setTextFormat(Qt.TextFormat.RichText)
        self.checked.hide()

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.setSpacing(2 * theme.SPACE)
        first.addWidget(self.which)
        for tool in (self.narrower, self.wider, self.hills):
            first.addWidget(tool)
        first.addWidget(self.batch_size, 1)
        first.addWidget(self.losses)
        self.plots.addWidget(self.plot)
        self.plots.addWidget(self.map)
        third = QHBoxLayout()
        third.setSpacing(2 * theme.SPACE)
        third.addWidget(self.rate, 1)
        for button in (self.step_button, self.reset_button, self.check_button):
            third.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * theme.SPACE)
        layout.addLayout(first)
        layout.addWidget(self.chooser)
        layout.addWidget(self.plots, 1)
        layout.addLayout(third)
        for label in (self.slope, self.update_, self.note, self.checked):
            layout.addWidget(label)
