"""Archives on the command line: named as they are, in place of a folder."""

import shutil

import pytest

from tests.helpers.colours import write_dataset


@pytest.fixture
def archive(tmp_path):
    """A zip of three classes; the folder is gone."""
    folder = write_dataset(tmp_path / "colours", images=6)
    made = shutil.make_archive(str(tmp_path / "colours"), "zip", tmp_path, "colours")
    shutil.rmtree(folder)
    return tmp_path / made


def test_an_archive_is_checked_trained_on_evaluated_and_predicted(run, archive, tmp_path):
    report = run("check", archive, "--json")
    assert (report.status, report.err) == (0, "")
    assert report.json["images"] == 18
    assert [entry["name"] for entry in report.json["classes"]] == ["blue", "green", "red"]

    model = tmp_path / "colours.nnmodel"
    assert run("train", archive, "-o", model, "--epochs", "2").status == 0
    assert run("evaluate", model, archive).status == 0

    result = run("predict", model, archive, archive / "colours" / "red" / "000.png", "--json")
    assert result.status == 0
    rows = result.json
    assert len(rows) == 19
    assert rows[-1]["path"] == str(archive / "colours" / "red" / "000.png")
    assert all(row["probabilities"] for row in rows)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([archive.name, model.name])


def test_problems_name_the_member(run, archive):
    import zipfile

    with zipfile.ZipFile(archive, "a") as packed:
        packed.writestr("colours/red/text.jpg", "no picture")
        packed.writestr("../evil.png", "x")
    problems = {problem["path"]: problem for problem in run("check", archive, "--json").json["problems"]}
    assert set(problems) == {str(archive / "colours" / "red" / "text.jpg"), str(archive)}
    assert "../evil.png" in problems[str(archive)]["reason"]


@pytest.mark.parametrize("command", ["check", "train", "evaluate", "predict"])
def test_an_archive_cut_off_is_a_sentence(run, archive, tmp_path, command):
    model = tmp_path / "colours.nnmodel"
    assert run("train", archive, "-o", model, "--epochs", "1").status == 0
    archive.write_bytes(archive.read_bytes()[:-100])
    arguments = {"train": [archive, "-o", tmp_path / "x.nnmodel"], "check": [archive]}
    result = run(command, *arguments.get(command, [model, archive]))
    assert result.status == 1
    assert f"{archive} is cut off, damaged, or one part of several. Copy or download it again." in result.err
