"""The look of the whole program: colours, type, spacing and icons.

`apply_theme` sets it; a window without a parent asks for it by `style_window`; whoever draws with `colors()` draws
again when `signals().changed` is emitted.
"""

from __future__ import annotations

from functools import cache
from typing import Literal, Protocol, get_args

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QFont, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QWidget

from nn_trainer.paths import resources_dir
from nn_trainer.ui.theme import colors as color_sets
from nn_trainer.ui.theme.colors import Colors
from nn_trainer.ui.theme.style_sheet import palette, style_sheet

ThemeMode = Literal["system", "light", "dark"]
MODES: tuple[ThemeMode, ...] = get_args(ThemeMode)

SPACE = 4  # pixels; every margin and gap is a multiple of it
SMALL, NORMAL, LARGE = "small", "normal", "large"  # the three sizes of type
NORMAL_TEXT = 100  # per cent of the size of the system font
TEXT_SIZES = (80, 90, NORMAL_TEXT, 115, 130, 150, 175, 200)
ICON_SIZES = (16, 20, 24, 32, 48, 64, 96)  # the last for the largest, 48, on a screen at 200 %

_SCHEMES = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}


class ThemeNotifier(QObject):
    """Knows the theme in force and says when it changes."""

    changed = Signal()
    sheet_changed = Signal()  # before `changed`, so that who measures there finds the new letters

    def __init__(self) -> None:
        super().__init__()
        self.colors: Colors = color_sets.LIGHT
        self.sheet = ""  # of every window
        self.mode: ThemeMode = "system"
        self.text_size = NORMAL_TEXT
        self._styled: QApplication | None = None
        self._normal_size: float | None = None  # of the system font, before any theme

    @property
    def normal_size(self) -> float:
        """The size of the text in points: that of the system font, made larger or smaller by the user."""
        if self._normal_size is None:
            self._normal_size = max(QApplication.font().pointSizeF(), 9.0)
        return round(self._normal_size * self.text_size / 100, 1)

    def apply(self, app: QApplication, mode: ThemeMode) -> None:
        """Style the program; `mode` "system" follows the system from now on."""
        self.mode = mode
        hints = app.styleHints()
        hints.colorSchemeChanged.connect(self._follow, Qt.ConnectionType.UniqueConnection)
        hints.setColorScheme(_SCHEMES[mode])
        if self._styled is not app:  # once: under a style sheet nobody can ask the style for its name
            self._styled = app
            app.setStyle("Fusion")  # looks the same everywhere
        self._restyle(app)

    def set_text_size(self, app: QApplication, percent: int) -> None:
        """Make all text larger or smaller, also what has been shown already."""
        percent = min(TEXT_SIZES, key=lambda size: abs(size - percent))
        before = self.normal_size
        self.text_size = percent
        factor = self.normal_size / before
        if factor == 1:
            return
        own = [widget for widget in app.allWidgets() if widget.testAttribute(Qt.WidgetAttribute.WA_SetFont)]
        sizes = [widget.font().pointSizeF() for widget in own]
        app.setFont(font())
        for widget, size in zip(own, sizes, strict=True):
            scaled = QFont(widget.font())
            scaled.setPointSizeF(size * factor)
            widget.setFont(scaled)
        self._restyle(app)

    @Slot(Qt.ColorScheme)
    def _follow(self, _scheme: Qt.ColorScheme) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            self._restyle(app)

    def _restyle(self, app: QApplication) -> None:
        dark = app.styleHints().colorScheme() is Qt.ColorScheme.Dark if self.mode == "system" else self.mode == "dark"
        wanted = color_sets.DARK if dark else color_sets.LIGHT
        sheet = style_sheet(wanted, point_size(SMALL), point_size(LARGE))
        if sheet == self.sheet:
            return
        self.colors, self.sheet = wanted, sheet
        app.setPalette(palette(wanted))
        self.sheet_changed.emit()
        self.changed.emit()


@cache
def signals() -> ThemeNotifier:
    """The one notifier; connect to its `changed`."""
    return ThemeNotifier()


def colors() -> Colors:
    """The colours in force."""
    return signals().colors


def apply_theme(app: QApplication, mode: ThemeMode) -> None:
    """Set palette and style of the whole program, and the style sheet of its windows."""
    signals().apply(app, mode)


def set_text_size(percent: int) -> None:
    """Show all text of the program in this size, one of TEXT_SIZES or the nearest."""
    app = QApplication.instance()
    if isinstance(app, QApplication):
        signals().set_text_size(app, percent)


def next_text_size(*, larger: bool) -> int:
    """The next of TEXT_SIZES, or the present one at the end."""
    now = signals().text_size
    others = [size for size in TEXT_SIZES if (size > now if larger else size < now)]
    return min(others, key=lambda size: abs(size - now), default=now)


def point_size(size: str) -> float:
    """Points of SMALL, NORMAL or LARGE."""
    normal = signals().normal_size
    return {SMALL: normal - 1, NORMAL: normal, LARGE: round(normal * 1.7, 1)}[size]


def font(size: str = NORMAL, *, bold: bool = False) -> QFont:
    """The system font in one of the three sizes."""
    result = QFont(QGuiApplication.font())
    result.setPointSizeF(point_size(size))
    if bold:
        result.setWeight(QFont.Weight.DemiBold)
    return result


def tabular_font(size: str = NORMAL, *, bold: bool = False) -> QFont:
    """`font` with digits that are all of one width, so that nothing jumps when a number changes."""
    result = font(size, bold=bold)
    result.setFeature(QFont.Tag("tnum"), 1)
    return result


def icon(name: str, color: str | None = None) -> QIcon:
    """The icon resources/icons/<name>.svg in one colour, that of text if none is given.

    What the file paints in `accentColor` gets the accent colour.
    """
    # A copy, so that nobody adds to the one that is kept.
    return QIcon(_drawn_icon(name, color or colors().text, colors().disabled, colors().accent))


@cache  # a switch of the theme asks for all of them, and back to the first theme again
def _drawn_icon(name: str, normal: str, disabled: str, accent: str) -> QIcon:
    svg = (resources_dir() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    svg = svg.replace("accentColor", accent)
    result = QIcon()
    for mode, tint in ((QIcon.Mode.Normal, normal), (QIcon.Mode.Disabled, disabled)):
        renderer = QSvgRenderer(QByteArray(svg.replace("currentColor", tint).encode()))
        for size in ICON_SIZES:
            pixmap = QPixmap(size, size)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            renderer.render(painter, QRectF(0, 0, size, size))
            painter.end()
            result.addPixmap(pixmap, mode)
    return result


class _TakesIcon(Protocol):
    def setIcon(self, icon: QIcon, /) -> None: ...


class _IconKeeper(QObject):
    """Sets the icon of its parent again when the theme changes."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._name = ""
        signals().changed.connect(self._refresh)

    def show(self, name: str) -> None:
        if name != self._name:
            self._name = name
            self._refresh()

    @Slot()
    def _refresh(self) -> None:
        target: _TakesIcon = self.parent()  # type: ignore[assignment]
        target.setIcon(icon(self._name))


def set_icon(target: QObject, name: str) -> None:
    """Give an action or a button an icon that follows the theme."""
    keeper = target.findChild(_IconKeeper, options=Qt.FindChildOption.FindDirectChildrenOnly)
    (keeper or _IconKeeper(target)).show(name)


class _SheetKeeper(QObject):
    """Gives its parent the style sheet in force."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        signals().sheet_changed.connect(self._refresh)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        self._window.setStyleSheet(signals().sheet)


def style_window(window: QWidget) -> None:
    """Give a window that has no parent the looks of the program from now on, with whatever opens from it.

    It must set no sheet of its own.  The sheet is not one of the application: there, Qt would style each widget once
    more for every ancestor that it has, which makes a change of theme five times as long.
    """
    _SheetKeeper(window)
