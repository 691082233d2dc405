import pytest

import nn_trainer
from tests.helpers.colours import write_dataset


@pytest.fixture(scope="session")
def colours_folder(tmp_path_factory):
    """Three classes of ten images."""
    return write_dataset(tmp_path_factory.mktemp("colours") / "colours")


@pytest.fixture(scope="session")
def colours(colours_folder):
    return nn_trainer.load_dataset(colours_folder, image_size=12, channels="rgb")


@pytest.fixture(scope="session")
def trained(colours):
    """A classifier that has learned the colours; it does not change, so tests may share it."""
    return nn_trainer.train(colours, preset="mlp", epochs=8, batch_size=4, seed=1)
