"""Every action of the window: label, shortcut, icon, tooltip, menu."""

from __future__ import annotations

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow

from nn_trainer.ui.theme import theme
from nn_trainer.ui.window.pages import PageRow
from nn_trainer.workers.training_worker import Phase

# attribute, label, shortcut, icon, tooltip
_ROWS: tuple[tuple[str, str, str, str, str], ...] = (
    ("open_data", "&Open data…", "Ctrl+O", "open-data", "Open a folder with one folder of pictures for each class"),
    ("sample", "Try the samp&le", "Ctrl+Shift+D", "sample", "Open the data set that ships with the program"),
    ("open_model", "Open &model…", "Ctrl+M", "open-model", "Open a classifier that was saved before"),
    ("save_model", "&Save model…", "Ctrl+S", "save", "Save the classifier to a file"),
    ("predict_files", "&Predict images…", "Ctrl+I", "image", "Choose image files and predict them"),
    ("paste", "P&aste image", "Ctrl+V", "paste", "Predict the image that was copied"),
    ("quit", "&Quit", "Ctrl+Q", "", "Close the window"),
    ("train", "&Train", "Ctrl+R", "train", "Train a classifier on the data set"),
    ("stop", "&Stop", "Esc", "stop", "End after this iteration and keep what was learned"),
    ("handbook", "&Handbook", "F1", "help", "How to use the program"),
    ("show_log", "Show the &log folder", "", "", "Open the folder with the log of the program"),
    ("about", "&About NN Trainer", "", "", "Version and licence"),
)

_MENUS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("&File", ("open_data", "sample", "", "open_model", "save_model", "", "predict_files", "paste", "", "quit")),
    ("T&raining", ("train", "stop")),
    ("&View", ()),
    ("&Help", ("handbook", "", "show_log", "about")),
)

_THEMES = {"system": "As the s&ystem", "light": "&Light", "dark": "&Dark"}


class Actions:
    """Makes the actions and puts them into the menu bar; the window connects them by name."""

    open_data: QAction
    sample: QAction
    open_model: QAction
    save_model: QAction
    predict_files: QAction
    paste: QAction
    quit: QAction
    train: QAction
    stop: QAction
    handbook: QAction
    show_log: QAction
    about: QAction

    def __init__(self, window: QMainWindow) -> None:
        for name, label, shortcut, icon, tip in _ROWS:
            setattr(self, name, _make(window, name, label, shortcut, icon, tip))
        self.themes = QActionGroup(window)
        self.tabs = QActionGroup(window)
        self.tabs.setExclusive(False)
        self._fill_menus(window)

    def add_page(self, window: QMainWindow, row: PageRow) -> QAction:
        """An action that goes to a page; its data is the key of the page."""
        action = _make(window, f"tab_{row.key}", row.title, f"Ctrl+{row.number}", "", row.tip)
        action.setData(row.key)
        self.tabs.addAction(action)
        self._view.insertAction(self._view_end, action)
        return action

    def enable(self, state: Phase, *, can_train: bool) -> None:
        """Offer what can be done in this phase of the training session."""
        self.train.setEnabled(can_train)
        self.stop.setEnabled(state.can_stop)
        for action in (self.open_data, self.sample, self.open_model):
            action.setEnabled(not state.locks_data)

    def show_classifier(self, *, there: bool, unsaved: bool) -> None:
        """Offer to save a classifier, with a mark while it is not saved."""
        self.save_model.setEnabled(there)
        theme.set_icon(self.save_model, "save-unsaved" if unsaved else "save")

    def check_theme(self, mode: str) -> None:
        """Show which colours are chosen."""
        for action in self.themes.actions():
            action.setChecked(action.data() == mode)

    def _fill_menus(self, window: QMainWindow) -> None:
        for title, names in _MENUS:
            menu = window.menuBar().addMenu(title)
            for name in names:
                if name:
                    menu.addAction(getattr(self, name))
                else:
                    menu.addSeparator()
            if title == "&View":
                self._view = menu
                self._view_end = menu.addSeparator()
        for mode, label in _THEMES.items():
            action = _make(window, f"theme{mode.capitalize()}", label, "", "", f"Colours: {mode}")
            action.setCheckable(True)
            action.setData(mode)
            self.themes.addAction(action)
            self._view.addAction(action)


def _make(window: QMainWindow, name: str, label: str, shortcut: str, icon: str, tip: str) -> QAction:
    words = name.split("_")
    action = QAction(label, window)
    action.setObjectName(words[0] + "".join(word.capitalize() for word in words[1:]) + "Action")
    if shortcut:
        action.setShortcut(QKeySequence(shortcut))
        tip = f"{tip} ({QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)})"
    action.setToolTip(tip)
    if icon:
        theme.set_icon(action, icon)
    window.addAction(action)
    return action
