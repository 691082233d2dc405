import csv
import os
import sys
from pathlib import Path

import numpy as np
import pytest

import nn_trainer
from tests.helpers.colours import write_picture


@pytest.fixture
def red(tmp_path):
    return write_picture(tmp_path / "red.png", "red", seed=50, size=33)


def test_json_has_the_probabilities_of_python_to_the_last_bit(run, model, red):
    result = run("predict", model, red, "--json")
    assert (result.status, result.err) == (0, "")
    (item,) = result.json
    prediction = nn_trainer.load_classifier(model).predict(red)
    assert item == {"path": str(red), "label": "red", "probabilities": prediction.probabilities}
    assert list(item["probabilities"]) == ["blue", "green", "red"]
    assert all(np.float32(p) == p for p in item["probabilities"].values())


def test_for_people_the_classes_by_probability(run, model, red):
    result = run("predict", model, red)
    assert result.status == 0
    (line,) = result.out.splitlines()
    assert line.startswith(f"{red}: red ")
    shares = [float(part.split()[-1].rstrip("%")) for part in line.removeprefix(f"{red}: ").split(", ")]
    assert len(shares) == 3
    assert shares == sorted(shares, reverse=True)


def test_folders_are_walked_in_order(run, model, tmp_path, red):
    folder = tmp_path / "folder"
    for name in ("b/2.png", "b/1.png", "a.png", ".hidden/x.png", "c/d/e.png"):
        write_picture(folder / name, "green")
    (folder / "notes.txt").write_text("passed over")
    result = run("predict", model, red, folder, "--json")
    assert (result.status, result.err) == (0, "")
    names = ["a.png", "b/1.png", "b/2.png", "c/d/e.png"]
    assert [item["path"] for item in result.json] == [str(red), *(str(folder / name) for name in names)]


@pytest.fixture
def bad(tmp_path):
    """Files that cannot be predicted, each for a reason of its own."""
    (tmp_path / "text.jpg").write_text("no picture")
    (tmp_path / "folder").mkdir()
    return [tmp_path / "missing.png", tmp_path / "text.jpg", tmp_path / "folder"]


def test_bad_files_do_not_stop_the_others(run, model, red, bad):
    result = run("predict", model, *bad, red, "--json")
    assert result.status == 1
    assert result.err == "3 of 4 files could not be used.\n"
    items = {item["path"]: item for item in result.json}
    assert items[str(red)]["label"] == "red"
    for path in bad:
        assert set(items[str(path)]) == {"path", "error"}
        assert items[str(path)]["error"].endswith(".")


def test_bad_files_for_people(run, model, red, bad):
    result = run("predict", model, *bad, red)
    assert result.status == 1
    assert result.out.startswith(f"{red}: red ")
    assert all(f"{path}: " in result.err for path in bad)
    assert result.err.endswith("3 of 4 files could not be used.\n")


def test_one_bad_file_is_one_file(run, model, bad):
    assert run("predict", model, bad[0]).err.endswith("1 of 1 file could not be used.\n")


def test_table(run, model, red, bad, tmp_path):
    path = tmp_path / "table.csv"
    result = run("predict", model, red, *bad, "--csv", path, "--json")
    assert result.status == 1
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["path", "label", "blue", "green", "red", "error"]
    by_path = {row["path"]: row for row in rows}
    expected = next(item for item in result.json if item["path"] == str(red))
    assert by_path[str(red)]["label"] == "red"
    assert {n: float(by_path[str(red)][n]) for n in ("blue", "green", "red")} == expected["probabilities"]
    for bad_path in bad:
        row = by_path[str(bad_path)]
        assert row["error"]
        assert row["label"] == row["blue"] == ""


def test_a_table_that_cannot_be_written_is_found_before_the_work(run, model, red, tmp_path):
    for place in (tmp_path, tmp_path / "missing" / "table.csv"):
        result = run("predict", model, red, "--csv", place)
        assert (result.status, result.out) == (1, "")
        assert "The table cannot be saved as" in result.err


def test_many_files_keep_their_order(run, model, colours_folder):
    paths = sorted(colours_folder.rglob("*.png")) * 3
    result = run("predict", model, *paths, "--json")
    assert [item["label"] for item in result.json] == [path.parent.name for path in paths]


def test_a_model_that_cannot_be_opened(run, red):
    result = run("predict", red, red, "--json")
    assert (result.status, result.out) == (1, "")
    assert "cannot be opened as a model" in result.err


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="file names are always Unicode there")
def test_a_name_that_is_not_unicode(start, model, red, tmp_path):
    odd = os.fsencode(tmp_path) + b"/caf\xe9.png"
    Path(os.fsdecode(odd)).write_bytes(red.read_bytes())
    process = start("predict", model, os.fsdecode(odd), "--csv", "table.csv")
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    assert r"caf\xe9.png: red " in out
    assert "caf\\udce9.png,red," in (tmp_path / "table.csv").read_text()
