"""What tables and lists share: the type of their indices, and reading their cells."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex
from PySide6.QtWidgets import QTableWidget

AnyIndex = QModelIndex | QPersistentModelIndex  # models and delegates are given either


def cell_text(table: QTableWidget, row: int, column: int) -> str:
    """The text of a cell, empty where there is none."""
    item = table.item(row, column)
    return "" if item is None else item.text()


def table_lines(table: QTableWidget, headings: tuple[str, ...]) -> list[str]:
    """Headings and rows with tabs between the columns; nothing while the table is empty."""
    rows = [
        "\t".join(cell_text(table, row, column) for column in range(table.columnCount()))
        for row in range(table.rowCount())
    ]
    return ["\t".join(headings), *rows] if rows else []
