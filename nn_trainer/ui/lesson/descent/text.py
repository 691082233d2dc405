"""What step 3 says in words and digits, and the table that compares two gradients."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from nn_trainer.engine.inspection import GradientCheck, Index
from nn_trainer.engine.lesson.formulas import updated
from nn_trainer.engine.lesson.landscape import Point
from nn_trainer.models.lesson_subject import LessonSubject
from nn_trainer.ui.lesson.descent.plot import DescentView
from nn_trainer.ui.lesson.step import Feedback
from nn_trainer.ui.theme import theme
from nn_trainer.wording import MINUS, figure, fixed, in_brackets

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


DIGITS = 12  # decimals


def check_rows(check: GradientCheck) -> list[tuple[str, str, str, str]]:
    """(width, loss left, loss right, slope) of each difference, as text."""
    return [
        (f"{d.width:g}", fixed(d.loss_left, DIGITS), fixed(d.loss_right, DIGITS), fixed(d.slope, DIGITS))
        for d in check.differences
    ]


def check_html(check: GradientCheck) -> str:
    """A table for a label."""
    color = theme.colors().ok
    by_backpropagation = fixed(check.backpropagation, DIGITS)
    head = "".join(
        f"<td>{escape(t)}&nbsp;&nbsp;</td>" for t in ("width h", "loss at W − h", "loss at W + h", "rise / run")
    )
    rows = []
    for width, left, right, slope in check_rows(check):
        same = _common(slope, by_backpropagation)
        marked = f'<b style="color:{color}">{escape(slope[:same])}</b>{escape(slope[same:])}'
        cells = "".join(f"<td>{escape(text)}&nbsp;&nbsp;</td>" for text in (width, left, right))
        rows.append(f"<tr>{cells}<td>{marked}</td></tr>")
    last = f'<tr><td colspan="3">backpropagation</td><td><b>{escape(by_backpropagation)}</b></td></tr>'
    return f"<table cellspacing=0 cellpadding=1><tr>{head}</tr>{''.join(rows)}{last}</table>"


def _common(one: str, other: str) -> int:
    """How many characters both begin with."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
