"""The size of the text of the lesson, which a teacher can scale to project it."""

from __future__ import annotations

from PySide6.QtGui import QFont

from nn_trainer.ui.theme import theme

SIZES = (80, 90, 100, 110, 125, 150, 175, 200)  # per cent of the normal size
NORMAL = 100


def offered_size(percent: int) -> int:
    """The one of `SIZES` that comes nearest."""
    return min(SIZES, key=lambda size: abs(size - percent))


def next_size(percent: int, *, larger: bool) -> int:
    """The next of `SIZES` in a direction, or the last."""
    if larger:
        return next((size for size in SIZES if size > percent), SIZES[-1])
    return next((size for size in reversed(SIZES) if size < percent), SIZES[0])


def scaled(font: QFont, factor: float, *, bold: bool | None = None) -> QFont:
    """`font` in another size, with digits of one width."""
    result = QFont(font)
    result.setPointSizeF(font.pointSizeF() * factor)
    result.setFeature(QFont.Tag("tnum"), 1)
    if bold is not None:
        result.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return result


def text_size_sheet(percent: int) -> str:
    """A style sheet that scales the text of a widget and of all in it.

    A font that is set on the widget would not do: where the program has a style sheet, children do not inherit it.
    At the normal size there is none: each widget under a sheet of its own costs when the theme changes.
    """
    if percent == NORMAL:
        return ""
    normal, small, large = (theme.point_size(size) * percent / 100 for size in (theme.NORMAL, theme.SMALL, theme.LARGE))
    return (
        f"* {{ font-size: {normal:g}pt; }} "
        f'QLabel[role="heading"] {{ font-size: {small:g}pt; }} QLabel[role="title"] {{ font-size: {large:g}pt; }}'
    )
