"""What a training works on: nothing of the images that are held out reaches what is learned from the others."""

import dataclasses
import tracemalloc

import numpy as np
import pytest
from PIL import Image

import nn_trainer
from nn_trainer.data.preprocessing import Preprocessing
from nn_trainer.engine.config import make_config
from nn_trainer.errors import CancelledError, SettingError
from nn_trainer.models import training_memory
from nn_trainer.models.channel_statistics import channel_statistics
from nn_trainer.models.fitting import Fitting
from nn_trainer.models.novelty import learn_novelty
from nn_trainer.models.pretrained import features as features_module
from nn_trainer.models.pretrained.backbone import load_backbone
from nn_trainer.models.pretrained.features import compute_features, layers_for
from nn_trainer.models.training_inputs import prepare_stages, training_and_validation
from nn_trainer.models.training_memory import check_memory
from nn_trainer.work import Task
from tests.helpers.images import picture, save


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """Two classes of twelve photos."""
    folder = tmp_path_factory.mktemp("photos")
    for seed in range(24):
        name = "bright" if seed % 2 else "dark"
        save(picture(seed, 100, 100, tint=seed % 2), folder / name / f"{seed}.png")
    return nn_trainer.load_dataset(folder, image_size=96, channels="rgb")


def config(**settings):
    return make_config(**{"preset": "pretrained", "image_size": 96, "validation": 0.25, **settings})


def test_the_head_is_standardised_with_the_training_images_and_their_variants_alone(photos):
    settings = config(augment="flip", variants=2)
    (stage,) = prepare_stages(photos, settings, Task()).stages
    training, validation = (rows.inputs.take(rows.indices) for rows in (stage.training, stage.validation))
    constants = stage.make_network(None).layers[0].constants
    np.testing.assert_array_equal(constants["mean"], training.mean(axis=0, dtype=np.float64).astype(np.float32))
    assert not np.allclose(constants["mean"], np.concatenate([training, validation]).mean(axis=0), rtol=1e-5)
    deviation = np.sqrt(training.var(axis=0, dtype=np.float64).mean())
    np.testing.assert_array_equal(constants["std"], np.float32([deviation]))


def test_what_is_unlike_training_is_learned_from_images_that_are_not_altered(photos):
    settings = config(augment="flip-shift", variants=3)
    novelty = prepare_stages(photos, settings, Task()).novelty
    training, validation = training_and_validation(photos, settings)
    plain = compute_features(load_backbone(), photos.images)
    expected = learn_novelty(plain[training], plain[validation], settings.seed)
    np.testing.assert_array_equal(novelty.references, expected.references)
    assert novelty.limit == expected.limit
    assert len(novelty.references) == len(training)


def test_pixels_are_standardised_with_the_training_images_alone(photos):
    (stage,) = prepare_stages(photos, config(preset="linear"), Task()).stages
    training, validation = training_and_validation(photos, config(preset="linear"))
    mean = photos.images[training].mean(axis=(0, 1, 2), dtype=np.float64)
    np.testing.assert_allclose(stage.make_network(None).layers[0].constants["mean"], mean, rtol=1e-6)
    assert not np.allclose(mean, photos.images[[*training, *validation]].mean(axis=(0, 1, 2)), rtol=1e-6)


@pytest.mark.parametrize("enough", [0, 1, 5])
def test_cancelling_is_heard_within_a_portion_of_images(photos, monkeypatch, enough):
    """While images are looked up in the cache, which may be all there is to do."""
    monkeypatch.setattr(features_module, "_CHUNK", 4)
    made, asked = [], []

    class Endless:
        def __len__(self):
            return 1000

        def __getitem__(self, index):
            made.append(index)
            return photos.images[index % len(photos.images)]

    def cancelled():
        asked.append(len(made))
        return len(made) >= enough

    with pytest.raises(CancelledError):
        compute_features(load_backbone(), Endless(), task=Task(cancelled=cancelled))
    assert len(made) <= enough + 4
    assert asked[0] == 0


def test_the_images_are_not_copied(photos):
    (stage,) = prepare_stages(photos, config(preset="linear"), Task()).stages
    for samples in (stage.training, stage.validation):
        assert samples.inputs.array is photos.images
        assert samples.labels is photos.labels


def test_preparing_takes_little_memory_and_can_be_cancelled():
    """Of 100 MB of pixels the statistics take a few at a time."""
    images = np.zeros((700, 224, 224, 3), np.uint8)
    tracemalloc.start()
    try:
        channel_statistics(images, np.arange(0, 700, 2))
        assert tracemalloc.get_traced_memory()[1] < 60e6
    finally:
        tracemalloc.stop()
    asked = []
    with pytest.raises(CancelledError):
        channel_statistics(images, task=Task(cancelled=lambda: asked.append(1) or len(asked) > 3))
    assert len(asked) == 4


@pytest.mark.parametrize("seed", range(4))
def test_no_file_that_is_there_twice_is_on_both_sides(tmp_path, seed):
    rng = np.random.default_rng(0)
    for name in ("a", "b"):
        for number in range(20):
            image = Image.fromarray(rng.integers(0, 256, (12, 12, 3), np.uint8))
            for copy in ("", "-copy"):
                save(image, tmp_path / name / f"{number}{copy}.png")
    dataset = nn_trainer.load_dataset(tmp_path)
    fitting = Fitting(dataset, make_config(preset="linear", image_size=12, validation=0.3, seed=seed))
    training, validation = ({*fitting.stages[0].training.indices}, {*fitting.stages[0].validation.indices})
    assert (len(training), len(validation)) == (56, 24)
    had = {dataset.images[index].tobytes() for index in training}
    assert not [index for index in validation if dataset.images[index].tobytes() in had]
    assert fitting.shared_images == 0


def test_validation_images_that_the_folders_have_in_training_too_are_counted(photos):
    splits = np.array(["train"] * len(photos.labels), "U10")
    splits[:8] = "validation"
    shared = photos.images.copy()
    shared[[0, 1, 2]] = shared[[8, 9, 10]]  # other files, perhaps, but the same pixels
    dataset = dataclasses.replace(photos, images=shared, splits=splits)
    assert Fitting(dataset, config(preset="linear")).shared_images == 3


def of_size(dataset, size, images):
    """A data set of black images of another size, which take no memory until they are touched."""
    return dataclasses.replace(
        dataset,
        images=np.zeros((images, size, size, 3), np.uint8),
        labels=np.arange(images) % 2,
        splits=np.full(images, "train", "U10"),
        sources=dataset.sources[:1] * images,
        digests=tuple(bytes([place % 256, place // 256]) for place in range(images)),
        preprocessing=Preprocessing(size, "rgb"),
        sizes=np.full((images, 2), size, np.int32),
        grey=np.zeros(images, np.bool_),
        deep=np.zeros(images, np.bool_),
    )


@pytest.mark.parametrize(
    ("preset", "size", "batch_size", "free"),
    [("cnn", 224, 256, 16e9), ("cnn", 224, 32, 1.5e9), ("resnet", 96, 128, 6e9)],
)
def test_a_training_that_does_not_fit_is_refused(photos, monkeypatch, preset, size, batch_size, free):
    """Before anything is taken; cnn at 224 pixels and a batch of 256 takes 17 GB."""
    large = of_size(photos, size, 600)
    settings = make_config(preset=preset, image_size=size, batch_size=batch_size)
    monkeypatch.setattr(training_memory, "available_memory", lambda: free)
    tracemalloc.start()
    try:
        with pytest.raises(
            SettingError, match=r"takes [\d.]+ GB of memory, more than .* Choose a smaller batch size or image"
        ):
            Fitting(large, settings)
        assert tracemalloc.get_traced_memory()[1] < 0.3 * free
    finally:
        tracemalloc.stop()
    monkeypatch.setattr(training_memory, "available_memory", lambda: 3 * free)
    prepare_stages(large, settings, Task())


def test_the_features_and_both_stages_count(photos, monkeypatch):
    """Where the head alone would fit, the second stage does not."""
    settings = config(fine_tune=3, batch_size=24, validation=0.0)
    monkeypatch.setattr(training_memory, "available_memory", lambda: 40e6)
    prepare_stages(photos, config(fine_tune=0, batch_size=24, validation=0.0), Task())
    with pytest.raises(SettingError, match="Choose a smaller batch size or image size"):
        Fitting(photos, settings)


def test_what_is_kept_for_both_stages_counts_with_the_larger_of_them(monkeypatch):
    settings = make_config(preset="linear", image_size=12)
    training = (layers_for(settings, 3), settings.input_shape, settings)
    monkeypatch.setattr(training_memory, "available_memory", lambda: 50e6)
    check_memory([training], 30, 6)
    check_memory([training, training], 30, 6, inputs=20_000_000)
    with pytest.raises(SettingError, match=r"takes 0\.[45] GB"):
        check_memory([training], 30, 6, inputs=450_000_000)


def test_memory_that_is_used_up_in_the_preparation_is_a_sentence(photos, monkeypatch):
    def fail(*_):
        raise MemoryError

    monkeypatch.setattr("nn_trainer.models.training_inputs.channel_statistics", fail)
    with pytest.raises(SettingError, match="not enough memory to go on"):
        Fitting(photos, config(preset="linear"))
