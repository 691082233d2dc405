"""What step 3 shows: one of three pictures, the numbers below it, and the question about them."""

from __future__ import annotations

from PySide6.QtCore import Slot

from nn_trainer.engine.inspection import GradientCheck
from nn_trainer.engine.lesson.formulas import Bowl
from nn_trainer.engine.lesson.landscape import Landscape
from nn_trainer.models.lesson_subject import LessonSubject
from nn_trainer.ui.lesson.descent import views
from nn_trainer.ui.lesson.descent.jobs import CurveMade, SurfaceMade
from nn_trainer.ui.lesson.descent.page import BOWL, ONE, TWO, DescentPage
from nn_trainer.ui.lesson.descent.text import check_html, direction_answer, slope_text, step_note, update_text
from nn_trainer.ui.lesson.descent.views import Walk
from nn_trainer.ui.lesson.step import Feedback
from nn_trainer.ui.theme import theme
from nn_trainer.wording import fixed, plain


class DescentPictures(DescentPage):
    """Each of the three pictures has its own way and its own learning rate; what moves them is the step's."""

    def __init__(self) -> None:
        super().__init__()
        self._subject: LessonSubject | None = None
        self._made: dict[int, CurveMade | SurfaceMade] = {}  # the pictures of the chosen weight that are there
        self._bowl = Bowl()
        bowl = Walk([views.bowl_point(self._bowl, views.BOWL_START)], views.BOWL_RATE)
        self._walks = {ONE: Walk(), BOWL: bowl, TWO: Walk()}
        self._check: GradientCheck | None = None
        theme.signals().changed.connect(self._show_check)

    def is_making(self) -> bool:
        """Whether a picture is being computed."""
        raise NotImplementedError

    @property
    def mode(self) -> int:
        """ONE, BOWL or TWO."""
        return self.which.current

    @property
    def walk(self) -> Walk:
        """That of the picture at hand."""
        return self._walks[self.mode]

    @property
    def landscape(self) -> Landscape | None:
        """What the picture at hand is made of; None for the bowl, and while it is computed."""
        made = self._made.get(self.mode)
        return made.landscape if made is not None else None

    @Slot()
    def _show_check(self) -> None:
        self.checked.setVisible(self._check is not None)
        if self._check is not None:
            self.checked.setText(check_html(self._check))

    def _show(self) -> None:
        """Bring everything up to date."""
        self._check = None
        self._show_check()
        self.show_mode(self.mode, ready=self.walk.here is not None)
        self.rate.set_rate(self.walk.rate)
        made, walk = self._made.get(ONE), self.walk
        if self.mode == BOWL:
            self.plot.show_view(views.bowl_view(self._bowl, walk))
        elif self.mode == ONE:
            there = isinstance(made, CurveMade) and walk.here is not None
            self.plot.show_view(views.curve_view(made, walk) if there else None)  # type: ignore[arg-type]
        self._show_map()
        self._write()
        self.question_changed.emit()

    def _show_map(self) -> None:
        made, walk = self._made.get(TWO), self._walks[TWO]
        there = isinstance(made, SurfaceMade) and walk.here is not None
        self.map.show_view(views.surface_view(made, walk) if there else None)  # type: ignore[arg-type]

    def _write(self) -> None:
        here, walk = self.walk.here, self.walk
        if here is None:
            self.slope.clear()
            self.update_.clear()
            self.note.setText("Computing the loss…" if self.is_making() else "")
            return
        view = self.plot.view if self.mode != TWO else None
        self.slope.setText(slope_text(here, view.run if view is not None else None))
        self.update_.setText(update_text(here, walk.rate, views.names_of(self.landscape)))
        self.note.setText(step_note(walk.points, walk.rate, view, self._subject if self.mode == ONE else None))

    def question(self) -> str:
        """Which way the weight must go."""
        here = self.walk.here
        if here is None:
            return ""
        which = "first weight" if len(here.weights) > 1 else "weight"
        return (
            f"The gradient of the {which} here is {fixed(here.gradients[0], 6)}. For the loss to fall, must the "
            "weight grow or shrink?"
        )

    def check(self, answer: str) -> Feedback:
        """Compare with the sign of the gradient."""
        here = self.walk.here
        assert here is not None
        return direction_answer(answer, here.gradients[0])

    def copy_text(self) -> str:
        """The way, the formulas, the curve or the map, and the check."""
        lines = views.way_lines(self.walk, views.names_of(self.landscape))
        lines += [self.slope.text(), self.update_.text()]
        if self.mode != TWO and self.plot.view is not None:
            lines += views.curve_lines(self.plot.view)
        elif self.map.view is not None:
            lines += views.surface_lines(self.map.view)
        if self._check is not None:
            lines += views.check_lines(self._check)
        return plain("\n".join(lines))
