"""What the window remembers from one start to the next."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QSplitter

from nn_trainer.data.layout.choice import LayoutChoice
from nn_trainer.engine.config import TrainingConfig, make_config
from nn_trainer.errors import SettingError
from nn_trainer.paths import settings_dir
from nn_trainer.ui.theme.theme import MODES, ThemeMode
from nn_trainer.ui.window.geometry import Geometry

log = logging.getLogger(__name__)

VERSION = "2"  # of the file: 2 keeps the place of the window in numbers, and whether it is maximized by itself

MOST_RECENT = 8
MOST_CHOICES = 50  # folders whose reading is remembered


class WindowSettings:
    """A file of settings; what in it is damaged or of another version counts as not set."""

    def __init__(self) -> None:
        try:
            path = str(settings_dir() / "window.ini")
        except OSError as error:
            log.warning("Settings cannot be kept: %s", error)
            path = ""
        self._file = QSettings(path, QSettings.Format.IniFormat)
        if self._text("version") != VERSION:
            self._file.remove("geometry")
            self._file.setValue("version", VERSION)

    def save(self) -> None:
        """Write the file now."""
        self._file.sync()

    # theme

    @property
    def theme(self) -> ThemeMode:
        """Light, dark, or as the system."""
        text = self._text("theme")
        return next((mode for mode in MODES if mode == text), "system")

    @theme.setter
    def theme(self, mode: ThemeMode) -> None:
        self._file.setValue("theme", mode)

    @property
    def text_size(self) -> int:
        """The size of the text of the program, in per cent of that of the system."""
        text = self._text("text_size")
        return int(text) if text.isdecimal() else 100

    @text_size.setter
    def text_size(self, percent: int) -> None:
        self._file.setValue("text_size", str(percent))

    # folders

    @property
    def recent(self) -> list[Path]:
        """Folders that were opened, the last first; whether one is still there shows when it is opened."""
        return [Path(text) for text in self._texts("recent")]

    def add_recent(self, folder: Path) -> None:
        """Put a folder at the front."""
        text = str(folder)
        kept = [other for other in self._texts("recent") if other != text]
        self._file.setValue("recent", json.dumps([text, *kept][:MOST_RECENT]))

    def choice(self, folder: Path) -> LayoutChoice:
        """How a folder is to be read, if a person was asked about it."""
        said = self._choices().get(str(folder))
        return LayoutChoice.from_dict(said) if isinstance(said, dict) else LayoutChoice()

    def keep_choice(self, folder: Path, choice: LayoutChoice) -> None:
        """Remember how a folder is to be read; a choice of nothing is forgotten."""
        kept = {name: said for name, said in self._choices().items() if name != str(folder)}
        if said := choice.as_dict():
            kept = {str(folder): said, **dict(list(kept.items())[: MOST_CHOICES - 1])}
        if kept != self._choices():
            self._file.setValue("choices", json.dumps(kept))

    def _choices(self) -> dict[str, Any]:
        try:
            choices = json.loads(self._text("choices"))
        except ValueError:
            return {}
        return choices if isinstance(choices, dict) else {}

    def folder(self, purpose: str) -> str:
        """Where a file dialog of this purpose ended last."""
        return self._text(f"folder/{purpose}")

    def set_folder(self, purpose: str, folder: Path) -> None:
        """Keep where a file dialog ended."""
        self._file.setValue(f"folder/{purpose}", str(folder))

    @property
    def rescued(self) -> list[Path]:
        """Where classifiers were saved that nobody could be asked about, since this was last read."""
        paths = [Path(text) for text in self._texts("rescued")]
        self._file.remove("rescued")
        return paths

    @rescued.setter
    def rescued(self, paths: Sequence[Path]) -> None:
        self._file.setValue("rescued", json.dumps([str(path) for path in paths]))

    # hyperparameters

    @property
    def config(self) -> TrainingConfig | None:
        """The settings of the last training."""
        try:
            return make_config(**json.loads(self._text("hyperparameters")))
        except (ValueError, TypeError, SettingError):
            return None

    @config.setter
    def config(self, config: TrainingConfig) -> None:
        self._file.setValue("hyperparameters", json.dumps(config.as_dict()))

    # plots

    @property
    def fit_accuracy(self) -> bool:
        """Whether the axis of the accuracy is fitted to what was reached."""
        return self._text("plots/fit_accuracy") == "yes"

    @fit_accuracy.setter
    def fit_accuracy(self, on: bool) -> None:
        self._file.setValue("plots/fit_accuracy", "yes" if on else "no")

    # lesson

    @property
    def lesson_text_size(self) -> int:
        """The size of the text of the lesson, in per cent of the normal one, whatever the file says."""
        text = self._text("lesson/letters")
        return int(text) if text.isdecimal() else 100

    @lesson_text_size.setter
    def lesson_text_size(self, percent: int) -> None:
        self._file.setValue("lesson/letters", str(percent))

    # geometry

    @property
    def geometry(self) -> Geometry | None:
        """Where the window was, and whether it filled the screen."""
        try:
            left, top, width, height, maximized = json.loads(self._text("window"))
            return Geometry(int(left), int(top), int(width), int(height), bool(maximized))
        except (ValueError, TypeError, OverflowError):
            return None

    @geometry.setter
    def geometry(self, geometry: Geometry) -> None:
        self._file.setValue("window", json.dumps(geometry))

    def keep_splitters(self, splitters: Sequence[QSplitter]) -> None:
        """Keep the sizes of the parts of a page."""
        for splitter in splitters:
            self._file.setValue(f"splitter/{splitter.objectName()}", splitter.saveState())

    def restore_splitters(self, splitters: Sequence[QSplitter]) -> None:
        """Take the sizes of the parts of a page, if they were kept."""
        for splitter in splitters:
            state = self._file.value(f"splitter/{splitter.objectName()}")
            if isinstance(state, QByteArray):
                splitter.restoreState(state)

    def _text(self, key: str) -> str:
        value = self._file.value(key, "")
        return value if isinstance(value, str) else ""

    def _texts(self, key: str) -> list[str]:
        try:
            values = json.loads(self._text(key))
        except ValueError:
            return []
        return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []
