"""Features of images that were computed before, in a file of the user's cache.

An entry is known by the pixels it was computed from and by what computed it, so the same picture at the same size is
never computed twice, whatever its name and folder.  The file is a SQLite database: several programs may use it
at once, and a program that is killed leaves it whole.  It can be deleted at any time.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from nn_trainer.arrays import PixelArray
from nn_trainer.models.pretrained.backbone_layers import FEATURES
from nn_trainer.paths import cache_dir

log = logging.getLogger(__name__)

FILE_NAME = "features.sqlite"
MOST = 200_000  # entries, about 1.1 GB; beyond that the oldest are dropped
_PAGE = 16_384  # bytes: three entries of 5 kB, where SQLite's own size would waste half
_BYTES = 4 * FEATURES  # of an entry
_AT_ONCE = 500  # keys in one question
_SECONDS = 2.0  # to wait for another program that writes

Vector = NDArray[np.float32]


def feature_key(pixels: PixelArray, computed_by: str) -> bytes:
    """What the features of one image (size, size, 3) are known by."""
    digest = hashlib.blake2b(f"{computed_by} {pixels.shape}\n".encode(), digest_size=20)
    digest.update(np.ascontiguousarray(pixels).data)
    return digest.digest()


class FeatureCache:
    """Open for the length of a `with`, in one thread.

    It raises no errors: a file that cannot be used and a damaged entry count as missing, and a file that is damaged
    as a whole is deleted.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._database: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        try:
            self._path = self._path or cache_dir() / FILE_NAME
            self._database = sqlite3.connect(self._path, timeout=_SECONDS, isolation_level=None)
            self._database.execute(f"PRAGMA page_size = {_PAGE}")
            self._database.execute("PRAGMA synchronous = OFF")  # what a power failure breaks is found by its checksum
            self._database.execute(
                "CREATE TABLE IF NOT EXISTS features "
                "(number INTEGER PRIMARY KEY, key BLOB UNIQUE, checksum INTEGER, vector BLOB)"
            )
        except (OSError, sqlite3.Error) as error:
            self._give_up(error)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def get(self, keys: Sequence[bytes]) -> dict[bytes, Vector]:
        """The features (1280,) of those keys that are there."""
        found: dict[bytes, Vector] = {}
        for start in range(0, len(keys), _AT_ONCE):
            part = keys[start : start + _AT_ONCE]
            places = ",".join("?" * len(part))
            question = f"SELECT key, checksum, vector FROM features WHERE key IN ({places})"  # not shown
            for key, checksum, content in self._run(question, part):
                whole = isinstance(content, bytes) and len(content) == _BYTES  # a damaged row may hold anything
                if whole and zlib.crc32(content) == checksum:
                    found[key] = np.frombuffer(content, np.float32)
        return found

    def put(self, features: Mapping[bytes, Vector]) -> None:
        """Keep features (1280,) under their keys, all of them or, if the program ends meanwhile, none."""
        rows = [(key, zlib.crc32(vector.tobytes()), vector.tobytes()) for key, vector in features.items()]
        self._run("BEGIN IMMEDIATE")
        for row in rows:
            self._run("INSERT OR REPLACE INTO features (key, checksum, vector) VALUES (?, ?, ?)", row)
        self._run("DELETE FROM features WHERE number <= (SELECT MAX(number) FROM features) - ?", (MOST,))
        self._run("COMMIT")

    def _run(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """The rows that a statement gives; none when there is no database (any more)."""
        if self._database is None:
            return []
        try:
            return self._database.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            self._give_up(error)
            return []

    def _give_up(self, error: Exception) -> None:
        """Go on without; a file that is damaged is deleted, so that the next one can start with none."""
        log.warning("Features are not kept: %s", error)
        self._close()
        damaged = isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError)
        if damaged and self._path is not None:
            with suppress(OSError):
                self._path.unlink()

    def _close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None
