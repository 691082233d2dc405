"""The question of step 2: the loss of an image that stands nowhere else, either way."""

from __future__ import annotations

import numpy as np

from nn_trainer.engine.lesson.formulas import OneSample
from nn_trainer.i18n import _
from nn_trainer.ui.lesson.loss.loss_of_image import MSE
from nn_trainer.ui.lesson.parts.answers import NO_NUMBER, is_close, read_number
from nn_trainer.ui.lesson.step import Feedback
from nn_trainer.wording import fixed

ASKED = OneSample(np.array([0.0, 1.0, 0.0]), np.array([0.20, 0.70, 0.10]))
ASKED_P = fixed(float(ASKED.predicted[int(ASKED.y.argmax())]), 2)


def question_about(loss: str) -> str:
    """What is asked for, with the numbers that it takes."""
    if loss == MSE:
        y = ", ".join(fixed(v, 0) for v in ASKED.y)
        p = ", ".join(fixed(v, 2) for v in ASKED.predicted)
        return _("Another image has y = {y} and y' = {p}. What is its SSE?").format(y=y, p=p)
    return _(
        "The true class of another image gets y' = {p}. What is its cross-entropy? ln is the natural logarithm."
    ).format(p=ASKED_P)


def check_answer(loss: str, answer: str) -> Feedback:
    """Compare with the value of the engine's formula; a wrong answer gets the hint that belongs to it."""
    given = read_number(answer)
    if given is None:
        return Feedback(False, NO_NUMBER)
    return _check_sse(given) if loss == MSE else _check_cross_entropy(given)


def _check_sse(given: float) -> Feedback:
    right = ASKED.sse
    if is_close(given, right, 4):
        terms = " + ".join(fixed(square) for square in ASKED.squares)
        return Feedback(True, f"{terms} = {fixed(right)}.")
    unsquared = (float(ASKED.differences.sum()), float(np.abs(ASKED.differences).sum()))
    if any(is_close(given, wrong, 4) for wrong in unsquared):
        return Feedback(False, _("Square each difference before you add."))
    if is_close(given, right / len(ASKED.y), 4):
        return Feedback(False, _("SSE is the sum; do not divide by the number of classes."))
    return Feedback(False, _("Take y − y' for each class, square each of them, then add the squares."))


def _check_cross_entropy(given: float) -> Feedback:
    right = ASKED.cross_entropy
    if is_close(given, right, 2):
        why = _("−ln {p} = {loss}. The y of the other classes is 0, so they add nothing.")
        return Feedback(True, why.format(p=ASKED_P, loss=fixed(right)))
    if is_close(-given, right, 2):
        return Feedback(False, _("The logarithm of a number below 1 is negative: the loss is minus that."))
    if is_close(given, right / np.log(10), 2):
        return Feedback(False, _("That is the logarithm to base 10. Take the natural one, which calculators call ln."))
    return Feedback(False, _("Only the true class counts: minus the natural logarithm (ln) of its y'."))
