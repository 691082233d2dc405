"""What is said of batches of one image."""

import pytest

from nn_trainer.engine.architectures import PRESET_NAMES, PRESETS
from nn_trainer.engine.layers.batch_normalization import BatchNormalization
from nn_trainer.models.batch_advice import NORMALIZED, batch_advice


def test_the_presets_that_normalize_batches_are_known():
    found = [
        name
        for name, layers in PRESETS.items()
        if any(isinstance(each, BatchNormalization) for each in layers((32, 32, 3), 2, 0))
    ]
    assert found == list(NORMALIZED)


@pytest.mark.parametrize("preset", PRESET_NAMES)
@pytest.mark.parametrize("batch_size", [1, 2, 32])
def test_only_batches_of_one_with_batch_normalization_are_warned_of(preset, batch_size):
    assert bool(batch_advice(preset, batch_size)) == (preset == "resnet" and batch_size == 1)
