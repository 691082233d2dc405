"""The composition root of the window: display, log, faults, QApplication, exit code.

Qt is loaded only when a window is made, after it is known that this can be done.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING

import nn_trainer
from nn_trainer import i18n
from nn_trainer.display import check_display, no_window
from nn_trainer.i18n import _
from nn_trainer.paths import exists, is_folder, log_dir, settings_dir

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from nn_trainer.ui.window.main_window import MainWindow

log = logging.getLogger(__name__)

_LOG_BYTES = 1_000_000
_PROGRAM_NAMES = ("nn-trainer", "nn-trainer.exe", "__main__.py", "pytest", "-c", "")


def create_window(argv: Sequence[str]) -> tuple[QApplication, MainWindow]:
    """Build what `nn-trainer` shows, and open argv's PATH; the event loop is the caller's.

    `argv` is what stands after the program's name; the name itself is passed over. Raises `DisplayError`.
    """
    check_display()
    try:
        _set_language()
        from PySide6.QtWidgets import QApplication

        from nn_trainer.ui.theme import theme
        from nn_trainer.ui.window.main_window import MainWindow
        from nn_trainer.ui.window.settings import WindowSettings
        from nn_trainer.workers.garbage import GuiThreadCollector
    except ImportError as error:
        raise no_window(_("Qt cannot be loaded ({error})").format(error=error)) from error
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(["nn-trainer"])
    _translate_qt(app)
    app.setApplicationName("nn-trainer")
    app.setApplicationDisplayName("NN Trainer")
    app.setApplicationVersion(nn_trainer.__version__)
    app.setDesktopFileName("nn-trainer")
    if app.findChild(GuiThreadCollector) is None:
        GuiThreadCollector(app)
    settings = WindowSettings()
    theme.set_text_size(settings.text_size)
    theme.apply_theme(app, settings.theme)
    window = MainWindow(settings)
    path = _path_in(argv)
    if path is not None:
        window.open_path(path)
    return app, window


def run(argv: Sequence[str]) -> int:
    """Open the window and stay until it is closed; returns the exit status. Raises `DisplayError`."""
    start_log()
    log.info("NN Trainer %s, Python %s, %s", nn_trainer.__version__, sys.version.split()[0], sys.platform)
    app, window = create_window(argv)
    from PySide6.QtCore import Qt

    from nn_trainer.ui.window.faults import CrashReporter, close_on_signals

    reporter = CrashReporter(window)
    reporter.install()
    notifier = close_on_signals(window, window.keep_for_next_start)
    app.commitDataRequest.connect(window.on_log_out, Qt.ConnectionType.DirectConnection)
    window.show()
    status = app.exec()
    notifier.setEnabled(False)
    reporter.uninstall()
    return status


def start_log() -> None:
    """Write the log to a file that does not grow without bound; to standard error where that cannot be."""
    try:
        handler: logging.Handler = RotatingFileHandler(
            log_dir() / "nn-trainer.log", maxBytes=_LOG_BYTES, backupCount=2, encoding="utf-8", delay=True
        )
    except OSError as error:
        handler = logging.StreamHandler()
        log.warning("The log cannot be written: %s", error)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)


def _set_language() -> None:
    """Take the language of the settings, else that of the system; before anything with texts is imported.

    The settings are read straight: `window_settings` knows the hyperparameters, whose table is full of texts. Boxes
    and labels write numbers in the same way.
    """
    from PySide6.QtCore import QLocale, QSettings

    try:
        chosen = QSettings(str(settings_dir() / "window.ini"), QSettings.Format.IniFormat).value("language")
    except OSError:  # the settings say so in the log
        chosen = None
    i18n.set_language(str(chosen) if chosen else QLocale.system().name())
    QLocale.setDefault(QLocale(i18n.language()))


def _translate_qt(app: QApplication) -> None:
    """Let Qt's own words, such as those of its file dialog, be in the language of ours; it ships with many."""
    from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator

    if app.findChild(QTranslator) is not None or i18n.language() == i18n.ENGLISH:
        return
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(QLocale(i18n.language()), "qtbase", "_", folder):
        app.installTranslator(translator)


def _path_in(argv: Sequence[str]) -> Path | str | None:
    names = list(argv)
    if names and Path(names[0]).name in _PROGRAM_NAMES and not is_folder(names[0]):
        del names[0]
    if not names:
        return None
    return "sample" if names[0] == "sample" and not exists("sample") else Path(names[0])
