"""Pictures of every screen, to be looked at, and a list of what is cut or not translated there.

    python -m tests.benchmarks.screens FOLDER
    python -m tests.benchmarks.screens FOLDER --size 1024x700 --scale 1.5 --theme dark --language xx --text 200

With --check nothing is drawn; what was found is printed as JSON, a line a screen.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import re
import sys
import tempfile
from pathlib import Path

PSEUDO, MIRRORED = "xx", "xr"
# Names, keys, functions, the derivatives of the formulas, and an entry of a menu of pyqtgraph that is never shown.
KEPT = {
    "NN",
    "Trainer",
    "Ctrl",
    "Shift",
    "Alt",
    "Esc",
    "fashion",
    "png",
    "safetensors",
    "csv",
    "log",
    "exp",
    "max",
    "SSE",
    "MSE",
    *("dL", "dv", "dc", "dh", "dw", "db", "Export"),
}


def main() -> int:
    """Make one tour; the exit status is that of looking, not of what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, help="where the pictures go")
    parser.add_argument("--size", default="1280x800")
    parser.add_argument("--scale", default="1")
    parser.add_argument("--theme", default="light", choices=("light", "dark"))
    parser.add_argument("--language", default="en", help="xx: the pseudo-language; xr: the same from right to left")
    parser.add_argument("--text", type=int, default=100, help="per cent, of the Lesson")
    parser.add_argument("--all-text", type=int, default=100, help="per cent, of the whole program")
    parser.add_argument("--font", type=float, default=0.0, help="points, of the system's font")
    parser.add_argument("--no-lesson", action="store_true")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        width, height = map(int, arguments.size.split("x"))
        prepare_environment(Path(home), arguments.scale, width, height)
        return look(arguments, width, height)


def prepare_environment(home: Path, scale: str, width: int, height: int) -> None:
    """A new user in front of a screen of that size; before Qt is loaded."""
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
        os.environ[name] = str(home / name)
    os.environ["QT_SCALE_FACTOR"] = scale
    screen = {"name": "screen", "x": 0, "y": 0, "width": width, "height": height, "logicalDpi": 96, "dpr": 1}
    (home / "screens.json").write_text(json.dumps({"screens": [screen]}), encoding="utf-8")
    if os.environ.get("QT_QPA_PLATFORM", "offscreen").startswith("offscreen"):
        os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={home / 'screens.json'}"


def look(arguments: argparse.Namespace, width: int, height: int) -> int:
    """The tour itself."""
    from tests.helpers.pseudo import use_pseudo_language

    if arguments.language in (PSEUDO, MIRRORED):
        use_pseudo_language(arguments.language)
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance() or QApplication(["nn-trainer"])
    if arguments.font:
        font = app.font()
        font.setPointSizeF(arguments.font)
        app.setFont(font)
    from nn_trainer.app import create_window
    from nn_trainer.ui.theme import theme
    from nn_trainer.ui.window.settings import WindowSettings
    from tests.helpers import tour

    settings = WindowSettings()
    settings.text_size = arguments.all_text
    settings.save()
    _, window = create_window([])
    if arguments.language == MIRRORED:
        app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    theme.apply_theme(app, arguments.theme)
    window.show()
    for screen in tour.tour(window, lesson=not arguments.no_lesson):
        tour.settle()
        if screen.name == "lesson-1":
            enlarge_the_lesson(window, arguments.text)
        found = {
            "screen": screen.name,
            "too large": tour.size_beyond(window, width, height),
            "cut": tour.cut_texts(window),
            "outside": tour.outside(window, "trainButton") if "train" in screen.name else [],
        }
        if arguments.language != "en":
            found["left over"] = tour.left_over(window, allowed_words())
        if arguments.folder and not arguments.check:
            arguments.folder.mkdir(parents=True, exist_ok=True)
            window.grab().save(str(arguments.folder / f"{screen.name}.png"))
        print(json.dumps(found, ensure_ascii=False), flush=True)
    window.close()
    tour.settle()
    sys.stdout.flush()
    os._exit(0)  # the question whether to save needs no answer here


def enlarge_the_lesson(window: object, per_cent: int) -> None:
    """Click A+ until the letters of the Lesson are that large."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QAbstractButton

    from tests.helpers import tour

    while per_cent > 100:
        QTest.mouseClick(tour.named(window, "lessonLargerButton", QAbstractButton), Qt.MouseButton.LeftButton)
        tour.settle()
        per_cent -= 25


@functools.cache  # reading the sample at every screen would take most of a tour
def allowed_words() -> set[str]:
    """Words that no language translates: names, settings' values, classes of the sample, keys, formulas."""
    from nn_trainer.data.dataset import load_dataset
    from nn_trainer.engine.hyperparameters import HYPERPARAMETERS
    from nn_trainer.paths import sample_dataset_path

    words = {word for row in HYPERPARAMETERS for choice in row.choices for word in choice.split("-")}
    for name in load_dataset(sample_dataset_path(), image_size=28).class_names:
        words |= set(re.findall(r"[A-Za-z]+", name))
    words |= set(re.findall(r"[A-Za-z]+", str(sample_dataset_path())))  # a tooltip says where the data set is
    return words | KEPT


if __name__ == "__main__":
    sys.exit(main())
