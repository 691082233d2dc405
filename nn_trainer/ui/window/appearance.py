"""How the window looks: its theme, the size of all text (both are remembered), and whether it fills the screen."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QMainWindow

from nn_trainer.ui.theme import theme
from nn_trainer.ui.window.actions import Actions
from nn_trainer.ui.window.settings import WindowSettings


class Appearance(QObject):
    """Follows the actions of the menu View."""

    text_size_changed = Signal()

    def __init__(self, window: QMainWindow, actions: Actions, settings: WindowSettings) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings
        actions.full_screen.triggered.connect(self.set_full_screen)
        actions.larger.triggered.connect(self.make_text_larger)
        actions.smaller.triggered.connect(self.make_text_smaller)
        actions.normal.triggered.connect(self.make_text_normal)
        actions.themes.triggered.connect(self._on_theme)
        actions.check_theme(settings.theme)

    @Slot(bool)
    def set_full_screen(self, full: bool) -> None:
        """Fill the screen, or go back to the size before."""
        state, full_screen = self._window.windowState(), Qt.WindowState.WindowFullScreen
        self._window.setWindowState(state | full_screen if full else state & ~full_screen)

    @Slot()
    def make_text_larger(self) -> None:
        """Take the next larger size."""
        self._set_text_size(theme.next_text_size(larger=True))

    @Slot()
    def make_text_smaller(self) -> None:
        """Take the next smaller size."""
        self._set_text_size(theme.next_text_size(larger=False))

    @Slot()
    def make_text_normal(self) -> None:
        """Take the size that the system wants."""
        self._set_text_size(theme.NORMAL_TEXT)

    def _set_text_size(self, percent: int) -> None:
        self._settings.text_size = percent
        theme.set_text_size(percent)
        self.text_size_changed.emit()

    @Slot(QAction)
    def _on_theme(self, action: QAction) -> None:
        self._settings.theme = action.data()
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.apply_theme(app, action.data())
