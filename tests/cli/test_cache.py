"""`nn-trainer cache`: the size of the image cache, clearing it, and what it may take."""

import pytest

from nn_trainer.data.cache import image_cache
from nn_trainer.data.cache.cache_settings import CacheSettings, read_settings
from tests.helpers.colours import write_dataset


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """A cache and settings of the test's own; even a small data set is worth keeping."""
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        (tmp_path / name).mkdir()
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setattr(image_cache, "_WORTH", 0)


def test_it_is_filled_by_opening_and_emptied_on_request(run, tmp_path):
    assert run("cache", "--json").json["bytes"] == 0
    run("check", write_dataset(tmp_path / "colours", images=4))
    said = run("cache", "--json").json
    assert said["bytes"] > 12 * 12 * 12 * 3
    assert said["keep"] is True
    assert said["limit"] > said["bytes"]
    assert "Kept: 1 MB in " in run("cache").out
    cleared = run("cache", "--clear", "--json").json
    assert (cleared["freed"], cleared["bytes"]) == (said["bytes"], 0)


def test_what_it_may_take_is_remembered(run, tmp_path):
    assert run("cache", "--limit", "1.5").status == 0
    assert read_settings() == CacheSettings(True, 1.5)
    assert "At most: 1.5 GB" in run("cache").out
    assert "not kept" in run("cache", "--keep", "no").out
    assert read_settings() == CacheSettings(False, 1.5)
    run("cache", "--keep", "yes", "--limit", "auto")
    assert read_settings() == CacheSettings()


def test_keeping_nothing_removes_what_is_kept(run, tmp_path):
    run("check", write_dataset(tmp_path / "colours", images=4))
    run("cache", "--keep", "no")
    assert run("cache", "--json").json["bytes"] == 0


@pytest.mark.parametrize("limit", ["much", "-1", "nan", "inf"])
def test_a_limit_is_a_number(run, limit):
    result = run("cache", f"--limit={limit}")
    assert result.status == 2
    assert "is not a number of gigabytes" in result.err
