"""What the code that reads folders and images is known by: what another one kept is not believed."""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import PIL

_PLUGINS = ("pillow_heif", "pillow_jxl", "pydicom")  # on which it depends what can be read


@cache
def code_version() -> str:
    """The same as long as neither the code nor what it reads images with is another one."""
    room = Path(__file__).resolve().parents[1]
    files = sorted(room.rglob("*.py")) or [Path(sys.executable)]  # of a program that was packed into one file
    stamps = [(str(file), (status := file.stat()).st_size, status.st_mtime_ns) for file in files]
    plugins = [find_spec(plugin) is not None for plugin in _PLUGINS]
    return hashlib.blake2b(repr((stamps, PIL.__version__, plugins)).encode(), digest_size=16).hexdigest()
