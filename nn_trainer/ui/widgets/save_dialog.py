"""Asks for the file to save to: with its ending, and never one that is there without a question."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget


def ask_where_to_save(parent: QWidget, title: str, suggested: Path, kind: str, suffix: str) -> Path | None:
    """The file to write, None if the user cancels; `kind` is the filter, such as "Table (*.csv)".

    The dialog adds the ending that a name lacks before it asks whether a file may be replaced; the static functions
    of QFileDialog add it afterwards, where nobody asks.
    """
    dialog = QFileDialog(parent, title, str(suggested), kind)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix)
    if not dialog.exec():
        return None
    return Path(dialog.selectedFiles()[0])
