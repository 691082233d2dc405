"""Colour profiles (ICC, version 2) made in code."""

from __future__ import annotations

import struct

import numpy as np

#: Red, green and blue of Display P3 and of sRGB as XYZ under D50, a row each.
P3 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))
SRGB = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410))


def linear(values: np.ndarray) -> np.ndarray:
    """sRGB values from 0 to 1 -> light (IEC 61966-2-1)."""
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def rgb_profile(primaries: tuple[tuple[float, ...], ...], gamma: float | None = None) -> bytes:
    """A profile of these primaries, with the curve of sRGB or a power."""
    curve = _curve(gamma)
    tags = {b"wtpt": _xyz(0.9642, 1.0, 0.8249), b"desc": _description(), b"cprt": b"text\0\0\0\0none\0"}
    for letter, primary in zip(b"rgb", primaries, strict=True):
        tags[bytes([letter]) + b"XYZ"] = _xyz(*primary)
        tags[bytes([letter]) + b"TRC"] = curve
    return _profile(b"RGB ", tags)


def grey_profile(gamma: float) -> bytes:
    """A profile of greys."""
    tags = {b"wtpt": _xyz(0.9642, 1.0, 0.8249), b"desc": _description(), b"cprt": b"text\0\0\0\0none\0"}
    return _profile(b"GRAY", tags | {b"kTRC": _curve(gamma)})


def _profile(space: bytes, tags: dict[bytes, bytes]) -> bytes:
    table, data = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        content += bytes(-len(content) % 4)
        table += struct.pack(">4sII", name, start + len(data), len(content))
        data += content
    size = start + len(data)
    head = struct.pack(">I4sI4s4s4s", size, b"none", 0x02400000, b"mntr", space, b"XYZ ")
    head += bytes(12) + b"acsp" + bytes(28) + struct.pack(">3i", *(round(v * 65536) for v in (0.9642, 1.0, 0.8249)))
    return head + bytes(128 - len(head)) + table + data


def _xyz(*values: float) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))


def _curve(gamma: float | None) -> bytes:
    if gamma is not None:
        return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256))
    steps = np.round(65535 * linear(np.linspace(0, 1, 1024))).astype(">u2")
    return b"curv\0\0\0\0" + struct.pack(">I", 1024) + steps.tobytes()


def _description() -> bytes:
    return b"desc\0\0\0\0" + struct.pack(">I", 5) + b"made\0" + bytes(4 + 4 + 2 + 1 + 67)
