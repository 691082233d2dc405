"""DICOM images of one frame come out as their window says; what is not supported is said, never called damaged."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from nn_trainer.data.dataset import load_dataset
from nn_trainer.data.images import Header, load_for_screen, read_header
from nn_trainer.errors import DatasetError, ImageError
from tests.helpers.dicom_files import write_dicom
from tests.helpers.images import class_folders

STEPS = np.array([[0, 100, 200, 300, 1100]], dtype=np.int16)


def grey(path: Path) -> list[int]:
    """The first row of an image that is grey."""
    image = load_for_screen(path)
    assert image.mode == "L"
    return np.asarray(image)[0].tolist()


def test_the_window_decides_what_is_black_and_white(tmp_path: Path) -> None:
    path = write_dicom(tmp_path / "a.dcm", STEPS, WindowCenter=200.5, WindowWidth=201)
    assert grey(path) == [0, 0, 128, 255, 255]
    assert read_header(path) == Header(5, 1, True)


def test_the_window_is_of_values_after_the_modality_transformation(tmp_path: Path) -> None:
    tags = {"RescaleSlope": 2, "RescaleIntercept": -1024}
    path = write_dicom(tmp_path / "a.dcm", STEPS, WindowCenter=[-623.5, 40], WindowWidth=[401, 80], **tags)
    assert grey(path) == [0, 0, 128, 255, 255]


def test_the_smallest_value_of_monochrome1_is_white(tmp_path: Path) -> None:
    tags = {"PhotometricInterpretation": "MONOCHROME1"}
    path = write_dicom(tmp_path / "a.dcm", STEPS, WindowCenter=200.5, WindowWidth=201, **tags)
    assert grey(path) == [255, 255, 128, 0, 0]
    eight = write_dicom(tmp_path / "b.dcm", np.array([[0, 10, 250, 255]], dtype=np.uint8), **tags)
    assert grey(eight) == [255, 245, 5, 0]


def test_without_a_window_the_stored_values_count(tmp_path: Path) -> None:
    twelve = write_dicom(tmp_path / "a.dcm", np.array([[0, 2048, 4095, 0]], dtype=np.uint16), BitsStored=12, HighBit=11)
    assert grey(twelve) == [0, 128, 255, 0]
    colours = np.array([[[255, 0, 0], [0, 0, 255]]], dtype=np.uint8)
    assert np.array_equal(np.asarray(load_for_screen(write_dicom(tmp_path / "b.dcm", colours))), colours)


def test_what_is_not_supported_is_said(tmp_path: Path) -> None:
    frames = write_dicom(tmp_path / "frames.dcm", STEPS, NumberOfFrames=5, Rows=1, Columns=1)
    with pytest.raises(ImageError, match=r"5 frames, and nothing says which.*Export the frame") as caught:
        read_header(frames)
    assert caught.value.kind == "unsupported format"
    whole = write_dicom(tmp_path / "a.dcm", STEPS).read_bytes()
    (tmp_path / "packed.dcm").write_bytes(whole.replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.1.99", 1))
    with pytest.raises(ImageError, match="packed as a whole"):
        read_header(tmp_path / "packed.dcm")
    (tmp_path / "half.dcm").write_bytes(whole[:-4])
    with pytest.raises(ImageError) as caught:
        load_for_screen(tmp_path / "half.dcm")
    assert caught.value.kind == "damaged"


def test_a_size_that_fills_the_memory_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    bomb = write_dicom(tmp_path / "bomb.dcm", STEPS, Rows=65535, Columns=65535)
    with pytest.raises(ImageError) as caught:
        read_header(bomb)
    assert caught.value.kind == "too large"


def test_without_the_extra_one_note_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nn_trainer.data.dicom._module", None)
    monkeypatch.setitem(sys.modules, "pydicom", None)
    pets = class_folders(tmp_path / "pets", {"cat": 3, "dog": 3})
    for index in range(4):
        for name in ("cat", "dog"):
            write_bytes(pets / name / f"{index}.dcm")
            write_bytes(pets / name / f"IM{index}")  # without an ending, as scanners name them
    named, bare = load_dataset(pets).problems
    assert (named.files, bare.files) == (8, 8)
    assert named.reason.startswith("8 files ending in .dcm are not used")
    assert 'pip install "nn-trainer[medical]"' in named.action
    for image in pets.rglob("*.png"):
        image.unlink()
    with pytest.raises(DatasetError, match=r"16 of the 16 files that are not used.*DICOM.*medical"):
        load_dataset(pets)


def write_bytes(path: Path) -> None:
    """The start of a DICOM file, which is all that is read without pydicom."""
    path.write_bytes(bytes(128) + b"DICM" + bytes(900))


def test_a_folder_of_slices_is_a_data_set(tmp_path: Path) -> None:
    for number, name in enumerate(("ill", "well")):
        for index in range(3):
            pixels = np.full((20, 20), 1000 * number + index, dtype=np.uint16)
            write_dicom(tmp_path / name / f"IM{index}", pixels, WindowCenter=500, WindowWidth=1000)
    dataset = load_dataset(tmp_path)
    assert dataset.problems == ()
    assert dataset.preprocessing.channels == "grey"
    assert dataset.images[:, 0, 0, 0].tolist() == [0, 0, 1, 255, 255, 255]
