"""What a folder means, on the command line: the question is a sentence, and its options decide."""

import pytest

from tests.helpers.colours import write_picture

CLASSES = [f"{name}/{index}.png" for name in ("blue", "red") for index in range(6)]
SETS = [f"{place}/{name}" for place in ("indoor", "outdoor") for name in CLASSES]
NAMES = [f"train/{name}.{index}.png" for name in ("blue", "red") for index in range(6)] + ["test1/1.png"]


def make(root, files):
    for number, name in enumerate(files):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_picture(path, "blue" if "blue" in name else "red", number)
    return root


def test_two_sets_side_by_side_are_asked_about_and_the_option_decides(run, tmp_path):
    root = make(tmp_path / "pets", SETS)
    asked = run("check", root)
    assert asked.status == 1
    assert asked.err.strip() == (
        f"{root} can be read in more than one way. Say which is meant: --layout inner: The folders in indoor, outdoor "
        "are the classes, all together: blue, red (2 classes, 24 images); "
        "--layout classes: Each folder is a class: indoor, outdoor (2 classes, 24 images)."
    )
    readings = run("check", root, "--json").json["readings"]
    assert [(one["code"], one["classes"], one["images"]) for one in readings] == [
        ("inner", ["blue", "red"], 24),
        ("classes", ["indoor", "outdoor"], 24),
    ]
    for layout, names in (("inner", ["blue", "red"]), ("classes", ["indoor", "outdoor"])):
        report = run("check", root, "--json", "--layout", layout).json
        assert [(one["name"], one["images"]) for one in report["classes"]] == [(name, 12) for name in names]
    wrong = run("check", root, "--layout", "names")
    assert "What is possible: classes, inner." in wrong.err


@pytest.mark.parametrize("option", [("--layout", "names"), ("--classes-from", "name")])
def test_classes_in_the_names_of_files_train_and_are_measured_once_the_option_says_so(run, tmp_path, option):
    root = make(tmp_path / "pets", NAMES)
    model = tmp_path / "model.safetensors"
    train = ("train", root, "-o", model, "--epochs", 1, "--preset", "linear")
    asked = run(*train)
    assert (asked.status, model.exists()) == (1, False)
    assert "begin with their classes: blue, red (2 classes, 12 images). Say --layout names if that" in asked.err
    assert run(*train, *option).status == 0
    measured = run("evaluate", model, root, "--json", *option)
    assert measured.status == 0
    assert sorted(one["name"] for one in measured.json["classes"]) == ["blue", "red"]


def test_a_table_beside_class_folders_can_be_set_aside(run, tmp_path):
    root = make(tmp_path / "pets", CLASSES)
    (root / "list.csv").write_text("filename,label\n" + "".join(f"blue/{i}.png,{'ab'[i % 2]}\n" for i in range(6)))
    names = lambda *options: [one["name"] for one in run("check", root, "--json", *options).json["classes"]]  # noqa: E731
    assert "--layout table: list.csv gives the classes: a, b (2 classes, 6 images)" in run("check", root).err
    assert names("--classes-from", "table") == names("--layout", "table") == ["a", "b"]
    assert names("--classes-from", "folder") == ["blue", "red"]
    (root / "list.csv").unlink()
    assert "holds no table that names images" in run("check", root, "--classes-from", "table").err


def test_one_file_of_labels_can_be_named(run, tmp_path):
    root = make(tmp_path / "pets", CLASSES)
    lists = {"first.csv": "filename,label\nblue/1.png,a\nred/1.png,b\nred/2.png,b\n", "order.csv": "0,red\n1,blue\n"}
    for name, text in lists.items():
        (tmp_path / name).write_text(text)
    by_table = run("check", root, "--json", "--labels", tmp_path / "first.csv").json
    assert [(one["name"], one["images"]) for one in by_table["classes"]] == [("a", 1), ("b", 2)]
    ordered = run("check", root, "--json", "--labels", tmp_path / "order.csv").json
    assert [one["name"] for one in ordered["classes"]] == ["red", "blue"]
    missing = run("check", root, "--labels", tmp_path / "none.csv")
    assert missing.status == 1
    assert "none.csv" in missing.err
