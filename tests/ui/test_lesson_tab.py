"""The frame of the lesson: steps, keys, links, files."""

import pytest
from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox, QWidget

from nn_trainer.handbook import read_page
from tests.helpers.lesson import PATIENCE, click, copied, find, label

ALT = Qt.KeyboardModifier.AltModifier
TITLES = (
    *("Step 1: Labelled data", "Step 2: The loss", "Step 3: Gradient descent", "Step 4: The update by hand"),
    *("Step 5: The training loop", "Step 6: The plots", "Step 7: Inference", "Step 8: Inside the network"),
)


def title(tab):
    return find(tab, "lessonText").toPlainText().split("\n")[0]


def test_each_step_has_its_text_and_any_order_will_do(qtbot, make_lesson):
    tab = make_lesson()
    for place in (5, 0, 7, 2, 1, 4, 3, 6):
        click(qtbot, tab, f"lessonStep{place + 1}")
        assert title(tab) == TITLES[place]
        assert tab.picture.currentWidget() is tab.step(place)


def test_back_and_next_by_click_and_by_key(qtbot, make_lesson):
    tab = make_lesson()
    assert not find(tab, "lessonBackButton").isEnabled()
    for place in range(1, 8):
        if place % 2:
            click(qtbot, tab, "lessonNextButton")
        else:
            qtbot.keyClick(find(tab, "lessonText"), Qt.Key.Key_Right, ALT)
        assert title(tab) == TITLES[place]
    assert not find(tab, "lessonNextButton").isEnabled()
    qtbot.keyClick(find(tab, "lessonText"), Qt.Key.Key_Right, ALT)
    assert title(tab) == TITLES[7]
    qtbot.keyClick(find(tab, "lessonClassBox"), Qt.Key.Key_Left, ALT)
    assert title(tab) == TITLES[6]


def test_tab_comes_to_what_is_chosen_and_the_arrows_choose(qtbot, make_lesson):
    tab = make_lesson()
    click(qtbot, tab, "lessonStep2")
    find(tab, "lessonBackButton").setFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is find(tab, "lessonStep2")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Left)
    assert QApplication.focusWidget() is find(tab, "lessonStep1")
    assert title(tab) == TITLES[0]
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    assert title(tab) == TITLES[1]
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is find(tab, "lessonNextButton")
    find(tab, "lessonSquaredErrors").setFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Right)
    assert label(tab, "lessonLossFormula").startswith("cross-entropy")


@pytest.mark.parametrize("place", range(8))
def test_every_page_can_be_read_outside_the_program(make_lesson, place):
    page = make_lesson().step(place).help_page
    text = read_page(page)
    assert text.startswith(f"# {TITLES[place]}\n")
    assert text.index("\n## What to notice\n") < text.index("\n## Try this\n")


def choose_file(monkeypatch, path):
    """Let the next file dialog be left with this name."""

    def leave(dialog):
        dialog.selectFile(str(path))
        return True

    monkeypatch.setattr(QFileDialog, "exec", leave)


def test_every_number_can_be_copied_and_every_page_saved(qtbot, make_lesson, tmp_path, monkeypatch):
    tab = make_lesson()
    for place in range(4):
        click(qtbot, tab, f"lessonStep{place + 1}")
        qtbot.waitUntil(lambda: not tab.current.is_busy(), timeout=PATIENCE)
        assert any(any(c.isdigit() for c in cell) for row in copied(qtbot, tab) for cell in row)
        assert "−" not in QGuiApplication.clipboard().text()  # other programs take only the hyphen for a minus
        path = tmp_path / f"{place}"
        choose_file(monkeypatch, path)
        click(qtbot, tab, "lessonSaveButton")
        image = QImage(f"{path}.png")
        assert image.width() > 2 * tab.current.width()
        assert image.height() > 2 * tab.current.height()
    heard = []
    tab.message.connect(lambda *message: heard.append(message))
    choose_file(monkeypatch, tmp_path / "no" / "folder.png")
    click(qtbot, tab, "lessonSaveButton")
    assert heard[-1][0] == "error"
    assert "Choose another folder" in heard[-1][1]


def test_only_looked_at_steps_are_made(qtbot, make_lesson):
    tab = make_lesson()
    assert tab.findChild(QWidget, "lessonSurfacePlot") is None
    click(qtbot, tab, "lessonStep3")
    assert tab.findChild(QWidget, "lessonSurfacePlot") is not None
    assert tab.findChild(QWidget, "lessonUpdatePicture") is None


def test_links_lead_to_steps_and_to_the_handbook(qtbot, make_lesson):
    tab = make_lesson()
    tab.text.anchorClicked.emit(QUrl("lesson-4-update.md"))
    assert title(tab) == TITLES[3]
    with qtbot.waitSignal(tab.help_requested) as asked:
        tab.text.anchorClicked.emit(QUrl("training.md"))
    assert asked.args == ["training.md"]
    assert title(tab) == TITLES[3]


def test_a_picture_is_never_replaced_unasked(qtbot, make_lesson, tmp_path):
    tab = make_lesson()
    there = tmp_path / "mine.png"
    there.write_bytes(b"precious")
    seen = []

    def type_the_name_without_ending():
        dialog = QApplication.activeModalWidget()
        field = dialog.findChild(QLineEdit)
        field.setText(str(tmp_path / "mine"))
        QTimer.singleShot(0, refuse)
        qtbot.keyClick(field, Qt.Key.Key_Return)

    def refuse():
        box = QApplication.activeModalWidget()
        seen.append(type(box).__name__)
        if isinstance(box, QMessageBox):
            box.button(QMessageBox.StandardButton.No).click()
            QApplication.activeModalWidget().reject()

    QTimer.singleShot(0, type_the_name_without_ending)
    click(qtbot, tab, "lessonSaveButton")
    assert seen == ["QMessageBox"]
    assert there.read_bytes() == b"precious"


def test_an_empty_answer_asks_for_one_and_enter_checks(qtbot, make_lesson):
    tab = make_lesson()
    click(qtbot, tab, "lessonCheckButton")
    assert label(tab, "lessonFeedback") == "Type an answer first."
    click(qtbot, tab, "lessonStep2")
    field = find(tab, "lessonAnswer", QLineEdit)
    qtbot.keyClicks(field, "0.14")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert label(tab, "lessonFeedback").startswith("✓")
