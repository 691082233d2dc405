"""Where the program's own files are and the user's, and questions to paths that never raise."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import platformdirs

_APP = "nn-trainer"


# `Path.is_dir` and its like raise for a folder that may not be entered, a name that is too long, and the like: what a
# person names, or names of an earlier start, are asked about by these.


def is_folder(path: str | os.PathLike[str]) -> bool:
    """Whether there is a folder of this name, as far as one may know; never raises."""
    return os.path.isdir(path)  # noqa: PTH112


def is_file(path: str | os.PathLike[str]) -> bool:
    """Whether there is a regular file of this name, as far as one may know; never raises."""
    return os.path.isfile(path)  # noqa: PTH113


def exists(path: str | os.PathLike[str]) -> bool:
    """Whether there is anything of this name, as far as one may know; never raises."""
    return os.path.exists(path)  # noqa: PTH110


@cache
def resources_dir() -> Path:
    """The folder with icons, samples and help: inside the installed package, or beside it in a checkout.

    Raises `FileNotFoundError` when the installation is incomplete.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "resources", package.parent / "resources"):
        if is_folder(folder / "samples"):
            return folder
    raise FileNotFoundError(f"The program's resources are in neither {package} nor {package.parent}.")  # not shown


def sample_dataset_path() -> Path:
    """The data set that ships with the program: train/ and test/ folders of 10 classes and a label file."""
    return resources_dir() / "samples" / "fashion"


def sample_test_path() -> Path:
    """The test images of the sample, which training never sees: a folder of class folders."""
    return sample_dataset_path() / "test"


def settings_dir() -> Path:
    """Where the window's settings are kept; made when missing. Raises `OSError` if that cannot be done."""
    return platformdirs.user_config_path(_APP, appauthor=False, ensure_exists=True)


def cache_dir() -> Path:
    """Where files are kept that can be made again; made when missing. Raises `OSError` if that cannot be done."""
    return platformdirs.user_cache_path(_APP, appauthor=False, ensure_exists=True)


def rescue_dir() -> Path:
    """Where a classifier goes that cannot be saved where it should; made when missing. Raises `OSError`."""
    folder = platformdirs.user_data_path(_APP, appauthor=False) / "rescued"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def log_dir() -> Path:
    """Where the log is written; made when missing. Raises `OSError` if that cannot be done."""
    return platformdirs.user_log_path(_APP, appauthor=False, ensure_exists=True)
