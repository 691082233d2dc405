"""TIFF images of every width, order of bytes and meaning of zero come out alike; other kinds are not supported."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nn_trainer.data.images import load_for_screen
from nn_trainer.errors import ImageError
from tests.helpers.images import encoded, picture

DEFLATE = 8
RAMP = np.linspace(0, 1, 16).reshape(4, 4)
SEEN = np.rint(255 * RAMP).astype(int)


def write_tiff(
    path: Path, pixels: NDArray[Any], order: str = "<", photometric: int = 1, compression: int = 1, **tags: int
) -> Path:
    """Write (H, W) pixels as a TIFF file; `compression` 1 is none, `DEFLATE` is one that libtiff unpacks."""
    content = pixels.astype(pixels.dtype.newbyteorder(order)).tobytes()
    content = zlib.compress(content) if compression == DEFLATE else content
    height, width = pixels.shape
    sample_format = {"u": 1, "i": 2, "f": 3}[pixels.dtype.kind]
    entries = {256: width, 257: height, 258: 8 * pixels.itemsize, 259: compression, 262: photometric, 273: 8}
    entries |= {277: 1, 278: height, 279: len(content), 339: sample_format}
    directory = struct.pack(order + "H", len(entries))
    for tag, value in entries.items():
        directory += struct.pack(order + "HHII", tag, 4, 1, value)
    content += bytes(len(content) % 2)
    start = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8 + len(content))
    path.write_bytes(start + content + directory + bytes(4))
    return path


@pytest.mark.parametrize("compression", [1, DEFLATE])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("photometric", [0, 1])
@pytest.mark.parametrize("kind", ["u1", "u2", "u4", "f4", "f8"])
def test_all_kinds_show_the_same_picture(
    tmp_path: Path, kind: str, photometric: int, order: str, compression: int
) -> None:
    white = 1.0 if kind[0] == "f" else float(np.iinfo(kind).max)
    values = RAMP if photometric else 1 - RAMP  # 0: zero is white
    pixels = values * white
    path = write_tiff(tmp_path / "a.tif", pixels.astype(kind), order, photometric, compression)
    assert np.abs(np.asarray(load_for_screen(path), dtype=int) - SEEN).max() <= 1


@pytest.mark.parametrize("compression", [1, DEFLATE])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", ["i2", "i4"])
def test_signed_pixels_may_be_below_zero(tmp_path: Path, kind: str, order: str, compression: int) -> None:
    path = write_tiff(tmp_path / "a.tif", (RAMP * 3000 - 1000).astype(kind), order, 1, compression)
    assert np.abs(np.asarray(load_for_screen(path), dtype=int) - SEEN).max() <= 1


def test_a_sound_file_of_another_kind_is_not_called_damaged(tmp_path: Path) -> None:
    paths = [
        write_tiff(tmp_path / "wide.tif", (RAMP * 9).astype("u8")),
        write_tiff(tmp_path / "packed.tif", (RAMP * 9).astype("u1"), compression=34712),
        tmp_path / "bits.jpg",
    ]
    jpeg = bytearray(encoded(picture(1), "JPEG"))
    jpeg[jpeg.index(b"\xff\xc0") + 4] = 12  # bits a sample
    paths[2].write_bytes(bytes(jpeg))
    for path in paths:
        with pytest.raises(ImageError) as caught:
            load_for_screen(path)
        assert (caught.value.kind, caught.value.action) == ("unsupported format", "Save it as JPEG or PNG")


def test_a_damaged_file_is_not_called_unsupported(tmp_path: Path) -> None:
    whole = write_tiff(tmp_path / "a.tif", (RAMP * 9).astype("u2")).read_bytes()
    for length in (10, 30, 60):
        (tmp_path / "a.tif").write_bytes(whole[:length])
        with pytest.raises(ImageError) as caught:
            load_for_screen(tmp_path / "a.tif")
        assert caught.value.kind == "damaged"
