"""Whether decoded images are kept, where, and how many bytes they may take: what a person can set."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from nn_trainer.atomic import write_atomically
from nn_trainer.paths import cache_dir, settings_dir

_FILE = "image-cache.json"
_SHARE = 0.25  # of what the disk has free besides, by default
_RESERVE = 1 << 30  # bytes that are always left free: a full disk hinders every other program


@dataclass(frozen=True, slots=True)
class CacheSettings:
    """What a person has set; kept in a file, since the window and the command line share it."""

    keep: bool = True
    gigabytes: float | None = None  # at most; None: a quarter of what the disk has free


def read_settings() -> CacheSettings:
    """What is set; the defaults where nothing is, or nothing that can be read."""
    try:
        values = json.loads((settings_dir() / _FILE).read_text(encoding="utf-8"))
        keep, gigabytes = values["keep"], values["gigabytes"]
    except (OSError, ValueError, TypeError, KeyError):
        return CacheSettings()
    if not isinstance(keep, bool) or isinstance(gigabytes, bool) or not isinstance(gigabytes, (int, float, type(None))):
        return CacheSettings()
    return CacheSettings(keep, None if gigabytes is None else max(0.0, float(gigabytes)))


def write_settings(settings: CacheSettings) -> None:
    """Keep what a person has set. Raises `OSError`."""
    write_atomically(settings_dir() / _FILE, json.dumps(asdict(settings)).encode())


def images_dir() -> Path:
    """The folder of the cache; made when missing. Raises `OSError` if that cannot be done."""
    folder = cache_dir() / "images"
    folder.mkdir(exist_ok=True)
    return folder


def most_bytes(used: int) -> float:
    """How many bytes the cache may take, if it takes `used` now. Raises `OSError`."""
    settings = read_settings()
    if not settings.keep:
        return 0
    if settings.gigabytes is not None:
        return settings.gigabytes * 1e9
    return _SHARE * (free_bytes() + used)


def free_bytes() -> float:
    """Bytes that the disk of the cache has free, without those that are always left. Raises `OSError`."""
    return max(0.0, float(shutil.disk_usage(images_dir()).free - _RESERVE))
