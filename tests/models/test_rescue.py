"""Where a classifier goes that cannot be written where it should."""

import shutil

import pytest

import nn_trainer
from nn_trainer.errors import ModelFileError
from nn_trainer.models import rescue as rescue_module
from nn_trainer.models.rescue import save_or_rescue


@pytest.fixture
def places(tmp_path, monkeypatch):
    """Places of this test's own."""
    data, temporary = tmp_path / "data", tmp_path / "tmp"
    for folder in (data, temporary):
        folder.mkdir()
    monkeypatch.setattr(rescue_module, "rescue_dir", lambda: data)
    monkeypatch.setattr(rescue_module.tempfile, "gettempdir", lambda: str(temporary))
    return data, temporary


def test_where_it_can_be_written_it_is(trained, tmp_path, places):
    saved = save_or_rescue(trained, tmp_path / "m.safetensors")
    assert (saved.path, saved.rescued, saved.reason) == (tmp_path / "m.safetensors", False, "")
    assert not any(places[0].iterdir())


def test_a_folder_that_is_gone(trained, tmp_path, places):
    data, _ = places
    saved = save_or_rescue(trained, tmp_path / "gone" / "pets.safetensors")
    assert (saved.path, saved.rescued) == (data / "pets.safetensors", True)
    assert saved.reason == "No such file or directory"
    assert nn_trainer.load_classifier(saved.path).class_names == trained.class_names
    assert saved.sentence == (
        f"The model cannot be saved as {tmp_path / 'gone' / 'pets.safetensors'}: No such file or directory. "
        f"It is saved as {data / 'pets.safetensors'} instead; move it where you want it."
    )


def test_nothing_that_was_rescued_before_is_replaced(trained, tmp_path, places):
    data, _ = places
    paths = [save_or_rescue(trained, tmp_path / "gone" / "a.safetensors").path for _ in range(3)]
    assert paths == [data / "a.safetensors", data / "a-2.safetensors", data / "a-3.safetensors"]


def test_a_data_folder_that_cannot_be_written_either(trained, tmp_path, places):
    data, temporary = places
    shutil.rmtree(data)
    assert save_or_rescue(trained, tmp_path / "gone" / "a.safetensors").path == temporary / "a.safetensors"
    shutil.rmtree(temporary)
    with pytest.raises(ModelFileError, match=r"cannot be saved as .*gone.*a\.safetensors"):
        save_or_rescue(trained, tmp_path / "gone" / "a.safetensors")


@pytest.mark.parametrize("name", ["a\0b", "\udcff", "x" * 300, "..."])
def test_names_that_no_file_can_have(trained, tmp_path, places, name):
    saved = save_or_rescue(trained, str(tmp_path / "gone") + "/" + name)
    assert saved.rescued
    assert saved.path.parent == places[0]
    assert nn_trainer.load_classifier(saved.path).figures == trained.figures
