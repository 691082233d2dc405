"""How a folder is to be read: the window asks, remembers the answer, and asks again."""

import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QRadioButton

from nn_trainer.app import create_window
from nn_trainer.ui.train.data.question import QuestionPage
from nn_trainer.ui.widgets.text_labels import plain_tooltip
from nn_trainer.ui.window.settings import WindowSettings
from tests.helpers.images import class_folders, picture, save
from tests.helpers.qt_events import drop_on, mime_of
from tests.helpers.tour import settle
from tests.helpers.window import LONG, click, open_data, set_up, status, wait_idle


@pytest.fixture
def sets(tmp_path):
    """Two sets side by side; classes of one letter less or more."""
    root = tmp_path / "pets"
    for number, place in enumerate(("indoor", "outdoor")):
        for other, name in enumerate(("cat", "dog & fox")):
            for index in range(4):
                save(
                    picture(100 * number + 10 * other + index, 16, 16, tint=other), root / place / name / f"{index}.png"
                )
    return root


@pytest.fixture
def asked(qtbot, window, sets):
    """The window with the question."""
    ask(qtbot, window, sets)
    return window


def ask(qtbot, window, folder):
    assert drop_on(window.train_tab.dataset_panel, mime_of([folder]))
    qtbot.waitUntil(lambda: question(window).isVisible(), timeout=LONG)


def question(window):
    return window.findChild(QuestionPage)


def readings(window):
    return [button.accessibleName() for button in question(window).findChildren(QRadioButton)]


def use(qtbot, window):
    click(qtbot, window.findChild(QPushButton, "useReadingButton"))
    qtbot.waitUntil(lambda: not window.train_tab.why_not_ready(), timeout=LONG)


INNER = "The folders in indoor, outdoor are the classes, all together: cat, dog & fox (2 classes, 16 images)"
OUTER = "Each folder is a class: indoor, outdoor (2 classes, 16 images)"


def test_the_likeliest_reading_is_first_and_taken_with_one_click(qtbot, asked, find, sets):
    assert find("readingTitle", QLabel).text() == "How is the folder pets to be read?"
    assert readings(asked) == [INNER, OUTER]
    assert [b.isChecked() for b in question(asked).findChildren(QRadioButton)] == [True, False]
    assert question(asked).findChildren(QRadioButton)[0].parent().toolTip() == plain_tooltip(
        "All classes: cat, dog & fox"
    )
    assert "choose on the left" in status(asked)
    assert not find("trainButton").isEnabled()
    use(qtbot, asked)
    assert asked.train_tab.dataset.class_names == ("cat", "dog & fox")
    assert find("readAs", QLabel).text() == "Classes taken from the folders in the folders"
    set_up(asked, image_size=12)  # read again, at another size, in the same way
    click(qtbot, find("trainButton"))
    wait_idle(qtbot, asked)
    assert asked.current_model.classifier.class_names == ("cat", "dog & fox")


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there they cannot lie beside each other")
def test_names_that_look_alike_are_asked_about_after_the_folders(qtbot, window, tmp_path, find):
    for place in ("indoor", "outdoor"):
        class_folders(tmp_path / "pets" / place, {"Cat": 2, "cat": 3, "dog": 3}, 16, 16)
    ask(qtbot, window, tmp_path / "pets")
    click(qtbot, window.findChild(QPushButton, "useReadingButton"))
    names = "'Cat' and 'cat'"
    qtbot.waitUntil(lambda: names in " ".join(readings(window)), timeout=LONG)
    assert readings(window) == [
        f"Names that look alike are one class: {names} (2 classes, 16 images)",
        f"Names that look alike are classes of their own: {names} (3 classes, 16 images)",
    ]
    use(qtbot, window)
    assert window.train_tab.dataset.class_names == ("cat", "dog")
    assert "Names that look alike are one class" in find("readAs", QLabel).text()
    before = window.train_tab.dataset
    assert drop_on(window.train_tab.dataset_panel, mime_of([tmp_path / "pets"]))
    qtbot.waitUntil(lambda: window.train_tab.dataset is not before, timeout=LONG)
    assert window.train_tab.dataset.class_names == ("cat", "dog")  # remembered


def test_a_click_on_the_sentence_chooses_it(qtbot, asked, find):
    row = question(asked).findChildren(QRadioButton)[1].parent()
    qtbot.mouseClick(row.findChild(QLabel), Qt.MouseButton.LeftButton)
    use(qtbot, asked)
    assert asked.train_tab.dataset.class_names == ("indoor", "outdoor")


def test_the_keyboard_chooses_and_takes(qtbot, asked):
    first, second = question(asked).findChildren(QRadioButton)
    qtbot.waitUntil(first.hasFocus)
    QTest.keyClick(first, Qt.Key.Key_Down)
    assert second.isChecked()
    assert second.hasFocus()
    QTest.keyClick(second, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not asked.train_tab.why_not_ready(), timeout=LONG)
    assert asked.train_tab.dataset.class_names == ("indoor", "outdoor")


def test_escape_leaves_the_data_set_that_was_open(qtbot, window, sets, folder):
    open_data(qtbot, window, folder)
    before = window.train_tab.dataset
    ask(qtbot, window, sets)
    QTest.keyClick(question(window).findChildren(QRadioButton)[0], Qt.Key.Key_Escape)
    assert not question(window).isVisible()
    assert window.train_tab.dataset is before
    assert status(window) == "Cancelled. Nothing was changed."
    ask(qtbot, window, sets)
    click(qtbot, window.findChild(QPushButton, "cancelReadingButton"))
    assert not question(window).isVisible()


def test_the_answer_is_remembered_for_the_folder_and_can_be_changed(qtbot, asked, sets, find):
    question(asked).findChildren(QRadioButton)[1].click()
    use(qtbot, asked)
    click(qtbot, find("askAgainButton", QPushButton))
    qtbot.waitUntil(lambda: question(asked).isVisible(), timeout=LONG)
    assert [b.isChecked() for b in question(asked).findChildren(QRadioButton)] == [False, True]
    question(asked).findChildren(QRadioButton)[0].click()
    use(qtbot, asked)
    assert asked.train_tab.dataset.class_names == ("cat", "dog & fox")
    asked.close()
    qtbot.waitUntil(lambda: not asked.isVisible())
    _, second = create_window([])
    qtbot.addWidget(second)
    second.show()
    open_data(qtbot, second, sets)
    assert second.train_tab.dataset.class_names == ("cat", "dog & fox")
    second.close()


def test_an_answer_that_does_not_fit_any_more_is_asked_for_again_or_forgotten(qtbot, asked, sets, find):
    use(qtbot, asked)
    for place in ("indoor", "outdoor"):
        for path in sorted(sets.glob(f"{place}/*/*.png")):
            path.rename(sets / place / f"{path.parent.name}-{path.name}")
    window = asked
    before = window.train_tab.dataset
    window.findChild(QAction, "reloadDataAction").trigger()
    qtbot.waitUntil(lambda: window.train_tab.dataset is not before, timeout=LONG)
    assert window.train_tab.dataset.class_names == ("indoor", "outdoor")
    assert not find("askAgainButton", QPushButton).isVisible()
    assert WindowSettings().choice(sets).layout is None


def test_the_names_of_files_are_offered(qtbot, window, tmp_path, find):
    for number, name in enumerate(["cat.0.png", "cat.1.png", "dog.0.png", "dog.1.png"]):
        save(picture(number, 16, 16, tint=number // 2), tmp_path / "flat" / "train" / name)
    ask(qtbot, window, tmp_path / "flat")
    assert readings(window) == ["The names of the files begin with their classes: cat, dog (2 classes, 4 images)"]
    use(qtbot, window)
    assert window.train_tab.dataset.class_names == ("cat", "dog")
    assert find("readAs", QLabel).text() == "Classes taken from the names of the files"


def test_a_folder_that_is_clear_is_not_asked_about(qtbot, window, tmp_path, find):
    open_data(qtbot, window, class_folders(tmp_path / "clear", {"a": 2, "b": 2}))
    assert not find("readAs", QLabel).isVisible()
    assert not find("askAgainButton", QPushButton).isVisible()


def test_names_as_long_as_may_be_do_not_widen_the_panel(qtbot, window, tmp_path):
    places = ["indoor" * 20, "<b>outdoor</b>"]
    for number, place in enumerate(places):
        for name in ("cat" * 30, "dog"):
            save(picture(number * 7 + len(name), 16, 16), tmp_path / "x" / place.replace("/", "") / name / "1.png")
    width = window.train_tab.dataset_panel.width()
    ask(qtbot, window, tmp_path / "x")
    settle()
    assert window.train_tab.dataset_panel.width() == width
    assert "<b>outdoor<b>" in readings(window)[0]
