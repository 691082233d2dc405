"""The cache of features: what is kept comes back as it was, and no damage ever shows outside."""

import sqlite3
import subprocess
import sys
import zlib

import numpy as np
import pytest

from nn_trainer.models.pretrained import feature_cache
from nn_trainer.models.pretrained.feature_cache import FeatureCache, feature_key


def vector(seed):
    return np.random.default_rng(seed).random(1280, np.float32)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "features.sqlite"


def put(path, *seeds):
    with FeatureCache(path) as cache:
        cache.put({bytes([seed]): vector(seed) for seed in seeds})


def known(path, *seeds):
    """The seeds whose features come back, each as it was."""
    with FeatureCache(path) as cache:
        found = cache.get([bytes([seed]) for seed in seeds])
    for key, features in found.items():
        np.testing.assert_array_equal(features, vector(key[0]))
    return sorted(key[0] for key in found)


def test_what_was_put_comes_back(path):
    put(path, 1, 2)
    put(path, 2, 3)
    assert known(path, 1, 2, 3, 4) == [1, 2, 3]


def test_an_end_in_the_middle_leaves_all_or_none(path, monkeypatch):
    run, rows = FeatureCache._run, []

    def end_at_the_third(self, statement, values=()):
        if statement.startswith("INSERT"):
            rows.append(values)
            if len(rows) == 3:
                raise KeyboardInterrupt
        return run(self, statement, values)

    with monkeypatch.context() as patch:
        patch.setattr(FeatureCache, "_run", end_at_the_third)
        with pytest.raises(KeyboardInterrupt):
            put(path, 1, 2, 3, 4)
    assert known(path, 1, 2, 3, 4) == []


def test_many_keys_at_once(path):
    put(path, *range(5))
    with FeatureCache(path) as cache:
        assert len(cache.get([bytes([n % 256, n // 256]) for n in range(2000)] + [b"\x03"])) == 1


def test_keys_tell_pixels_sizes_and_backbones_apart():
    image = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    keys = {
        feature_key(image, "one"),
        feature_key(image.copy(), "one"),
        feature_key(image, "other"),
        feature_key(image[::-1], "one"),
        feature_key(image.reshape(2, 8, 3), "one"),
    }
    assert len(keys) == 4


def test_a_damaged_entry_is_not_there(path):
    put(path, 1, 2)
    database = sqlite3.connect(path)
    database.execute("UPDATE features SET vector = zeroblob(5120) WHERE key = ?", (b"\x01",))
    database.commit()
    database.close()
    assert known(path, 1, 2) == [2]
    put(path, 1)
    assert known(path, 1, 2) == [1, 2]


@pytest.mark.parametrize("content", [None, "text", 7, 1.5, b"", b"seven b", vector(1)[:7].tobytes()])
@pytest.mark.parametrize("column", ["vector", "checksum", "key"])
def test_an_entry_of_another_type_or_length_is_not_there(path, column, content):
    put(path, 1, 2)
    if column == "vector" and isinstance(content, bytes):  # the checksum is right, the length is not
        with FeatureCache(path) as cache:
            cache._run("UPDATE features SET checksum = ? WHERE key = ?", (zlib.crc32(content), b"\x01"))
    with FeatureCache(path) as cache:
        cache._run(f"UPDATE features SET {column} = ? WHERE key = ?", (content, b"\x01"))
    assert known(path, 1, 2) == [2]
    put(path, 1)
    assert known(path, 1, 2) == [1, 2]


@pytest.mark.parametrize("damage", ["no database", "a torn page", "another table"])
def test_a_damaged_file_is_made_anew(path, damage):
    put(path, *range(20))
    if damage == "no database":
        path.write_bytes(b"no database" * 1000)
    elif damage == "a torn page":
        content = bytearray(path.read_bytes())
        content[100:20_000] = b"\xff" * 19_900
        path.write_bytes(content)
    else:
        path.unlink()
        database = sqlite3.connect(path)
        database.execute("CREATE TABLE features (number INTEGER PRIMARY KEY)")
        database.close()
    assert known(path, *range(20)) == []
    put(path, 5)
    if damage != "another table":
        assert known(path, 5) == [5]


def test_a_folder_in_its_place_is_as_good_as_none(path):
    path.mkdir()
    put(path, 1)
    assert known(path, 1) == []
    assert path.is_dir()


def test_the_oldest_are_dropped(path, monkeypatch):
    monkeypatch.setattr(feature_cache, "MOST", 3)
    put(path, 1, 2)
    put(path, 3, 4, 5)
    assert known(path, 1, 2, 3, 4, 5) == [3, 4, 5]


def test_a_locked_file_is_passed_by(path, monkeypatch):
    monkeypatch.setattr(feature_cache, "_SECONDS", 0.0)
    put(path, 1)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    put(path, 2)
    assert known(path, 1, 2) == []
    other.execute("ROLLBACK")
    other.close()
    assert known(path, 1, 2) == [1]


def test_a_program_that_is_killed_leaves_it_whole(path):
    put(path, 1)
    code = f"""
import os, numpy as np
from pathlib import Path
from nn_trainer.models.pretrained.feature_cache import FeatureCache
with FeatureCache(Path({str(path)!r})) as cache:
    cache._run("BEGIN IMMEDIATE")
    cache._run("INSERT INTO features (key, checksum, vector) VALUES (x'02', 0, x'00')")
    os._exit(9)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 9
    assert known(path, 1, 2) == [1]
