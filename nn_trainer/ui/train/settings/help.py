"""The help on a hyperparameter as the form shows it, made from its row of the table."""

from __future__ import annotations

from html import escape

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent, QTextDocument
from PySide6.QtWidgets import QLabel, QSizePolicy

from nn_trainer.engine.hyperparameters import Hyperparameter, Value


def value_text(row: Hyperparameter, value: Value) -> str:
    """A value as its box shows it: shares in percent, no digits that say nothing."""
    if isinstance(value, float):
        share = f"{100 * value:g} %"
        return share if is_share(row) else np.format_float_positional(value, trim="-")
    return f"{value:,}" if isinstance(value, int) else value


def is_share(row: Hyperparameter) -> bool:
    """Whether a hyperparameter is a share of something, shown in percent: it begins at 0 and ends below 1."""
    return isinstance(row.default, float) and row.minimum == 0 and row.maximum is not None and row.maximum < 1


def range_text(row: Hyperparameter) -> str:
    """The values that a hyperparameter may take, as its box shows them."""
    if row.minimum is None or row.maximum is None:
        return row.range_text
    kind = type(row.default)
    low, high = (value_text(row, kind(bound)) for bound in (row.minimum, row.maximum))
    return f"{low} to {high}{' ' + row.unit if row.unit else ''}"


def short_help(row: Hyperparameter) -> str:
    """In rich text what it does, its range and its default."""
    return (
        f"<p style='margin:0 0 4px 0'><b>{escape(row.label)}</b></p>"
        f"<p style='margin:0 0 4px 0'>{escape(row.does)}</p>"
        f"<p style='margin:0'>Range: {escape(range_text(row))}. Default: {value_text(row, row.default)}.</p>"
    )


def full_help(row: Hyperparameter) -> str:
    """In rich text all that the table knows: also when to change it and what one sees if it is wrong."""
    return (
        f"{short_help(row)}"
        f"<p style='margin:4px 0 0 0'><b>When to change it:</b> {escape(row.change)}</p>"
        f"<p style='margin:4px 0 0 0'><b>If it is wrong:</b> {escape(row.wrong)}</p>"
    )


class SettingHelp(QLabel):
    """The help on one hyperparameter, as much of it as there is room for: all, the short form, or nothing."""

    def __init__(self, invitation: str) -> None:
        super().__init__(wordWrap=True, textFormat=Qt.TextFormat.RichText)
        self.setProperty("role", "muted")
        self.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._forms: tuple[str, ...] = (invitation,)

    def show_row(self, row: Hyperparameter) -> None:
        """Show the help on a row of the table."""
        self._forms = full_help(row), short_help(row)
        self._choose()

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
