"""Data sets that memory has no room for: mapped from the disk, or decoded on demand, with the same pixels."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import nn_trainer
from nn_trainer.data.cache import image_cache
from nn_trainer.data.cache.cache_settings import CacheSettings, images_dir, write_settings
from nn_trainer.data.cache.on_demand import OnDemandImages
from nn_trainer.data.dataset import load_dataset
from nn_trainer.engine.config import make_config
from nn_trainer.errors import ImageError
from nn_trainer.models.fitting import Fitting
from nn_trainer.models.image_inputs import MappedInputs, inputs_of
from tests.helpers.images import picture, save

SIZE = 24


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """A cache and settings of the test's own."""
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        folder = tmp_path / name
        folder.mkdir()
        monkeypatch.setenv(name, str(folder))


@pytest.fixture
def folder(tmp_path):
    """Two classes of twenty images each, and one that is damaged."""
    root = tmp_path / "set"
    for seed in range(40):
        save(picture(seed, 30, 30, tint=seed % 2), root / ("bright" if seed % 2 else "dark") / f"{seed}.png")
    (root / "dark" / "0a.png").write_bytes(b"\x89PNG\r\n\x1a\n but no more")
    return root


def in_memory(folder):
    """The data set as it is where there is memory."""
    dataset = load_dataset(folder, SIZE)
    assert not isinstance(dataset.images, np.memmap)
    return dataset


def little_memory(monkeypatch, free=40 * SIZE * SIZE):
    """Let the data set be three times as large as the memory that is free."""
    monkeypatch.setattr("nn_trainer.data.free_memory.available_memory", lambda: free)


def weights(dataset, **settings):
    """What two epochs learn."""
    config = make_config(preset="mlp", epochs=2, batch_size=8, image_size=SIZE, channels="rgb", **settings)
    fitting = Fitting(dataset, config)
    with fitting.running() as records:
        *_, last = records
    assert last.epochs == 2
    return fitting.network.weights


def test_a_set_larger_than_memory_trains_from_the_disk_with_the_same_bits(folder, monkeypatch):
    plain = in_memory(folder)
    expected = weights(plain)
    little_memory(monkeypatch)
    mapped = load_dataset(folder, SIZE)
    assert isinstance(mapped.images, np.memmap)
    assert isinstance(inputs_of(mapped.images), MappedInputs)
    assert [problem.kind for problem in mapped.problems] == [problem.kind for problem in plain.problems]
    np.testing.assert_array_equal(mapped.images, plain.images)
    np.testing.assert_array_equal(weights(mapped), expected)
    again = load_dataset(folder, SIZE)
    np.testing.assert_array_equal(weights(again), expected)


@pytest.mark.parametrize("augment", ["none", "flip-shift"])
def test_where_the_disk_has_no_room_either_images_are_decoded_on_demand(folder, monkeypatch, augment):
    plain = in_memory(folder)
    expected = weights(plain, augment=augment)
    little_memory(monkeypatch)
    monkeypatch.setattr("nn_trainer.data.cache.pixel_files.free_bytes", lambda: 100)
    dataset = load_dataset(folder, SIZE)
    assert isinstance(dataset.images, OnDemandImages)
    (note,) = [problem for problem in dataset.problems if problem.kind == "not kept"]
    assert "0.0 GB" in note.reason
    assert dataset.fingerprint == plain.fingerprint
    assert dataset.summary == plain.summary
    np.testing.assert_array_equal(weights(dataset, augment=augment), expected)
    assert list(images_dir().iterdir()) == []


def test_nothing_is_written_for_a_large_set_where_a_person_wants_nothing_kept(folder, monkeypatch):
    little_memory(monkeypatch)
    write_settings(CacheSettings(keep=False))
    assert isinstance(load_dataset(folder, SIZE).images, OnDemandImages)
    write_settings(CacheSettings(gigabytes=1e-6))
    assert isinstance(load_dataset(folder, SIZE).images, OnDemandImages)
    assert list(images_dir().iterdir()) == []


def test_images_on_demand_are_those_of_an_array(folder, monkeypatch):
    plain = in_memory(folder).images
    little_memory(monkeypatch)
    write_settings(CacheSettings(keep=False))
    images = load_dataset(folder, SIZE).images
    assert (images.shape, images.dtype, images.ndim, len(images)) == (plain.shape, plain.dtype, 4, 40)
    np.testing.assert_array_equal(images[3], plain[3])
    np.testing.assert_array_equal(images[-1], plain[-1])
    np.testing.assert_array_equal(images[5:11:2], plain[5:11:2])
    np.testing.assert_array_equal(images[plain[:, 0, 0, 0] > 99], plain[plain[:, 0, 0, 0] > 99])
    order = np.array([7, 0, 39, 7])
    for _ in range(3):  # what was expected for this batch, for the next, and for none
        np.testing.assert_array_equal(images.take(order), plain[order])
        images.expect(order)
    images.expect(order[:0])
    with pytest.raises(IndexError):
        images[40]


def test_a_file_that_goes_while_it_is_needed_is_named(folder, monkeypatch):
    little_memory(monkeypatch)
    write_settings(CacheSettings(keep=False))
    dataset = load_dataset(folder, SIZE)
    dataset.sources[0].path.unlink()
    with pytest.raises(ImageError, match=dataset.sources[0].name):
        weights(dataset)


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is one of Linux")
def test_a_process_that_may_not_have_the_memory_trains(folder):
    code = (
        "import resource, sys; from nn_trainer.data.dataset import load_dataset; import numpy as np\n"
        "from nn_trainer.data.cache.on_demand import OnDemandImages\n"
        "from nn_trainer.data import free_memory\n"
        "used = int(open('/proc/self/statm').read().split()[5]) * resource.getpagesize()\n"
        "resource.setrlimit(resource.RLIMIT_DATA, (used + 80_000_000, used + 80_000_000))\n"
        "assert free_memory.available_memory() < 81_000_000\n"
        "dataset = load_dataset(sys.argv[1], 1024, 'rgb')\n"
        "print(type(dataset.images).__name__, dataset.images.nbytes, dataset.images[39].sum())"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(nn_trainer.__file__).parents[1])}
    command = [sys.executable, "-c", code, str(folder)]
    said = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)
    assert said.stderr == ""
    name, size, total = said.stdout.split()
    assert (name, int(size)) == ("memmap", 40 * 1024 * 1024 * 3)
    assert int(total) == load_dataset(folder, 1024, "rgb").images[39].sum()


def test_small_data_sets_are_not_kept(folder):
    load_dataset(folder, SIZE)
    assert image_cache._WORTH > 0
    assert list(images_dir().iterdir()) == []
