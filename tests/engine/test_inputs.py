"""Inputs that are taken by index: a training on some of a data set, which is not copied."""

import numpy as np
import pytest

from nn_trainer.engine.architectures import build_network
from nn_trainer.engine.config import make_config
from nn_trainer.engine.inference import predict_logits
from nn_trainer.engine.inputs import ArrayInputs, Inputs, Samples
from nn_trainer.engine.training import train


def data(count=60):
    rng = np.random.default_rng(0)
    return rng.integers(0, 256, (count, 12, 12, 1), np.uint8), np.arange(count) % 3


def trained(training, validation) -> tuple[bytes, list[tuple[float, float]]]:
    network = build_network("cnn", (12, 12, 1), 3, dropout=0.3, seed=2)
    config = make_config(image_size=12, channels="grey", epochs=2, batch_size=16, augment="shift", threads=1)
    records = list(train(network, training, validation, config))
    return network.weights.tobytes(), [(r.validation_loss, r.train_loss) for r in records if hasattr(r, "train_loss")]


def test_a_training_on_indices_gives_the_bits_of_one_on_a_copy():
    images, labels = data()
    rng = np.random.default_rng(1)
    chosen = rng.permutation(60)
    training, validation = chosen[:40], chosen[40:]
    inputs = ArrayInputs(images)
    assert isinstance(inputs, Inputs)
    by_index = trained(Samples(inputs, labels, training), Samples(inputs, labels, validation))
    assert by_index == trained((images[training], labels[training]), (images[validation], labels[validation]))


def test_inputs_may_lie_in_a_file_and_are_not_changed(tmp_path):
    images, labels = data()
    mapped = np.memmap(tmp_path / "pixels", np.uint8, "w+", shape=images.shape)
    mapped[...] = images
    mapped.flush()
    mapped = np.memmap(tmp_path / "pixels", np.uint8, "r", shape=images.shape)  # writing to it would raise
    every = np.arange(60)
    assert trained(Samples(ArrayInputs(mapped), labels, every), None) == trained((images, labels), None)


def test_logits_are_those_of_the_images_at_the_indices_in_their_order():
    images, _ = data()
    network = build_network("cnn", (12, 12, 1), 3)
    chosen = np.array([59, 0, 7, 7, 30])
    np.testing.assert_array_equal(
        predict_logits(network, images, threads=2, indices=chosen, batch_size=2),
        predict_logits(network, images[chosen], threads=1, batch_size=2),
    )


def test_what_is_taken_may_be_changed_and_can_be_put_where_one_likes():
    images, _ = data(5)
    kept = images.copy()
    inputs, slot = ArrayInputs(images), np.empty((2, 12, 12, 1), np.uint8)
    assert inputs.take(np.array([3, 1]), out=slot) is slot
    slot[...] = 0
    inputs.take(np.array([2]))[...] = 0
    np.testing.assert_array_equal(images, kept)
    with pytest.raises(IndexError):
        inputs.take(np.array([5]))


def test_samples_refuse_labels_and_indices_that_do_not_belong_to_their_inputs():
    images, labels = data(5)
    inputs = ArrayInputs(images)
    assert Samples(inputs, labels, np.array([4, 0])).chosen_labels().tolist() == [1, 0]
    for wrong_labels, indices in ((labels[:4], [0]), (labels, [5]), (labels, [-1])):
        with pytest.raises(ValueError, match="inputs"):
            Samples(inputs, wrong_labels, np.array(indices))
