"""Large JPEG files are decoded at a reduced scale: the pixels stay where they were, whatever the shape and the turn."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nn_trainer.data import reduced_jpeg
from nn_trainer.data.images import load_pixels
from nn_trainer.data.preprocessing import Preprocessing


@pytest.fixture(scope="module")
def scene() -> Image.Image:
    """Edges and slopes, no two halves of it alike."""
    rng = np.random.default_rng(0)
    coarse = Image.fromarray(rng.integers(0, 200, (9, 12, 3), dtype=np.uint8)).resize((4000, 3000))
    edges = Image.fromarray(rng.integers(0, 56, (90, 120, 3), dtype=np.uint8)).resize((4000, 3000), 0)
    return Image.fromarray(np.asarray(coarse) + np.asarray(edges))


@pytest.mark.parametrize(("size", "turn"), [((4000, 3000), 1), ((3997, 2251), 1), ((2251, 3997), 6)])
@pytest.mark.parametrize("fit", ["crop", "pad", "stretch"])
def test_a_large_photo_has_the_pixels_of_its_full_decoding(
    tmp_path: Path, scene: Image.Image, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], turn: int, fit: str
) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    scene.resize(size).save(tmp_path / "a.jpg", quality=92, exif=exif)
    preprocessing = Preprocessing(224, "rgb", fit)
    quick = load_pixels(tmp_path / "a.jpg", preprocessing).astype(int)
    monkeypatch.setattr(reduced_jpeg, "_REDUCE_ABOVE", 10**9)
    full = load_pixels(tmp_path / "a.jpg", preprocessing)
    assert not np.array_equal(quick, full)  # it was another way
    assert np.abs(quick - full).max() <= 3
    assert np.abs(quick - full).mean() < 0.4


@pytest.mark.parametrize("turn", range(1, 9))
def test_turned_photos_are_not_moved(
    tmp_path: Path, scene: Image.Image, monkeypatch: pytest.MonkeyPatch, turn: int
) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    smooth = scene.resize((60, 45)).resize((1001, 805), Image.Resampling.BICUBIC)  # both 1 more than whole quarters
    smooth.save(tmp_path / "a.jpg", quality=95, exif=exif)
    monkeypatch.setattr(reduced_jpeg, "_REDUCE_ABOVE", 0)
    quick = load_pixels(tmp_path / "a.jpg", Preprocessing(64, "rgb", "stretch")).astype(int)
    monkeypatch.setattr(reduced_jpeg, "_REDUCE_ABOVE", 10**9)
    full = load_pixels(tmp_path / "a.jpg", Preprocessing(64, "rgb", "stretch"))
    assert not np.array_equal(quick, full)
    assert np.abs(quick - full).max() <= 3
