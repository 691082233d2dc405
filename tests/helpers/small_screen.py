"""Opens the window on a screen of a given size and prints what of it lies on that screen, a JSON line a state.

Run in a process of its own, with the offscreen platform: `python -m tests.helpers.small_screen WIDTH HEIGHT SCALE`.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path


def main(width: int, height: int, scale: float) -> None:
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

    _, window = create_window([])
    window.show()

    def tell(state: str) -> None:
        QTest.qWait(100)
        room, place = window.screen().availableGeometry(), window.geometry()
        hint = window.minimumSizeHint()
        line = {"state": state, "inside": room.contains(place), "size": [place.width(), place.height()]}
        print(json.dumps({**line, "smallest": [hint.width(), hint.height()]}), flush=True)

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
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
