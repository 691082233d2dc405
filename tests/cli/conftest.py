import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import nn_trainer
from nn_trainer.cli import main
from tests.helpers.colours import write_dataset

ROOT = Path(nn_trainer.__file__).parents[1]


class Run:
    """What one run of the command line gave."""

    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    @property
    def json(self):
        """Standard output as one JSON value."""
        return json.loads(self.out)

    @property
    def events(self):
        """Standard output as one JSON value a line."""
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def run(capsys):
    """Run the command line in this process."""

    def run_main(*arguments):
        status = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Run(status, out, err)

    return run_main


@pytest.fixture
def start(tmp_path):
    """Start `python -m nn_trainer` in another process and another folder; it is joined at the end."""
    processes = []
    # Where the tests run in the background of a script SIGINT is ignored, and so it would be in what they start.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def start_process(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **environment):
        process = subprocess.Popen(
            [sys.executable, "-m", "nn_trainer", *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            text=True,
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "HOME": str(tmp_path), **environment},
        )
        processes.append(process)
        return process

    yield start_process
    signal.signal(signal.SIGINT, before)
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture(scope="session")
def colours_folder(tmp_path_factory):
    return write_dataset(tmp_path_factory.mktemp("colours") / "colours")


@pytest.fixture(scope="session")
def model(colours_folder, tmp_path_factory):
    """A model file of a classifier that knows the colours."""
    path = tmp_path_factory.mktemp("model") / "colours.safetensors"
    dataset = nn_trainer.load_dataset(colours_folder)
    nn_trainer.train(dataset, preset="mlp", epochs=8, batch_size=4, seed=1).save(path)
    return path
