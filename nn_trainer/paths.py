"""Where the program's own files are, and where it keeps the user's settings, cache, log and rescued models."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import platformdirs

_APP = "nn-trainer"


@cache
def resources_dir() -> Path:
    """The folder with icons, samples and help: inside the installed package, or beside it in a checkout.

    Raises `FileNotFoundError` when the installation is incomplete.
    """
    package = Path(__file__).resolve().parent
    for folder in (package / "resources", package.parent / "resources"):
        if (folder / "samples").is_dir():
            return folder
    raise FileNotFoundError(f"The program's resources are in neither {package} nor {package.parent}.")


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
