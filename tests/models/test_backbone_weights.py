"""Where the backbone's weights come from: the package once, then the cache; and what happens when either is amiss."""

import sys

import numpy as np
import pytest
from safetensors.numpy import load, save

from nn_trainer.errors import BackboneError
from nn_trainer.models.pretrained import backbone_weights
from nn_trainer.models.pretrained.backbone_weights import (
    CACHE_NAME,
    WEIGHTS_HASH,
    fold,
    load_weights,
    places,
)
from nn_trainer.models.tensor_file import content_hash


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A cache of this test's own."""
    monkeypatch.setattr(backbone_weights, "cache_dir", lambda: tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def whole():
    """The bytes of a whole cache file."""
    return save(load_weights()[0])


@pytest.fixture
def no_package(monkeypatch):
    """From here on the package's file must not be needed."""

    def fail():
        raise AssertionError("the package's file was read")

    monkeypatch.setattr(backbone_weights, "read_package_file", fail)


def test_the_package_is_read_once_and_never_imported(folder, monkeypatch):
    weights, content = load_weights()
    assert content == WEIGHTS_HASH == content_hash(load((folder / CACHE_NAME).read_bytes()))
    assert sum(array.size for array in weights.values()) == 3_350_000  # without normalization and the classes
    assert not {"torch", backbone_weights.PACKAGE} & set(sys.modules)
    monkeypatch.setattr(backbone_weights, "read_package_file", lambda: pytest.fail("the package's file was read"))
    again, content = load_weights()
    assert content == WEIGHTS_HASH
    assert all(np.array_equal(again[name], array) for name, array in weights.items())


DAMAGES = {
    "empty": lambda whole: b"",
    "cut off": lambda whole: whole[:-1000],
    "a bit turned over": lambda whole: whole[:-7] + bytes([whole[-7] ^ 1]) + whole[-6:],
    "no such file": lambda whole: b"something else",
    "other weights": lambda whole: save({"stem.weight": np.zeros(3, np.float32)}),
    "another version": lambda whole: save({**load(whole), "more": np.zeros(3, np.float32)}),
    "a header without end": lambda whole: b"\xff" * 8 + whole[8:],
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_cache_is_made_anew(folder, whole, damage):
    (folder / CACHE_NAME).write_bytes(damage(whole))
    assert load_weights()[1] == WEIGHTS_HASH
    assert content_hash(load((folder / CACHE_NAME).read_bytes())) == WEIGHTS_HASH


def test_a_whole_cache_needs_no_package(folder, whole, no_package):
    (folder / CACHE_NAME).write_bytes(whole)
    assert load_weights()[1] == WEIGHTS_HASH


def test_a_cache_that_cannot_be_written_is_no_error(folder, monkeypatch):
    (folder / CACHE_NAME).mkdir()
    assert load_weights()[1] == WEIGHTS_HASH

    def fail():
        raise PermissionError("no cache for you")

    monkeypatch.setattr(backbone_weights, "cache_dir", fail)
    assert load_weights()[1] == WEIGHTS_HASH


def test_without_the_package_there_is_a_sentence(folder, monkeypatch):
    monkeypatch.setattr(backbone_weights, "PACKAGE", "a_package_that_nobody_has")
    with pytest.raises(BackboneError, match=r"package a-package-that-nobody-has is not installed\. Install NN Trainer"):
        load_weights()


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "No such file"), (b"\x80\x02", "damaged, or of another version"), (b"", "damaged, or of another version")],
)
def test_a_package_whose_file_is_missing_or_damaged_has_a_sentence(folder, monkeypatch, tmp_path, content, reason):
    path = tmp_path / "weights.pth"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setattr(backbone_weights, "package_file", lambda: path)
    with pytest.raises(BackboneError, match=reason) as caught:
        load_weights()
    assert str(path) in str(caught.value)
    assert "Install NN Trainer again" in str(caught.value)
    assert not (folder / CACHE_NAME).exists()


def test_folding_gives_what_convolution_and_normalization_give_one_after_the_other():
    rng = np.random.default_rng(0)
    tensors = {}
    for convolution, normalization in places().values():
        tensors[f"{convolution}.weight"] = rng.standard_normal((4, 3, 1, 1)).astype(np.float32)
        for name in ("weight", "bias", "running_mean", "running_var"):
            tensors[f"{normalization}.{name}"] = rng.random(4).astype(np.float32)
    weights, x = fold(tensors), rng.standard_normal(3)
    for place, (convolution, normalization) in places().items():
        scale, shift, mean, variance = (
            tensors[f"{normalization}.{name}"] for name in ("weight", "bias", "running_mean", "running_var")
        )
        apart = scale * (tensors[f"{convolution}.weight"][..., 0, 0] @ x - mean) / np.sqrt(variance + 0.001) + shift
        folded = weights[f"{place}.weight"][..., 0, 0] @ x + weights[f"{place}.bias"]
        np.testing.assert_allclose(folded, apart, rtol=1e-4, atol=1e-5)
    assert len(weights) == 2 * len(places()) == 98
