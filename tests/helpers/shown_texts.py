"""Every text of a window as a person or a screen reader gets it: HTML rendered, the marks of shortcuts taken out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, Qt
from PySide6.QtGui import QAction, QTextDocument
from PySide6.QtGui import Qt as Gui
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QWidget,
)

ROWS = 60  # of a list that are looked at
ROLES = {
    Qt.ItemDataRole.DisplayRole: "cell",
    Qt.ItemDataRole.ToolTipRole: "tooltip of a cell",
    Qt.ItemDataRole.StatusTipRole: "status tip of a cell",
    Qt.ItemDataRole.AccessibleTextRole: "spoken text of a cell",
    Qt.ItemDataRole.AccessibleDescriptionRole: "spoken description of a cell",
}


@dataclass(frozen=True)
class Shown:
    """One text: where it is, what the program gave, and what is seen of it."""

    where: str
    given: str
    seen: str


def rendered(html: str) -> str:
    """What is seen of HTML."""
    document = QTextDocument()
    document.setHtml(html)
    return document.toPlainText()


def guessed(text: str) -> str:
    """What is seen of a text that Qt takes for HTML if it looks so."""
    return rendered(text) if Gui.mightBeRichText(text) else text


def without_mnemonics(text: str) -> str:
    """What is seen of a text in which & marks the letter of a shortcut."""
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


def texts_of(window: QWidget) -> Iterator[Shown]:
    """All texts of a window and of its menus, dialogs and lists, shown at the moment or not."""
    for widget in (window, *window.findChildren(QWidget)):
        name = f"{type(widget).__name__} {widget.objectName()}".strip()
        for where, given, seen in _of_widget(widget):
            if given:
                yield Shown(f"{where} of {name}", given, seen)
    for action in window.findChildren(QAction):
        yield Shown("action", action.text(), without_mnemonics(action.text()))
        yield Shown(f"tooltip of action {action.text()}", action.toolTip(), guessed(action.toolTip()))
        yield Shown(f"status tip of action {action.text()}", action.statusTip(), guessed(action.statusTip()))


def _of_widget(widget: QWidget) -> Iterator[tuple[str, str, str]]:
    yield "tooltip", widget.toolTip(), guessed(widget.toolTip())
    yield "what's this", widget.whatsThis(), guessed(widget.whatsThis())
    yield "status tip", widget.statusTip(), guessed(widget.statusTip())
    yield "name", widget.accessibleName(), widget.accessibleName()
    yield "description", widget.accessibleDescription(), widget.accessibleDescription()
    if widget.isWindow():
        title = widget.windowTitle()  # [*] is where Qt marks what is not saved; [*][*] is shown as it is
        yield "title", title, title.replace("[*][*]", "\0").replace("[*]", "").replace("\0", "[*]")
    yield from _of_kind(widget)


def _of_kind(widget: QWidget) -> Iterator[tuple[str, str, str]]:
    """What only widgets of its kind show."""
    match widget:
        case QLabel():
            yield "text", widget.text(), _of_label(widget)
        case QAbstractButton():
            yield "text", widget.text(), without_mnemonics(widget.text())
        case QTabBar():
            for index in range(widget.count()):
                yield "tab", widget.tabText(index), without_mnemonics(widget.tabText(index))
                yield "tooltip of a tab", widget.tabToolTip(index), guessed(widget.tabToolTip(index))
        case QLineEdit():
            yield "text", widget.text(), widget.text()
            yield "text of an empty field", widget.placeholderText(), widget.placeholderText()
        case QTextEdit() | QPlainTextEdit():
            yield "text", widget.toPlainText(), widget.toPlainText()
        case QComboBox():
            for index in range(min(widget.count(), ROWS)):
                yield "choice", widget.itemText(index), widget.itemText(index)
        case QAbstractItemView() if widget.model() is not None:
            yield from _of_view(widget)


def _of_label(label: QLabel) -> str:
    text = label.text()
    if label.textFormat() is Qt.TextFormat.RichText:
        return rendered(text)
    seen = guessed(text) if label.textFormat() is Qt.TextFormat.AutoText else text
    return without_mnemonics(seen) if label.buddy() is not None else seen


def _of_view(view: QAbstractItemView) -> Iterator[tuple[str, str, str]]:
    model = view.model()
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
    for row in range(min(model.rowCount(), ROWS)):
        for column in range(columns):
            for role, where in ROLES.items():
                text = model.index(row, column).data(role)
                if isinstance(text, str):
                    yield where, text, guessed(text) if "tip" in where else text
    for side, count in ((Qt.Orientation.Horizontal, columns), (Qt.Orientation.Vertical, model.rowCount())):
        for section in range(min(count, ROWS)):
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
                text = model.headerData(section, side, role)
                if isinstance(text, str):
                    yield "heading", text, guessed(text) if role == Qt.ItemDataRole.ToolTipRole else text
