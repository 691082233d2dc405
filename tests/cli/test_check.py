import os
import sys

import pytest

from tests.helpers.colours import write_dataset, write_picture


@pytest.fixture
def troubled(tmp_path):
    """Three classes of four images, and three files that cannot be used."""
    folder = write_dataset(tmp_path / "troubled", images=4)
    (folder / "red" / "text.jpg").write_text("no picture")
    whole = (folder / "blue" / "000.png").read_bytes()
    (folder / "blue" / "half.png").write_bytes(whole[: len(whole) // 2])
    (folder / "green" / "empty.png").write_bytes(b"")
    return folder


def test_json_is_one_object(run, troubled):
    result = run("check", troubled, "--json")
    assert (result.status, result.err) == (0, "")
    assert result.out.count("\n") == 1
    report = result.json
    assert set(report) == {"images", "classes", "problems", "splits"}
    assert report["images"] == 12
    assert report["classes"] == [
        {"name": "blue", "label": 0, "images": 4},
        {"name": "green", "label": 1, "images": 4},
        {"name": "red", "label": 2, "images": 4},
    ]
    assert report["splits"] == {"train": 12, "validation": 0, "test": 0}
    problems = {problem["path"]: problem for problem in report["problems"]}
    assert set(problems) == {
        str(troubled / "red" / "text.jpg"),
        str(troubled / "blue" / "half.png"),
        str(troubled / "green" / "empty.png"),
    }
    assert all(set(p) == {"path", "kind", "reason", "action", "files"} and all(p.values()) for p in problems.values())


def test_for_people(run, troubled):
    result = run("check", troubled)
    assert (result.status, result.err) == (0, "")
    assert "3 classes, 12 images, 12x12 colour" in result.out
    assert "Problems (3):" in result.out
    assert f"  {troubled / 'red' / 'text.jpg'}: " in result.out


def test_splits_of_the_sample(run):
    report = run("check", "sample", "--json").json
    assert report["splits"] == {"train": 1000, "validation": 0, "test": 200}
    assert report["images"] == sum(one["images"] for one in report["classes"]) == 1200
    text = run("check", "sample").out
    assert "10 classes, 1,000 images, 28x28 grey, and 200 test images" in text
    assert "No problems." in text


def test_a_folder_that_is_called_sample(run, tmp_path, monkeypatch):
    write_dataset(tmp_path / "sample", images=2)
    monkeypatch.chdir(tmp_path)
    assert run("check", "./sample", "--json").json["images"] == 6
    assert run("check", "sample", "--json").json["images"] == 1200


def test_what_cannot_be_used_at_all(run, tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    for name in ("missing", "file", "empty"):
        result = run("check", tmp_path / name)
        assert (result.status, result.out) == (1, "")
        assert name in result.err
        assert result.err.count("\n") == 1
        as_json = run("check", tmp_path / name, "--json")
        assert (as_json.status, as_json.err) == (1, result.err)
        assert as_json.json["error"] + "\n" == result.err
        assert (as_json.json["images"], as_json.json["problems"]) == (0, [])


def test_the_files_of_a_set_that_cannot_be_used_are_listed(run, tmp_path):
    folder = write_dataset(tmp_path / "half", images=3)
    for path in (*folder.glob("red/*"), *folder.glob("green/*")):
        path.write_bytes(b"")
    (folder / "red" / "page.jpg").write_text("no picture")
    result = run("check", folder)
    assert result.status == 1
    assert "Problems (2):" in result.out
    assert "red/page.jpg: The file is a text" in result.out
    assert "6 files ending in .png are not used" in result.out
    assert "images of one class only, 'blue'" in result.err
    assert "wrong with 6 of the 7 files that are not used: The file is empty" in result.err
    report = run("check", folder, "--json").json
    assert report["error"] in result.err
    assert sorted((p["kind"], p["files"]) for p in report["problems"]) == [("empty file", 6), ("not an image", 1)]


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="file names are always Unicode there")
def test_names_that_are_not_unicode(start, tmp_path):
    folder = write_dataset(tmp_path / "odd", images=2)
    bad = folder / "red" / os.fsdecode(b"caf\xe9\n.png")
    bad.write_bytes(b"no picture")
    out, err = start("check", folder).communicate(timeout=30)
    assert err == ""
    assert r"caf\xe9\n.png: " in out


def test_no_file_is_too_odd_for_json(run, tmp_path):
    write_picture(tmp_path / "odd" / "a\n\u202e" / "1.png", "red")
    write_picture(tmp_path / "odd" / "b" / "1.png", "blue")
    result = run("check", tmp_path / "odd", "--json")
    assert result.out.isascii()
    assert len(result.json["classes"]) == 2
