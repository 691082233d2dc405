"""Names of files, folders and classes are shown as they are: nowhere does one that looks like HTML change the look."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtGui import Qt as Gui
from PySide6.QtWidgets import QAbstractItemView, QLabel, QTableView, QWidget

from nn_trainer.ui.widgets.drops import ImageSource
from nn_trainer.workers.threads import unjoined_threads
from tests.helpers.images import picture, save

TAG = "<b>x"  # begins the names of everything below
LONG = 60_000


@pytest.fixture
def named(qtbot, window, tmp_path):
    """The window with a data set, a classifier and images of such names."""
    root = tmp_path / f"{TAG}data"
    for tint, name in enumerate((f"{TAG}cat", f"{TAG}dog<br>")):
        for index in range(6):
            save(picture(index, tint=tint), root / name / f"{TAG}{index}.png")
        (root / name / f"{TAG}broken.png").write_bytes(b"no image")
    window.open_path(root)
    qtbot.waitUntil(lambda: not window.train_tab.why_not_ready(), timeout=LONG)
    boxes = window.train_tab.hyperparameters._boxes
    for name, value in (("preset", "linear"), ("epochs", 2), ("image_size", 16)):
        boxes[name].set_setting(value)
    window.train_tab.train()
    model_there = lambda: window.current_model.classifier is not None  # noqa: E731
    qtbot.waitUntil(lambda: model_there() and not window.train_tab.is_busy(), timeout=LONG)
    model = tmp_path / f"{TAG}model.safetensors"
    window.current_model.classifier.save(model)
    window.open_path(model)
    qtbot.waitUntil(lambda: TAG in window.current_model.origin, timeout=LONG)
    window.go_to("predict")
    window.predict_tab.add_sources(
        [ImageSource.from_file(path) for path in sorted((root / f"{TAG}cat").iterdir())] + [tmp_path / f"{TAG}none"]
    )
    qtbot.waitUntil(lambda: not window.predict_tab.is_busy() and not unjoined_threads(), timeout=LONG)
    return window


def read_as_html(text):
    """Whether Qt would take a text with such a name in it for HTML."""
    return TAG in text and Gui.mightBeRichText(text)


def faults(window):
    for label in window.findChildren(QLabel):
        rich = label.textFormat() is Qt.TextFormat.RichText and TAG in label.text()
        if rich or (label.textFormat() is Qt.TextFormat.AutoText and read_as_html(label.text())):
            yield f"label {label.objectName() or type(label.parent()).__name__}: {label.text()[:60]}"
    for widget in window.findChildren(QWidget):
        if read_as_html(widget.toolTip()):
            yield f"tooltip of {type(widget).__name__} {widget.objectName()}: {widget.toolTip()[:60]}"
    for view in window.findChildren(QAbstractItemView):
        model = view.model()
        if model is None:
            continue
        for row in range(min(model.rowCount(), 50)):
            for column in range(model.columnCount() if isinstance(view, QTableView) else 1):
                tip = model.index(row, column).data(Qt.ItemDataRole.ToolTipRole)
                if isinstance(tip, str) and read_as_html(tip):
                    yield f"tooltip in {type(view).__name__} {view.objectName()}: {tip[:60]}"


def shown(window):
    """Every text on the screen, to be sure that the names are there at all."""
    return "\n".join(label.text() for label in window.findChildren(QLabel) if label.isVisible())


def test_no_name_is_read_as_html(qtbot, named):
    found = list(faults(named))
    assert TAG in shown(named)
    named.go_to("lesson")
    lesson = named.lesson_tab
    qtbot.waitUntil(lambda: lesson.subject is not None, timeout=LONG)
    for place in range(8):
        lesson.go_to(place)
        qtbot.waitUntil(lambda: not lesson.is_busy(), timeout=LONG)
        found += faults(named)
    assert not found, "\n".join(sorted(set(found)))
    qtbot.waitUntil(lambda: not unjoined_threads(), timeout=LONG)


def test_a_screen_reader_hears_what_every_label_says(named):
    """A label with a name of its own is called by that name alone, so what it says must be in it."""
    unheard = []
    for label in named.findChildren(QLabel):
        name = QAccessible.queryAccessibleInterface(label).text(QAccessible.Text.Name)
        text = label.text().replace("&", "") if label.buddy() is not None else label.text()
        is_drawing = "├" in text  # which is put in words
        if text and label.textFormat() is not Qt.TextFormat.RichText and text not in name and not is_drawing:
            unheard.append(f"{label.objectName()}: says {label.text()!r}, is called {name!r}")
    assert not unheard, "\n".join(unheard)
