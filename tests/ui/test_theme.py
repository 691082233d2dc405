import re
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QPushButton, QToolButton

import nn_trainer
from nn_trainer.paths import resources_dir
from nn_trainer.ui.theme import theme
from nn_trainer.ui.theme.colors import DARK, LIGHT
from nn_trainer.ui.widgets.image_views import ImageView, array_to_qimage, fitted_rect
from nn_trainer.ui.widgets.message_bar import MessageBar, Notice


@pytest.fixture(params=["light", "dark"])
def mode(qapp, request):
    theme.apply_theme(qapp, request.param)
    yield request.param
    theme.apply_theme(qapp, "system")


def luminance(color):
    channels = np.array(QColor(color).getRgbF()[:3])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return linear @ (0.2126, 0.7152, 0.0722)


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read(colors):
    for name in ("text", "muted", "accent", "error", "warning", "ok"):
        for ground in (colors.window, colors.panel):
            assert contrast(getattr(colors, name), ground) >= 4.5, name
    assert contrast(colors.accent_text, colors.accent) >= 4.5
    for line in (colors.train, colors.validation):
        assert contrast(line, colors.panel) >= 3


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_every_color_is_one(colors):
    for field in fields(colors):
        if field.name != "dark":
            assert QColor.isValidColorName(getattr(colors, field.name))


def test_every_icon_that_is_asked_for_is_there(mode):
    sources = "\n".join(path.read_text() for path in (Path(nn_trainer.__file__).parent / "ui").rglob("*.py"))
    asked = set(re.findall(r'(?:set_icon\([^,]+, |theme\.icon\()"([a-z-]+)"', sources))
    assert len(asked) >= 5
    for name in asked | {path.stem for path in (resources_dir() / "icons").glob("*.svg")}:
        assert not theme.icon(name).pixmap(16, 16).isNull()


def test_icons_follow_the_theme(qapp):
    button = QToolButton()
    theme.apply_theme(qapp, "light")
    theme.set_icon(button, "stop")
    light = button.icon().pixmap(24, 24).toImage().pixelColor(12, 12)
    theme.apply_theme(qapp, "dark")
    dark = button.icon().pixmap(24, 24).toImage().pixelColor(12, 12)
    theme.apply_theme(qapp, "system")
    assert light.name() == LIGHT.text
    assert dark.name() == DARK.text


def test_an_icon_is_drawn_once_for_each_theme(qapp, monkeypatch):
    drawn = []
    renderer = theme.QSvgRenderer
    monkeypatch.setattr(theme, "QSvgRenderer", lambda svg: (drawn.append(bytes(svg.data())), renderer(svg))[1])
    theme._drawn_icon.cache_clear()
    buttons = [QToolButton() for _ in range(3)]
    for mode in ("light", "dark", "light", "dark"):
        theme.apply_theme(qapp, mode)
        for button in buttons:
            theme.set_icon(button, "stop")
    of_stop = theme.icon("stop")
    theme.apply_theme(qapp, "system")
    # Windows that are still there draw theirs too, some in colours of their own.
    stop = re.search(rb"<rect [^>]*rx=", (resources_dir() / "icons" / "stop.svg").read_bytes())
    ours = [svg for svg in drawn if stop[0] in svg and any(c.text.encode() in svg for c in (LIGHT, DARK))]
    assert len(ours) == 2  # in each of its colours once
    of_stop.addPixmap(QPixmap(3, 3))
    assert QSize(3, 3) not in theme.icon("stop").availableSizes()


def test_a_change_is_told_once(qtbot, qapp):
    theme.apply_theme(qapp, "light")
    with qtbot.waitSignal(theme.signals().changed):
        theme.apply_theme(qapp, "dark")
    with qtbot.assertNotEmitted(theme.signals().changed):
        theme.apply_theme(qapp, "dark")
    theme.apply_theme(qapp, "system")


def test_digits_are_of_one_width(mode):
    font = theme.tabular_font()
    from PySide6.QtGui import QFontMetricsF

    assert len({QFontMetricsF(font).horizontalAdvance(digit * 10) for digit in "0123456789"}) == 1


def test_message_bar_shows_acts_and_closes(qtbot):
    bar = MessageBar()
    qtbot.addWidget(bar)
    done = []
    bar.show_message("error", "The file is damaged.", "Choose another", lambda: done.append("acted"))
    assert bar.isVisible()
    assert bar.text == "The file is damaged."
    assert bar.accessibleName() == "Error: The file is damaged."
    qtbot.mouseClick(bar.findChild(QPushButton, "messageAction"), Qt.MouseButton.LeftButton)
    assert done == ["acted"]
    assert bar.isHidden()
    bar.show_error("Again.")
    assert bar.findChild(QPushButton, "messageAction").isHidden()
    qtbot.mouseClick(bar.findChild(QToolButton), Qt.MouseButton.LeftButton)
    assert bar.isHidden()


def test_good_news_go_by_themselves_and_bad_news_stay(qtbot):
    bar = MessageBar()
    qtbot.addWidget(bar)
    bar._forget.setInterval(1)
    bar.show_message("info", "Saved.")
    qtbot.waitUntil(bar.isHidden, timeout=2000)
    bar.show_error("Broken.")
    assert not bar._forget.isActive()


@pytest.mark.parametrize("shape", [(3, 5), (3, 5, 1), (3, 5, 3)])
def test_array_to_qimage_keeps_every_pixel(shape):
    pixels = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    image = array_to_qimage(pixels[:, ::-1])  # not contiguous
    rgb = np.broadcast_to(pixels.reshape(3, 5, -1), (3, 5, 3))[:, ::-1]
    for y in range(3):
        for x in range(5):
            assert image.pixelColor(x, y).getRgb()[:3] == tuple(rgb[y, x])


def test_fitted_rect_keeps_the_shape():
    assert fitted_rect(QSize(200, 100), QRect(0, 0, 50, 50)) == QRect(0, 12, 50, 25)


def test_a_tiny_image_is_enlarged_with_sharp_pixels(qtbot):
    view = ImageView()
    qtbot.addWidget(view)
    view.resize(200, 200)
    view.set_image(array_to_qimage(np.array([[0, 255], [255, 0]], dtype=np.uint8)))
    shown = view.grab().toImage()
    ratio = shown.width() / 200
    for x, y, value in ((5, 5, 0), (98, 98, 0), (102, 98, 255), (195, 5, 255)):
        assert shown.pixelColor(int(x * ratio), int(y * ratio)).red() == value


def test_a_notice_goes_with_its_cause_and_with_no_other(qtbot):
    bar = MessageBar()
    qtbot.addWidget(bar)
    bar.show_notice(Notice("warning", "A training is running.", "Stop", cause="training"))
    bar.withdraw("closing")
    assert bar.text == "A training is running."
    bar.withdraw("training")
    assert bar.text == ""
    bar.show_notice(Notice("warning", "A training is running.", cause="training"))
    bar.show_message("error", "The file is damaged.")
    bar.withdraw("training")
    bar.withdraw("")
    assert bar.text == "The file is damaged."
