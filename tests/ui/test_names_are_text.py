"""Names of files, folders, classes and models are shown as they are: nothing in them becomes HTML or a shortcut."""

import sys
import unicodedata

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLabel, QMenu, QMessageBox, QWidget

from nn_trainer.file_names import display_path
from nn_trainer.ui.widgets.drops import ImageSource
from nn_trainer.workers.threads import unjoined_threads
from tests.helpers.images import picture, save
from tests.helpers.shown_texts import texts_of
from tests.helpers.window import UserCloses

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there names hold none of these characters")

TAG = "<b>x"
NAME = TAG + "&y [*] &lt; {0} %s 'q\" \u202ez\u200b\n\u05d0"  # begins the names of everything below
SHOWN = display_path(NAME)
LONG = 60_000


@pytest.fixture
def named(qtbot, window, tmp_path, monkeypatch):
    """The window with a data set, a classifier and images of such names."""
    root = tmp_path / f"{NAME}data"
    for tint, name in enumerate((f"{NAME}cat", f"{NAME}dog<br>")):
        for index in range(6):
            save(picture(index, tint=tint), root / name / f"{NAME}{index}.png")
        (root / name / f"{NAME}broken.png").write_bytes(b"no image")
    window.open_path(root)
    qtbot.waitUntil(lambda: not window.train_tab.why_not_ready(), timeout=LONG)
    boxes = window.train_tab.hyperparameters._boxes
    for name, value in (("preset", "linear"), ("epochs", 2), ("image_size", 16)):
        boxes[name].set_setting(value)
    window.train_tab.train()
    model_there = lambda: window.current_model.classifier is not None  # noqa: E731
    qtbot.waitUntil(lambda: model_there() and not window.train_tab.is_busy(), timeout=LONG)
    model = tmp_path / f"{NAME}model.safetensors"
    classifier = window.current_model.classifier
    # As another program may write it: with raw characters in the names of the classes.
    with monkeypatch.context() as patched:
        patched.setattr(classifier, "class_names", (f"{NAME}cat", f"{NAME}dog<br>"))
        classifier.save(model)
    window.open_path(model)
    qtbot.waitUntil(lambda: TAG in window.current_model.origin, timeout=LONG)
    window.go_to("predict")
    window.predict_tab.add_sources(
        [ImageSource.from_file(path) for path in sorted((root / f"{NAME}cat").iterdir())] + [tmp_path / f"{NAME}none"]
    )
    qtbot.waitUntil(lambda: not window.predict_tab.is_busy() and not unjoined_threads(), timeout=LONG)
    strip = window.findChild(QWidget, "imageStrip")
    strip.setCurrentIndex(strip.model().index(0, 0))
    qtbot.waitUntil(lambda: not window.predict_tab.is_busy() and not unjoined_threads(), timeout=LONG)
    return window


def faults(window):
    """What is shown of a name in another way than it is, anywhere in the window."""
    for text in texts_of(window):
        if TAG not in text.given and "&lt;b&gt;x" not in text.given:
            continue
        for piece in text.seen.split(TAG)[1:] or ["?"]:
            whole = (TAG + piece).startswith(SHOWN) or (
                piece.partition("…")[1] and SHOWN.startswith(TAG + piece[: piece.index("…")])
            )
            if not whole:
                yield f"{text.where}: {text.seen[:160]!r}"
        if odd := [char for char in text.seen if unicodedata.category(char) in ("Cc", "Cf") and char not in "\n\t"]:
            yield f"{text.where}: {odd} in {text.seen[:160]!r}"


def found_in(window):
    """Where such names are shown."""
    return {text.where for text in texts_of(window) if TAG in text.seen}


def test_every_name_is_shown_as_it_is_everywhere(qtbot, named, tmp_path):
    for menu in named.findChildren(QMenu):
        menu.aboutToShow.emit()  # some are filled only then
    found = list(faults(named))
    places = found_in(named)
    for place in (
        "cell of ProbabilityBars",
        "text of ElidedLabel predictedClass",
        "title of MainWindow",
        "text of QLabel",
        "action",
        "cell of ClassTable",
        "tooltip of a cell",
    ):
        assert any(place in known for known in places), (place, sorted(places))
    named.go_to("lesson")
    lesson = named.lesson_tab
    qtbot.waitUntil(lambda: lesson.subject is not None, timeout=LONG)
    for place in range(8):
        lesson.go_to(place)
        qtbot.waitUntil(lambda: not lesson.is_busy(), timeout=LONG)
        found += faults(named)
    places |= found_in(named)
    assert any("SoftmaxTable" in place for place in places)
    for tint, name in enumerate(("Cat", "cat", "dog")):
        save(picture(1, tint=tint), tmp_path / f"{NAME}sets" / f"{NAME}{name}" / "a.png")
    named.open_path(tmp_path / f"{NAME}sets")
    asked = named.findChild(QWidget, "readingQuestion")
    qtbot.waitUntil(asked.isVisible, timeout=LONG)
    found += faults(named)
    assert any(f"{SHOWN}Cat" in text.seen for text in texts_of(asked))
    QCoreApplication.sendEvent(named, UserCloses())
    question = named.findChild(QMessageBox, "unsavedQuestion")
    found += faults(named)
    question.button(QMessageBox.StandardButton.Cancel).click()
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
