import logging
import os
import signal
import subprocess
import sys
import threading

import pytest
from PySide6.QtWidgets import QMessageBox, QWidget

from nn_trainer import app
from nn_trainer.display import check_display
from nn_trainer.errors import DisplayError
from nn_trainer.ui.window.faults import CrashReporter

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only there a display can be missing")


@linux
@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({}, "no display is set"),
        ({"DISPLAY": ":4711"}, "the display :4711 does not answer, or refuses"),
        ({"WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": "/nowhere"}, "the display wayland-9 does not answer"),
        ({"QT_QPA_PLATFORM": "xcb"}, "no display is set"),
        ({"QT_QPA_PLATFORM": "nonsense:x=1"}, "Qt has no platform 'nonsense'"),
    ],
)
def test_no_display_is_said_in_a_sentence_that_names_the_command(environment, reason):
    with pytest.raises(DisplayError, match="nn-trainer train DATA -o MODEL") as caught:
        check_display(environment)
    assert reason in str(caught.value)


@linux
def test_a_platform_without_a_display_is_fine():
    check_display({"QT_QPA_PLATFORM": "offscreen"})
    check_display({"QT_QPA_PLATFORM": "nonsense;minimal"})


@linux
def test_the_program_does_not_abort_without_a_display():
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    code = (
        "import nn_trainer.app\ntry:\n nn_trainer.app.run([])\nexcept Exception as error:\n print(type(error).__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "DisplayError")


def test_qt_that_cannot_be_loaded_is_a_display_error(monkeypatch):
    monkeypatch.setitem(sys.modules, "PySide6.QtWidgets", None)
    with pytest.raises(DisplayError, match="Qt cannot be loaded"):
        app.create_window([])


@linux
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_the_window(number):
    code = (
        "import logging, sys\n"
        "from nn_trainer import app\n"
        "from PySide6.QtCore import QTimer\n"
        "QTimer.singleShot(0, lambda: print('ready', flush=True))\n"
        "sys.exit(app.run([]))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    assert process.wait(30) == 0
    process.stdout.close()


@pytest.fixture
def reporter(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    reporter = CrashReporter(window)
    before = sys.excepthook, threading.excepthook
    reporter.install()
    yield reporter
    reporter.uninstall()
    assert (sys.excepthook, threading.excepthook) == before


def fail():
    raise ZeroDivisionError("broken on purpose")


def test_a_fault_in_any_thread_is_logged_and_shown_once(qtbot, reporter, caplog):
    for _ in range(3):
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
    qtbot.waitUntil(lambda: reporter.dialog is not None, timeout=5000)
    assert len(reporter._window.findChildren(QMessageBox, "faultDialog")) == 1
    assert "broken on purpose" in reporter.dialog.detailedText()
    assert [record.levelno for record in caplog.records] == [logging.CRITICAL] * 3
    assert all(record.exc_info for record in caplog.records)
    reporter.dialog.close()
    qtbot.waitUntil(lambda: reporter.dialog is None, timeout=5000)


def test_the_log_does_not_grow_without_bound(tmp_path, monkeypatch):
    monkeypatch.setattr(app, "log_dir", lambda: tmp_path)
    monkeypatch.setattr(app, "_LOG_BYTES", 1000)
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    app.start_log()
    try:
        for number in range(100):
            logging.getLogger("test").info("line %s", number)
        files = list(tmp_path.iterdir())
        assert 2 <= len(files) <= 3
        assert all(file.stat().st_size <= 1000 for file in files)
        assert "line 99" in (tmp_path / "nn-trainer.log").read_text()
    finally:
        for handler in [handler for handler in root.handlers if handler not in before]:
            root.removeHandler(handler)
            handler.close()
        root.setLevel(level)


def test_a_log_that_cannot_be_written_does_not_stop_the_program(monkeypatch):
    def refuse():
        raise PermissionError("read-only")

    monkeypatch.setattr(app, "log_dir", refuse)
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    app.start_log()
    added = [handler for handler in root.handlers if handler not in before]
    for handler in added:
        root.removeHandler(handler)
    root.setLevel(level)
    assert [type(handler) for handler in added] == [logging.StreamHandler]
