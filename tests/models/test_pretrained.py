"""The preset pretrained, from pictures to a model file, with the real backbone on few small pictures."""

import json

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

import nn_trainer
from nn_trainer.engine.config import make_config
from nn_trainer.errors import BackboneError, CancelledError, ModelFileError, SettingError
from nn_trainer.models.fitting import Fitting
from nn_trainer.models.model_document import METADATA_KEY
from nn_trainer.models.novelty import MOST_REFERENCES
from nn_trainer.models.plan import plan_training
from nn_trainer.models.pretrained import features as features_module
from nn_trainer.models.pretrained.backbone import Backbone, load_backbone
from nn_trainer.work import Task
from tests.helpers.images import class_folders, picture
from tests.helpers.running import records_of

COUNTS = {"blue": 8, "green": 8, "red": 8}


def config(**settings):
    return make_config(**{"preset": "pretrained", "image_size": 96, "channels": "rgb", "batch_size": 8, **settings})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return class_folders(tmp_path_factory.mktemp("data") / "photos", COUNTS, 100, 80)


@pytest.fixture(scope="module")
def photos(folder):
    return nn_trainer.load_dataset(folder, image_size=96)


@pytest.fixture(scope="module")
def trained(photos):
    return nn_trainer.train(photos, batch_size=8, seed=1)


@pytest.fixture
def computed(monkeypatch):
    """How many images the backbone has worked on."""
    counts = []
    compute = Backbone.features

    def count(self, pixels, *arguments):
        counts.append(len(pixels))
        return compute(self, pixels, *arguments)

    monkeypatch.setattr(Backbone, "features", count)
    return counts


@pytest.fixture
def empty_cache(tmp_path, monkeypatch):
    """A cache of features that holds nothing yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    load_backbone()
    return tmp_path / "cache" / "nn-trainer" / "features.sqlite"


def test_photos_are_learned_with_it_unless_another_preset_is_named(photos, trained):
    assert (trained.config.preset, trained.config.head) == ("pretrained", "linear")
    assert (trained.config.epochs, trained.config.image_size) == (40, 96)
    assert trained.figures.validation_accuracy == 1.0
    assert trained.evaluate(photos).accuracy == 1.0
    assert nn_trainer.train(photos, preset="linear", epochs=1).config.preset == "linear"


@pytest.mark.parametrize(("head", "layers"), [("linear", 2), ("mlp", 4)])
def test_the_head_is_an_option(photos, head, layers):
    fitting = Fitting(photos, config(head=head, epochs=1))
    assert len(fitting.network.layers) == layers
    weights = 1280 * 3 + 3 if head == "linear" else 1280 * 128 + 128 + 128 * 3 + 3
    assert fitting.network.weight_count == plan_training(photos, config(head=head)).weights == weights


def test_same_seed_same_weights_on_any_number_of_threads(photos):
    runs = [nn_trainer.train(photos, "pretrained", 3, 7, threads=n, head="mlp", dropout=0.2) for n in (1, 3)]
    np.testing.assert_array_equal(runs[0].network.weights, runs[1].network.weights)


def test_a_picture_gets_the_same_bits_alone_and_in_company(trained, folder):
    paths = sorted(folder.rglob("*.png"))[::5]
    together = trained.predict_many(paths)
    assert together == [trained.predict(path) for path in paths]
    assert [p.label for p in together] == [path.parent.name for path in paths]
    assert together[0].pixels.shape == (96, 96, 3)


def test_what_the_network_takes_of_images(photos, trained):
    features = trained.inputs(photos.images[:2])
    np.testing.assert_array_equal(features, load_backbone().features(photos.images[:2]))
    other = nn_trainer.train(photos, "linear", 1)
    assert other.inputs(photos.images) is photos.images


def test_features_are_computed_once(photos, computed, empty_cache):
    first = Fitting(photos, config(epochs=1))
    assert sum(computed) == 24
    assert empty_cache.exists()
    second = Fitting(photos, config(epochs=2, seed=5))
    assert sum(computed) == 24
    assert first.training_images == second.training_images == 18
    second.classifier.evaluate(photos)
    assert sum(computed) == 24


def test_progress_counts_every_picture_and_begins_with_those_that_are_known(photos, empty_cache):
    told = []
    Fitting(photos, config(), Task(lambda *event: told.append(event)))
    assert told == [(done, 24, "Computing features") for done in range(25)]
    told.clear()
    Fitting(photos, config(), Task(lambda *event: told.append(event)))
    assert told == [(24, 24, "Computing features")]


def test_pictures_that_are_alike_are_computed_once(computed, empty_cache):
    images = np.stack([np.full((96, 96, 3), shade, np.uint8) for shade in (9, 50, 9, 9)])
    features = features_module.compute_features(load_backbone(), images)
    assert computed == [2]
    expected = load_backbone().features(images)
    np.testing.assert_array_equal(features, expected)


def test_a_cancelled_run_keeps_the_features_it_has(photos, computed, empty_cache, monkeypatch):
    monkeypatch.setattr(features_module, "_CHUNK", 4)
    told = []
    with pytest.raises(CancelledError):
        Fitting(photos, config(), Task(lambda *event: told.append(event), lambda: len(told) > 10))
    computed.clear()
    Fitting(photos, config())
    assert sum(computed) in (4, 8, 12, 16)  # whole chunks; threads may be a little ahead of what is told


def test_without_a_cache_it_works_all_the_same(photos, trained, computed, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    again = nn_trainer.train(photos, batch_size=8, seed=1)
    assert sum(computed) == 24
    np.testing.assert_array_equal(again.network.weights, trained.network.weights)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"image_size": 100}, "not take images of 100 pixels. Set the image size to one of: 96, 128, 160, 192, 224"),
        ({"image_size": 96, "channels": "grey"}, "takes images in colour. Set the channels to rgb"),
    ],
)
def test_images_it_cannot_take_are_refused(folder, settings, sentence):
    dataset = nn_trainer.load_dataset(folder, **settings)
    with pytest.raises(SettingError, match=sentence):
        nn_trainer.train(dataset, preset="pretrained")
    with pytest.raises(SettingError, match=sentence):
        plan_training(dataset, config(**settings))


def test_the_classifier_while_training_and_a_stop(photos):
    fitting = Fitting(photos, config(epochs=1000))
    records = []
    for record in records_of(fitting, lambda: len(records) >= 5):
        records.append(record)
    assert records[-1].reason == "stopped by the user"
    np.testing.assert_array_equal(fitting.classifier.network.weights, fitting.network.weights)


def test_another_head_needs_no_features_again(photos, trained, computed, monkeypatch):
    images = [picture(500 + seed, 100, 100) for seed in range(3)]
    first = trained.predict_many([*images, images[0]])
    assert computed == [3]
    other = nn_trainer.train(photos, epochs=1, seed=3)
    computed.clear()
    again = other.predict_many(images)
    assert computed == []
    assert again != first[:3]
    assert trained.predict(images[1]) == first[1]
    assert first[3] == first[0]
    monkeypatch.setattr("nn_trainer.models.pretrained.recent_features.MOST", 2)
    trained.predict(images[2])
    assert [trained.predict(image) for image in images] == first[:3]
    assert sum(computed) == 3  # each pushed out the one that came next


# -- augmentation


def rows_of(samples):
    """The inputs and labels of samples, as arrays."""
    return samples.inputs.take(samples.indices), samples.chosen_labels()


@pytest.mark.parametrize("augment", ["flip", "shift", "flip-shift"])
def test_each_image_is_there_with_its_variants(photos, augment):
    settings = config(augment=augment, variants=2, epochs=1)
    fitting = Fitting(photos, settings)
    assert fitting.training_images == plan_training(photos, settings).training_images == 3 * 18
    assert fitting.validation_images == 6
    features, labels = rows_of(fitting.stages[0].training)
    np.testing.assert_array_equal(labels, np.tile(labels[:18], 3))
    plain, _ = rows_of(Fitting(photos, config()).stages[0].training)
    np.testing.assert_array_equal(features[:18], plain)
    assert not np.array_equal(features[18:36], plain)


def test_without_augmentation_there_are_no_variants_and_pixels_need_none(photos):
    assert Fitting(photos, config(variants=9)).training_images == 18
    assert Fitting(photos, config(preset="linear", augment="flip", variants=9)).training_images == 18


def test_variants_of_another_seed_are_found_in_the_cache(photos, computed, empty_cache):
    settings = {"augment": "flip-shift", "variants": 2, "validation": 0.0}
    first = Fitting(photos, config(**settings))
    assert 24 < sum(computed) <= 72
    computed.clear()
    again = Fitting(photos, config(**settings, seed=9))
    assert computed == []
    np.testing.assert_array_equal(*(rows_of(fitting.stages[0].training)[0] for fitting in (first, again)))


def test_a_mirrored_variant_is_the_mirror_image():
    image = np.arange(96 * 96 * 3, dtype=np.int64).reshape(96, 96, 3).astype(np.uint8)
    variants = [features_module.altered(image, "flip", variant) for variant in range(12)]
    np.testing.assert_array_equal(variants[0], image)
    assert {variant.tobytes() for variant in variants} == {image.tobytes(), image[:, ::-1].tobytes()}


# -- images unlike training


def test_an_image_of_another_kind_is_marked_and_its_probabilities_are_not_hidden(trained, folder):
    own = trained.predict_many([picture(9000 + i, 100, 80, tint=i % 3) for i in range(12)])
    assert sum(p.unlike_training for p in own) <= 1
    noise = [np.random.default_rng(i).integers(0, 256, (80, 80, 3), dtype=np.uint8) for i in range(3)]
    other = trained.predict_many([*noise, np.zeros((90, 90), np.uint8)])
    assert all(p.unlike_training is True for p in other)
    assert all(sum(p.probabilities.values()) == pytest.approx(1) for p in other)


def test_without_features_or_with_too_few_images_nothing_is_marked(photos, tmp_path):
    assert nn_trainer.train(photos, "linear", 1).predict(photos.images[0]).unlike_training is None
    few = nn_trainer.load_dataset(class_folders(tmp_path / "few", {"a": 2, "b": 2}, 80, 80), image_size=96)
    classifier = nn_trainer.train(few)
    assert classifier.predict(few.images[0]).unlike_training is None
    classifier.save(tmp_path / "few.safetensors")
    assert nn_trainer.load_classifier(tmp_path / "few.safetensors").novelty is None


# -- the model file


@pytest.fixture
def saved(trained, tmp_path):
    path = tmp_path / "photos.safetensors"
    trained.save(path)
    return path


def document_of(path):
    with safe_open(path, framework="np") as file:
        return json.loads(file.metadata()[METADATA_KEY])


def rewrite(path, tensors=None, **changes):
    document = {key: value for key, value in {**document_of(path), **changes}.items() if value is not None}
    save_file({**load_file(path), **(tensors or {})}, path, {METADATA_KEY: json.dumps(document)})


def refusal(path):
    with pytest.raises(ModelFileError) as caught:
        nn_trainer.load_classifier(path)
    return str(caught.value)


@pytest.mark.parametrize("head", ["linear", "mlp"])
def test_round_trip(photos, tmp_path, head):
    before = nn_trainer.train(photos, epochs=2, head=head)
    before.save(tmp_path / "a.safetensors")
    after = nn_trainer.load_classifier(tmp_path / "a.safetensors")
    assert after.config == before.config
    for image in (photos.images[3], np.zeros((90, 90), np.uint8)):
        assert after.predict(image) == before.predict(image)
    after.save(tmp_path / "b.safetensors")
    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()


def test_the_file_holds_the_head_and_names_the_backbone(saved):
    backbone = load_backbone()
    document = document_of(saved)
    assert document["backbone"] == {"name": "efficientnet-lite0", "hash": backbone.hash}
    assert document["architecture"]["input_shape"] == [1280]
    shapes = {name: array.shape for name, array in load_file(saved).items()}
    assert shapes == {
        "features1.mean": (1280,),
        "features1.std": (1,),
        "dense1.weight": (1280, 3),
        "dense1.bias": (3,),
        "unlike_training.references": (18, 1280),
        "seen.training": (18,),
        "seen.held_out": (6,),
    }
    assert saved.stat().st_size < 90_000


def test_a_large_training_keeps_few_references(photos, monkeypatch, tmp_path):
    monkeypatch.setattr("nn_trainer.models.novelty.MOST_REFERENCES", 10)
    classifier = nn_trainer.train(photos, epochs=1)
    assert classifier.novelty.references.shape == (10, 1280)
    assert MOST_REFERENCES * 1280 * 2 < 1_400_000


def test_a_file_for_another_backbone_says_so(saved):
    rewrite(saved, backbone={"name": "efficientnet-lite0", "hash": "0" * 64})
    assert "another version of efficientnet-lite0 (hash 000000000000" in refusal(saved)
    rewrite(saved, backbone={"name": "resnet-50", "hash": "0" * 64})
    assert "features of resnet-50, and this version of NN Trainer has efficientnet-lite0" in refusal(saved)
    rewrite(saved, backbone=None)
    assert "backbone is missing" in refusal(saved)


def test_a_file_whose_backbone_is_not_installed_says_so(saved, monkeypatch):
    def missing():
        raise BackboneError("The pretrained network is missing. Install NN Trainer again.")

    monkeypatch.setattr("nn_trainer.models.model_document.load_backbone", missing)
    assert "which is not here (The pretrained network is missing." in refusal(saved)


@pytest.mark.parametrize(
    ("tensors", "changes", "reason"),
    [
        ({}, {"unlike_training": None}, "contradicts itself (unlike_training)"),
        ({}, {"unlike_training": {"limit": "far"}}, "limit is wrong"),
        ({"unlike_training.references": np.zeros((18, 7), np.float16)}, {}, "another shape or type"),
        ({"unlike_training.references": np.zeros((18, 1280), np.float32)}, {}, "another shape or type"),
        ({"unlike_training.references": np.zeros((2, 1280), np.float16)}, {}, "another shape or type"),
        ({"unlike_training.references": np.full((18, 1280), np.nan, np.float16)}, {}, "not all numbers"),
        ({"features1.std": np.zeros((2,), np.float32)}, {}, "weights"),
    ],
)
def test_damaged_files_are_refused(saved, tensors, changes, reason):
    rewrite(saved, tensors, **changes)
    assert reason in refusal(saved)


def test_a_file_of_before_there_were_heads_opens(photos, tmp_path):
    path = tmp_path / "old.safetensors"
    nn_trainer.train(photos, "linear", 1).save(path)
    settings = document_of(path)["hyperparameters"]
    del settings["head"]
    rewrite(path, hyperparameters=settings)
    assert nn_trainer.load_classifier(path).config.preset == "linear"
