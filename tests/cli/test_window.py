import os

import pytest


@pytest.fixture
def opened(monkeypatch):
    """Stands in for the window: the list of what it was called with."""
    calls = []

    def run(argv):
        calls.append(argv)
        return 7

    monkeypatch.setattr("nn_trainer.app.run", run)
    return calls


def test_without_a_command_the_window_opens(run, opened):
    assert run().status == 7
    assert opened == [[]]


def test_the_window_gets_the_path(run, opened, tmp_path, model, monkeypatch):
    (tmp_path / "train").mkdir()
    monkeypatch.chdir(tmp_path)
    for path in (str(tmp_path), str(model), "./train", "sample"):
        assert run(path).status == 7
    assert opened == [[str(tmp_path)], [str(model)], ["./train"], ["sample"]]


def test_a_path_that_does_not_exist_opens_no_window(run, opened, tmp_path):
    result = run(tmp_path / "chekc")
    assert (result.status, opened) == (1, [])
    assert result.err.startswith("There is no folder, file or command")


@pytest.mark.parametrize(
    ("error", "reason"), [(PermissionError(13, "Permission denied"), "Permission denied"), (None, "null byte")]
)
@pytest.mark.parametrize("step", ["stat", "scandir"])
def test_a_path_that_may_not_be_looked_at_is_a_sentence(run, opened, tmp_path, monkeypatch, step, error, reason):
    path = str(tmp_path)
    if error is None:
        path += "/a\0b"

    def refuse(*_, **__):
        raise error

    with monkeypatch.context() as patch:
        if error is not None:
            patch.setattr(os, step, refuse)  # as for a folder of another user; root may look into all
        result = run(path)
    assert (result.status, opened) == (1, [])
    assert result.err.endswith("Choose another folder or file.\n")
    assert reason in result.err


def test_where_no_display_is_the_headless_command_is_named(start):
    process = start()
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (1, "")
    assert err.startswith("No window can be opened here: ")
    assert "nn-trainer train" in err
    assert err.count("\n") == 1
