"""The question how a folder is meant: its readings, the likeliest first, one of which is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from nn_trainer.data.layout.choice import AND
from nn_trainer.errors import ReadingSummary
from nn_trainer.i18n import _
from nn_trainer.ui.theme import theme
from nn_trainer.ui.widgets.text_labels import keep_font, set_tooltip

_MOST_NAMES = 100  # of classes in a tooltip


class ReadingRow(QFrame):
    """A radio button with a sentence that may take several lines; a click anywhere in it chooses it."""

    def __init__(self, reading: ReadingSummary, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.button = QRadioButton()
        self.button.setObjectName(f"reading-{reading.code}")
        self.button.setAccessibleName(reading.sentence)
        self._text = _wrapped()
        self._text.setText(reading.sentence)
        shown = ", ".join(reading.classes[:_MOST_NAMES])
        if len(reading.classes) > _MOST_NAMES:
            shown = _("{names}, …").format(names=shown)
        set_tooltip(self, _("All classes: {names}").format(names=shown))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE, 2 * theme.SPACE)
        layout.setSpacing(2 * theme.SPACE)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._text, 1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose it."""
        self.button.setFocus(Qt.FocusReason.MouseFocusReason)
        self.button.setChecked(True)
        event.accept()


class QuestionPage(QWidget):
    """Asks which reading of a folder is meant; Return takes the chosen one, Esc none."""

    chosen = Signal(str)  # the code of a reading
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("readingQuestion")
        self._title = _wrapped()
        self._title.setObjectName("readingTitle")
        keep_font(self._title, partial(theme.font, bold=True))
        self._explanation = _wrapped()
        self._group = QButtonGroup(self)
        self._rows: list[ReadingRow] = []
        self._codes: list[str] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(2 * theme.SPACE)
        use = QPushButton(_("Read it this way"))
        use.setObjectName("useReadingButton")
        use.setProperty("role", "primary")
        use.setToolTip(_("Open the folder by the chosen reading, and remember this for the folder (Return)"))
        use.clicked.connect(self._choose)
        cancel = QPushButton(_("Cancel"))
        cancel.setObjectName("cancelReadingButton")
        cancel.setToolTip(_("Leave the folder closed (Esc)"))
        cancel.clicked.connect(self.cancelled)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * theme.SPACE)
        for widget in (self._title, self._explanation):
            layout.addWidget(widget)
        layout.addLayout(self._list)
        for button in (use, cancel):
            layout.addWidget(button)
        layout.addStretch(1)

    def ask(self, folder: str, readings: Sequence[ReadingSummary], chosen: str | None = None) -> None:
        """Show the readings of a folder; `chosen` is the code of the one that was taken before."""
        self._title.setText(_("How is the folder {folder} to be read?").format(folder=folder))
        set_tooltip(self._title, folder)
        if len(readings) > 1:
            self._explanation.setText(
                _("It can be read in more than one way. Choose what is meant; this is remembered for the folder.")
            )
        else:
            self._explanation.setText(
                _("Its folders do not say of which class an image is, but it can be read like this. Is it meant so?")
            )
        for row in self._rows:
            self._group.removeButton(row.button)
            row.setParent(None)
            row.deleteLater()
        self._codes = [reading.code for reading in readings]
        self._rows = [ReadingRow(reading) for reading in readings]
        for number, row in enumerate(self._rows):
            self._group.addButton(row.button, number)
            self._list.addWidget(row)
        taken = [number for number, code in enumerate(self._codes) if f"{chosen}{AND}".startswith(f"{code}{AND}")]
        start = taken[0] if taken else 0
        self._rows[start].button.setChecked(True)

    def take_focus(self) -> None:
        """Let the keyboard choose at once."""
        self._rows[max(0, self._group.checkedId())].button.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return takes the chosen reading, Esc none."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _choose(self) -> None:
        self.chosen.emit(self._codes[self._group.checkedId()])


def _wrapped() -> QLabel:
    """A label for names and sentences that hold them, in as many lines as it takes, as narrow as it must be."""
    label = QLabel(wordWrap=True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    label.setSizePolicy(policy)
    return label
