import numpy as np
import pytest

from nn_trainer.engine.architectures import build_network
from nn_trainer.engine.augmentation import AUGMENTATIONS, flip, mirrored_border, shift
from nn_trainer.engine.config import make_config
from nn_trainer.engine.training import train


def some_images(count=200, height=16, width=24):
    return np.random.default_rng(0).integers(0, 256, (count, height, width, 3), np.uint8)


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_every_augmentation_keeps_shape_type_and_the_images_given(name):
    images = some_images()
    kept = images.copy()
    altered = AUGMENTATIONS[name](images, np.random.default_rng(1))
    assert altered.shape == images.shape
    assert altered.dtype == np.uint8
    np.testing.assert_array_equal(images, kept)
    again = AUGMENTATIONS[name](images, np.random.default_rng(1))
    np.testing.assert_array_equal(altered, again)


def test_flip_mirrors_about_half_of_the_images():
    images = some_images()
    altered = flip(images, np.random.default_rng(1))
    mirrored = (altered == images[:, :, ::-1]).all(axis=(1, 2, 3))
    same = (altered == images).all(axis=(1, 2, 3))
    assert (mirrored ^ same).all()
    assert 0.4 < mirrored.mean() < 0.6


def test_shift_moves_each_image_by_up_to_an_eighth_and_mirrors_what_comes_in():
    images = some_images()
    altered = shift(images, np.random.default_rng(1))
    seen = set()
    for image, moved in zip(images, altered, strict=True):
        whole = np.pad(image, ((2, 2), (3, 3), (0, 0)), mode="reflect")
        places = [
            (top, left)
            for top in range(5)
            for left in range(7)
            if (whole[top : top + 16, left : left + 24] == moved).all()
        ]
        assert len(places) == 1
        seen.add(places[0])
    assert {top for top, _ in seen} == set(range(5))
    assert {left for _, left in seen} == set(range(7))


@pytest.mark.parametrize("border", [(0, 0), (1, 0), (3, 5)])
def test_the_border_is_mirrored_at_the_edge_pixels(border):
    images = some_images(2, 9, 8)
    rows, columns = border
    expected = np.pad(images, ((0, 0), (rows, rows), (columns, columns), (0, 0)), mode="reflect")
    np.testing.assert_array_equal(mirrored_border(images, *border), expected)


def test_training_with_augmentation_gives_the_same_bits_on_any_number_of_threads():
    images, labels = some_images(96, 16, 16), np.arange(96) % 3
    weights = []
    for threads in (1, 2, 4):
        network = build_network("cnn", (16, 16, 3), 3)
        config = make_config(augment="flip-shift", epochs=1, image_size=16, batch_size=48, threads=threads)
        list(train(network, (images, labels), None, config))
        weights.append(network.weights.copy())
    plain = build_network("cnn", (16, 16, 3), 3)
    list(train(plain, (images, labels), None, make_config(epochs=1, image_size=16, batch_size=48)))
    assert weights[0].tobytes() == weights[1].tobytes() == weights[2].tobytes()
    assert weights[0].tobytes() != plain.weights.tobytes()
