"""A formula that can be marked and copied; it breaks between terms, within a bracket only where it is too long."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

BREAKS = (" = ", " + ", " − ", " × ")  # a line may begin with them, outside of brackets


class FormulaLabel(QLabel):
    """The text it gives has a line feed where a space was, wherever a line is full."""

    def __init__(self, name: str, description: str) -> None:
        super().__init__()
        self._formula = ""
        self.setObjectName(name)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # as formulas are written in every language
        self.setAccessibleName(description)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @property
    def formula(self) -> str:
        """The formula as it was given."""
        return self._formula

    def set_formula(self, text: str) -> None:
        """Show a formula; its own line feeds stay."""
        self._formula = text
        self._wrap()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fill the lines again."""
        super().resizeEvent(event)
        self._wrap()

    def changeEvent(self, event: QEvent) -> None:
        """A text of another size needs other lines."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._wrap()

    def _wrap(self) -> None:
        advance = self.fontMetrics().horizontalAdvance
        lines = []
        for line in self._formula.split("\n"):
            whole = ""
            for term in self._fitting(_terms(line)):
                if whole and advance(whole + term) > self.width():
                    lines.append(whole)
                    term = term.lstrip(" ")
                    whole = ""
                whole += term
            lines.append(whole)
        if "\n".join(lines) != self.text():
            self.setText("\n".join(lines))

    def _fitting(self, terms: list[str]) -> Iterator[str]:
        """Terms that fit into a line; a bracket that does not is parted, too."""
        for term in terms:
            if self.fontMetrics().horizontalAdvance(term.lstrip(" ")) <= self.width():
                yield term
            else:
                yield from _terms(term, "[]")


def _terms(line: str, brackets: str = "([)]") -> list[str]:
    """The parts of a line that stay whole; all but the first begin with the space that a line feed replaces."""
    parts, depth, start = [], 0, 0
    for place, character in enumerate(line):
        if character in brackets:
            depth += 1 if character in "([" else -1
        if depth == 0 and place > start and line.startswith(BREAKS, place):
            parts.append(line[start:place])
            start = place
    return [*parts, line[start:]]
