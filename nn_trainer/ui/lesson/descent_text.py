"""What step 3 says in words and digits."""

from __future__ import annotations

import math
from collections.abc import Sequence

from nn_trainer.engine.lesson.batch import Index
from nn_trainer.engine.lesson.formulas import updated
from nn_trainer.engine.lesson.landscape import Point
from nn_trainer.models.lesson_subject import LessonSubject
from nn_trainer.ui.lesson.descent_plot import DescentView
from nn_trainer.ui.lesson.numbers import MINUS, figure, fixed, in_brackets
from nn_trainer.ui.lesson.step import Feedback

GROW = {"grow", "grows", "larger", "increase", "up", "right", "more", "+"}
SHRINK = {"shrink", "shrinks", "smaller", "decrease", "down", "left", "less", "-", MINUS}


def weight_name(parameter: str, index: Index) -> str:
    """A weight as it is written in a formula."""
    return f"{parameter}[{', '.join(map(str, index))}]"


def decimals_for(rate: float) -> int:
    """How many decimals the gradient needs so that its product with the rate is right to six."""
    return 6 + max(0, math.ceil(math.log10(rate)))


def slope_text(point: Point, run: float | None) -> str:
    """The slope as rise over run, or both slopes."""
    if run is None:
        return "slopes:  " + "   ".join(fixed(gradient, 6) for gradient in point.gradients)
    gradient = point.gradients[0]
    rise = gradient * run
    return f"slope = rise / run = {fixed(rise, 7)} / {figure(run, 2)} = {fixed(gradient, 6)}"


def update_text(point: Point, rate: float, names: Sequence[str]) -> str:
    """W2 = W1 - gradient * learning rate, with the digits, a line for each weight."""
    lines = []
    digits = decimals_for(rate)
    for weight, gradient, name in zip(point.weights, point.gradients, names, strict=True):
        left = f"W₂ = W₁ {MINUS} gradient × rate" if len(names) == 1 else f"{name}:  W₂"
        slope = in_brackets(fixed(gradient, digits))
        after = fixed(updated(weight, gradient, rate), 6)
        lines.append(f"{left} = {fixed(weight, 6)} {MINUS} {slope} × {rate:g} = {after}")
    return "\n".join(lines)


def step_note(points: Sequence[Point], rate: float, view: DescentView | None, subject: LessonSubject | None) -> str:
    """What the sign says, and what the last step did."""
    here = points[-1]
    parts = [f"loss {fixed(here.loss, 6)}."]
    if len(here.gradients) == 1:
        gradient = here.gradients[0]
        if gradient == 0:
            parts.append("The slope is zero: no step, at any rate.")
        else:
            sign, way, side = ("negative", "grows", "right") if gradient < 0 else ("positive", "shrinks", "left")
            parts.append(f"The slope is {sign}: the loss falls to the {side}, so the weight {way}.")
    if len(points) > 1:
        change = here.loss - points[-2].loss
        crossed = any(a * b < 0 for a, b in zip(here.gradients, points[-2].gradients, strict=True))
        if change > 0:
            parts.append(f"The last step overshot: the loss rose by {figure(change)}. A smaller rate would not.")
        elif crossed:
            parts.append("The last step went past the bottom: the slope has changed its sign.")
        else:
            parts.append(f"The last step lowered the loss by {figure(-change)}.")
    elif view is not None and not view.weights[0] <= view.next_weight <= view.weights[-1]:
        parts.append("At this rate the step leaves the picture.")
    elif subject is not None:
        parts.append(
            f"Training this network moves all its weights at once, at a rate of {subject.config.learning_rate:g}."
        )
    return " ".join(parts)


def direction_answer(answer: str, gradient: float) -> Feedback:
    """Whether the weight must grow or shrink for the loss to fall."""
    words = set(answer.casefold().replace(",", " ").replace(".", " ").split())
    grows, shrinks = bool(words & GROW), bool(words & SHRINK)
    if grows == shrinks:
        return Feedback(False, "Answer with one word: grow, or shrink.")
    if gradient == 0:
        return Feedback(False, "The slope is zero here, so neither. Stand elsewhere and try again.")
    if grows == (gradient < 0):
        sign, side = (
            ("negative", "right, to larger weights") if gradient < 0 else ("positive", "left, to smaller weights")
        )
        return Feedback(
            True, f"The slope is {sign}, so the loss falls to the {side}: against the sign of the gradient."
        )
    return Feedback(False, "Look at the tangent: a positive slope climbs to the right. Go the way it falls.")
