"""The wheel: built, looked into, installed apart from the checkout, and used from another folder."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import nn_trainer

ROOT = Path(__file__).resolve().parents[1]


def check_output(*command, **options):
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, **options)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    check_output(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=ROOT)
    (path,) = folder.iterdir()
    return path


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Runs the installed `nn-trainer` in an empty folder."""
    target, elsewhere = tmp_path_factory.mktemp("target"), tmp_path_factory.mktemp("elsewhere")
    check_output(
        *(sys.executable, "-m", "pip", "install", "--no-deps", "--no-index", "--no-compile", "--quiet"),
        *("--disable-pip-version-check", "--target", str(target), str(wheel)),
    )
    program = target / "bin" / ("nn-trainer.exe" if sys.platform == "win32" else "nn-trainer")
    environment = {**os.environ, "PYTHONPATH": str(target), "HOME": str(elsewhere)}

    def run(*arguments, program=(str(program),)):
        return check_output(*program, *arguments, cwd=elsewhere, env=environment)

    run.target = target
    return run


def files_in(folder):
    return {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file()}


def test_all_resources_and_licences_are_in_it(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    resources = {name for name in files_in("resources") if not name.startswith("resources/pictures/")}
    assert {f"nn_trainer/{name}" for name in resources} <= names
    for needed in ("icons/nn-trainer.svg", "samples/LICENSE", "nn-trainer.desktop"):
        assert f"nn_trainer/resources/{needed}" in names
    assert "nn_trainer/resources/help/en/first-steps.md" in names
    assert sum(name.startswith("nn_trainer/resources/samples/fashion/") for name in names) >= 1200
    licences = [name for name in names if ".dist-info/licenses/" in name]
    assert {name.rpartition("/licenses/")[2] for name in licences} == {"LICENSE", "resources/samples/LICENSE"}


def test_nothing_else_is_in_it(wheel):
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert tops == {"nn_trainer", next(top for top in tops if top.endswith(".dist-info"))}


def test_the_installed_program_is_the_one_of_the_wheel_and_says_its_version(installed):
    assert installed("--version") == f"NN Trainer {nn_trainer.__version__}\n"
    where = installed("-c", "import nn_trainer; print(nn_trainer.__file__)", program=(sys.executable,))
    assert Path(where.strip()).parent == installed.target / "nn_trainer"


def test_the_installed_program_finds_its_sample(installed):
    report = json.loads(installed("check", "sample", "--json"))
    assert report["splits"] == {"train": 1000, "validation": 0, "test": 200}
    assert report["problems"] == []
    path = installed("-c", "import nn_trainer; print(nn_trainer.sample_dataset_path())", program=(sys.executable,))
    assert Path(path.strip()) == installed.target / "nn_trainer" / "resources" / "samples" / "fashion"


def test_the_installed_window_opens(installed):
    code = (
        "from nn_trainer.app import create_window; app, window = create_window([]); window.show(); "
        "print(window.isVisible()); window.close()"
    )
    assert installed("-c", code, program=(sys.executable,)) == "True\n"
