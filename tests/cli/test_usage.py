import subprocess
from pathlib import Path

import pytest

import nn_trainer
from nn_trainer.cli import COMMANDS


@pytest.mark.parametrize("arguments", [["--help"], *([name, "--help"] for name in COMMANDS)])
def test_help_ends_well(run, arguments):
    result = run(*arguments)
    assert result.status == 0
    assert result.out.startswith("usage: nn-trainer")
    assert result.err == ""


def test_help_names_every_command(run):
    text = run("--help").out
    assert all(f"\n  {name} " in text for name in COMMANDS)
    assert "./train" in text


def test_version(run):
    assert run("--version").out == f"NN Trainer {nn_trainer.__version__}\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--nonsense"],
        ["a", "b"],
        ["check"],
        ["check", "a", "b"],
        ["check", "sample", "--jso"],
        ["train", "sample"],
        ["train", "-o", "m.safetensors"],
        ["evaluate", "m.safetensors"],
        ["predict", "m.safetensors"],
    ],
)
def test_wrong_usage_is_2_and_says_how(run, arguments):
    result = run(*arguments)
    assert result.status == 2
    assert result.out == ""
    assert "usage: nn-trainer" in result.err


def test_an_interruption_is_no_traceback(run, monkeypatch):
    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("nn_trainer.commands.data.load_dataset", interrupt)
    result = run("check", "sample")
    assert (result.status, result.out, result.err) == (1, "", "Cancelled. Nothing was changed.\n")


def test_a_fault_of_the_program_is_not_hidden(run, monkeypatch):
    def fault(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr("nn_trainer.commands.data.load_dataset", fault)
    with pytest.raises(ZeroDivisionError):
        run("check", "sample")


def test_module_is_the_same_program(start):
    out, err = start("--version").communicate(timeout=30)
    assert (out, err) == (f"NN Trainer {nn_trainer.__version__}\n", "")
    process = start("check", "nowhere")
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (1, "")
    assert err.count("\n") == 1
    process = start("check")
    process.communicate(timeout=30)
    assert process.returncode == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_output_that_cannot_be_written_is_an_error(start):
    with Path("/dev/full").open("w") as full:
        process = start("check", "sample", "--json", stdout=full)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert err == "The output could not be written: No space left on device.\n"


def test_a_reader_that_leaves_is_no_error(start, colours_folder):
    reader = subprocess.Popen(["true"], stdin=subprocess.PIPE)
    reader.wait()
    process = start("check", colours_folder, stdout=reader.stdin)
    reader.stdin.close()
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")


def test_an_encoding_that_lacks_a_letter(start, tmp_path, colours_folder):
    (tmp_path / "häßlich☃").symlink_to(colours_folder)
    process = start("check", "häßlich☃", PYTHONIOENCODING="ascii")
    out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    assert out.startswith(r"h\xe4\xdflich\u2603: 3 classes")
