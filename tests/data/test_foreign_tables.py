"""Tables of images as other tools and contests write them: columns, paths, one-hot columns, lists, COCO files."""

from __future__ import annotations

import json
import shutil
import tracemalloc
from collections import Counter
from pathlib import Path

import pytest

from nn_trainer.data.dataset import Dataset, load_dataset
from nn_trainer.data.layout.choice import LayoutChoice
from nn_trainer.data.tables.labelling import find_labelling
from nn_trainer.data.tables.named_files import NamedFiles
from nn_trainer.data.walk import Walker
from nn_trainer.errors import AmbiguousFolderError, DatasetError, LabelFileError
from nn_trainer.work import Task
from tests.helpers.images import class_folders, picture, save


def images(folder: Path, *names: str) -> None:
    """Images of these names, of which no two are equal."""
    for name in names:
        seed = sum(map(ord, str(folder / name))) * 1000 + len(list(folder.glob("*")))
        save(picture(seed), folder / name)


def told(dataset: Dataset) -> dict[str, str]:
    """The class and split of each image, by its path, such as "train cat"."""
    return {
        path.relative_to(dataset.root).as_posix(): f"{split} {dataset.class_names[label]}"
        for path, label, split in zip(dataset.paths, dataset.labels, dataset.splits, strict=True)
    }


FOUR = ("0.jpg", "1.jpg", "2.jpg", "3.jpg")
BY_TURNS = {f"pics/{i}.jpg": f"train {'ba'[i % 2]}" for i in range(4)}


@pytest.mark.parametrize(
    ("head", "line"),
    [
        ("id,label", "{i},{c}"),
        ("image_id,class", "{i},{c}"),
        ("image_path,label", "pics/{i}.jpg,{c}"),
        ("fname,target", "{i}.jpg,{c}"),
        ("id,breed", "{i},{c}"),
        ("id,whatever it is called", "{i},{c}"),
        (",Image Name,x,Label", "{i},{i}.jpg,7,{c}"),
        ("Width,ClassId,Path", "27,{c},pics/{i}.jpg"),
        ("lesion_id,image_id,dx,dx_type,age", "HAM_1,{i},{c},histo,80"),
        ("name,label", "pics/{i}.jpg,{c}"),
        ("filename,label", "pics\\{i}.jpg,{c}"),
        ("filename,label", r"C:\Users\ann\pets\pics\{i}.jpg,{c}"),
        ("filename,label", "/content/drive/MyDrive/pets/pics/{i}.jpg,{c}"),
        ("filename,label", "gs://bucket/pets/{i}.jpg,{c}"),
        ("filename,label", "../pets/./pics/{i}.JPG,{c}"),
        (None, "pics/{i}.jpg,{c}"),
        (None, "{c},pics/{i}.jpg"),
        (None, "pics/{i}.jpg {c}"),
        (None, "7\t{c}\tpics/{i}.jpg"),
    ],
)
@pytest.mark.parametrize("ending", [".csv", ".txt"])
def test_columns_and_paths_as_they_are_written_elsewhere(
    tmp_path: Path, head: str | None, line: str, ending: str
) -> None:
    images(tmp_path / "pics", *FOUR)
    lines = [line.format(i=i, c="ba"[i % 2]) for i in range(4)]
    if line.startswith("7"):
        lines = [text.replace("7", str(number), 1) for number, text in enumerate(lines)]
    (tmp_path / f"table{ending}").write_text("\n".join([head, *lines] if head else lines))
    dataset = load_dataset(tmp_path)
    assert told(dataset) == BY_TURNS
    assert dataset.problems == ()


def test_endings_left_out_of_any_format(tmp_path: Path) -> None:
    images(tmp_path / "train", "ab.c0.tif", "ab.c1.webp", "ab.c2.TIF", "ab.c3.bmp")
    (tmp_path / "train.csv").write_text("id,label\n" + "".join(f"ab.c{i},{'ba'[i % 2]}\n" for i in range(4)))
    assert sorted(told(load_dataset(tmp_path)).values()) == ["train a", "train a", "train b", "train b"]


def test_a_table_for_each_split_in_the_folders_of_the_splits(tmp_path: Path) -> None:
    for split in ("train", "valid", "test"):
        images(tmp_path / split, *FOUR)
        rows = "".join(f"{i}.jpg,{i % 2},{1 - i % 2}\n" for i in range(4))
        (tmp_path / split / "_classes.csv").write_text(f"filename, cat, dog\n{rows}")
    dataset = load_dataset(tmp_path)
    assert dataset.class_names == ("cat", "dog")
    assert [dataset.counts(split).tolist() for split in ("train", "validation", "test")] == [[2, 2]] * 3
    assert told(dataset)["valid/1.jpg"] == "validation cat"
    assert dataset.problems == ()


def test_one_hot_columns_with_several_ones_or_none(tmp_path: Path) -> None:
    images(tmp_path, *(f"{i}.jpg" for i in range(6)))
    rows = "0,1.0,0.0\n1,0.0,1.0\n2,1.0,0.0\n3,0.0,1.0\n4,1.0,1.0\n5,0.0,0.0\n"
    (tmp_path / "GroundTruth.csv").write_text(f"image,MEL,NV\n{rows}")
    dataset = load_dataset(tmp_path)
    assert told(dataset) == {f"{i}.jpg": f"train {('MEL', 'NV')[i % 2]}" for i in range(4)}
    several, none = sorted(dataset.problems, key=lambda problem: problem.path)
    assert (several.path.name, several.kind, several.skipped) == ("4.jpg", "several labels", True)
    assert "'MEL', 'NV' (GroundTruth.csv, line 6)" in several.reason
    assert (none.path.name, none.kind) == ("5.jpg", "no label")
    assert "GroundTruth.csv, line 7" in none.reason


def test_a_line_without_label_and_an_image_without_line(tmp_path: Path) -> None:
    images(tmp_path, "a.png", "b.png", "c.png", "d.png")
    (tmp_path / "list.csv").write_text("filename,label\na.png,cat\nb.png,dog\nc.png,\n")
    by_name = {problem.path.name: problem for problem in load_dataset(tmp_path).problems}
    assert by_name["c.png"].reason == "The image has a line without a label (list.csv, line 4)"
    assert by_name["d.png"].reason == "The image has no line in list.csv"
    assert len(by_name) == 2


def test_a_form_for_answers_is_no_table(tmp_path: Path) -> None:
    images(tmp_path / "train_images", *FOUR)
    images(tmp_path / "test_images", "8.jpg", "9.jpg")
    (tmp_path / "train_labels.csv").write_text("image_id,label\n0.jpg,0\n1.jpg,1\n2.jpg,0\n3.jpg,1\n")
    (tmp_path / "sample_submission.csv").write_text("image_id,label\n8.jpg,0\n9.jpg,0\n")
    (tmp_path / "test.csv").write_text("image_id\n8.jpg\n9.jpg\n")
    dataset = load_dataset(tmp_path)
    assert told(dataset) == {f"train_images/{i}.jpg": f"train {i % 2}" for i in range(4)}
    assert Counter(problem.kind for problem in dataset.problems) == {"misplaced": 2, "not a table": 1}


def test_the_same_name_in_two_folders_is_that_of_the_split_or_told(tmp_path: Path) -> None:
    images(tmp_path / "train" / "img", *FOUR)
    images(tmp_path / "test" / "img", "0.jpg", "1.jpg")
    for split, rows in (("train", range(4)), ("test", range(2))):
        (tmp_path / f"{split}.csv").write_text("file,label\n" + "".join(f"{i}.jpg,{'ba'[i % 2]}\n" for i in rows))
    dataset = load_dataset(tmp_path)
    assert told(dataset)["test/img/0.jpg"] == "test b"
    assert (len(told(dataset)), dataset.problems) == (6, ())
    for split in ("train", "test"):
        (tmp_path / f"{split}.csv").unlink()
    rows = "3.jpg,a\n2.jpg,b\n1.jpg,a\ntest/img/1.jpg,a\n"
    (tmp_path / "labels.csv").write_text(f"file,label\n{rows}")
    (unclear,) = (p for p in load_dataset(tmp_path).problems if p.kind == "unclear file")
    assert "labels.csv, line 4 names 1.jpg" in unclear.reason
    assert "any of 2 images, such as test/img/1.jpg or train/img/1.jpg" in unclear.reason


def test_lists_of_paths_whose_folders_are_the_classes(tmp_path: Path) -> None:
    for name in ("apple_pie", "ramen"):
        images(tmp_path / "images" / name, *(f"{name}{i}.jpg" for i in range(3)))
    for split, rows in (("train", range(2)), ("test", range(2, 3))):
        lines = [f"{name}/{name}{i}" for name in ("apple_pie", "ramen") for i in rows]
        (tmp_path / "meta").mkdir(exist_ok=True)
        (tmp_path / "meta" / f"{split}.txt").write_text("\n".join(lines))
    (tmp_path / "meta" / "classes.txt").write_text("apple_pie\nramen\n")
    dataset = load_dataset(tmp_path)
    assert dataset.class_names == ("apple_pie", "ramen")
    assert dataset.counts("train").tolist() == [2, 2]
    assert dataset.counts("test").tolist() == [1, 1]
    assert dataset.problems == ()


def test_a_coco_file_in_each_split(tmp_path: Path) -> None:
    for split in ("train", "valid"):
        images(tmp_path / split, *FOUR)
        content = {
            "info": {"description": "pets"},
            "categories": [{"id": 7, "name": "cat"}, {"id": 3, "name": "dog"}],
            "images": [{"id": i, "file_name": f"{i}.jpg"} for i in range(4)],
            "annotations": [
                *({"id": i, "image_id": i, "category_id": (7, 3)[i % 2], "bbox": [0, 0, 9, 9]} for i in range(3)),
                {"id": 8, "image_id": 0, "category_id": 7},
                {"id": 9, "image_id": 2, "category_id": 3},
            ],
        }
        (tmp_path / split / "_annotations.coco.json").write_text(json.dumps(content))
    dataset = load_dataset(tmp_path)
    assert told(dataset) == {
        "train/0.jpg": "train cat",
        "train/1.jpg": "train dog",
        "valid/0.jpg": "validation cat",
        "valid/1.jpg": "validation dog",
    }
    assert Counter(problem.kind for problem in dataset.problems) == {"several labels": 2, "no label": 2}
    assert "'cat', 'dog' (_annotations.coco.json)" in next(p.reason for p in dataset.problems if "at once" in p.reason)


def test_a_coco_file_that_is_cut_off_is_refused_or_one_note(tmp_path: Path) -> None:
    images(tmp_path / "flat", *FOUR)
    (tmp_path / "flat" / "a.json").write_text('{"images": [{"id": 1, ')
    with pytest.raises(LabelFileError, match="begins as a COCO file"):
        load_dataset(tmp_path / "flat")
    root = class_folders(tmp_path / "pets", {"cat": 2, "dog": 2})
    (root / "a.json").write_text('{"images": [{"id": 1, ')
    (note,) = load_dataset(root).problems
    assert (note.path.name, note.skipped) == ("a.json", False)


def test_a_table_of_none_of_the_images_says_where_they_were_looked_for(tmp_path: Path) -> None:
    images(tmp_path / "pics", *FOUR)
    (tmp_path / "t.csv").write_text("filename,label\nfar/x.jpg,a\nfar/y.jpg,b\n")
    with pytest.raises(LabelFileError, match=r"names 2 images, and none of them is in .*; far/x.jpg \(line 2\)"):
        load_dataset(tmp_path)
    root = class_folders(tmp_path / "pets", {"cat": 2, "dog": 2})
    (root / "t.csv").write_text("filename,label\nfar/x.jpg,a\nfar/y.jpg,b\n")
    dataset = load_dataset(root)
    assert dataset.class_names == ("cat", "dog")
    (note,) = dataset.problems
    assert "none of them is in" in note.reason


def test_a_table_of_the_windows_code_page_is_read_and_told(tmp_path: Path) -> None:
    images(tmp_path, *FOUR)
    rows = "".join(f"{i}.jpg;{('Müll', 'Café')[i % 2]}\r\n" for i in range(4))
    (tmp_path / "t.csv").write_bytes(("Datei;Klasse\r\n" + rows).replace("Datei;Klasse", "file;class").encode("cp1252"))
    dataset = load_dataset(tmp_path)
    assert dataset.class_names == ("Café", "Müll")
    assert [problem.kind for problem in dataset.problems] == ["encoding"]


def test_a_chosen_table_counts_alone_wherever_it_lies(tmp_path: Path) -> None:
    root = class_folders(tmp_path / "pets", {"cat": 2, "dog": 2})
    rows = [f"{name}/{i:04d}.png,{('new', 'old')[i]}" for name in ("cat", "dog") for i in range(2)]
    (tmp_path / "mine.csv").write_text("\n".join(["filename,label", *rows]))
    dataset = load_dataset(root, choice=LayoutChoice(labels=tmp_path / "mine.csv"))
    assert told(dataset)["dog/0001.png"] == "train old"
    (root / "labels.csv").write_text("0,dog\n1,cat\n")
    (tmp_path / "order.txt").write_text("cat\ndog\n")
    assert load_dataset(root).class_names == ("dog", "cat")
    assert load_dataset(root, choice=LayoutChoice(labels=tmp_path / "order.txt")).class_names == ("cat", "dog")


def test_labels_as_numbers_are_those_of_the_class_list_also_where_it_begins_with_one(tmp_path: Path) -> None:
    images(tmp_path / "pics", *FOUR)
    (tmp_path / "train.csv").write_text("filename,label\n" + "".join(f"{i}.jpg,{1 + i % 2}\n" for i in range(4)))
    (tmp_path / "classes.txt").write_text("1 zebra\n2 ant\n")
    dataset = load_dataset(tmp_path)
    assert dataset.class_names == ("zebra", "ant")
    assert told(dataset)["pics/0.jpg"] == "train zebra"


def test_a_table_that_says_what_the_folders_say_leaves_them_their_splits_and_names(tmp_path: Path) -> None:
    for split in ("train", "valid"):
        class_folders(tmp_path / split, {"cat": 2, "dog": 2})
    for labels in (("cat", "dog"), ("0", "1")):
        lines = "".join(
            f"train/{name}/{i:04d}.png,{label}\n"
            for name, label in zip(("cat", "dog"), labels, strict=True)
            for i in (0, 1)
        )
        (tmp_path / "labels.csv").write_text(f"name,label\n{lines}")
        dataset = load_dataset(tmp_path)
        assert dataset.class_names == ("cat", "dog")
        assert dataset.counts("train").tolist() == dataset.counts("validation").tolist() == [2, 2]
        (note,) = (problem for problem in dataset.problems if problem.kind == "label file")
        assert "no line for 4 images, which are used as well" in note.reason
    told_of = load_dataset(tmp_path, choice=LayoutChoice(classes_from="table"))
    assert (told_of.class_names, len(told_of.images)) == (("0", "1"), 4)


def test_a_table_beside_class_folders_may_say_the_split(tmp_path: Path) -> None:
    root = class_folders(tmp_path, {"cat": 4, "dog": 4})
    for split, rows in (("train", range(3)), ("test", range(3, 4))):
        lines = [f"{name}/{i:04d}.png,{label}" for label, name in enumerate(("cat", "dog")) for i in rows]
        (root / f"{split}.csv").write_text("\n".join(["path,label", *lines]))
    dataset = load_dataset(root)
    assert dataset.class_names == ("cat", "dog")
    assert (dataset.counts("train").tolist(), dataset.counts("test").tolist()) == ([3, 3], [1, 1])
    assert dataset.problems == ()


def test_a_table_that_says_something_else_than_the_folders_is_asked_about(tmp_path: Path) -> None:
    root = class_folders(tmp_path, {"cat": 3, "dog": 3})
    rows = [f"{name}/{i:04d}.png,{('young', 'old')[i % 2]}" for name in ("cat", "dog") for i in range(3)]
    (root / "age {1}.csv").write_text("\n".join(["filename,label", *rows]))
    with pytest.raises(AmbiguousFolderError) as asked:
        load_dataset(root)
    assert [(r.code, r.classes, r.images) for r in asked.value.readings] == [
        ("table", ("old", "young"), 6),
        ("classes", ("cat", "dog"), 6),
    ]
    assert "--layout table: age {1}.csv gives the classes: old, young (2 classes, 6 images)" in str(asked.value)
    for choice in (LayoutChoice(layout="table"), LayoutChoice(classes_from="table")):
        assert load_dataset(root, choice=choice).class_names == ("old", "young")
    for choice in (LayoutChoice(layout="classes"), LayoutChoice(classes_from="folder")):
        assert load_dataset(root, choice=choice).class_names == ("cat", "dog")


@pytest.mark.parametrize(
    "names",
    [
        ("part_1", "part_2"),
        ("images_001", "images_002"),
        ("HAM10000_images_part_1", "HAM10000_images_part_2"),
        ("train", "test1"),
    ],
)
def test_folders_of_parts_are_no_other_reading_than_that_of_the_table(tmp_path: Path, names: tuple[str, str]) -> None:
    root = class_folders(tmp_path, dict.fromkeys(names, 4))
    rows = [f"{name}/{i:04d}.png,{'ab'[i % 2]}" for name in names for i in range(4)]
    (root / "metadata.csv").write_text("\n".join(["file_name,label", *rows]))
    assert load_dataset(root).class_names == ("a", "b")


@pytest.mark.parametrize(
    ("name", "line"), [("m.csv", "17,3,0.9,text\n"), ("m.csv", "id,label\n17,3\n"), ("m.json", '{"results": [1, 2]}\n')]
)
def test_a_large_file_that_is_no_table_costs_neither_its_reading_nor_another_walk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, line: str
) -> None:
    root = class_folders(tmp_path, {"cat": 2, "dog": 2})
    head, _, body = line.rpartition("\n")[0].rpartition("\n")
    (root / name).write_text((head + "\n" if head else "") + (body + "\n") * 300_000)
    monkeypatch.setattr(NamedFiles, "images", property(lambda self: pytest.fail("walked")))
    tracemalloc.start()
    walker = Walker(root)
    found = find_labelling(root, root, walker, frozenset(("cat", "dog")), LayoutChoice(), Task())
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (found.layout, found.notes, found.names) == (None, (), ())
    assert most < 1_000_000


def test_a_table_without_known_columns_is_named_with_them_where_nothing_else_says_the_classes(tmp_path: Path) -> None:
    images(tmp_path / "pics", *FOUR)
    (tmp_path / "meta.csv").write_text("image_id,age,site\n" + "".join(f"{i},{30 + i},arm\n" for i in range(4)))
    with pytest.raises(DatasetError, match=r"none of its columns is known to give their classes.*image_id, age, site"):
        load_dataset(tmp_path)
    (tmp_path / "meta.csv").write_text("who,age,site\nann,30,arm\n")
    with pytest.raises(DatasetError, match=r"No column of meta.csv names images that are there.*who, age, site"):
        load_dataset(tmp_path)
    root = class_folders(tmp_path / "pets", {"cat": 2, "dog": 2})
    (root / "meta.csv").write_text("who,age,site\nann,30,arm\n")
    assert load_dataset(root).problems == ()


def test_columns_of_unknown_names_that_name_images_by_their_ending(tmp_path: Path) -> None:
    images(tmp_path / "pics", *FOUR)
    (tmp_path / "t.csv").write_text("Datei;Klasse\n" + "".join(f"{i}.jpg;{'ba'[i % 2]}\n" for i in range(4)))
    assert told(load_dataset(tmp_path)) == BY_TURNS


def test_a_workbook_is_one_note(tmp_path: Path) -> None:
    root = class_folders(tmp_path, {"cat": 2, "dog": 2})
    for name in ("labels.xlsx", "~$labels.xlsx"):
        (root / name).write_bytes(b"PK\x03\x04")
    (note,) = load_dataset(root).problems
    assert (note.path.name, note.skipped, "as CSV" in note.action) == ("labels.xlsx", False, True)


def test_a_chosen_file_that_is_neither_is_refused_with_its_columns(tmp_path: Path) -> None:
    root = class_folders(tmp_path, {"cat": 2, "dog": 2})
    (root / "meta.csv").write_text("who,age,site\nann,30,arm\n")
    with pytest.raises(LabelFileError, match=r"meta\.csv is not a table.*who, age, site"):
        load_dataset(root, choice=LayoutChoice(labels=root / "meta.csv"))


def test_many_lines_and_images_are_told_in_one_sentence_each(tmp_path: Path) -> None:
    images(tmp_path / "train", *FOUR)
    images(tmp_path / "test", *(f"t{i}.jpg" for i in range(30)))
    lines = [f"{i}.jpg,{'ba'[i % 2]}" for i in range(4)] + [f"gone{i}.jpg,a" for i in range(25)]
    (tmp_path / "t.csv").write_text("\n".join(["filename,label", *lines]))
    dataset = load_dataset(tmp_path)
    missing, unlisted = dataset.problems
    assert (missing.kind, missing.files, missing.path.name) == ("missing file", 25, "t.csv")
    assert "25 lines that are not used for one reason, such as: t.csv, line 6 names gone0.jpg" in missing.reason
    assert (unlisted.files, unlisted.path.name) == (30, "test")
    assert "30 images in the folder have no line in t.csv" in unlisted.reason


def test_the_windows_code_page_is_told_also_where_it_shows_far_down(tmp_path: Path) -> None:
    images(tmp_path, *FOUR)
    text = "filename,label\n0.jpg,a\n1.jpg,b\n" + "\n" * 70_000 + "2.jpg,Café\n3.jpg,Café\n"
    (tmp_path / "t.csv").write_bytes(text.encode("cp1252"))
    dataset = load_dataset(tmp_path)
    assert set(dataset.class_names) == {"Café", "a", "b"}
    assert [problem.kind for problem in dataset.problems] == ["encoding"]


def test_one_broken_table_among_good_ones_is_a_note(tmp_path: Path) -> None:
    images(tmp_path / "pics", *FOUR)
    (tmp_path / "t.csv").write_text("filename,label\n" + "".join(f"{i}.jpg,{'ba'[i % 2]}\n" for i in range(4)))
    (tmp_path / "boxes.json").write_text('{"images": [{"id": 1, ')
    dataset = load_dataset(tmp_path)
    assert told(dataset) == BY_TURNS
    assert [(p.kind, p.skipped) for p in dataset.problems] == [("label file", False)]


@pytest.mark.parametrize("packed", [False, True])
def test_a_table_beside_the_images_in_one_folder_alone_as_archives_have_it(tmp_path: Path, packed: bool) -> None:
    images(tmp_path / "set" / "pets", *FOUR)
    rows = "".join(f"{i}.jpg,{'ba'[i % 2]}\n" for i in range(4))
    (tmp_path / "set" / "pets" / "list.csv").write_text(f"filename,label\n{rows}")
    root = Path(shutil.make_archive(str(tmp_path / "set"), "zip", tmp_path / "set")) if packed else tmp_path / "set"
    dataset = load_dataset(root)
    assert told(dataset) == {f"pets/{i}.jpg": f"train {'ba'[i % 2]}" for i in range(4)}
    assert dataset.problems == ()


def test_a_numbered_list_of_paths_says_what_the_folders_say(tmp_path: Path) -> None:
    names = ("001.Albatross", "002.Crow")
    root = class_folders(tmp_path / "images", dict.fromkeys(names, 3)).parent
    paths = [f"{name}/{i:04d}.png" for name in names for i in range(3)]
    (root / "images.txt").write_text("".join(f"{number} {path}\n" for number, path in enumerate(paths, 1)))
    (root / "classes.txt").write_text("1 001.Albatross\n2 002.Crow\n")
    dataset = load_dataset(root)
    assert (dataset.class_names, dataset.counts().tolist(), dataset.problems) == (names, [3, 3], ())
