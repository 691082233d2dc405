import threading

import numpy as np
import pytest
from PIL import Image

import nn_trainer
from nn_trainer.errors import ImageError
from nn_trainer.models.classifier import Classifier
from nn_trainer.models.prediction import Prediction
from tests.helpers.colours import write_picture


def test_predicts_files_pictures_and_arrays_to_the_last_bit_alike(trained, tmp_path):
    path = write_picture(tmp_path / "a.png", "red", seed=5, size=30)
    picture = Image.open(path)
    by_path = trained.predict(path)
    assert by_path.label == "red"
    assert list(by_path.probabilities) == ["blue", "green", "red"]
    assert sum(by_path.probabilities.values()) == pytest.approx(1, abs=1e-6)
    assert by_path.pixels.shape == (12, 12, 3)
    assert by_path.pixels.dtype == np.uint8
    for source in (str(path), picture, np.asarray(picture)):
        other = trained.predict(source)
        assert other.probabilities == by_path.probabilities
        np.testing.assert_array_equal(other.pixels, by_path.pixels)
    picture.close()


def test_the_company_does_not_change_a_prediction(trained, colours_folder):
    paths = sorted(colours_folder.rglob("*.png"))
    together = trained.predict_many(paths)
    assert [p.label for p in together] == [path.parent.name for path in paths]
    assert [trained.predict(path).probabilities for path in paths] == [p.probabilities for p in together]


def test_bad_files_get_their_error_and_the_rest_goes_on(trained, tmp_path):
    good = write_picture(tmp_path / "good.png", "green")
    text = tmp_path / "text.png"
    text.write_text("no picture")
    missing = tmp_path / "missing.png"
    results = trained.predict_many([missing, good, text, tmp_path])
    assert [type(result) for result in results] == [ImageError, Prediction, ImageError, ImageError]
    assert results[1].label == "green"
    assert "text.png" in str(results[2])
    assert trained.predict_many([]) == []
    assert [type(r) for r in trained.predict_many([text])] == [ImageError]


def test_one_bad_file_alone_raises(trained, tmp_path):
    with pytest.raises(ImageError, match=r"gone\.jpg"):
        trained.predict(tmp_path / "gone.jpg")


def test_predicts_while_another_training_runs(trained, colours, colours_folder):
    path = next(colours_folder.rglob("*.png"))
    alone = trained.predict(path).probabilities
    started, answers = threading.Event(), []
    stop = threading.Event()

    def on_record(record):
        started.set()
        if stop.is_set():
            raise KeyboardInterrupt

    def work():
        with pytest.raises(KeyboardInterrupt):
            nn_trainer.train(colours, preset="cnn", epochs=10_000, on_record=on_record)

    thread = threading.Thread(target=work)
    thread.start()
    assert started.wait(20)
    try:
        answers = [trained.predict(path).probabilities for _ in range(20)]
    finally:
        stop.set()
        thread.join()
    assert all(answer == alone for answer in answers)


def test_names_must_fit_the_network(trained):
    with pytest.raises(ValueError, match="2 class names for a network with 3 classes"):
        Classifier(trained.network, ["a", "b"], trained.preprocessing, trained.config)
