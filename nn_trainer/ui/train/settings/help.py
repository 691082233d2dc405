"""The help on a hyperparameter as the form shows it, made from its row of the table."""

from __future__ import annotations

from html import escape

import numpy as np
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QResizeEvent, QTextDocument
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from nn_trainer.engine.hyperparameter import Hyperparameter, Value
from nn_trainer.i18n import _
from nn_trainer.ui.theme import theme
from nn_trainer.wording import number


def value_text(row: Hyperparameter, value: Value) -> str:
    """A value as its box shows it: shares in percent, no digits that say nothing."""
    if isinstance(value, float):
        share = f"{100 * value:g} %"
        return share if is_share(row) else np.format_float_positional(value, trim="-")
    return number(value) if isinstance(value, int) else value


def is_share(row: Hyperparameter) -> bool:
    """Whether a hyperparameter is a share of something, shown in percent: it begins at 0 and ends below 1."""
    return isinstance(row.default, float) and row.minimum == 0 and row.maximum is not None and row.maximum < 1


def range_text(row: Hyperparameter) -> str:
    """The values that a hyperparameter may take, as its box shows them."""
    if row.minimum is None or row.maximum is None:
        return row.range_text
    kind = type(row.default)
    low, high = (value_text(row, kind(bound)) for bound in (row.minimum, row.maximum))
    if not row.unit:
        return _("{low} to {high}").format(low=low, high=high)
    return _("{low} to {high} {unit}").format(low=low, high=high, unit=row.unit)


def short_help(row: Hyperparameter) -> str:
    """In rich text what it does, its range and its default."""
    span = _("Range: {range}. Default: {default}.").format(range=range_text(row), default=value_text(row, row.default))
    return (
        f"<p style='margin:0 0 4px 0'><b>{escape(row.label)}</b></p>"  # not shown
        f"<p style='margin:0 0 4px 0'>{escape(row.does)}</p>"  # not shown
        f"<p style='margin:0'>{escape(span)}</p>"  # not shown
    )


def full_help(row: Hyperparameter) -> str:
    """In rich text all that the table knows: also when to change it and what one sees if it is wrong."""
    change, wrong = _("When to change it:"), _("If it is wrong:")
    return (
        f"{short_help(row)}"
        f"<p style='margin:4px 0 0 0'><b>{escape(change)}</b> {escape(row.change)}</p>"  # not shown
        f"<p style='margin:4px 0 0 0'><b>{escape(wrong)}</b> {escape(row.wrong)}</p>"  # not shown
    )


class SettingHelp(QLabel):
    """The help on one hyperparameter, as much of it as there is room for: all, the short form, or nothing."""

    def __init__(self, invitation: str) -> None:
        super().__init__(wordWrap=True, textFormat=Qt.TextFormat.RichText)
        self.setProperty("role", "muted")
        self.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._forms: tuple[str, ...] = (invitation,)

    def show_row(self, row: Hyperparameter) -> bool:
        """Show the help on a row of the table; False if there is no room for any of it."""
        self._forms = full_help(row), short_help(row)
        self._choose()
        return bool(self.text())

    def minimumSizeHint(self) -> QSize:
        """It gives way to everything else."""
        return QSize(0, 0)

    def hasHeightForWidth(self) -> bool:
        """It takes the room that is left, whatever its text needs."""
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say more or less."""
        super().resizeEvent(event)
        self._choose()

    def _choose(self) -> None:
        self.setText(next((form for form in self._forms if self._height_of(form) <= self.height()), ""))

    def _height_of(self, text: str) -> float:
        document = QTextDocument()
        document.setDocumentMargin(0)
        document.setDefaultFont(self.font())
        document.setHtml(text)
        document.setTextWidth(self.width())
        return document.size().height()


class HelpBubble(QLabel):
    """The help on a setting beside the form, over what stands there; for a window in which it has no room below."""

    WIDTH = 80  # in steps of space, at least
    LETTERS = 48  # on a line, where there is room

    def __init__(self, panel: QWidget) -> None:
        super().__init__(panel, wordWrap=True, textFormat=Qt.TextFormat.RichText)
        self._panel = panel
        self.setObjectName("settingHelpBubble")
        self.setProperty("role", "bubble")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def show_row(self, row: Hyperparameter, box: QWidget) -> None:
        """Show the help on a row of the table at the height of its box."""
        window = self._panel.window()
        self.setParent(window)
        corner = self._panel.mapTo(window, QPoint(0, 0))
        self._take_room(row, window, corner.x())
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            x = corner.x() + self._panel.width() + theme.SPACE
        else:
            x = corner.x() - self.width() - theme.SPACE
        lowest = window.height() - self.height() - theme.SPACE
        y = min(box.mapTo(window, QPoint(0, 0)).y(), lowest)
        self.move(x, max(y, 0))
        self.raise_()
        self.show()

    def _take_room(self, row: Hyperparameter, window: QWidget, left: int) -> None:
        """Be wide enough for the letters, and say less where all of it would be higher than the window."""
        mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        room = (window.width() - left - self._panel.width() if mirrored else left) - 2 * theme.SPACE
        letters = self.LETTERS * self.fontMetrics().averageCharWidth()
        self.setFixedWidth(max(self.WIDTH * theme.SPACE, min(letters, room)))
        for text in (full_help(row), short_help(row)):
            self.setText(text)
            self.setMinimumHeight(0)  # that of the text before would be kept
            self.setFixedHeight(self.heightForWidth(self.width()))
            if self.height() <= window.height():
                break
