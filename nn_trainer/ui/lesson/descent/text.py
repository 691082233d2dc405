"""What step 3 says in words and digits, and the table that compares two gradients."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from nn_trainer.engine.inspection import GradientCheck
from nn_trainer.engine.lesson.landscape import Point
from nn_trainer.i18n import _
from nn_trainer.models.lesson_subject import LessonSubject
from nn_trainer.ui.lesson.descent.plot import DescentView
from nn_trainer.ui.lesson.parts.worked import decimals_of, given, worked
from nn_trainer.ui.theme import theme
from nn_trainer.wording import MINUS, fixed, in_brackets

DECIMALS = 6  # of losses, slopes and results
OPERAND_DECIMALS = 8  # so that the result comes out of them; and nearly always the same, so that nothing jumps
BOWL_DECIMALS = 4  # the textbook's numbers are short


def slope_text(point: Point, run: float | None) -> str:
    """The slope as rise over run, or both slopes."""
    if run is None:
        slopes = "   ".join(fixed(gradient, DECIMALS) for gradient in point.gradients)
        return _("slopes:  {slopes}").format(slopes=slopes)
    gradient = point.gradients[0]
    shown = worked(lambda rise, run: rise / run, (gradient * run, given(run)), DECIMALS + 1, DECIMALS)
    rise, across = shown.operands
    return _("slope = rise / run = {rise} / {run} = {slope}").format(rise=rise, run=across, slope=shown.result)


def update_text(point: Point, rate: float, *, is_bowl: bool = False) -> str:
    """W2 = W1 - gradient * learning rate, with the digits, a line for each weight."""
    decimals, result = (BOWL_DECIMALS, BOWL_DECIMALS) if is_bowl else (OPERAND_DECIMALS, DECIMALS)
    heads = [_("W₂ = W₁ {minus} gradient × rate")]
    if len(point.weights) == 2:
        heads = [_("first weight: W₂"), _("second weight: W₂")]
    lines = []
    for weight, gradient, head in zip(point.weights, point.gradients, heads, strict=True):
        shown = worked(lambda w, g, r: w - g * r, (weight, gradient, given(rate)), decimals, result)
        before, slope, factor = shown.operands
        left = head.format(minus=MINUS)
        lines.append(f"{left} = {before} {MINUS} {in_brackets(slope)} × {factor} = {shown.result}")
    return "\n".join(lines)


def step_note(points: Sequence[Point], rate: float, view: DescentView | None, subject: LessonSubject | None) -> str:
    """What the sign says, and what the last step did."""
    here = points[-1]
    if len(points) > 1:
        parts = [_last_step(points[-2], here)]
    else:
        parts = [_("loss {loss}.").format(loss=fixed(here.loss, DECIMALS))]
    if len(here.gradients) == 1:
        gradient = here.gradients[0]
        if gradient == 0:
            parts.append(_("The slope is zero: no step, at any rate."))
        elif gradient < 0:
            parts.append(_("The slope is negative: the loss falls to the right, so the weight grows."))
        else:
            parts.append(_("The slope is positive: the loss falls to the left, so the weight shrinks."))
    if len(points) == 1:
        if view is not None and not view.weights[0] <= view.next_weight <= view.weights[-1]:
            parts.append(_("At this rate the step leaves the picture."))
        elif subject is not None:
            everyday = _("Training this network moves all its weights at once, at a rate of {rate}.")
            parts.append(everyday.format(rate=f"{subject.config.learning_rate:g}"))
    return " ".join(parts)


def _last_step(before: Point, here: Point) -> str:
    """The loss, and how it came from the one before."""
    change = here.loss - before.loss
    places = decimals_of(change, DECIMALS)
    shown = worked(lambda a, b: abs(b - a), (before.loss, here.loss), places, places)
    earlier, loss = shown.operands
    if change > 0:
        text = _(
            "loss {loss}. The last step overshot: the loss rose from {before}, by {change}. A smaller rate would not."
        )
    elif crossed(before, here):
        text = _(
            "loss {loss}, {change} less than {before}. The last step went past the bottom: the slope changed its sign."
        )
    else:
        text = _("loss {loss}. The last step lowered it from {before}, by {change}.")
    return text.format(loss=loss, before=earlier, change=shown.result)


def crossed(before: Point, here: Point) -> bool:
    """Whether a step went past the bottom; one that ends on it did not."""
    return any(a * b < 0 for a, b in zip(here.gradients, before.gradients, strict=True))


SLOPE_DECIMALS = 10
LOSS_DECIMALS = 12  # at least: as many as it takes to get all those of the slope


def check_rows(check: GradientCheck) -> list[tuple[str, str, str, str]]:
    """(width, loss left, loss right, slope) of each difference, as text."""
    rows = []
    for difference in check.differences:
        operands = difference.loss_left, difference.loss_right, given(difference.width)
        shown = worked(lambda a, b, h: (b - a) / (2 * h), operands, LOSS_DECIMALS, SLOPE_DECIMALS)
        left, right, _width = shown.operands
        rows.append((f"{difference.width:g}", left, right, shown.result))
    return rows


def backpropagated(check: GradientCheck) -> str:
    """The slope that backpropagation found, to be compared with the others."""
    return fixed(check.backpropagation, SLOPE_DECIMALS)


def check_html(check: GradientCheck) -> str:
    """A table for a label."""
    color = theme.colors().ok
    by_backpropagation = backpropagated(check)
    titles = _("width h"), _("loss at W − h"), _("loss at W + h"), _("rise / run, the run is 2 h")
    lines = ["".join(_cell(title) for title in titles)]
    for width, left, right, slope in check_rows(check):
        same = _common(slope, by_backpropagation)
        marked = f'<b style="color:{color}">{escape(slope[:same])}</b>{escape(slope[same:])}'  # not shown: markup
        cells = [_cell(width), _cell(left), _cell(right), f"<td>{marked}</td>"]  # not shown: markup
        lines.append("".join(cells))
    words, right = escape(_("backpropagation")), escape(by_backpropagation)
    lines.append(f'<td colspan="3">{words}</td><td><b>{right}</b></td>')  # not shown: markup
    rows = "".join(f"<tr>{line}</tr>" for line in lines)  # not shown: markup
    return f"<table cellspacing=0 cellpadding=1>{rows}</table>"  # not shown: markup


def _cell(text: str) -> str:
    return f"<td>{escape(text)}&nbsp;&nbsp;</td>"  # not shown: markup


def _common(one: str, other: str) -> int:
    """How many characters both begin with."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
