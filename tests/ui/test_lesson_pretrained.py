"""Steps 5 to 8 on pictures in colour, with the pretrained head: every number against plain float64 NumPy."""

import numpy as np
import pytest
from PySide6.QtCore import Qt

import nn_trainer
from nn_trainer.models.lesson_subject import make_subject
from nn_trainer.ui.lesson.inference.step import InferenceStep
from nn_trainer.ui.lesson.inside.step import InsideStep
from nn_trainer.ui.lesson.loop.step import FIRST_RATE, TrainingLoopStep
from nn_trainer.ui.lesson.overfitting.step import OverfittingStep
from tests.helpers.images import class_folders, picture, save
from tests.helpers.lesson_checks import (
    LoopReference,
    check_convolution,
    check_inference,
    check_stations,
    run_one,
    watched_place,
)
from tests.helpers.lesson_clicks import click, text_of
from tests.helpers.qt_events import drop_on, mime_of

SIZE = 96


@pytest.fixture(scope="module")
def subject(tmp_path_factory):
    folder = class_folders(tmp_path_factory.mktemp("photos") / "photos", {"red": 14, "green": 14, "blue": 14}, 100, 96)
    dataset = nn_trainer.load_dataset(folder, image_size=SIZE)
    classifier = nn_trainer.train(dataset, preset="pretrained", epochs=2, seed=0, dropout=0.2)
    return make_subject(dataset, classifier, "just trained")


@pytest.fixture
def show(qtbot, subject):
    """Shows a step by itself, as the tab would."""
    shown = []

    def show(kind):
        step = kind()
        qtbot.addWidget(step)
        step.resize(900, 640)
        with qtbot.waitExposed(step):
            step.show()
        step.set_subject(subject, 4)
        qtbot.waitUntil(lambda: not step.is_busy(), timeout=20_000)
        shown.append(step)
        return step

    yield show
    for step in shown:
        step.shutdown()


def test_the_head_takes_features(subject):
    assert subject.inputs.shape == (42, 1280)
    assert subject.pictures.shape == (42, SIZE, SIZE, 3)


def test_step_5(qtbot, show):
    step = show(TrainingLoopStep)
    reference = LoopReference(step, FIRST_RATE)
    for _ in range(2):
        run_one(qtbot, step)
        reference.run()
        check_stations(step, reference, 0, watched_place(step))
    assert [block.layer for block in step.diagram.network.strip.blocks] == ["features1", "dense1"]
    assert step.diagram.images.view.image().width() == SIZE


def test_step_6(qtbot, show):
    step = show(OverfittingStep)
    qtbot.waitUntil(lambda: step.comparison is not None, timeout=20_000)
    with qtbot.waitSignal(step.finished, timeout=120_000):
        click(qtbot, step, "plotsRun")
    assert all(len(c.run.epochs) == t.config.epochs for c, t in zip(step.columns, step.trainings, strict=True))
    assert step.trainings[0].training[0].shape[1:] == (32, 32, 3)


def test_step_7(qtbot, show, subject, tmp_path):
    step = show(InferenceStep)
    qtbot.waitUntil(lambda: step.inference is not None and not step.is_busy(), timeout=20_000)
    check_inference(step, subject, subject.inputs[4])
    path = save(picture(7, 120, 130), tmp_path / "mine.png")
    assert drop_on(step.drop_area, mime_of([path]))
    qtbot.waitUntil(lambda: step.seen.rowCount() == 2, timeout=20_000)
    check_inference(step, subject, subject.read(path)[1][0])
    click(qtbot, step, "inferenceNoise")
    qtbot.waitUntil(lambda: step.seen.rowCount() == 3, timeout=20_000)
    check_inference(step, subject, subject.backbone.features(step.inference.pixels[None])[0])


def test_step_8_looks_into_the_first_convolution_of_the_backbone(qtbot, show, subject):
    step = show(InsideStep)
    click(qtbot, step, "insideConvolution")
    page = step.convolution
    assert "efficientnet-lite0" in text_of(page, "convolutionNote")
    stem = subject.backbone.stem(SIZE)
    assert [output.kind for output in page.block.outputs] == ["Convolution", "ReLU6"]
    assert page.block.outputs[0].values.shape == (32, SIZE // 2, SIZE // 2)
    check_convolution(page, stem, subject.pictures[4])
    page.filter.setValue(9)
    page.pixel.channel.setValue(3)
    target = page.input._target()
    for corner, place in ((target.topLeft(), (0, 0)), (target.bottomRight(), (SIZE // 2 - 1, SIZE // 2 - 1))):
        inside = np.clip([corner.x(), corner.y()], [target.left() + 1, target.top() + 1], [target.right() - 2] * 2)
        inside[1] = min(inside[1], target.bottom() - 2)
        qtbot.mouseClick(page.input, Qt.MouseButton.LeftButton, pos=corner.toPoint().__class__(*map(int, inside)))
        assert page.place == place
        check_convolution(page, stem, subject.pictures[4])
    for _ in range(3):
        qtbot.keyClick(page.input, Qt.Key.Key_Up)
        qtbot.keyClick(page.input, Qt.Key.Key_Left)
    assert page.place == (SIZE // 2 - 4, SIZE // 2 - 4)
    check_convolution(page, stem, subject.pictures[4])
