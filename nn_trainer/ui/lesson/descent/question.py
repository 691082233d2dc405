"""The question of step 3: which way the weight must go for the loss to fall."""

from __future__ import annotations

from nn_trainer.engine.lesson.landscape import Point
from nn_trainer.i18n import _
from nn_trainer.ui.lesson.step import Feedback
from nn_trainer.wording import MINUS, fixed

GROW = {"+", *_("grow grows larger increase up right more").split()}  # what an answer may say
SHRINK = {"-", MINUS, *_("shrink shrinks smaller decrease down left less").split()}


def question_about(here: Point) -> str:
    """What is asked for where one stands; of two weights, for the first."""
    if len(here.weights) > 1:
        asked = _(
            "The gradient of the first weight here is {gradient}. For the loss to fall, must the weight grow or shrink?"
        )
    else:
        asked = _(
            "The gradient of the weight here is {gradient}. For the loss to fall, must the weight grow or shrink?"
        )
    return asked.format(gradient=fixed(here.gradients[0], 6))


def check_answer(answer: str, gradient: float) -> Feedback:
    """Compare with the sign of the gradient: the loss falls against it."""
    words = set(answer.casefold().replace(",", " ").replace(".", " ").split())
    grows, shrinks = bool(words & GROW), bool(words & SHRINK)
    if grows == shrinks:
        return Feedback(False, _("Answer with one word: grow, or shrink."))
    if gradient == 0:
        return Feedback(False, _("The slope is zero here, so neither. Stand elsewhere and try again."))
    if grows != (gradient < 0):
        return Feedback(False, _("Look at the tangent: a positive slope climbs to the right. Go the way it falls."))
    if gradient < 0:
        right = _(
            "The slope is negative, so the loss falls to the right, to larger weights: against the gradient's sign."
        )
    else:
        right = _(
            "The slope is positive, so the loss falls to the left, to smaller weights: against the gradient's sign."
        )
    return Feedback(True, right)
