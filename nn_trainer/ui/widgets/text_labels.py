"""Labels: of a fixed size, shortened to the room there is, or with text that can be selected."""

from __future__ import annotations

import html
from collections.abc import Callable

from PySide6.QtCore import QObject, QSize, Qt, Slot
from PySide6.QtGui import QAction, QFont, QFontDatabase, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QMessageBox, QSizePolicy, QWidget

from nn_trainer.i18n import _
from nn_trainer.ui.theme import theme


def fix_size(label: QLabel, widest: str) -> None:
    """Keep a label as large as its widest text needs, so that nothing moves when the text changes.

    A label whose size may change has the whole window laid out again at each text, which costs more than all curves.
    """
    metrics = QFontMetrics(label.font())
    label.setFixedSize(metrics.horizontalAdvance(widest) + 1, metrics.height())


def fixed_font() -> QFont:
    """The system's font in which all letters are of one width, as large as the user wants text to be."""
    result = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    result.setPointSizeF(result.pointSizeF() * theme.signals().text_size / theme.NORMAL_TEXT)
    return result


class _FontKeeper(QObject):
    """Gives its parent its font again when the size of all text changes."""

    def __init__(self, widget: QWidget, make: Callable[[], QFont], widest: str) -> None:
        super().__init__(widget)
        self._widget, self._make, self._widest = widget, make, widest
        theme.signals().changed.connect(self._refresh)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        self._widget.setFont(self._make())
        if self._widest and isinstance(self._widget, QLabel):
            fix_size(self._widget, self._widest)


def keep_font(widget: QWidget, make: Callable[[], QFont], widest: str = "") -> None:
    """Give a widget a font of its own, which follows the size of all text; with `widest`, keep a label that large."""
    _FontKeeper(widget, make, widest)


def plain_tooltip(text: str) -> str:
    """A text as a tooltip that shows it as it is: Qt takes a tooltip for HTML if it looks so, names of files too."""
    return f"<p>{html.escape(text, quote=False)}</p>".replace("\n", "<br>") if text else ""


def set_tooltip(widget: QWidget | QAction, text: str) -> None:
    """Give a tooltip that may hold names, of files or of classes; a long one is broken into lines."""
    widget.setToolTip(plain_tooltip(text))


def show_plainly(box: QMessageBox) -> None:
    """Have a message box show its texts as they are: Qt takes them for HTML if they look so, names of files too."""
    for label in box.findChildren(QLabel):
        label.setTextFormat(Qt.TextFormat.PlainText)


class NamedLabel(QLabel):
    """A label that a screen reader calls by what it is and what it says: with a mere name, nobody hears its text."""

    def __init__(self, what: str = "", text: str = "") -> None:
        super().__init__()
        self._what = what
        self.setText(text)

    def set_what(self, what: str) -> None:
        """Say what it is, such as "Predicted class"."""
        self._what = what
        self._name()

    def setText(self, text: str) -> None:
        """Show a text, and be called by it."""
        super().setText(text)
        self._name()

    def clear(self) -> None:
        """Show nothing."""
        self.setText("")

    def _name(self) -> None:
        if self._what:
            text = self.text()
            self.setAccessibleName(_("{what}: {text}").format(what=self._what, text=text) if text else self._what)


class ElidedLabel(NamedLabel):
    """One line; what does not fit is replaced by an ellipsis and stands in the tooltip."""

    def __init__(self, where: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> None:
        self._where = where
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_text(self, text: str, tooltip: str = "") -> None:
        """Show `text`; the tooltip says it in full unless another is given."""
        self.setText(text)
        set_tooltip(self, tooltip or text)

    def minimumSizeHint(self) -> QSize:
        """It can be as narrow as it must."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw as much of the text as fits."""
        room = self.contentsRect()
        text = self.fontMetrics().elidedText(self.text(), self._where, room.width())
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(room, int(self.alignment()), text)


def selectable(name: str, description: str = "") -> QLabel:
    """A label that wraps its text and lets the mouse select it; `description` is what it is called when focused."""
    label = NamedLabel(description)
    label.setObjectName(name)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def figures_label(
    name: str, description: str = "", *, role: str = "", bold: bool = False, wrap: bool = False
) -> QLabel:
    """A label for numbers that can be marked and copied; it needs a `description` if it can be without a text."""
    label = selectable(name, description)
    label.setWordWrap(wrap)
    label.setMinimumWidth(1)
    if bold:
        font = QFont()  # with a weight alone, so that the size stays that of the tab
        font.setWeight(QFont.Weight.DemiBold)
        label.setFont(font)
    if role:
        label.setProperty("role", role)
    return label
