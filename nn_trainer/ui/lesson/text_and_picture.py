"""How text and picture of the lesson share the width."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QSplitter, QVBoxLayout, QWidget

from nn_trainer.ui.theme import theme

AT_FIRST = (380, 864)  # pixels of text and picture
NARROWEST_TEXT = 240  # pixels
MOST_FOR_TEXT = 0.38  # of the width of the page


class TextAndPicture(QSplitter):
    """The text left, as wide as its size needs, and the picture right, which gets the rest."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setObjectName("lessonSplitter")
        self.setHandleWidth(3 * theme.SPACE)
        self.setChildrenCollapsible(False)

    def set_halves(self, text: QWidget, question: QWidget, tools: QLayout, picture: QWidget, origin: QLayout) -> None:
        """Take what stands in the two, from above; both stay in sight, text and picture grow."""
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(text, 1)
        left.addWidget(question)
        right.addLayout(tools)
        right.addWidget(picture, 1)
        right.addLayout(origin)
        for stretch, column in enumerate((left, right)):
            half = QWidget()
            half.setMinimumWidth(NARROWEST_TEXT if column is left else 0)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(2 * theme.SPACE)
            half.setLayout(column)
            self.addWidget(half)
            self.setStretchFactor(stretch, stretch)

    def share_room(self, percent: int) -> None:
        """Give a text of `percent` of the normal size the room it needs."""
        text = round(AT_FIRST[0] * percent / 100)
        whole = self.width() if self.isVisible() else sum(AT_FIRST)
        self.setSizes([text, whole - text])

    def bound_text(self, page_width: int) -> None:
        """Keep room for the picture beside the text, once the two have a size; `page_width` is in pixels."""
        text, picture = self.sizes()
        most = max(NARROWEST_TEXT, round(MOST_FOR_TEXT * page_width))
        if self.isVisible() and text > most:
            self.setSizes([most, text + picture - most])
