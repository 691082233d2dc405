"""The backbone: the right features, the same bits everywhere, and what happens to images it cannot take."""

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np
import pytest
from safetensors.numpy import load_file

from nn_trainer.errors import CancelledError
from nn_trainer.models.pretrained import backbone as backbone_module
from nn_trainer.models.pretrained.backbone import BACKBONE_NAME, FEATURES, SIZES, Backbone, load_backbone
from nn_trainer.models.pretrained.backbone_weights import WEIGHTS_HASH, load_weights
from nn_trainer.work import Task
from tests.helpers.golden_pictures import GOLDEN, GOLDEN_SIZES, golden_pictures


@pytest.fixture(scope="module")
def backbone():
    return load_backbone()


@pytest.mark.parametrize("size", GOLDEN_SIZES)
def test_features_are_those_of_pytorch(backbone, size):
    """The file was written by `python -m tests.benchmarks.backbone_parity --write-golden`: PyTorch, in float64."""
    golden = load_file(GOLDEN)[str(size)]
    features = backbone.features(golden_pictures(size))
    assert features.shape == golden.shape == (4, FEATURES)
    assert features.dtype == np.float32
    np.testing.assert_allclose(features, golden, rtol=1e-4, atol=5e-5)
    assert np.ptp(golden, axis=0).mean() > 0.3  # or the comparison would say nothing


def test_an_image_gets_the_same_bits_alone_in_company_and_on_any_number_of_threads(backbone):
    pictures = golden_pictures(128)
    together = backbone.features(np.concatenate([pictures, pictures[::-1], pictures[:1]]), threads=3)
    places = [0, 1, 2, 3, 3, 2, 1, 0, 0]
    for index, picture in enumerate(pictures):
        alone = backbone.features(picture[None], threads=1)[0].tobytes()
        assert [together[i].tobytes() == alone for i, place in enumerate(places) if place == index] == [
            True
        ] * places.count(index)


def test_several_threads_may_use_a_new_backbone_at_once():
    weights = load_weights()
    pictures = golden_pictures(96)
    expected = Backbone(*weights).features(pictures[:2], threads=1).tobytes()
    for _ in range(5):
        shared = Backbone(*weights)
        with ThreadPoolExecutor(4) as pool:
            results = list(pool.map(lambda _, b=shared: b.features(pictures[:2], threads=1).tobytes(), range(4)))
        assert results == [expected] * 4


def test_every_size_it_names_is_taken(backbone):
    for size in SIZES:
        features = backbone.features(golden_pictures(size)[:1])
        assert features.shape == (1, FEATURES)
        assert (features >= 0).all()
        assert features.max() > 1


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((1, 100, 100, 3), np.uint8),
        np.zeros((1, 64, 64, 3), np.uint8),
        np.zeros((1, 96, 128, 3), np.uint8),
        np.zeros((1, 96, 96, 1), np.uint8),
        np.zeros((96, 96, 3), np.uint8),
        np.zeros((1, 96, 96, 3), np.float32),
    ],
    ids=lambda pixels: f"{pixels.shape}-{pixels.dtype}",
)
def test_other_images_are_refused(backbone, pixels):
    with pytest.raises(ValueError, match="the backbone takes square RGB images"):
        backbone.features(pixels)


def test_no_images_have_no_features(backbone):
    assert backbone.features(np.zeros((0, 96, 96, 3), np.uint8)).shape == (0, FEATURES)


@pytest.mark.parametrize("threads", [1, 2])
def test_progress_is_told_in_the_callers_thread_image_by_image(backbone, threads):
    seen = []
    backbone.features(
        golden_pictures(96),
        threads,
        task=Task(lambda done, of, _what: seen.append((done, of, threading.current_thread()))),
    )
    assert seen == [(done, 4, threading.current_thread()) for done in (1, 2, 3, 4)]


@pytest.mark.parametrize("threads", [1, 2])
def test_it_can_be_cancelled(backbone, threads):
    done = []
    with pytest.raises(CancelledError):
        backbone.features(
            np.repeat(golden_pictures(96), 25, axis=0),
            threads,
            task=Task(lambda number, of, what: done.append(number), lambda: len(done) >= 3),
        )


def test_it_is_loaded_once_and_says_what_it_is(backbone):
    assert load_backbone() is backbone
    assert (backbone.name, backbone.hash) == (BACKBONE_NAME, WEIGHTS_HASH)


def test_whoever_asks_gets_the_same_backbone(monkeypatch):
    monkeypatch.setattr(backbone_module, "_load_once", cache(backbone_module._load_once.__wrapped__))
    together, got = threading.Barrier(3), []

    def ask():
        together.wait(10)
        got.append(load_backbone())

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(one) for one in [*got, load_backbone()]}) == 1
