"""Opens the window on a screen of a given size and prints what of it lies on that screen, a JSON line a state.

Run in a process of its own, with the offscreen platform: `python -m tests.helpers.small_screen WIDTH HEIGHT SCALE
TEXT`, where TEXT is the size of all text in per cent.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

PATIENCE = 30  # tenths of a second


def main(width: int, height: int, scale: float, text: int) -> None:
    """Open, look at every tab, train the sample twice; a line for each."""
    folder = Path(tempfile.mkdtemp())
    screen = {"name": "one", "x": 0, "y": 0, "width": width, "height": height}
    screen |= {"logicalDpi": 96, "logicalBaseDpi": 96, "dpr": scale}
    file = folder / "screens.json"
    file.write_text(json.dumps({"windowFrameMargins": True, "screens": [screen]}))
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={file}"
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
        os.environ[name] = str(folder / name)

    from PySide6.QtTest import QTest

    from nn_trainer.app import create_window
    from nn_trainer.ui.window.settings import WindowSettings
    from tests.helpers import tour

    settings = WindowSettings()
    settings.text_size = text
    settings.save()
    _, window = create_window([])
    window.show()

    def tell(state: str) -> None:
        QTest.qWait(100)
        room, place = window.screen().availableGeometry(), window.geometry()
        hint = window.minimumSizeHint()
        line = {"state": state, "inside": room.contains(place), "size": [place.width(), place.height()]}
        for _ in range(PATIENCE):  # something may still be laid out
            cut = tour.cut_texts(window)
            if window.train_tab.isVisible():
                cut += tour.outside(window, "trainButton", "runValidation", "hyperparameterPanel")
            if not cut:
                break
            QTest.qWait(100)
        print(json.dumps({**line, "smallest": [hint.width(), hint.height()], "cut": cut}), flush=True)

    tell("start")
    for index in range(window.tabs.count()):
        window.tabs.setCurrentIndex(index)
        tell(f"tab {index}")
    window.open_path("sample")
    while window.train_tab.why_not_ready():
        QTest.qWait(50)
    boxes = window.train_tab.hyperparameters
    boxes.set_config(replace(boxes.config(), preset="linear", epochs=2))
    for times in ("first", "second"):
        window.train_tab.train()
        while window.train_tab.is_busy():
            QTest.qWait(50)
        tell(f"{times} training")
    window.close()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]))
