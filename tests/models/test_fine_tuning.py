"""The second stage of a pretrained training, with the real backbone on few small pictures."""

import json
import math

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

import nn_trainer
from nn_trainer.engine.config import make_config
from nn_trainer.engine.inference import predict_logits
from nn_trainer.engine.records import CompletedRecord, EpochRecord, IterationRecord
from nn_trainer.errors import CancelledError, ModelFileError, SettingError, TrainingDivergedError
from nn_trainer.models.fitting import Fitting
from nn_trainer.models.model_document import METADATA_KEY
from nn_trainer.models.plan import plan_training
from nn_trainer.models.pretrained.backbone import SIZES, load_backbone
from nn_trainer.models.pretrained.cached_maps import compute_maps
from nn_trainer.models.pretrained.fine_tuning import RATE, begin_fine_tuning, fine_tuning_config
from nn_trainer.work import Task
from tests.helpers.images import class_folders, picture
from tests.helpers.running import records_of


def config(**settings):
    usual = {"preset": "pretrained", "image_size": 96, "channels": "rgb", "batch_size": 8, "epochs": 4, "fine_tune": 1}
    return make_config(**{**usual, **settings})


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return class_folders(tmp_path_factory.mktemp("data") / "photos", {"blue": 8, "green": 8, "red": 8}, 100, 80)


@pytest.fixture(scope="module")
def photos(folder):
    return nn_trainer.load_dataset(folder, image_size=96)


@pytest.fixture(scope="module")
def run(photos):
    """A whole training, and its records."""
    fitting = Fitting(photos, config())
    return fitting, list(records_of(fitting))


@pytest.fixture(scope="module")
def tuned(run):
    return run[0].classifier


# -- the maps


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("blocks", [1, 4])
def test_maps_and_the_last_blocks_give_the_bits_of_the_whole_backbone(size, blocks):
    backbone = load_backbone()
    images = np.stack([np.asarray(picture(seed, size, size)) for seed in range(2)])
    maps = backbone.maps(images, blocks)
    assert maps.shape == (2, 192 * (size // 32) ** 2)
    np.testing.assert_array_equal(backbone.features_of_maps(maps, blocks, size), backbone.features(images))


def test_progress_counts_every_picture_once(photos):
    told = []
    Fitting(photos, config(), Task(lambda *event: told.append(event)))
    assert told[:25] == [(done, 24, "Computing feature maps") for done in range(25)]
    assert told[25:] == [(done, 24, "Computing features") for done in range(1, 25)]


def test_it_can_be_cancelled_meanwhile(photos):
    told = []
    with pytest.raises(CancelledError):
        Fitting(photos, config(), Task(lambda *event: told.append(event), lambda: len(told) > 5))
    assert told[0] == (0, 24, "Computing feature maps")


def test_more_maps_than_memory_are_a_sentence(photos, monkeypatch):
    monkeypatch.setattr("nn_trainer.models.pretrained.cached_maps.available_memory", lambda: 200_000.0)
    with pytest.raises(SettingError, match=r"feature maps of 78 images, .* Set the fine-tuned blocks to 0, or choose"):
        Fitting(photos, config(augment="flip", variants=3))
    Fitting(photos, config(fine_tune=0))


# -- the training


def test_the_second_stage_begins_where_the_first_ended(photos):
    for settings in ({}, {"head": "mlp", "fine_tune": 3}):
        head = Fitting(photos, config(fine_tune=0, **{k: v for k, v in settings.items() if k == "head"}))
        list(records_of(head))
        whole = begin_fine_tuning(load_backbone(), head.network, config(**settings))
        maps = compute_maps(load_backbone(), photos.images, config(**settings))
        expected = head.classifier.logits(photos.images)
        np.testing.assert_allclose(predict_logits(whole, maps), expected, rtol=1e-4, atol=1e-4)


def test_its_settings():
    second = fine_tuning_config(config(epochs=40, learning_rate=0.002, batch_size=7))
    assert (second.epochs, second.batch_size) == (10, 7)
    assert second.learning_rate == pytest.approx(0.002 * RATE)
    assert fine_tuning_config(config(epochs=1, learning_rate=1e-7)).learning_rate == 1e-7


def test_both_stages_are_one_run(run):
    fitting, records = run
    assert (fitting.total_epochs, fitting.total_iterations, fitting.iterations_per_epoch) == (5, 15, 3)
    iterations = [r for r in records if isinstance(r, IterationRecord)]
    assert [r.iteration for r in iterations] == list(range(1, 16))
    assert [r.epoch for r in iterations] == [1 + i // 3 for i in range(15)]
    epochs = [r for r in records if isinstance(r, EpochRecord)]
    assert [(r.epoch, r.iteration) for r in epochs] == [(n, 3 * n) for n in range(1, 6)]
    seconds = [r.seconds for r in records]
    assert seconds == sorted(seconds)
    (end,) = [r for r in records if isinstance(r, CompletedRecord)]
    assert end is records[-1]
    assert (end.reason, end.epochs, end.iterations) == ("all epochs done", 5, 15)
    best = max(epochs, key=lambda r: (r.validation_accuracy, -r.validation_loss))
    assert (end.best_epoch, end.validation_accuracy) == (best.epoch, epochs[-1].validation_accuracy)
    assert fitting.classifier.figures.epochs == 5


def test_the_last_block_learns_and_the_others_do_not(run, tuned):
    fitting, _ = run
    last = load_backbone().last_weights(1)
    assert last.size == 1_013_696
    assert tuned.fine_tuned
    assert tuned.network.input_shape == (192 * 3 * 3,)
    weights = tuned.network.weights[: last.size]
    assert 0 < np.abs(weights - last).max() < 0.1
    np.testing.assert_array_equal(tuned.network.weights, fitting.network.weights)


@pytest.mark.parametrize("settings", [{}, {"head": "mlp", "dropout": 0.3, "augment": "flip", "variants": 1}])
def test_same_seed_same_weights_on_any_number_of_threads(photos, settings):
    weights = []
    for threads in (1, 2):
        fitting = Fitting(photos, config(threads=threads, seed=3, fine_tune=2, **settings))
        list(records_of(fitting))
        weights.append(fitting.classifier.network.weights)
    np.testing.assert_array_equal(*weights)


def test_variants_are_trained_on_in_both_stages(photos):
    settings = config(augment="flip", variants=2)
    fitting = Fitting(photos, settings)
    records = list(records_of(fitting))
    assert fitting.training_images == 3 * 18
    by_epoch = [sum(r.images for r in records if isinstance(r, IterationRecord) and r.epoch == n) for n in range(1, 6)]
    assert by_epoch == [54] * 5


def test_the_plan_counts_what_is_trained(photos):
    def weights(blocks):
        return plan_training(photos, config(fine_tune=blocks)).weights

    sizes = [load_backbone().last_weights(blocks).size for blocks in (1, 2)]
    assert [weights(blocks) - weights(0) for blocks in (1, 2)] == sizes


def test_other_presets_know_nothing_of_it(photos):
    fitting = Fitting(photos, config(preset="linear", epochs=1))
    assert fitting.total_epochs == 1
    list(records_of(fitting))
    assert not fitting.classifier.fine_tuned


# -- its end


def test_a_stop_in_the_second_stage_keeps_what_was_learned(photos):
    fitting, records = Fitting(photos, config(epochs=8)), []
    for record in records_of(fitting, lambda: len(records) >= 8 * 4 + 2):
        records.append(record)
    assert (records[-1].reason, records[-1].epochs, records[-1].iterations) == ("stopped by the user", 8, 26)
    assert fitting.classifier.fine_tuned
    np.testing.assert_array_equal(fitting.classifier.network.weights, fitting.network.weights)


def test_a_stop_in_the_first_stage_is_the_end(photos, tmp_path):
    fitting, records = Fitting(photos, config()), []
    for record in records_of(fitting, lambda: len(records) >= 6):
        records.append(record)
    assert (records[-1].reason, records[-1].iterations) == ("stopped by the user", 5)
    assert not fitting.classifier.fine_tuned
    fitting.classifier.save(tmp_path / "a.safetensors")
    after = nn_trainer.load_classifier(tmp_path / "a.safetensors")
    assert (after.fine_tuned, after.config.fine_tune) == (False, 1)
    assert after.predict(photos.images[0]) == fitting.classifier.predict(photos.images[0])


def test_closing_the_records_keeps_what_was_learned(photos):
    fitting = Fitting(photos, config())
    records = records_of(fitting)
    for record in records:
        if isinstance(record, IterationRecord) and record.iteration == 14:
            break
    records.close()
    assert fitting.classifier.fine_tuned
    np.testing.assert_array_equal(fitting.classifier.network.weights, fitting.network.weights)


def test_an_iteration_that_diverges_is_counted_from_the_start_and_told_with_the_rate_of_the_settings(photos):
    fitting = Fitting(photos, config(learning_rate=0.5))
    with fitting.running() as records:
        for record in records:
            if isinstance(record, IterationRecord) and record.iteration == 14:
                break
        fitting.network.weights *= np.nan
        with pytest.raises(
            TrainingDivergedError, match=r"iteration 15, with learning rate 0\.5\. Try .* such as 0\.002"
        ):
            next(records)


# -- the classifier


def test_pictures_are_predicted_as_they_are_measured(photos, folder, tuned):
    assert tuned.evaluate(photos).accuracy == 1.0
    paths = sorted(folder.rglob("*.png"))[::5]
    together = tuned.predict_many(paths)
    assert together == [tuned.predict(path) for path in paths]
    assert [p.label for p in together] == [path.parent.name for path in paths]


def test_the_mark_of_other_pictures_stays_that_of_the_backbone(photos, tuned):
    plain = nn_trainer.train(photos, **{**config(fine_tune=0).as_dict(), "preset": "pretrained"})
    noise = np.random.default_rng(1).integers(0, 256, (80, 80, 3), dtype=np.uint8)
    images = [*(picture(9000 + i, 100, 80, tint=i % 3) for i in range(6)), noise]
    marks = [p.unlike_training for p in tuned.predict_many(images)]
    assert marks == [p.unlike_training for p in plain.predict_many(images)]
    assert marks[-1] is True
    assert sum(marks) <= 2


# -- the model file


@pytest.fixture
def saved(tuned, tmp_path):
    path = tmp_path / "photos.safetensors"
    tuned.save(path)
    return path


def document_of(path):
    with safe_open(path, framework="np") as file:
        return json.loads(file.metadata()[METADATA_KEY])


def rewrite(path, tensors=None, **changes):
    document = {**document_of(path), **changes}
    save_file({**load_file(path), **(tensors or {})}, path, {METADATA_KEY: json.dumps(document)})


def refusal(path):
    with pytest.raises(ModelFileError) as caught:
        nn_trainer.load_classifier(path)
    return str(caught.value)


def test_round_trip_is_bit_exact(photos, tuned, saved, tmp_path):
    after = nn_trainer.load_classifier(saved)
    np.testing.assert_array_equal(after.network.weights, tuned.network.weights)
    assert after.config == tuned.config
    for image in (photos.images[3], np.zeros((90, 90), np.uint8)):
        assert after.predict(image) == tuned.predict(image)
    after.save(tmp_path / "b.safetensors")
    assert saved.read_bytes() == (tmp_path / "b.safetensors").read_bytes()


def test_the_file_holds_the_blocks_and_names_the_backbone(tuned, saved):
    document = document_of(saved)
    assert document["backbone"] == {"name": "efficientnet-lite0", "hash": load_backbone().hash}
    assert document["architecture"]["input_shape"] == [192 * 3 * 3]
    assert document["architecture"]["layers"][0] == {"layer": "FeatureMaps", "channels": 192, "height": 3, "width": 3}
    assert 0 < saved.stat().st_size - 4 * tuned.network.weight_count < 100_000


def test_a_file_from_before_there_was_a_second_stage(photos, tmp_path):
    before = nn_trainer.train(photos, epochs=1)
    before.save(tmp_path / "old.safetensors")
    hyperparameters = document_of(tmp_path / "old.safetensors")["hyperparameters"]
    del hyperparameters["fine_tune"]
    rewrite(tmp_path / "old.safetensors", hyperparameters=hyperparameters)
    after = nn_trainer.load_classifier(tmp_path / "old.safetensors")
    assert after.predict(photos.images[0]) == before.predict(photos.images[0])


def architecture(path, **changes):
    described = document_of(path)["architecture"]
    first, *rest = described["layers"]
    shape = changes.pop("input_shape", described["input_shape"])
    return {"input_shape": shape, "layers": [{**first, **changes}, *rest]}


def test_damaged_files_are_refused(saved):
    content = saved.read_bytes()
    settings = document_of(saved)["hyperparameters"]

    def refused(**changes):
        rewrite(saved, **changes)
        sentence = refusal(saved)
        saved.write_bytes(content)
        return sentence

    assert "contradicts itself (architecture)" in refused(hyperparameters={**settings, "fine_tune": 0})
    assert "contradicts itself (architecture)" in refused(architecture=architecture(saved, input_shape=[9408]))
    assert "do not fit each other" in refused(architecture=architecture(saved, channels=191))
    assert "cannot be many" in refused(architecture=architecture(saved, channels="many"))
    assert "cannot be -192" in refused(architecture=architecture(saved, channels=-192, height=-3))
    assert "do not fit each other" in refused(architecture=architecture(saved, input_shape=[1280]))
    name = "pointwiseconvolution1.weight"
    assert "not all numbers" in refused(tensors={name: np.full_like(load_file(saved)[name], math.nan)})
    assert "takes" in refused(tensors={name: load_file(saved)[name][:5].copy()})
    saved.write_bytes(content[: len(content) // 2])
    assert "damaged" in refusal(saved)
