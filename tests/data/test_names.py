"""Names that are safe to show, preprocessing settings, and where the program's files are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from nn_trainer import paths
from nn_trainer.data.preprocessing import Preprocessing
from nn_trainer.data.problems import class_name_of, display_path
from nn_trainer.data.tables.class_lists import read_label_file
from nn_trainer.errors import SettingError
from nn_trainer.file_names import in_natural_order


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("plain.jpg", "plain.jpg"),
        ("back\\slash %s {x} <b>", "back\\slash %s {x} <b>"),
        ("猫 の 写真 😀.jpg", "猫 の 写真 😀.jpg"),
        ("👩\u200d👧.png", "👩\u200d👧.png"),
        ("new\nline\ttab", "new\\nline\\ttab"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\u202egpj.exe", "\\u202egpj.exe"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("not_utf8_\udcff\udcfe.jpg", "not_utf8_\\xff\\xfe.jpg"),
        ("\u2028line", "\\u2028line"),
    ],
)
def test_every_name_can_be_shown(name: str, shown: str) -> None:
    assert display_path(name) == shown
    assert display_path(Path(name)) == shown
    assert json.loads(json.dumps(shown)) == shown
    assert shown.encode("utf-8")
    assert "\n" not in shown


def test_a_class_name_has_composed_accents_and_no_outer_spaces() -> None:
    assert class_name_of("cafe\u0301 ") == "caf\u00e9"
    assert class_name_of("\udcff") == "\\xff"


@pytest.mark.parametrize(
    "ordered",
    [
        ["1", "2", "3", "10", "11", "20"],
        ["class 2", "class 10", "class 10 b", "class 10b", "class b"],
        ["1.2", "1.10", "1.10.1", "2"],
        ["0", "00", "01", "1", "001b", "1b", "007", "7", "10"],
        ["٣", "4", "٤", "१०", "11"],  # Arabic and Devanagari digits: 3, 4, 4, 10, 11
        ["9" * 5000, "1" + "0" * 5000, "2" + "0" * 5000],  # more digits than `int` takes
        ["Zebra", "ant"],  # letters as `sorted` has them
        ["m", "m1", "m²"],  # a superscript is not a digit of a number
        ["", "a", "a0", "a0b", "ab"],
    ],
)
def test_digits_in_names_sort_as_numbers(ordered: list[str]) -> None:
    assert in_natural_order(reversed(ordered)) == ordered
    assert in_natural_order(ordered) == ordered


def test_preprocessing_is_checked_and_comes_back_from_a_dict() -> None:
    preprocessing = Preprocessing(28, "grey")
    assert preprocessing.shape == (28, 28, 1)
    assert Preprocessing(32, "rgb").shape == (32, 32, 3)
    assert Preprocessing.from_dict(json.loads(json.dumps(preprocessing.as_dict()))) == preprocessing
    for values in ({}, {"image_size": 28}, {"image_size": "28", "channels": "rgb"}, {"image_size": 8, "channels": "x"}):
        with pytest.raises(SettingError):
            Preprocessing.from_dict(values)
    for size in (0, -1, 5000, True):
        with pytest.raises(SettingError):
            Preprocessing(size, "rgb")


def test_the_sample_that_ships() -> None:
    root = paths.sample_dataset_path()
    names = read_label_file(root / "labels.csv")
    assert names == tuple(sorted(names))
    assert len(names) == 10
    for folder, each in ((root / "train", 100), (paths.sample_test_path(), 20)):
        assert sorted(p.name for p in folder.iterdir()) == list(names)
        for name in names:
            files = sorted((folder / name).glob("*.png"))
            assert len(files) == each
            with Image.open(files[0]) as image:
                assert (image.size, image.mode) == ((28, 28), "L")
    assert "Zalando" in (root.parent / "LICENSE").read_text(encoding="utf-8")


def test_the_users_folders_are_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    folders = {paths.settings_dir(), paths.cache_dir(), paths.log_dir()}
    assert len(folders) == 3
    assert all(folder.is_dir() and folder.is_relative_to(tmp_path) for folder in folders)
