"""Small picture files made in code: good ones of every kind, and hostile ones."""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image

WIDTH, HEIGHT = 40, 30


def picture(
    seed: int = 0, width: int = WIDTH, height: int = HEIGHT, mode: str = "RGB", tint: int | None = None
) -> Image.Image:
    """A smooth picture that differs from one seed to the next; `tint` 0, 1, 2 makes it mostly red, green, blue."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(40, 216, (4, 5, 3), dtype=np.uint8))
    smooth = np.array(coarse.resize((width, height), Image.Resampling.BICUBIC))
    if tint is not None:
        smooth[..., [channel for channel in range(3) if channel != tint]] //= 4
    return Image.fromarray(smooth).convert(mode)


def save(image: Image.Image, path: Path, **options: object) -> Path:
    """Save `image` at `path`, whose folder is made when missing; the format follows from the name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **options)
    return path


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """`image` as the bytes of a file of Pillow's format `kind`."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def class_folders(
    root: Path, counts: Mapping[str, int], width: int = WIDTH, height: int = HEIGHT, mode: str = "RGB"
) -> Path:
    """A data set: for each class a folder of so many PNG files; classes differ in their tint."""
    for number, (name, count) in enumerate(counts.items()):
        (root / name).mkdir(parents=True, exist_ok=True)
        for index in range(count):
            image = picture(1000 * number + index, width, height, mode, tint=number % 3)
            save(image, root / name / f"{index:04d}.png")
    return root


def marked(width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    """Black with a white mark in the upper left corner, so that turning it shows."""
    pixels = np.zeros((height, width), dtype=np.uint8)
    pixels[: height // 3, : width // 4] = 255
    return Image.fromarray(pixels).convert("RGB")


def exif_jpeg(orientation: int, upright: Image.Image) -> bytes:
    """A JPEG whose pixels are turned so that its EXIF orientation turns them into `upright`."""
    turn = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }.get(orientation)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    turned = upright if turn is None else upright.transpose(turn)
    return encoded(turned, "JPEG", quality=95, subsampling=0, exif=exif)


def png_chunk(kind: bytes, content: bytes) -> bytes:
    """One chunk of a PNG file, with its length and checksum."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_claiming(width: int, height: int) -> bytes:
    """A PNG file whose header claims a size that its few bytes do not hold."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    data = png_chunk(b"IDAT", zlib.compress(bytes(100)))
    return b"\x89PNG\r\n\x1a\n" + header + data + png_chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A good PNG with a text chunk that unpacks to 70 MB."""
    good = encoded(picture())
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(70)) + packer.flush()
    return good[:33] + png_chunk(b"zTXt", b"Comment\0\0" + packed) + good[33:]


def flipped(data: bytes, position: int) -> bytes:
    """`data` with one byte inverted."""
    return data[:position] + bytes([data[position] ^ 0xFF]) + data[position + 1 :]


_LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n"
_HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100)


def _half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _noise() -> Image.Image:
    return Image.fromarray(np.random.default_rng(1).integers(0, 256, (32, 32, 3), dtype=np.uint8))


#: Files that cannot be used: name -> (content, kind of the problem, a word of its reason).
HOSTILE: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "empty.jpg": (lambda: b"", "empty file", "0 bytes"),
    "zeros.jpg": (lambda: bytes(1000), "damaged", "zeros"),
    "half.jpg": (lambda: _half(encoded(_noise(), "JPEG")), "damaged", "too early"),
    "half.png": (lambda: _half(encoded(_noise(), "PNG")), "damaged", "too early"),
    "header.jpg": (lambda: encoded(picture(), "JPEG")[:30], "damaged", "too early"),
    "flipped.png": (lambda: flipped(encoded(_noise(), "PNG"), 600), "damaged", "inside"),
    "random.jpg": (lambda: np.random.default_rng(5).bytes(2000), "not an image", "not of a known"),
    "page.jpg": (lambda: b"<!DOCTYPE html>\n<html><body>404</body></html>", "not an image", "web page"),
    "text.png": (lambda: "Nur ein Text, nicht mehr: äöü.\n".encode(), "not an image", "text"),
    "pointer.jpg": (lambda: _LFS, "not downloaded", "Git LFS"),
    "drawing.png": (lambda: b'<?xml version="1.0"?>\n<svg width="9"></svg>', "not an image", "SVG"),
    "document.jpg": (lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "not an image", "PDF"),
    "archive.jpg": (lambda: b"PK\x03\x04" + bytes(60), "not an image", "ZIP"),
    "film.jpg": (lambda: b"\0\0\0\x18ftypmp42" + bytes(60), "not an image", "video"),
    "phone.heic": (lambda: _HEIC, "damaged", "HEIC"),
    "phone.jpg": (lambda: _HEIC, "damaged", "HEIC"),
    "layers.psd": (lambda: b"8BPS\0\x01" + bytes(60), "unsupported format", "Photoshop"),
    "camera.nef": (lambda: encoded(picture(), "TIFF"), "unsupported format", "raw"),
    "bomb.png": (lambda: png_claiming(20_000, 20_000), "too large", "million pixels"),
    "huge.png": (lambda: png_claiming(2**31 - 1, 2**31 - 1), "too large", "million pixels"),
    "nothing.png": (lambda: png_claiming(0, 0), "damaged", "start"),
    "text_bomb.png": (text_bomb, "damaged", "huge"),
}


def write_hostile(folder: Path) -> list[Path]:
    """Write every one of `HOSTILE` into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (content, _, _) in HOSTILE.items():
        (folder / name).write_bytes(content())
    return [folder / name for name in HOSTILE]


def write_specials(folder: Path) -> list[Path]:
    """A named pipe, a broken link and a link to itself, all named as pictures. For POSIX systems."""
    folder.mkdir(parents=True, exist_ok=True)
    os.mkfifo(folder / "pipe.jpg")
    (folder / "broken.jpg").symlink_to(folder / "not there.jpg")
    (folder / "itself.jpg").symlink_to(folder / "itself.jpg")
    return [folder / "pipe.jpg", folder / "broken.jpg", folder / "itself.jpg"]
