"""Palette and style sheet made of the colours: the looks that widgets share.

A widget whose look depends on what it shows, such as the message bar, has a sheet of its own beside.

Widgets ask for a look by the property `role`: a QLabel may be "heading" (small, muted capitals above a
panel), "title" (large), "weakTitle" (as large, but muted), "muted", "error" or "ok"; a QPushButton may be "primary";
a QFrame may be "panel".
"""

from __future__ import annotations

from string import Template

from PySide6.QtGui import QColor, QPalette

from nn_trainer.ui.theme.colors import Colors

_SHEET = Template("""
QToolTip { color: $text; background: $raised; border: 1px solid $border; padding: 4px; }
QLabel[role="heading"] { color: $muted; font-size: ${small}pt; font-weight: 600; }
QLabel[role="title"] { font-size: ${large}pt; font-weight: 600; }
QLabel[role="weakTitle"] { color: $muted; font-size: ${large}pt; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="muted"]:disabled { color: $disabled; }
QLabel[role="error"] { color: $error; }
QLabel[role="ok"] { color: $ok; }
QLabel[role="note"] { color: $text; background: $raised; border: 1px solid $warning; border-radius: 4px; }
QLabel[role="bubble"] { color: $text; background: $raised; border: 1px solid $border; border-radius: 4px;
                        padding: 8px; }
QFrame[role="panel"] { background: $panel; border: 1px solid $border; border-radius: 4px; }
QFrame[role="bar"] { background: $panel; border: none; border-top: 1px solid $border; }

QPushButton { background: $raised; color: $text; border: 1px solid $border; border-radius: 4px;
              padding: 4px 12px; min-height: 20px; }
QPushButton:hover { border-color: $muted; }
QPushButton:pressed { background: $border; }
QPushButton:focus { border: 2px solid $accent; padding: 3px 11px; outline: none; }
QPushButton:disabled { color: $disabled; background: $window; }
QPushButton[role="primary"] { background: $accent; color: $accent_text; border-color: $accent;
                               font-weight: 600; }
QPushButton[role="primary"]:hover { border-color: $text; }
QPushButton[role="primary"]:focus { border: 2px solid $text; }
QPushButton[role="primary"]:disabled { color: $disabled; background: $window; border-color: $border; }
QPushButton[role="link"] { background: transparent; border: 1px solid transparent; color: $accent;
                           padding: 4px; text-align: left; }
QPushButton[role="link"]:hover { text-decoration: underline; }
QPushButton[role="link"]:focus { border: 2px solid $accent; padding: 3px; }
QRadioButton::indicator { width: 12px; height: 12px; border: 2px solid $muted; border-radius: 8px; background: $panel; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 5px solid $accent; background: $accent_text; }
QRadioButton { border: 2px solid transparent; padding: 1px; spacing: 0; }
QRadioButton:focus { border: 2px solid $accent; border-radius: 4px; padding: 1px; }

QToolButton { border: 1px solid transparent; border-radius: 4px; padding: 4px; color: $text; }
QToolButton:hover { border-color: $border; background: $raised; }
QToolButton:pressed, QToolButton:checked { background: $border; }
QToolButton:focus { border: 2px solid $accent; padding: 3px; }
QToolButton:disabled { color: $disabled; }
QToolButton[role="step"] { color: $muted; padding: 6px 10px; border-bottom: 2px solid $border; border-radius: 0; }
QToolButton[role="step"]:hover { color: $text; background: $raised; }
QToolButton[role="step"]:checked { color: $text; font-weight: 600; background: $panel; border-bottom-color: $accent; }
QToolButton[role="step"]:focus { border: 2px solid $accent; padding: 5px 9px 6px 9px; border-radius: 4px; }
QToolButton[role="choice"] { border: 1px solid $border; border-radius: 0; padding: 4px 10px; background: $raised; }
QToolButton[role="choice"]:hover { border-color: $muted; }
QToolButton[role="choice"]:checked { background: $accent; color: $accent_text; border-color: $accent; }
QToolButton[role="choice"]:focus { border: 2px solid $text; padding: 3px 9px; }
QToolButton[role="menu"] { padding-right: 16px; }
QToolButton[role="menu"]:focus { padding-right: 15px; }
QToolButton[role="menu"]::menu-indicator { subcontrol-origin: padding; subcontrol-position: center right; right: 3px; }
QLineEdit[role="readout"] { background: transparent; }
QToolBar { border: none; border-bottom: 1px solid $border; padding: 4px 8px; spacing: 4px; }

QMenuBar { background: $window; border: none; }
QMenuBar::item { padding: 4px 8px; background: transparent; border-radius: 4px; }
QMenuBar::item:selected { background: $border; }
QTabWidget::pane { border: none; border-top: 1px solid $border; }
QTabBar::tab { color: $muted; padding: 14px 16px 9px 16px; border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabBar { outline: none; }
QTabBar::tab:focus { border: 2px solid $accent; border-radius: 4px; padding: 12px 14px 9px 14px; }

QProgressBar { background: $border; border: none; border-radius: 2px; color: $text; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
QSplitter::handle { background: $window; }
QSplitter::handle:hover { background: $border; }
QHeaderView::section { background: $panel; color: $muted; border: none; border-bottom: 1px solid $border;
                       padding: 4px; }
QAbstractItemView { background: $panel; border: 1px solid $border; outline: none;
                    selection-background-color: $accent; selection-color: $accent_text; }
QAbstractItemView:focus, QTextBrowser:focus { border-color: $accent; }
QTableView#probabilityBars { border-color: transparent; }
QTableView#probabilityBars:focus { border-color: $accent; }
QTextBrowser { background: $panel; border: 1px solid $border; }
QListView#helpPages { background: $window; border-color: transparent; padding: 8px; }
QListView#helpPages:focus { border-color: $accent; }
QListView#helpPages::item { padding: 6px 8px; border-radius: 4px; }
QListView#helpPages::item:selected { background: $accent; color: $accent_text; }
QScrollArea { border: none; background: transparent; }
""")


def style_sheet(colors: Colors, small: float, large: float) -> str:
    """The style sheet of the whole program; `small` and `large` are font sizes in points."""
    names = {name: getattr(colors, name) for name in Colors.__dataclass_fields__}
    return _SHEET.substitute(names, small=f"{small:g}", large=f"{large:g}")


def palette(colors: Colors) -> QPalette:
    """The palette of Fusion in these colours."""
    role = QPalette.ColorRole
    everywhere = {
        role.Window: colors.window,
        role.WindowText: colors.text,
        role.Base: colors.panel,
        role.AlternateBase: colors.band,
        role.Text: colors.text,
        role.Button: colors.raised,
        role.ButtonText: colors.text,
        role.BrightText: colors.error,
        role.ToolTipBase: colors.raised,
        role.ToolTipText: colors.text,
        role.PlaceholderText: colors.muted,
        role.Highlight: colors.accent,
        role.HighlightedText: colors.accent_text,
        role.Accent: colors.accent,
        role.Link: colors.accent,
        role.LinkVisited: colors.accent,
        role.Light: colors.raised,
        role.Midlight: colors.band,
        role.Mid: colors.border,
        role.Dark: colors.faint,
        role.Shadow: "#000000",
    }
    result = QPalette()
    for which, color in everywhere.items():
        result.setColor(which, QColor(color))
    for which in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, which, QColor(colors.disabled))
    result.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(colors.border))
    return result
