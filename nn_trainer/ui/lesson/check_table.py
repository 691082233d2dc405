"""Backpropagation and finite differences side by side, the digits that agree set off."""

from __future__ import annotations

from html import escape

from nn_trainer.engine.lesson.finite_differences import GradientCheck
from nn_trainer.ui import theme
from nn_trainer.ui.lesson.numbers import fixed

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
