"""The parts of step 3 and what they show: choices above, the plot in the middle, rate and numbers below."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from nn_trainer.i18n import _, ngettext
from nn_trainer.models.lesson_subject import LessonSubject
from nn_trainer.ui.lesson.descent import views
from nn_trainer.ui.lesson.descent.descent_state import BOWL, ONE, TWO, DescentState
from nn_trainer.ui.lesson.descent.plot import DescentPlot
from nn_trainer.ui.lesson.descent.rate_slider import RateSlider
from nn_trainer.ui.lesson.descent.surface_plot import SurfacePlot
from nn_trainer.ui.lesson.descent.text import check_html, slope_text, step_note, update_text
from nn_trainer.ui.lesson.parts.buttons import Choice, focus_kept, tool_button
from nn_trainer.ui.lesson.parts.formula_label import FormulaLabel
from nn_trainer.ui.lesson.parts.weight_chooser import WeightChooser
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.flow import FlowLayout
from nn_trainer.ui.widgets.text_labels import selectable
from nn_trainer.wording import error_message, number, progress_text

LOSS_NAMES = ("cross-entropy", "mse")  # in the order of the buttons


class DescentPage(QWidget):
    """Lays them out, names them and brings them up to date; what they do is the step's."""

    def __init__(self) -> None:
        super().__init__()
        self.which = Choice(
            (
                (
                    _("One weight"),
                    "lessonOneWeight",
                    _("The real loss of a batch over one weight of your network"),
                ),
                (_("Textbook bowl"), "lessonBowl", _("A convex loss: one valley, and every way down leads there")),
                (_("Two weights"), "lessonTwoWeights", _("The loss as a landscape over two weights of your network")),
            )
        )
        self.losses = Choice(
            (
                (_("Cross-entropy"), "lessonDescentCrossEntropy", _("Minus the logarithm of the true class's y'")),
                (_("Squared errors"), "lessonDescentSquaredErrors", _("The mean of the SSEs of the batch")),
            )
        )
        self.batch_size = QLabel()
        self.batch_size.setProperty("role", "muted")
        self.chooser = WeightChooser("lesson")
        self.plot, self.map = DescentPlot(), SurfacePlot()
        self.plots = QStackedWidget()
        self.rate = RateSlider(0.1)
        self.step_button = QPushButton(_("&Step"))
        self.reset_button = QPushButton(_("R&eset"))
        self.check_button = QPushButton(_("Chec&k the gradient"))
        self.wider = tool_button(_("Zoom out"), "lessonWider", "", _("Show twice as much of the weight"))
        self.narrower = tool_button(_("Zoom in"), "lessonNarrower", "", _("Show half as much of the weight"))
        self.hills = tool_button(
            _("Find hills"), "lessonHills", "", _("Look for two weights with more than one valley")
        )
        self.slope = FormulaLabel("lessonSlope", _("The slope, calculated"))
        self.update_ = FormulaLabel("lessonUpdate", _("The step, calculated"))
        self.note = selectable("lessonNote", _("What the slope and the last step say"))
        self.checked = selectable("lessonCheck", _("The gradient, found in two ways"))
        self._name_parts()
        self._lay_out()

    @property
    def loss(self) -> str:
        """The name of the loss that is looked at."""
        return LOSS_NAMES[self.losses.current]

    def show_batch_size(self, size: int) -> None:
        """Say how many images the loss is the mean of."""
        images = ngettext("batch of {n} image", "batch of {n} images", size)
        self.batch_size.setText(images.format(n=number(size)))

    def show_all(self, state: DescentState, subject: LessonSubject | None, *, busy: bool) -> None:
        """Bring everything up to date; `busy` while a picture is being computed."""
        with focus_kept(self, self.which.button):
            self._show_mode(state.mode, ready=state.path.here is not None)
        self.rate.set_rate(state.path.rate)
        if state.mode == BOWL:
            self.plot.show_view(views.bowl_view(state.bowl, state.path))
        elif state.mode == ONE:
            there = state.curve is not None and state.path.here is not None
            self.plot.show_view(views.curve_view(state.curve, state.path) if there else None)  # type: ignore[arg-type]
        self.show_check(state)
        self.show_rate(state, subject, busy=busy)

    def show_rate(self, state: DescentState, subject: LessonSubject | None, *, busy: bool) -> None:
        """Bring up to date what another learning rate changes: the arrows and the numbers."""
        self.plot.set_rate(state.path.rate)
        path = state.path_on(TWO)
        there = state.surface is not None and path.here is not None
        self.map.show_view(views.surface_view(state.surface, path) if there else None)  # type: ignore[arg-type]
        here = state.path.here
        if here is None:
            self.slope.set_formula("")
            self.update_.set_formula("")
            self.note.setText(_("Computing the loss…") if busy else "")
            return
        view = self.plot.view if state.mode != TWO else None
        self.slope.set_formula(slope_text(here, view.run if view is not None else None))
        self.update_.set_formula(update_text(here, state.path.rate, is_bowl=state.mode == BOWL))
        self.note.setText(step_note(state.path.points, state.path.rate, view, subject if state.mode == ONE else None))

    def show_check(self, state: DescentState) -> None:
        """Show the check of the gradient, if there is one."""
        self.checked.setVisible(state.check is not None)
        if state.check is not None:
            self.checked.setText(check_html(state.check))

    @Slot(int, int, str)
    def show_progress(self, done: int, total: int, what: str) -> None:
        """Say how far what is computed is."""
        self.note.setText(progress_text(done, total, what))

    @Slot(object)
    def show_error(self, error: Exception) -> None:
        """Say why there is no picture."""
        self.note.setText(error_message(error))

    def show_no_hills(self) -> None:
        """Say that hills were looked for, and there are none."""
        self.note.setText(_("No two of the weights that were tried have more than one valley. Try the other loss."))

    def copy_lines(self, state: DescentState) -> list[str]:
        """The path, the formulas, the curve or the map, and the check."""
        lines = views.path_lines(state.path, views.names_of(state.landscape))
        lines += [self.slope.formula, self.update_.formula]
        if state.mode != TWO and self.plot.view is not None:
            lines += views.curve_lines(self.plot.view)
        elif self.map.view is not None:
            lines += views.surface_lines(self.map.view)
        if state.check is not None:
            lines += views.check_lines(state.check)
        return lines

    def _show_mode(self, mode: int, *, ready: bool) -> None:
        """Show what belongs to one of the three pictures; `ready` when there is something to step on."""
        for widget in (self.chooser, self.check_button, self.losses, self.batch_size, self.narrower, self.wider):
            widget.setVisible(mode != BOWL)
        self.hills.setVisible(mode == TWO)
        self.plots.setCurrentWidget(self.map if mode == TWO else self.plot)
        for button in (self.step_button, self.reset_button, self.check_button):
            button.setEnabled(ready)

    def _name_parts(self) -> None:
        for button, name, tip in (
            (self.step_button, "lessonStepButton", _("Move by W₂ = W₁ − gradient × learning rate")),
            (self.reset_button, "lessonResetButton", _("Go back to the weight that the network has")),
            (self.check_button, "lessonGradientCheckButton", _("Compare backpropagation with finite differences")),
        ):
            button.setObjectName(name)
            button.setToolTip(tip)
        self.step_button.setProperty("role", "primary")
        self.note.setProperty("role", "muted")
        self.checked.setTextFormat(Qt.TextFormat.RichText)
        self.checked.hide()

    def _lay_out(self) -> None:
        first = FlowLayout(across=2 * theme.SPACE, down=theme.SPACE)
        for widget in (self.which, self.losses, self.narrower, self.wider, self.hills, self.batch_size):
            first.addWidget(widget)
        self.plots.addWidget(self.plot)
        self.plots.addWidget(self.map)
        third = FlowLayout(across=2 * theme.SPACE, down=theme.SPACE)
        third.addWidget(self.rate)
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
