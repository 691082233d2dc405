"""Data sets that were opened before: known at once, what changed is seen, and nothing that goes wrong is an error."""

import errno
import os
import shutil
import subprocess
import sys
import time
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import nn_trainer
from nn_trainer.data.archives.archive import Archive
from nn_trainer.data.cache import cache_settings, image_cache, pixel_files, upkeep
from nn_trainer.data.cache.cache_settings import CacheSettings, images_dir, write_settings
from nn_trainer.data.cache.upkeep import cache_bytes, clear_cache
from nn_trainer.data.dataset import Dataset, load_dataset
from nn_trainer.data.images import Header, load_pixels
from nn_trainer.data.source import FileSource
from nn_trainer.errors import CancelledError
from nn_trainer.work import Task

LONG_AGO = 1_600_000_000


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """A cache and settings of the test's own; even a small data set is worth keeping."""
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        folder = tmp_path / name
        folder.mkdir()
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setattr(image_cache, "_WORTH", 0)
    monkeypatch.setattr("nn_trainer.data.cache.listing._TICK", 0)


@pytest.fixture
def folder(tmp_path):
    """Two classes of six images each, one file that is damaged, and one image twice."""
    root = tmp_path / "set"
    for label, name in enumerate(("cat", "dog")):
        (root / name).mkdir(parents=True)
        for number in range(6):
            save(root / name / f"{number}.png", 40 * number + label)
    (root / "cat" / "9.png").write_bytes(b"\x89PNG\r\n\x1a\n but no more")
    save(root / "dog" / "7.png", 1)
    return root


def save(path, level, size=(9, 9)):
    """Write an image of one colour."""
    Image.new("RGB", size, (level, 10, 20)).save(path)


@pytest.fixture
def opened(monkeypatch):
    """The names of the files that were opened as images."""
    names = []
    real_open, real_read = FileSource.open, FileSource.read_up_to
    monkeypatch.setattr(FileSource, "open", lambda source: names.append(source.name) or real_open(source))
    monkeypatch.setattr(
        FileSource, "read_up_to", lambda source, most: names.append(source.name) or real_read(source, most)
    )
    return names


def assert_equal(one: Dataset, other: Dataset):
    """Every field is the same, whichever there are."""
    for name in (field.name for field in fields(Dataset)):
        first, second = getattr(one, name), getattr(other, name)
        if isinstance(first, np.ndarray):
            assert first.dtype == second.dtype
            assert np.array_equal(first, second), name
            assert not second.flags.writeable
        else:
            assert first == second or tuple(first) == tuple(second), name
    assert one.fingerprint == other.fingerprint


def test_a_known_folder_is_ready_without_opening_its_files(folder, opened):
    first = load_dataset(folder)
    assert opened
    opened.clear()
    again = load_dataset(folder)
    assert opened == []
    assert isinstance(again.images, np.memmap)
    assert_equal(first, again)
    clear_cache()
    assert_equal(load_dataset(folder), again)


def test_what_is_kept_is_of_what_was_asked_for(folder, opened):
    load_dataset(folder)
    opened.clear()
    assert load_dataset(folder, 12, "grey").images.shape[1:] == (12, 12, 1)
    assert opened


@pytest.mark.parametrize("settings", [{}, {"channels": "grey"}, {"image_size": 6, "fit": "pad"}, {"fit": "stretch"}])
def test_only_what_changed_or_was_added_is_decoded_anew(folder, opened, settings):
    for number in range(6):
        save(folder / "cat" / f"{number}.png", 40 * number, (9, 5 + number))
    before = load_dataset(folder, **settings)
    save(folder / "cat" / "0.png", 200)
    save(folder / "dog" / "8.png", 201)
    (folder / "dog" / "3.png").unlink()
    opened.clear()
    after = load_dataset(folder, **settings)
    assert set(opened) == {"0.png", "8.png", "9.png"}  # 9 could not be used, and may be mended now
    assert len(after.images) == len(before.images)
    assert after.images[0].max() > before.images[0].max()
    clear_cache()
    assert_equal(load_dataset(folder, **settings), after)
    opened.clear()
    assert_equal(load_dataset(folder, **settings), after)
    assert opened == []


def test_the_range_of_images_of_16_bits_is_that_of_known_and_new_ones(folder, opened):
    def save_deep(name, level):
        Image.fromarray(np.full((9, 9), level, np.uint16)).save(folder / "cat" / name)

    save_deep("deep.png", 4000)
    before = load_dataset(folder)
    opened.clear()
    assert_equal(load_dataset(folder), before)
    assert opened == []
    save_deep("dim.png", 400)
    after = load_dataset(folder)
    clear_cache()
    assert_equal(load_dataset(folder), after)


def test_all_that_headers_say_can_be_said_again():
    # One more has to be kept as well, or to be told from what is.
    assert [field.name for field in fields(Header)] == ["width", "height", "grey", "deep"]


def test_a_known_archive_is_ready_without_reading_its_members(folder, tmp_path, monkeypatch):
    path = tmp_path / "set.zip"

    def pack():
        shutil.make_archive(str(path.with_suffix("")), "zip", folder)

    pack()
    first = load_dataset(path)
    reads = []
    real = Archive.read_at
    monkeypatch.setattr(Archive, "read_at", lambda *arguments: reads.append(arguments) or real(*arguments))
    again = load_dataset(path)
    assert reads == []
    assert_equal(first, again)
    np.testing.assert_array_equal(load_pixels(again.sources[0], again.preprocessing), again.images[0])
    save(folder / "cat" / "0.png", 99)
    pack()
    assert load_dataset(path).images[0, 0, 0].tolist() == [99, 10, 20]


def test_a_file_that_kept_its_size_and_its_time_is_seen(folder):
    path = folder / "cat" / "0.png"
    os.utime(path, (LONG_AGO, LONG_AGO))
    load_dataset(folder)
    size = path.stat().st_size
    save(path, 7)
    os.utime(path, (LONG_AGO, LONG_AGO))
    assert path.stat().st_size == size
    assert load_dataset(folder).images[0, 0, 0].tolist() == [7, 10, 20]


def test_what_changed_just_before_it_was_read_is_read_again(folder, opened, monkeypatch):
    monkeypatch.setattr("nn_trainer.data.cache.listing._TICK", 3_600_000_000_000)
    load_dataset(folder)
    opened.clear()
    load_dataset(folder)
    assert opened


def test_a_table_that_is_added_is_seen(folder):
    load_dataset(folder)
    (folder / "labels.csv").write_text("0,dog\n1,cat\n")
    assert load_dataset(folder).class_names == ("dog", "cat")


@pytest.mark.parametrize("damage", [b"", b"nothing of the kind", None])
@pytest.mark.parametrize("ending", ["pixels", "folder"])
def test_a_damaged_cache_is_made_anew(folder, ending, damage, opened):
    first = load_dataset(folder)
    (path,) = images_dir().glob(f"*.{ending}")
    content = path.read_bytes()
    if damage is None:  # some bits have changed
        middle = len(content) // 2
        damage = content[:middle] + bytes(255 - byte for byte in content[middle : middle + 8]) + content[middle + 8 :]
    path.unlink()
    path.write_bytes(damage)
    assert_equal(load_dataset(folder), first)
    opened.clear()
    assert_equal(load_dataset(folder), first)
    assert opened == []


def test_nothing_is_kept_of_a_file_that_went_before_its_content_was_known(folder, monkeypatch):
    real = pixel_files.NewPixels.keep
    monkeypatch.setattr(pixel_files.NewPixels, "keep", lambda new, digests: real(new, (None, *digests[1:])))
    assert load_dataset(folder).images[12, 0, 0].tolist() == [1, 10, 20]
    assert cache_bytes() == 0


def test_pixels_that_are_gone_are_made_anew(folder):
    first = load_dataset(folder)
    for path in images_dir().glob("*.pixels"):
        path.unlink()
    assert_equal(load_dataset(folder), first)


def test_a_full_disk_is_a_note(folder, monkeypatch):
    monkeypatch.setattr(pixel_files, "free_bytes", lambda: 0)
    dataset = load_dataset(folder)
    (note,) = [problem for problem in dataset.problems if problem.kind == "not kept"]
    assert os.strerror(errno.ENOSPC) in note.reason
    assert not note.skipped
    assert len(dataset.images) == 13
    assert list(images_dir().iterdir()) == []


def test_a_disk_that_fills_while_it_is_written_is_a_note(folder, monkeypatch):
    def full(*_arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(pixel_files.os, "fsync", full)
    dataset = load_dataset(folder)
    assert [problem.kind for problem in dataset.problems].count("not kept") == 1
    monkeypatch.undo()
    assert dataset.images[0, 0, 0].tolist() == [0, 10, 20]


def test_a_cache_folder_that_cannot_be_made_is_no_error(folder, tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file" / "inside"))
    assert len(load_dataset(folder).images) == 13


def test_nothing_is_kept_on_request(folder, opened):
    write_settings(CacheSettings(keep=False))
    load_dataset(folder)
    assert cache_bytes() == 0
    opened.clear()
    load_dataset(folder)
    assert opened


def test_the_oldest_goes_first(folder, tmp_path, monkeypatch):
    load_dataset(folder, 40)
    (oldest,) = images_dir().glob("*.pixels")
    os.utime(oldest, (LONG_AGO, LONG_AGO))
    load_dataset(folder, 41)
    write_settings(CacheSettings(gigabytes=(cache_bytes() + 20_000) / 1e9))
    load_dataset(folder, 42)
    kept = sorted(path.stat().st_size // 13 // 3 for path in images_dir().glob("*.pixels"))
    assert kept == [41 * 41, 42 * 42]


def test_what_is_larger_than_the_cache_may_be_removes_nothing(folder):
    load_dataset(folder, 10)
    before = cache_bytes()
    write_settings(CacheSettings(gigabytes=before / 1e9))
    load_dataset(folder, 100)
    assert cache_bytes() == before


def test_clearing_leaves_an_open_data_set_as_it_is(folder):
    dataset = load_dataset(folder)
    there = cache_bytes()
    assert clear_cache() == there > 0
    assert cache_bytes() == 0
    assert dataset.images[12, 0, 0].tolist() == [1, 10, 20]


def test_a_cache_that_is_cleared_while_a_folder_is_read_is_no_error(folder, monkeypatch):
    expected = load_dataset(folder, 10)
    real = pixel_files.NewPixels.keep
    monkeypatch.setattr(pixel_files.NewPixels, "keep", lambda *arguments: clear_cache() and real(*arguments))
    clear_cache()
    assert_equal(load_dataset(folder, 10), expected)
    assert cache_bytes() == 0


def test_what_another_process_writes_is_not_removed_to_make_room(folder):
    load_dataset(folder, 40)
    part = images_dir() / ".nn-trainer-00000000-1-0123456789abcdef.part"
    part.write_bytes(bytes(50_000))
    os.utime(part, (time.time() - 3600,) * 2)
    write_settings(CacheSettings(gigabytes=(cache_bytes() + 1000) / 1e9))
    load_dataset(folder, 41)
    assert part.exists()
    assert [path.stat().st_size for path in images_dir().glob("*.pixels")] == [13 * 41 * 41 * 3 + 4]


def test_cancelling_leaves_nothing_behind(folder):
    asked = []

    def cancelled():
        asked.append(None)
        return bool(list(images_dir().iterdir()))  # once there is a file to be written

    with pytest.raises(CancelledError):
        load_dataset(folder, task=Task(cancelled=cancelled))
    assert list(images_dir().iterdir()) == []


def test_two_processes_at_once(folder):
    code = (
        "import sys; from nn_trainer.data.cache import image_cache; image_cache._WORTH = 0\n"
        "from nn_trainer.data.dataset import load_dataset\n"
        "print(*[load_dataset(sys.argv[1]).images.sum() for _ in range(5)])"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(nn_trainer.__file__).parents[1])}
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, text=True, env=environment)
        for _ in range(3)
    ]
    said = {number for process in running for number in process.communicate(timeout=120)[0].split()}
    assert said == {str(load_dataset(folder).images.sum())}
    assert all(process.returncode == 0 for process in running)
    assert sorted(path.suffix for path in images_dir().iterdir()) == [".folder", ".pixels"]


def test_settings_that_cannot_be_read_are_the_defaults(tmp_path):
    assert cache_settings.read_settings() == CacheSettings()
    for written in ("", "[]", '{"keep": 1, "gigabytes": "much"}', "{"):
        (cache_settings.settings_dir() / "image-cache.json").write_text(written)
        assert cache_settings.read_settings() == CacheSettings()
    assert upkeep.cache_bytes() == 0
