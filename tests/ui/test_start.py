"""The window starts whatever its settings name, in the language that is set, without asking the disk for folders."""

import ctypes
import os
import pathlib
import sys

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QSettings, QTranslator
from PySide6.QtWidgets import QApplication

from nn_trainer import i18n
from nn_trainer.app import create_window
from nn_trainer.paths import settings_dir
from nn_trainer.ui.theme import theme
from nn_trainer.ui.window.settings import WindowSettings
from nn_trainer.workers.garbage import give_back_memory

LONG = 20_000


@pytest.fixture
def forbidden(tmp_path, monkeypatch):
    """A folder whose path may not be asked for, as one in the home of somebody else; every question is noted."""
    folder = tmp_path / "locked" / "pets"
    asked = []
    stat = os.stat

    def refuse(path, *arguments, **options):
        if str(folder) in os.fsdecode(path) if isinstance(path, (str, bytes, os.PathLike)) else False:
            asked.append(path)
            raise PermissionError(13, "Permission denied", str(path))
        return stat(path, *arguments, **options)

    monkeypatch.setattr(os, "stat", refuse)
    monkeypatch.setattr(pathlib.Path, "stat", lambda self, **options: refuse(self, **options))
    settings = WindowSettings()
    settings.add_recent(folder)
    settings.save()
    return folder, asked


def test_the_window_starts_whatever_the_recent_list_names(qtbot, forbidden):
    folder, asked = forbidden
    _, window = create_window([])
    qtbot.addWidget(window)
    window.show()
    assert asked == []  # a dead network drive would hold up the start
    entry = next(action for action in window.actions_.recent.actions() if action.data() == folder)
    entry.trigger()
    qtbot.waitUntil(lambda: not window.train_tab.is_busy(), timeout=LONG)
    assert window.train_tab.dataset is None
    window.close()


def test_a_theme_that_is_on_already_costs_nothing(qtbot, window, monkeypatch):
    app = QApplication.instance()
    theme.apply_theme(app, "light")
    heard = []
    theme.signals().changed.connect(lambda: heard.append("changed"))
    monkeypatch.setattr(QApplication, "setStyle", lambda *_: heard.append("style"))
    theme.apply_theme(app, "light")
    assert heard == []
    theme.apply_theme(app, "dark")
    assert heard == ["changed"]  # the style is set once in the life of the program
    theme.apply_theme(app, "system")


def test_boxes_write_numbers_as_labels_do(qtbot, monkeypatch):
    before = QLocale()
    QLocale.setDefault(QLocale("de_DE"))
    try:
        _, window = create_window([])
        qtbot.addWidget(window)
        assert QLocale().toString(1500) == "1,500"
        window.close()
    finally:
        QLocale.setDefault(before)


def test_the_language_of_the_settings_is_asked_for_first(qtbot, monkeypatch):
    wanted = []
    monkeypatch.setattr(i18n, "set_language", wanted.append)
    file = QSettings(str(settings_dir() / "window.ini"), QSettings.Format.IniFormat)
    file.setValue("language", "xx")
    file.sync()
    try:
        _, window = create_window([])
        qtbot.addWidget(window)
        window.close()
    finally:
        file.remove("language")
        file.sync()
    assert wanted == ["xx"]


def test_where_memory_cannot_be_given_back_nothing_happens(monkeypatch):
    asked = []

    def refuse(name):
        asked.append(name)
        raise OSError("no such library")

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", refuse)
    give_back_memory()
    assert asked == ["libc.so.6"]


def test_qts_own_words_are_in_the_language_of_the_program(qtbot, monkeypatch):
    monkeypatch.setattr(i18n, "set_language", lambda _code: None)
    monkeypatch.setattr(i18n, "_language", "de")
    app, window = create_window([])
    qtbot.addWidget(window)
    translator = app.findChild(QTranslator)
    try:
        assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"
    finally:
        window.close()
        app.removeTranslator(translator)
        translator.setParent(None)
        QLocale.setDefault(QLocale(i18n.ENGLISH))
