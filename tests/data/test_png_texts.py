"""PNG files with large metadata are images like others."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from nn_trainer.data.images import load_for_screen, read_header
from nn_trainer.data.png_texts import MOST_TEXT
from nn_trainer.errors import ImageError
from tests.helpers.images import encoded, picture

IHDR_END = 33


def with_chunk(content: bytes, kind: bytes, data: bytes, after_pixels: bool = False) -> bytes:
    """A PNG file with one more chunk."""
    chunk = struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    place = content.rindex(b"IEND") - 4 if after_pixels else IHDR_END
    return content[:place] + chunk + content[place:]


def packed(kind: bytes, size: int) -> bytes:
    """The data of a text (or profile) chunk that unpacks to `size` bytes."""
    middle = b"\1\0\0\0" if kind == b"iTXt" else b"\0"
    return b"XML:com.adobe.xmp\0" + middle + zlib.compress(b"a" * size, 9)


@pytest.mark.parametrize("after_pixels", [False, True])
@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt", b"iCCP"])
def test_a_large_text_does_not_keep_an_image_out(tmp_path: Path, kind: bytes, after_pixels: bool) -> None:
    content = with_chunk(encoded(picture(1)), kind, packed(kind, 3_000_000), after_pixels)
    if not after_pixels:
        with pytest.raises(ValueError, match="MAX_TEXT"):
            Image.open(io.BytesIO(content))
    path = tmp_path / "a.png"
    path.write_bytes(content)
    assert (read_header(path).width, read_header(path).height) == picture(1).size
    assert np.array_equal(np.asarray(load_for_screen(path)), np.asarray(picture(1)))


def test_many_texts_do_not_keep_an_image_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PngImagePlugin, "MAX_TEXT_MEMORY", 100_000)
    content = encoded(picture(2))
    for number in range(4):
        content = with_chunk(content, b"tEXt", b"note%d\0" % number + b"a" * 50_000)
    (tmp_path / "a.png").write_bytes(content)
    assert np.array_equal(np.asarray(load_for_screen(tmp_path / "a.png")), np.asarray(picture(2)))


def test_transparency_and_palette_are_kept(tmp_path: Path) -> None:
    image = picture(3).quantize(16)
    image.info["transparency"] = 3
    plain = encoded(image, transparency=3)
    (tmp_path / "plain.png").write_bytes(plain)
    (tmp_path / "text.png").write_bytes(with_chunk(plain, b"zTXt", packed(b"zTXt", 2_000_000)))
    both = [np.asarray(load_for_screen(tmp_path / name)) for name in ("plain.png", "text.png")]
    assert np.array_equal(*both)


def test_a_text_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(with_chunk(encoded(picture(4)), b"zTXt", packed(b"zTXt", MOST_TEXT + 1)))
    with pytest.raises(ImageError, match="unpacks to a huge size"):
        read_header(path)
