"""Reading the cells of tables."""

from __future__ import annotations

from PySide6.QtWidgets import QTableWidget


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
